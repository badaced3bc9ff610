// The difference of two texts, line by line, as a unified diff with three lines around each change: what a person
// reads before they decide.

const AROUND = 3;
/** Longer texts are shown as one replacing the other: nobody reads such a diff, and comparing takes the square. */
const MOST_LINES = 2_000;

type Line = { readonly mark: ' ' | '-' | '+'; readonly text: string };

/** Empty for equal texts. */
export function unifiedDiff(before: string, after: string, names: readonly [string, string]): string {
  if (before === after) return '';
  const lines = compare(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines).map(({ from, to }) => {
    const shown = lines.slice(from, to);
    const [old, young] = [countOf(lines.slice(0, from), '-'), countOf(lines.slice(0, from), '+')];
    const head = `@@ -${range(old, countOf(shown, '-'))} +${range(young, countOf(shown, '+'))} @@`;
    return [head, ...shown.map(({ mark, text }) => `${mark}${text}`)].join('\n');
  });
  return [`--- ${names[0]}`, `+++ ${names[1]}`, ...hunks].join('\n');
}

function linesOf(text: string): string[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** By the longest common subsequence of what is between the common start and end. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const [old, young] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  return [
    ...before.slice(0, start).map((text): Line => ({ mark: ' ', text })),
    ...(old.length * young.length > MOST_LINES ** 2 ? replaced(old, young) : merged(old, young)),
    ...before.slice(before.length - end).map((text): Line => ({ mark: ' ', text })),
  ];
}

function replaced(old: readonly string[], young: readonly string[]): Line[] {
  return [
    ...old.map((text): Line => ({ mark: '-', text })),
    ...young.map((text): Line => ({ mark: '+', text })),
  ];
}

function merged(old: readonly string[], young: readonly string[]): Line[] {
  const width = young.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (a: number, b: number): number => common[a * width + b] ?? 0;
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = young.length - 1; b >= 0; b -= 1) {
      common[a * width + b] =
        old[a] === young[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
    }
  }
  const lines: Line[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < young.length) {
    const [gone, come] = [old[a], young[b]];
    if (gone !== undefined && gone === come) {
      lines.push({ mark: ' ', text: gone });
      a += 1;
      b += 1;
    } else if (gone !== undefined && (come === undefined || at(a + 1, b) >= at(a, b + 1))) {
      lines.push({ mark: '-', text: gone });
      a += 1;
    } else {
      lines.push({ mark: '+', text: come ?? '' });
      b += 1;
    }
  }
  return lines;
}

/** Changes that are near each other share a hunk. */
function hunksOf(lines: readonly Line[]): Array<{ readonly from: number; readonly to: number }> {
  const hunks: Array<{ from: number; to: number }> = [];
  lines.forEach(({ mark }, place) => {
    if (mark === ' ') return;
    const [from, to] = [Math.max(0, place - AROUND), Math.min(lines.length, place + AROUND + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  });
  return hunks;
}

/** Lines that the text of this side has. */
function countOf(lines: readonly Line[], side: '-' | '+'): number {
  return lines.filter(({ mark }) => mark === ' ' || mark === side).length;
}

/** Of an empty range the number is that of the line before it. */
function range(before: number, count: number): string {
  return `${count === 0 ? before : before + 1},${count}`;
}
