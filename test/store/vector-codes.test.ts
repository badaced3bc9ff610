import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VectorCodes } from '../../src/store/sqlite/vector-codes.ts';
import { asBlob, centreOf, codeOf, cosine, toBytes } from '../../src/store/sqlite/vector-math.ts';

const vectorOf = (size: number) =>
  fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size, maxLength: size })
    .map((values) => Float32Array.from(values));

function differing(a: Int32Array, b: Int32Array): number {
  return a.reduce((sum, word, at) => {
    let bits = (word ^ (b[at] ?? 0)) >>> 0;
    let count = 0;
    for (; bits !== 0; bits = (bits & (bits - 1)) >>> 0) count += 1;
    return sum + count;
  }, 0);
}

describe('codes', () => {
  it('are found by the bits in which they differ, as counted one by one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(vectorOf(40), fc.nat(3)), { minLength: 1, maxLength: 60 }),
        vectorOf(40),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom(null, Uint8Array.of(0, 1), Uint8Array.of(1, 0, 1, 1)),
        (vectors, question, count, allowed) => {
          const zero = new Float32Array(40);
          const codes = new VectorCodes(40);
          const all = vectors.map(([vector, place], at) => ({
            row: at + 1,
            place,
            code: codeOf(vector, zero),
          }));
          codes.add(
            all.map(({ row }) => row),
            all.map(({ place }) => place),
            all.map(({ code }) => asBlob(code).toString('hex')).join(''),
          );
          const asked = codeOf(question, zero);
          const expected = all
            .filter(({ place }) => allowed === null || allowed[place] === 1)
            .map(({ code }) => differing(code, asked))
            .sort((a, b) => a - b)
            .slice(0, count);
          const found = codes.nearest(asked, count, allowed).map((row) => all[row - 1]);
          expect(
            found.map((one) => (one === undefined ? -1 : differing(one.code, asked))).sort((a, b) => a - b),
          ).toEqual(expected);
          expect(new Set(found).size).toBe(found.length);
        },
      ),
    );
  });
});

describe('very many codes', () => {
  it('are compared in two steps, which finds what is equal to the question', () => {
    const codes = new VectorCodes(160);
    const count = 200_100;
    const words = Uint32Array.from({ length: count * 5 }, (_, at) => Math.imul(at + 1, 2_654_435_761));
    codes.add(
      Array.from({ length: count }, (_, at) => at + 1),
      Array.from({ length: count }, (_, at) => at % 2),
      Buffer.from(words.buffer).toString('hex'),
    );
    const asked = Int32Array.from(words.subarray(777 * 5, 778 * 5));
    expect(codes.nearest(asked, 10, null)).toContain(778);
    expect(codes.nearest(asked, 10, null)).toHaveLength(10);
    expect(codes.nearest(asked, 10, Uint8Array.of(0, 1))).toContain(778);
    expect(codes.nearest(asked, 10, Uint8Array.of(1))).not.toContain(778);
  });
});

describe('a vector kept as bytes', () => {
  it('keeps its angle to another one', () => {
    fc.assert(
      fc.property(vectorOf(64), vectorOf(64), (a, b) => {
        fc.pre(Math.hypot(...a) > 0.1 && Math.hypot(...b) > 0.1);
        expect(cosine(toBytes(a), toBytes(b))).toBeCloseTo(cosine(a, b), 1.7);
      }),
    );
  });

  it('of zeros is zeros', () => {
    expect([...toBytes(new Float32Array(3))]).toEqual([0, 0, 0]);
  });
});

describe('the centre', () => {
  it('is the mean of all', () => {
    expect([...centreOf([Float32Array.of(1, 0), Float32Array.of(0, 1)], 2)]).toEqual([0.5, 0.5]);
  });
});
