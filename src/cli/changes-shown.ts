/** Changes of files as a person sees them before they decide: first a line for each file, then all of it as a diff. */
import { clean } from '../text/clean.ts';
import { unifiedDiff } from '../text/unified-diff.ts';
import { columns, counted } from './layout.ts';

type FileChange = {
  readonly file: string;
  /** Null = there is no such file. */
  readonly before: string | null;
  readonly after: string | null;
};

const INDENT = '  ';
/** Begins what goes on from the line above. */
const GOES_ON = '↪';
/** What stays the same at the ends of a long line is shown by so much of it. */
const KEPT = 40;
/** Characters: a narrower terminal folds by itself. */
const NARROW = 40;

/** `~/.claude.json  12 lines added: why`: a row for each file. */
export function changeRows(changes: ReadonlyArray<FileChange & { readonly why: string }>): string[] {
  return columns(changes.map((change) => [clean(change.file), `${sizeOf(change)}: ${clean(change.why)}`]));
}

function sizeOf({ file, before, after }: FileChange): string {
  if (after === null) return 'the file goes';
  const lines = diffOf({ file, before, after }).slice(2);
  const count = (mark: string): number => lines.filter((line) => line.startsWith(mark)).length;
  const [come, gone] = [count('+'), count('-')];
  if (before === null) return `new, ${counted(come, 'line')}`;
  if (gone === 0) return `${counted(come, 'line')} added`;
  return come === 0
    ? `${counted(gone, 'line')} taken out`
    : `${counted(Math.max(come, gone), 'line')} changed`;
}

/**
 * Everything that would be written or taken out, long lines folded to `width`. Cut, with `…`, is only what stays as it
 * is: a long line around a change, and the ends of a long line that was changed within.
 */
export function changeLines(change: FileChange, width: number): string[] {
  const room = Math.max(NARROW, width - INDENT.length);
  return elided(diffOf(change), room)
    .flatMap((line) => (line.startsWith(' ') ? [cut(line, room)] : folded(line, room)))
    .map((line) => `${INDENT}${line}`);
}

function diffOf({ file, before, after }: FileChange): readonly string[] {
  const names = [before === null ? '(no file)' : file, after === null ? '(no file)' : file] as const;
  return unifiedDiff(before ?? '', after ?? '', names)
    .split('\n')
    .map((line) => clean(line));
}

/** Lines that take each other's place, in pairs: what both have at their ends is left out where it is long. */
function elided(lines: readonly string[], room: number): readonly string[] {
  const shown = [...lines];
  for (let at = 2; at < lines.length; at += 1) {
    if (lines[at]?.startsWith('-') !== true) continue;
    let end = at;
    while (lines[end]?.startsWith('-') === true) end += 1;
    for (let pair = 0; at + pair < end && lines[end + pair]?.startsWith('+') === true; pair += 1) {
      const [gone = '', come = ''] = [lines[at + pair], lines[end + pair]];
      if (gone.length <= room && come.length <= room) continue;
      [shown[at + pair], shown[end + pair]] = withoutCommonEnds(gone, come);
    }
    at = end;
  }
  return shown;
}

function withoutCommonEnds(gone: string, come: string): [string, string] {
  const least = Math.min(gone.length, come.length);
  let start = 1;
  while (start < least && gone[start] === come[start]) start += 1;
  let end = 0;
  while (end < least - start && gone.at(-1 - end) === come.at(-1 - end)) end += 1;
  const of = (line: string): string => {
    const head =
      start > 2 * KEPT ? `${line[0] ?? ''}…${line.slice(start - KEPT, start)}` : line.slice(0, start);
    const tail =
      end > 2 * KEPT ? `${line.slice(line.length - end).slice(0, KEPT)}…` : line.slice(line.length - end);
    return `${head}${line.slice(start, line.length - end)}${tail}`;
  };
  return [of(gone), of(come)];
}

function cut(line: string, room: number): string {
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`;
}

function folded(line: string, room: number): readonly string[] {
  const lines = [line.slice(0, room)];
  for (let at = room; at < line.length; at += room - 1)
    lines.push(`${GOES_ON}${line.slice(at, at + room - 1)}`);
  return lines;
}
