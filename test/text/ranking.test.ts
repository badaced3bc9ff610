import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder, namesOnly, phrasesHeld, phrasesOf } from '../../src/text/asked-words.ts';
import {
  type RankCorpus,
  type RankStream,
  rankMessages,
  rankRecords,
  weighQuery,
} from '../../src/text/ranking.ts';
import { judgeMessages } from '../../src/text/relevance.ts';
import { NO_SIGNALS } from '../../src/text/signals.ts';
import { analyseQuery } from '../../src/text/terms.ts';

function corpus(documents: number, ...frequencies: number[]): RankCorpus {
  const terms = frequencies.map((frequency, at) => ({
    number: frequency === 0 ? null : at + 1,
    documents: frequency,
  }));
  return { documents, averageLength: 10, terms };
}

/** A document of these term numbers, filled up to ten terms with ones that nobody asks for. */
function stream(row: number, terms: readonly number[], changes: Partial<RankStream> = {}): RankStream {
  const filler = Array.from({ length: Math.max(0, 10 - terms.length) }, (_, at) => 1000 + at);
  return {
    row,
    session: 1,
    place: row,
    terms: Uint32Array.from([...terms, ...filler]),
    at: row,
    cues: 0,
    author: 0,
    ...changes,
  };
}

const rows = (ranked: ReadonlyArray<{ row: number }>) => ranked.map(({ row }) => row);

describe('ranking records', () => {
  it('puts a rare term before a common one, and more of the question before less', () => {
    const query = weighQuery(corpus(1000, 500, 2, 40));
    const ranked = rankRecords(query, [stream(1, [1]), stream(2, [2]), stream(3, [2, 3]), stream(4, [])]);
    expect(rows(ranked)).toEqual([3, 2, 1, 4]);
    expect(ranked[0]?.matched).toBe(2);
  });

  it('prefers the shorter of two that hold the same', () => {
    const query = weighQuery(corpus(1000, 5));
    const long = stream(1, [1, ...Array.from({ length: 80 }, (_, at) => 2000 + at)]);
    expect(rows(rankRecords(query, [long, stream(2, [1])]))).toEqual([2, 1]);
  });

  it('orders what is equal by recency, then by row', () => {
    const query = weighQuery(corpus(1000, 5));
    const same = [
      stream(1, [1], { at: 5 }),
      stream(2, [1], { at: 9 }),
      stream(3, [1], { at: null }),
      stream(4, [1], { at: 9 }),
    ];
    expect(rows(rankRecords(query, same))).toEqual([4, 2, 1, 3]);
  });

  it('puts what holds an exact name before what holds its pieces', () => {
    const terms = [
      { number: 1, documents: 1, exact: true },
      { number: 2, documents: 1 },
      { number: 3, documents: 1 },
    ];
    const query = weighQuery({ documents: 100, averageLength: 10, terms });
    expect(rows(rankRecords(query, [stream(1, [2, 3, 2, 3, 2, 3]), stream(2, [1, 2, 3])]))[0]).toBe(2);
  });

  it('gives the same order whatever order the documents come in', () => {
    const query = weighQuery(corpus(200, 3, 20, 90));
    const document = fc.record({
      terms: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 }),
      at: fc.option(fc.integer({ min: 0, max: 3 })),
    });
    fc.assert(
      fc.property(fc.array(document, { maxLength: 12 }), fc.integer(), (documents, seed) => {
        const streams = documents.map(({ terms, at }, row) => stream(row, terms, { at }));
        const shuffled = [...streams].sort(
          (a, b) => ((a.row * 7919 + seed) % 13) - ((b.row * 7919 + seed) % 13),
        );
        expect(rankRecords(query, shuffled)).toEqual(rankRecords(query, streams));
      }),
    );
  });

  it('keeps coverage and own share between 0 and 1', () => {
    const frequencies = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(frequencies, fc.array(fc.integer({ min: 1, max: 8 })), (given, terms) => {
        const [only] = rankRecords(weighQuery(corpus(60, ...given)), [stream(1, terms)]);
        expect(only?.coverage).toBeGreaterThanOrEqual(0);
        expect(only?.coverage).toBeLessThanOrEqual(1 + 1e-9);
        expect(Number.isFinite(only?.score)).toBe(true);
      }),
    );
  });
});

describe('ranking messages', () => {
  const query = weighQuery(corpus(1000, 5, 5, 5));

  it('lets what stands around a message speak for it', () => {
    const streams = [stream(1, [1]), stream(2, [2]), stream(3, [3]), stream(9, [2], { session: 2 })];
    expect(rows(rankMessages(query, streams, [1, 2, 3, 9], 4)).at(-1)).toBe(9);
  });

  it('makes neighbours of the best hits candidates, and no others', () => {
    const streams = [1, 2, 3, 4, 5, 6, 7].map((row) => stream(row, row === 3 ? [1, 2] : []));
    expect(rows(rankMessages(query, streams, [3], 1)).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rows(rankMessages(query, streams, [3], 0))).toEqual([3]);
  });

  it('lets an answer inherit from the question before it', () => {
    const asked = [stream(1, [1, 2, 3], { cues: 1 }), stream(2, [])];
    const told = [stream(1, [1, 2, 3]), stream(2, [])];
    const answer = (streams: readonly RankStream[]) =>
      rankMessages(query, streams, [1], 1).find(({ row }) => row === 2);
    expect(answer(asked)?.answers).toBe(true);
    expect(answer(told)?.answers).toBe(false);
    expect(answer(asked)?.score).toBeGreaterThan(answer(told)?.score ?? 0);
  });

  it('lets an answer inherit from the question two before it, less, unless another asks in between', () => {
    const line = (between: number) => [
      stream(1, [1, 2, 3], { cues: 1 }),
      stream(2, [], { cues: between }),
      stream(3, []),
    ];
    const parts = (between: number, row: number) =>
      rankMessages(query, line(between), [1], 1, NO_SIGNALS, { explain: true }).find((one) => one.row === row)
        ?.parts;
    expect(parts(0, 3)?.reply).toBeGreaterThan(0);
    expect(parts(0, 3)?.reply).toBeLessThan(parts(0, 2)?.reply ?? 0);
    expect(parts(1, 3)?.reply).toBeUndefined();
  });

  it('explains a score by parts that add up to it, and gives none unasked', () => {
    const streams = [stream(1, [1, 2], { cues: 1 }), stream(2, [3]), stream(3, [1])];
    for (const { score, parts } of rankMessages(query, streams, [1, 2, 3], 3, NO_SIGNALS, {
      explain: true,
    })) {
      expect(Object.values(parts ?? {}).reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 9);
    }
    for (const { score, parts } of rankRecords(query, streams, { explain: true })) {
      expect(Object.values(parts ?? {}).reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 9);
    }
    expect(rankMessages(query, streams, [1], 1)[0]).not.toHaveProperty('parts');
    expect(rankRecords(query, streams)[0]).not.toHaveProperty('parts');
  });

  it('counts another word for a term less than the term', () => {
    const alternatives = [{ number: 9, documents: 5, strength: 0.5 }];
    const terms = [
      { number: 1, documents: 5, alternatives },
      { number: 2, documents: 5 },
    ];
    const asked = weighQuery({ documents: 1000, averageLength: 10, terms });
    const ranked = rankRecords(asked, [stream(1, [9]), stream(2, [1]), stream(3, [7])]);
    expect(rows(ranked)).toEqual([2, 1, 3]);
    expect(ranked[1]?.coverage).toBeCloseTo((ranked[0]?.coverage ?? 0) / 2, 9);
  });

  it('never takes messages of another session, or across a gap, for neighbours', () => {
    const streams = [
      stream(1, [1, 2]),
      stream(2, [], { session: 2, place: 2 }),
      stream(3, [], { place: 40 }),
    ];
    expect(rows(rankMessages(query, streams, [1], 1))).toEqual([1]);
  });
});

describe('judging what was found', () => {
  it('is silent when no term is known, or only ones that stand nearly everywhere', () => {
    expect(judgeMessages(weighQuery(corpus(500, 0, 0)), [])).toBe('none');
    const common = weighQuery(corpus(500, 450));
    expect(judgeMessages(common, rankMessages(common, [stream(1, [1])], [1], 1))).toBe('none');
  });
});

describe('what is asked word for word', () => {
  it('finds a phrase in any case, spacing and punctuation, by whole words', () => {
    const phrases = phrasesOf(analyseQuery('"Health check"'));
    expect(phrasesHeld('the health\n  CHECK runs', phrases)).toBe(1);
    expect(phrasesHeld('a health-check', phrases)).toBe(1);
    expect(phrasesHeld('health checks', phrases)).toBe(0);
    expect(phrasesHeld('check health', phrases)).toBe(0);
  });

  it('knows terms in order from terms anywhere', () => {
    expect(inOrder(Uint32Array.from([5, 1, 2, 3]), [1, 2])).toBe(true);
    expect(inOrder(Uint32Array.from([1, 1, 2]), [1, 2])).toBe(true);
    expect(inOrder(Uint32Array.from([2, 1]), [1, 2])).toBe(false);
    expect(inOrder(Uint32Array.from([1, 5, 2]), [1, 2])).toBe(false);
    expect(inOrder(Uint32Array.from([1]), [1, null])).toBe(false);
    expect(inOrder(Uint32Array.from([1]), [])).toBe(false);
  });

  it('tells a question that is nothing but names', () => {
    expect(namesOnly(analyseQuery('TS2345'))).toBe(true);
    expect(namesOnly(analyseQuery('getUserById src/cart.ts'))).toBe(true);
    expect(namesOnly(analyseQuery('why does TS2345 happen'))).toBe(false);
    expect(namesOnly(analyseQuery('invoice numbers'))).toBe(false);
  });
});
