// A text with some ranges left out, and the way back from its offsets to those of the source: what is matched is
// the clean copy, what is cut is the original.

/** Half-open range of UTF-16 offsets. */
export type Range = readonly [start: number, end: number];

export type TextView = {
  readonly text: string;
  /** Offset in the source of the character at `offset` in the view. */
  readonly sourceOf: (offset: number) => number;
  /** Offsets in the view at which something was left out. Ascending. */
  readonly seams: readonly number[];
};

/** The view of `source` without `removed` (ascending, not overlapping). Lookups cost O(log n). */
export function viewWithout(source: string, removed: readonly Range[]): TextView {
  const seams: number[] = [];
  const shifts: number[] = [];
  const pieces: string[] = [];
  let from = 0;
  let gone = 0;
  for (const [start, end] of removed) {
    pieces.push(source.slice(from, start));
    from = end;
    seams.push(start - gone);
    gone += end - start;
    shifts.push(gone);
  }
  pieces.push(source.slice(from));
  return {
    text: pieces.join(''),
    seams,
    sourceOf: (offset) => offset + (shifts[countUpTo(seams, offset) - 1] ?? 0),
  };
}

/** How many entries of an ascending list are `<= limit`. */
export function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
