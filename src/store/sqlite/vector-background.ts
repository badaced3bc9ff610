/**
 * How similar a model finds what has nothing to do with each other: the ground against which nearness is judged. What
 * 0.7 means differs from model to model, and so does how far apart just any two texts lie.
 */
import type { Nearest } from '../vectors.ts';
import { cosine } from './vector-math.ts';

/** Vectors that say how similar a question is to just anything. */
export const SAMPLE = 200;
/** With fewer of one kind, those of the other kind say it too. */
export const LEAST_SAMPLE = 20;
/** So few of one kind may be mostly what is sought: the middle is that of all then. */
const FEW = 3;
/** Pairs compared: the 5 % at either end are 100 of them. */
const PAIRS = 2000;

export type Sample = {
  /** Vectors of the kind that is asked about. */
  readonly own: readonly Int8Array[];
  /** Of the other kind, where there are few. */
  readonly others: readonly Int8Array[];
  /** Standard deviation of the similarity of two of them. */
  readonly deviation: number;
};

export function sampleOf(own: readonly Int8Array[], others: readonly Int8Array[]): Sample {
  return { own, others, deviation: deviationOfPairs([...own, ...others]) };
}

export function backgroundOf(vector: Int8Array, { own, others, deviation }: Sample): Nearest['background'] {
  const near = own.map((other) => cosine(vector, other));
  const all = [...near, ...others.map((other) => cosine(vector, other))];
  // Records may resemble questions more than messages do.
  const middle = near.length < FEW ? median(all) : Math.max(median(near), median(all));
  // By the distance from the middle: in a small store the hits themselves are a good part of the sample.
  const asked = NORMAL.middleHalf * median(all.map((value) => Math.abs(value - middle)));
  return { middle, deviation: Math.max(asked, deviation), sample: all.length };
}

/**
 * By what nine tenths of all pairs lie within: many like texts make the middle half narrow, and everything else would
 * seem remarkable beside them.
 */
function deviationOfPairs(vectors: readonly Int8Array[]): number {
  const count = vectors.length;
  const half = Math.floor(count / 2);
  // Neighbours were often said about one thing: the distances are spread over all that there are, the same each time.
  const distances = Math.min(half, Math.ceil(PAIRS / Math.max(1, count)));
  const similarities: number[] = [];
  for (let distance = 1; distance <= distances; distance += 1) {
    const apart = Math.round((distance * half) / distances);
    for (const [at, one] of vectors.entries()) {
      const other = vectors[(at + apart) % count];
      if (other !== undefined) similarities.push(cosine(one, other));
    }
  }
  similarities.sort((a, b) => a - b);
  const at = (share: number) => similarities[Math.round(share * (similarities.length - 1))] ?? 0;
  return (at(0.95) - at(0.05)) / NORMAL.nineTenths;
}

/** A normal distribution's standard deviation by its median absolute deviation, and by the width of nine tenths. */
const NORMAL = { middleHalf: 1.4826, nineTenths: 3.29 } as const;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}
