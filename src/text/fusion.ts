// Words and meaning together: what is near to a question by its vector adds to the score that its words have given,
// and what is very near counts as found though it shares no word. Nothing here knows a model: nearness is told in
// standard deviations from just any document, since what 0.7 means differs from model to model.

import type { Verdict } from './relevance.ts';

/** A document near to the question; `z`: how many standard deviations nearer than just any document. */
export type NearRow = { readonly row: number; readonly z: number };

export type Nearness<T extends NearRow = NearRow> = {
  /** Best first. */
  readonly hits: readonly T[];
  /** Vectors that were compared. */
  readonly size: number;
  /** How much nearness counts beside words; 1 = as set here. */
  readonly weight: number;
};

export const NOTHING_NEAR: Nearness<never> = { hits: [], size: 0, weight: 0 };

/**
 * The sum: no points at `least`, all of them at `full`. A document that is all near and holds no word comes to stand
 * beside one with two thirds of the best score by words.
 */
const SUM = { points: 6, least: 1.5, full: 5 } as const;
/**
 * What makes a hit by itself. Of n documents that have nothing to do with the question the nearest lies at about
 * √(2 ln n) deviations: the more there are, the nearer it must be. Similarities reach farther up than a normal
 * distribution does, so it takes more than that, and much more to be relied on: chosen on three models that have
 * nothing in common (`test/embeddings/thresholds.test.ts`), so that what nothing tells of is silent with each of them.
 */
const STRONG = { least: 4, above: 2, goodBeyond: 3 } as const;

type Scored = { readonly row: number; readonly score: number; readonly exact?: number };

/**
 * Adds what nearness is worth, and puts all in their order; equals stay as they were. What holds an exact name of the
 * question is as near as can be: whatever vectors make of a name, it is not displaced.
 */
export function fuse<R extends Scored>(ranked: readonly R[], near: Nearness): R[] {
  if (near.hits.length === 0 || near.weight === 0) return [...ranked];
  const all = near.weight * SUM.points;
  const points = new Map(near.hits.map(({ row, z }) => [row, all * ramp(z)]));
  return ranked
    .map((one) => ({ ...one, score: one.score + ((one.exact ?? 0) > 0 ? all : (points.get(one.row) ?? 0)) }))
    .sort((a, b) => b.score - a.score);
}

/** What nearness alone says of a document. */
export function nearVerdict(z: number, size: number): Verdict {
  const weak = Math.max(STRONG.least, Math.sqrt(2 * Math.log(Math.max(2, size))) + STRONG.above);
  if (z < weak) return 'none';
  return z < weak + STRONG.goodBeyond ? 'weak' : 'good';
}

/** The documents that count as found by nearness alone, and how surely. */
export function strongRows({ hits, size, weight }: Nearness): ReadonlyMap<number, 'weak' | 'good'> {
  const strong = new Map<number, 'weak' | 'good'>();
  if (weight === 0) return strong;
  for (const { row, z } of hits) {
    const verdict = nearVerdict(z, size);
    if (verdict !== 'none') strong.set(row, verdict);
  }
  return strong;
}

/** The verdict by words, lifted where something is found by nearness alone; never lowered. */
export function liftVerdict(verdict: Verdict, strong: ReadonlyMap<number, 'weak' | 'good'>): Verdict {
  if (verdict === 'good' || strong.size === 0) return verdict;
  return [...strong.values()].includes('good') ? 'good' : 'weak';
}

/** What is shown by its words, and what is found by nearness alone, in the order of `ranked`. */
export function shownOrStrong<R extends Scored>(
  ranked: readonly R[],
  shown: readonly R[],
  strong: ReadonlyMap<number, 'weak' | 'good'>,
): R[] {
  if (strong.size === 0) return [...shown];
  const rows = new Set(shown.map(({ row }) => row));
  return ranked.filter(({ row }) => rows.has(row) || strong.has(row));
}

/** Puts what only nearness has found behind all that the words alone make good; otherwise the order stays. */
export function behindGood<T>(
  list: readonly T[],
  { nearOnly, good }: { readonly nearOnly: (one: T) => boolean; readonly good: (one: T) => boolean },
): T[] {
  const end = list.findLastIndex((one) => !nearOnly(one) && good(one)) + 1;
  const before = list.slice(0, end);
  return [
    ...before.filter((one) => !nearOnly(one)),
    ...before.filter((one) => nearOnly(one)),
    ...list.slice(end),
  ];
}

/** Near documents that the words did not find, as far as nearness is worth anything. */
export function foundByNearness<T extends NearRow>(near: Nearness<T>, known: Iterable<number>): T[] {
  const rows = new Set(known);
  return near.hits.filter(({ row, z }) => z > SUM.least && !rows.has(row));
}

function ramp(z: number): number {
  return Math.min(1, Math.max(0, (z - SUM.least) / (SUM.full - SUM.least)));
}
