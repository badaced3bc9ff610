// What single documents hold of a question, from counts of its terms: BM25, coverage, exact names.

import type { QueryWeights, RankStream } from './ranking.ts';
import { DECAY, REACH } from './weights.ts';

/** How often each document holds each term of the question, one row of `query.count` a document. */
export function countAll({ count, mark }: QueryWeights, streams: readonly RankStream[]): Uint16Array {
  const counts = new Uint16Array(streams.length * count);
  const known = mark.length;
  streams.forEach(({ terms }, index) => {
    const from = index * count - 1;
    for (const term of terms) {
      const position = term < known ? (mark[term] ?? 0) : 0;
      if (position > 0) counts[from + position] = (counts[from + position] ?? 0) + 1;
    }
  });
  return counts;
}

/** BM25 of the documents `first` to `last` taken as one of `length` terms, `spread` times as long as the average. */
export function bm25(
  query: QueryWeights,
  counts: Uint16Array,
  first: number,
  last: number,
  length: number,
  { k1, b }: { readonly k1: number; readonly b: number },
  spread: number,
): number {
  const norm = k1 * (1 - b + (b * length) / (query.averageLength * spread));
  let sum = 0;
  for (let term = 0; term < query.count; term += 1) {
    let frequency = 0;
    for (let index = first; index <= last; index += 1) frequency += counts[index * query.count + term] ?? 0;
    if (frequency > 0) sum += ((query.idf[term] ?? 0) * frequency * (k1 + 1)) / (frequency + norm);
  }
  return sum;
}

const DECAYED = Array.from({ length: REACH + 1 }, (_, away) => DECAY ** away);

/** Share of the question's weight found in the document or close by, less the further away. */
export function covered(
  query: QueryWeights,
  counts: Uint16Array,
  index: number,
  near: readonly number[],
): number {
  if (query.total === 0) return 0;
  let sum = 0;
  for (let term = 0; term < query.count; term += 1) {
    let share = 0;
    for (const other of near) {
      if ((counts[other * query.count + term] ?? 0) > 0)
        share = Math.max(share, DECAYED[Math.abs(other - index)] ?? 0);
    }
    sum += (query.idf[term] ?? 0) * share;
  }
  return sum / query.total;
}

export type Share = { readonly own: number; readonly matched: number; readonly exact: number };

/** What the document itself holds of the question. */
export function ownShare(query: QueryWeights, counts: Uint16Array, index: number): Share {
  let sum = 0;
  let matched = 0;
  let exact = 0;
  for (let term = 0; term < query.count; term += 1) {
    if ((counts[index * query.count + term] ?? 0) === 0) continue;
    sum += query.idf[term] ?? 0;
    matched += 1;
    exact += query.exact[term] ?? 0;
  }
  return { own: query.total === 0 ? 0 : sum / query.total, matched, exact };
}
