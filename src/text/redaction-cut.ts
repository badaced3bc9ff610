// A part of a text that has to go, and how parts that touch the same characters become one.

export type Cut = {
  /** Half-open range of UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** Rule name, kebab-case. */
  readonly rule: string;
  /** Length from which the secret is complete, so that nothing behind a line end belongs to it. */
  readonly whole?: number;
};

/**
 * Sorts cuts and joins those which overlap. The joined one is named by a rule that knows the secret's own shape
 * rather than by one that goes by the name beside it, else by the one that comes first in `cuts`.
 */
export function mergeCuts(cuts: readonly Cut[]): Cut[] {
  const order = cuts
    .map((cut, place) => ({ cut, rank: BY_NAME.has(cut.rule) ? cuts.length + place : place }))
    .sort((a, b) => a.cut.start - b.cut.start || a.rank - b.rank);
  const merged: { start: number; end: number; rule: string; rank: number }[] = [];
  for (const { cut, rank } of order) {
    const last = merged.at(-1);
    if (last === undefined || cut.start >= last.end) {
      merged.push({ start: cut.start, end: cut.end, rule: cut.rule, rank });
      continue;
    }
    last.end = Math.max(last.end, cut.end);
    if (rank < last.rank) {
      last.rank = rank;
      last.rule = cut.rule;
    }
  }
  return merged.map(({ start, end, rule }) => ({ start, end, rule }));
}

/** The rules of secret-names.ts. */
const BY_NAME = new Set(['password', 'named-secret']);
