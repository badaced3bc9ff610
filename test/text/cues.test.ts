import { describe, expect, it } from 'vitest';
import {
  askedForm,
  asks,
  capitals,
  cuesOf,
  isHead,
  kindAsked,
  namesNumber,
  namesTime,
  novelty,
  textCues,
  withNovelty,
} from '../../src/text/cues.ts';

const of = (text: string, { spoken = true, head = false } = {}) =>
  cuesOf(textCues(text, spoken), { head, isName: (word) => word === 'ann' });

describe('what a text is like', () => {
  it('knows a text that asks before a remark in brackets', () => {
    expect(asks(of('Can you fix it? (log attached)'))).toBe(true);
    expect(asks(of('直せますか？（ログ添付）'))).toBe(true);
    expect(asks(of('I fixed it (was it hard?) yesterday (log attached)'))).toBe(false);
    expect(asks(of('(log attached)'))).toBe(false);
  });

  it('knows a text that ends asking', () => {
    expect(asks(of('Does it build?'))).toBe(true);
    expect(asks(of('He said "does it build?"'))).toBe(true);
    expect(asks(of('ビルドできますか？'))).toBe(true);
    expect(asks(of('Does it build? Yes.'))).toBe(false);
  });

  it('knows words of time and numbers', () => {
    expect(namesTime(of('I fixed it last week'))).toBe(true);
    expect(namesTime(of('It may fail'))).toBe(false);
    expect(namesNumber(of('three retries'))).toBe(true);
    expect(namesNumber(of('some retries'))).toBe(false);
  });

  it('counts capitalised words inside of sentences that somebody said, names of authors aside', () => {
    expect(capitals(of('The Postgres and Redis hosts. Nothing else, Ann'))).toBe(2);
    expect(capitals(of('a B2 C3 D4 E5 F6 G7'))).toBe(4);
    expect(capitals(of('the Postgres host', { spoken: false }))).toBe(0);
  });

  it('keeps the share of new terms beside the flags', () => {
    const bits = withNovelty(of('Is it Redis?', { head: true }), 1);
    expect([novelty(bits), isHead(bits), asks(bits), capitals(bits)]).toEqual([1, true, true, 1]);
    expect(novelty(withNovelty(bits, 0))).toBe(0);
  });
});

describe('the form of the answer asked for', () => {
  it('tells a time from a number', () => {
    expect(askedForm('When did it break')).toEqual({ when: true, count: false });
    expect(askedForm('how many retries')).toEqual({ when: false, count: true });
    expect(askedForm('why')).toEqual({ when: false, count: false });
  });
});

describe('the kind of answer asked for', () => {
  it('is the word after what or which', () => {
    expect(kindAsked('What port does it use, and which test covers it?')).toEqual(['port', 'test']);
    expect(kindAsked('Why does it fail?')).toEqual([]);
  });
});
