import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Placeable, placedSize, placeMemories } from '../../src/compile/placement.ts';

const memory: fc.Arbitrary<Placeable> = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom('memory' as const, 'recall' as const),
  title: fc.string({ maxLength: 10 }),
  content: fc.string({ maxLength: 120 }),
  origin: fc.constantFrom('user' as const, 'agent' as const),
  approved: fc.boolean(),
  uses: fc.nat(3),
  updatedAt: fc.nat(3),
});
const memories = fc.uniqueArray(memory, { selector: ({ id }) => id, maxLength: 20 });
const fact = (id: string, changes: Partial<Placeable> = {}): Placeable => ({
  ...{ id, kind: 'memory', title: '', content: 'x'.repeat(95), origin: 'user', approved: false, uses: 0 },
  ...{ updatedAt: 0 },
  ...changes,
});
const injected = (list: readonly Placeable[], budget: number) =>
  placeMemories(list, budget).injected.map(({ id }) => id);

describe('placement', () => {
  it('drops nothing, keeps to the budget, and is the same for any order', () => {
    fc.assert(
      fc.property(memories, fc.nat(500), (list, budget) => {
        const placed = placeMemories(list, budget);
        expect([...placed.injected, ...placed.onDemand].map(({ id }) => id).sort()).toEqual(
          list.map(({ id }) => id).sort(),
        );
        expect(placed.injected.reduce((sum, each) => sum + placedSize(each), 0)).toBeLessThanOrEqual(budget);
        expect(placed.injected.every(({ kind }) => kind === 'memory')).toBe(true);
        expect(placeMemories(list.toReversed(), budget)).toEqual(placed);
      }),
    );
  });

  it('moves the least used first, then the oldest, and a person’s word last', () => {
    expect(injected([fact('a', { uses: 1 }), fact('b', { uses: 3 }), fact('c')], 200)).toEqual(['b', 'a']);
    expect(injected([fact('a', { updatedAt: 1 }), fact('b', { updatedAt: 3 })], 100)).toEqual(['b']);
    expect(injected([fact('a', { origin: 'agent', uses: 9 }), fact('b')], 100)).toEqual(['b']);
    expect(injected([fact('a', { origin: 'agent', approved: true, uses: 9 }), fact('b')], 100)).toEqual([
      'a',
    ]);
  });

  it('puts what is longer than the whole budget on demand, and the rest stays', () => {
    expect(injected([fact('a', { content: 'x'.repeat(400), uses: 9 }), fact('b')], 200)).toEqual(['b']);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(placedSize({ title: '😀', content: '好' })).toBe(2 + placedSize({ title: '', content: '' }));
  });
});
