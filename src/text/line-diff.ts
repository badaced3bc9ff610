/** What changed between two texts, line by line. */

/** `-` was taken away, `+` is new, ` ` stands in both. */
export type DiffLine = { readonly mark: '-' | '+' | ' '; readonly text: string };

/** Texts with more lines than this are shown as taken away and new, whole. */
const MOST_LINES = 2_000;

/** The longest common lines stay; of a replaced stretch, what was taken away stands first. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [from, to] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  if (from.length > MOST_LINES || to.length > MOST_LINES) {
    return [...from.map((text) => marked('-', text)), ...to.map((text) => marked('+', text))];
  }
  const width = to.length + 1;
  // common[i * width + j]: how many lines the ends from i and from j have in common.
  const common = new Uint16Array((from.length + 1) * width);
  for (let i = from.length - 1; i >= 0; i -= 1) {
    for (let j = to.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      common[at] =
        from[i] === to[j]
          ? (common[at + width + 1] ?? 0) + 1
          : Math.max(common[at + width] ?? 0, common[at + 1] ?? 0);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [old, fresh] = [from[i], to[j]];
    if (old !== undefined && old === fresh) {
      lines.push(marked(' ', old));
      i += 1;
      j += 1;
    } else if (
      old !== undefined &&
      (fresh === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      lines.push(marked('-', old));
      i += 1;
    } else if (fresh !== undefined) {
      lines.push(marked('+', fresh));
      j += 1;
    }
  }
  return lines;
}

function marked(mark: DiffLine['mark'], text: string): DiffLine {
  return { mark, text };
}
