import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  behindGood,
  foundByNearness,
  fuse,
  liftVerdict,
  NOTHING_NEAR,
  nearVerdict,
  shownOrStrong,
  strongRows,
} from '../../src/text/fusion.ts';

const near = (hits: ReadonlyArray<readonly [row: number, z: number]>, weight = 1, size = 100) => ({
  hits: hits.map(([row, z]) => ({ row, z })),
  size,
  weight,
});
const rows = (list: ReadonlyArray<{ readonly row: number }>) => list.map(({ row }) => row);

const byWords = [
  { row: 1, score: 9 },
  { row: 2, score: 5 },
  { row: 3, score: 0 },
];

describe('the sum of words and nearness', () => {
  it('is the order by words where nothing is near', () => {
    expect(fuse(byWords, NOTHING_NEAR)).toEqual(byWords);
    expect(rows(fuse(byWords, near([[3, 1.4]])))).toEqual([1, 2, 3]);
  });

  it('lifts what is near above what only shares some words, not above the best by words', () => {
    expect(rows(fuse(byWords, near([[3, 5]])))).toEqual([1, 3, 2]);
  });

  it('leaves what holds an exact name of the question above whatever is only near', () => {
    const named = [
      { row: 1, score: 3, exact: 1 },
      { row: 2, score: 2, exact: 0 },
    ];
    expect(rows(fuse(named, near([[2, 20]])))).toEqual([1, 2]);
    expect(
      rows(
        fuse(
          named.map(({ row, score }) => ({ row, score })),
          near([[2, 20]]),
        ),
      ),
    ).toEqual([2, 1]);
  });

  it('counts nothing at weight 0', () => {
    expect(fuse(byWords, near([[3, 9]], 0))).toEqual(byWords);
    expect(strongRows(near([[3, 9]], 0)).size).toBe(0);
  });

  it('never lowers a score, and never lets a nearer one gain less', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 4, noNaN: true }),
        (z, more, weight) => {
          const score = (at: number) => fuse([{ row: 1, score: 1 }], near([[1, at]], weight))[0]?.score ?? 0;
          expect(score(z)).toBeGreaterThanOrEqual(1);
          expect(score(z + more)).toBeGreaterThanOrEqual(score(z));
        },
      ),
    );
  });
});

describe('nearness alone', () => {
  it('makes a hit only far beyond chance, and must lie farther out in a larger store', () => {
    expect([4, 4.3, 7, 7.3].map((z) => nearVerdict(z, 10))).toEqual(['none', 'weak', 'weak', 'good']);
    expect([6.7, 6.9, 9.9].map((z) => nearVerdict(z, 100_000))).toEqual(['none', 'weak', 'good']);
  });

  it('lifts silence to a weak or a good answer, and lowers none', () => {
    const weak = strongRows(near([[3, 6]]));
    const good = strongRows(near([[3, 9]]));
    const verdicts = ['none', 'weak', 'good'] as const;
    expect(verdicts.map((one) => liftVerdict(one, weak))).toEqual(['weak', 'weak', 'good']);
    expect(liftVerdict('none', good)).toBe('good');
    expect(liftVerdict('none', strongRows(NOTHING_NEAR))).toBe('none');
  });

  it('is shown beside what is shown by its words, in the one order', () => {
    const strong = strongRows(near([[3, 6]]));
    const ranked = fuse(byWords, near([[3, 6]]));
    expect(rows(shownOrStrong(ranked, [{ row: 1, score: 9 }], strong))).toEqual([1, 3]);
    expect(rows(shownOrStrong(ranked, [{ row: 1, score: 9 }], new Map()))).toEqual([1]);
  });

  it('never pushes what is good by its words out of a list, however short that is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('good', 'doubtful', 'near'), { maxLength: 20 }),
        fc.nat({ max: 20 }),
        (list, limit) => {
          const sorted = behindGood(list, {
            nearOnly: (one) => one === 'near',
            good: (one) => one === 'good',
          });
          expect([...sorted].sort()).toEqual([...list].sort());
          const goodIn = (some: readonly string[]) =>
            some.slice(0, limit).filter((one) => one === 'good').length;
          const byWords = list.filter((one) => one !== 'near');
          expect(goodIn(sorted)).toBe(goodIn(byWords));
          expect(sorted.filter((one) => one !== 'near')).toEqual(byWords);
        },
      ),
    );
  });

  it('adds to the candidates what the words did not find', () => {
    expect(
      rows(
        foundByNearness(
          near([
            [1, 4],
            [7, 3],
          ]),
          [1, 2],
        ),
      ),
    ).toEqual([7]);
  });
});
