import { describe, expect, it } from 'vitest';
import { UserInputError } from '../../src/model/errors.ts';
import { SIGNAL_NAMES, WEIGHTS, withoutSignals } from '../../src/text/weights.ts';

describe('weights without some signals', () => {
  it('differs from all of them for each signal', () => {
    for (const name of SIGNAL_NAMES) expect(withoutSignals([name])).not.toEqual(WEIGHTS);
  });

  it('is all of them when nothing is left out', () => {
    expect(withoutSignals([])).toEqual(WEIGHTS);
  });

  it('leaves out several at once, and the three of context by one name', () => {
    const { part, dated } = withoutSignals(['context', 'date']);
    expect(part).toEqual({ own: WEIGHTS.part.own, window: 0, reply: 0, replyApart: 0, session: 0 });
    expect(dated).toBe(0);
  });

  it('refuses a name that is none, and lists those there are', () => {
    expect(() => withoutSignals(['windows'])).toThrow(UserInputError);
    expect(() => withoutSignals(['windows'])).toThrow(/window, reply/);
    expect(() => withoutSignals(['toString'])).toThrow(UserInputError);
  });
});
