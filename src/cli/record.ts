/** What lists and pages of memories and of skills have in common. */
import type { Memory } from '../model/memory.ts';
import { iso } from '../model/time.ts';
import { clean } from '../text/clean.ts';
import { columns, oneLine, time } from './layout.ts';

/** Characters that the last column of a list gets at least. */
const LEAST_WORDS = 24;

/** Rows whose last column, free text, takes what the columns before it leave of the line. */
export function filledRows(
  rows: ReadonlyArray<{ readonly cells: readonly string[]; readonly words: string }>,
  width: number,
): string[] {
  const taken = Math.max(0, ...columns(rows.map(({ cells }) => [...cells, '.'])).map((line) => line.length));
  const room = Math.max(LEAST_WORDS, width - taken);
  return columns(rows.map(({ cells, words }) => [...cells, oneLine(words, room)]));
}

export function placeOf({ scope, projectName }: Pick<Memory, 'scope' | 'projectName'>): string {
  return scope === 'user' ? 'user' : clean(projectName ?? 'unknown project');
}

export function originWords({
  origin,
  approvedAt,
  evidence,
}: Pick<Memory, 'origin' | 'approvedAt' | 'evidence'>): string {
  if (approvedAt !== null) return `${origin}, approved ${time(approvedAt)}`;
  return evidence.why === '' ? origin : `${origin}: ${evidence.why}`;
}

/** The versions of a record; nothing where there is but one. */
export function versionsText(
  versions: ReadonlyArray<{
    readonly version: number;
    /** Epoch ms. */
    readonly at: number;
    readonly change: string;
    readonly title: string;
  }>,
): string[] {
  if (versions.length < 2) return [];
  const rows = versions.map(({ version, at, change, title }) => [
    version,
    time(at),
    change,
    oneLine(title, 80),
  ]);
  return ['', 'Versions:', ...columns(rows)];
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
