// What single documents hold of a question, from counts of its terms: BM25, coverage, exact names.

import type { QueryWeights } from './query-weights.ts';
import { type Bm25, REACH } from './weights.ts';

/**
 * How often each document holds each term of the question, one row of `query.count` a document; another form of a term
 * counts less than one.
 */
export function countAll(
  { count, mark, position, strength }: QueryWeights,
  streams: readonly { readonly terms: Uint32Array }[],
): Float64Array {
  const counts = new Float64Array(streams.length * count);
  const known = mark.length;
  streams.forEach(({ terms }, index) => {
    const from = index * count;
    for (let place = 0; place < terms.length; place += 1) {
      const term = terms[place] ?? 0;
      const slot = term < known ? (mark[term] ?? 0) : 0;
      if (slot === 0) continue;
      const at = from + (position[slot - 1] ?? 0);
      counts[at] = (counts[at] ?? 0) + (strength[slot - 1] ?? 0);
    }
  });
  return counts;
}

/** BM25 of the documents `first` to `last` taken as one of `length` terms, `spread` times as long as the average. */
export function bm25(
  query: QueryWeights,
  counts: Float64Array,
  first: number,
  last: number,
  length: number,
  { k1, b }: Bm25,
  spread: number,
): number {
  const { count, idf } = query;
  const norm = k1 * (1 - b + (b * length) / (query.averageLength * spread));
  let sum = 0;
  for (let term = 0; term < count; term += 1) {
    let frequency = 0;
    for (let index = first; index <= last; index += 1) frequency += counts[index * count + term] ?? 0;
    if (frequency > 0) sum += ((idf[term] ?? 0) * frequency * (k1 + 1)) / (frequency + norm);
  }
  return sum;
}

/** Share of the question's weight found in the document or close by, less the further away. */
export function covered(
  query: QueryWeights,
  counts: Float64Array,
  index: number,
  { first, last }: Span,
  decayed: readonly number[],
): number {
  const { count, idf, total } = query;
  if (total === 0) return 0;
  let sum = 0;
  for (let term = 0; term < count; term += 1) {
    let share = 0;
    for (let other = first; other <= last; other += 1) {
      const held = counts[other * count + term] ?? 0;
      if (held === 0) continue;
      const here = Math.min(1, held) * (decayed[Math.abs(other - index)] ?? 0);
      if (here > share) share = here;
    }
    sum += (idf[term] ?? 0) * share;
  }
  return sum / total;
}

/** What a term counts that is found so many documents away, up to the reach of coverage. */
export function decayedBy(decay: number): readonly number[] {
  return Array.from({ length: REACH + 1 }, (_, away) => decay ** away);
}

/** Documents that stand together, by their places in the list: the first and the last of them. */
export type Span = { readonly first: number; readonly last: number };

export type Share = {
  readonly own: number;
  readonly matched: number;
  readonly exact: number;
  readonly certain: number;
};

/** What the document itself holds of the question. */
export function ownShare(query: QueryWeights, counts: Float64Array, index: number): Share {
  let sum = 0;
  let matched = 0;
  let exact = 0;
  let certain = 0;
  for (let term = 0; term < query.count; term += 1) {
    const held = Math.min(1, counts[index * query.count + term] ?? 0);
    if (held === 0) continue;
    sum += held * (query.idf[term] ?? 0);
    matched += 1;
    exact += query.exact[term] ?? 0;
    certain += query.certain[term] ?? 0;
  }
  return { own: query.total === 0 ? 0 : sum / query.total, matched, exact, certain };
}
