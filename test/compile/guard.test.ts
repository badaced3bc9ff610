import { describe, expect, it } from 'vitest';
import { findShrink, type Place } from '../../src/compile/guard.ts';
import { memoryId } from '../../src/model/ids.ts';
import type { Operation } from '../../src/model/plan.ts';

const id = (number: number) => memoryId(String(number).padStart(26, '0'));
const forget = (number: number): Operation => ({ op: 'forget', target: id(number), version: 1, reason: 'r' });
const forgets = (count: number) => Array.from({ length: count }, (_, index) => forget(index));
const place = (active: number): Place => ({ name: 'user', active });

describe('findShrink', () => {
  it('refuses more than the share, with the numbers', () => {
    expect(findShrink(forgets(7), () => place(20))).toEqual({
      place: 'user',
      removed: 7,
      active: 20,
      words: 'the plan would remove 7 of 20 memories of user (35 %), at most 30 % go at once',
    });
  });

  it('lets go what is within the share, or few', () => {
    expect(findShrink(forgets(6), () => place(20))).toBeNull();
    expect(findShrink(forgets(4), () => place(4))).toBeNull();
    expect(findShrink(forgets(5), () => place(5))).not.toBeNull();
    expect(findShrink([], () => place(0))).toBeNull();
  });

  it('counts each place for itself, each record once, and none that is not active', () => {
    const two = findShrink(forgets(8), (target) => ({
      name: target < id(4) ? 'user' : 'project a',
      active: 10,
    }));
    expect(two).toBeNull();
    expect(findShrink([...forgets(4), ...forgets(4)], () => place(10))).toBeNull();
    expect(findShrink(forgets(10), () => null)).toBeNull();
  });

  it('counts as gone what is sent back to waiting, not what is approved', () => {
    const back = Array.from(
      { length: 5 },
      (_, index): Operation => ({
        op: 'reconsider',
        target: id(index),
        version: 1,
        origin: 'tool',
        evidence: { proven: true, why: '', refs: [] },
        state: 'waiting',
        reason: 'r',
      }),
    );
    expect(findShrink(back, () => place(6))).toMatchObject({ removed: 5 });
    const approve = [0, 1, 2, 3, 4, 5].map(
      (n): Operation => ({ op: 'approve', target: id(n), version: 1, how: 'h' }),
    );
    expect(findShrink(approve, () => place(6))).toBeNull();
  });

  it('takes other limits', () => {
    expect(findShrink(forgets(2), () => place(10), { share: 0.1, fewest: 1 })).not.toBeNull();
  });
});
