/** How things look to a person: aligned columns, sizes, counts, times. Stored text is cleaned on its way out. */
import { minute } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import { clipEnd } from '../text/clip.ts';
import type { Io } from './io.ts';

const COUNT = new Intl.NumberFormat('en-US');
/** Characters: three or four words. */
const LEAST_ROOM = 24;
const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** Rows in columns, two blanks apart; the last column is free text and not padded. Numbers stand right. */
export function columns(rows: ReadonlyArray<ReadonlyArray<string | number>>, indent = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, shown(cell).length);
  }
  return rows.map((row) => {
    const cells = row.map((cell, at) => {
      const text = shown(cell);
      if (typeof cell === 'number') return text.padStart(widths[at] ?? 0);
      return at === row.length - 1 ? text : text.padEnd(widths[at] ?? 0);
    });
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
}

/**
 * As {@link columns}, with the free text of the last one folded between words so that no line is longer than `width`.
 * A single long word (a path) stays whole, and so does what `isWhole`: a command that somebody will copy. A column so
 * narrow that it would read like a list is left as it is.
 */
export function foldedColumns(
  rows: ReadonlyArray<readonly string[]>,
  {
    width,
    indent = '  ',
    isWhole = () => false,
  }: {
    readonly width: number;
    readonly indent?: string;
    readonly isWhole?: (text: string) => boolean;
  },
): string[] {
  const before = rows.reduce<number[]>((widths, row) => {
    for (const [at, cell] of row.slice(0, -1).entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
    return widths;
  }, []);
  const room = width - before.reduce((sum, each) => sum + each + 2, indent.length);
  if (room < LEAST_ROOM) return columns(rows, indent);
  return columns(
    rows.flatMap((row) => {
      const text = row.at(-1) ?? '';
      const lines = isWhole(text) ? [text] : folded(text, room);
      return lines.map((line, at) => [...row.slice(0, -1).map((cell) => (at === 0 ? cell : '')), line]);
    }),
    indent,
  );
}

function folded(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** How long a line of text may be: in a pipe, where it is searched by lines, as long as it is. */
export function textWidth({ isTTY, columns: { stdout } }: Pick<Io, 'isTTY' | 'columns'>): number {
  return isTTY.stdout ? stdout : Number.POSITIVE_INFINITY;
}

/** `12,345` */
export function count(value: number): string {
  return COUNT.format(value);
}

/** `1 session`, `2 sessions` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `1.2 MB`, in powers of ten as disks are sold and files are listed. */
export function size(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 999.5 && unit < UNITS.length - 1; unit += 1) value /= 1000;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${UNITS[unit] ?? ''}`;
}

/** `2026-11-21 09:30 UTC` */
export function time(at: number): string {
  return `${minute(at)} UTC`;
}

/** Stored text on one line of at most `width` characters. */
export function oneLine(text: string, width: number): string {
  const line = clean(text).replace(/\s+/g, ' ').trim();
  const { text: clipped, cut } = clipEnd(line, Math.max(1, width - 1));
  return cut <= 1 ? line : `${clipped.trimEnd()}…`;
}

/** Stored text as it is, indented. */
export function block(text: string, indent = '  '): string {
  return clean(text)
    .split('\n')
    .map((line) => `${indent}${line}`.trimEnd())
    .join('\n');
}

function shown(cell: string | number): string {
  return typeof cell === 'number' ? count(cell) : clean(cell).replaceAll('\n', ' ');
}
