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
    readonly content: string;
  }>,
): string[] {
  if (versions.length < 2) return [];
  const inOrder = versions.toSorted((a, b) => a.version - b.version);
  const rows = inOrder.map(({ version, at, change, title, content }, place) => [
    version,
    time(at),
    change,
    changeWords({ title, content }, inOrder[place - 1]),
  ]);
  return ['', 'Versions:', ...columns(rows)];
}

type Words = { readonly title: string; readonly content: string };

/** `old -> new`, from where the two begin to differ; the title alone where the text is the same. */
function changeWords(now: Words, before: Words | undefined): string {
  if (before === undefined) return oneLine(now.title, 80);
  const [old, other] =
    before.content === now.content ? [before.title, now.title] : [before.content, now.content];
  if (old === other) return 'the words are the same';
  return `${excerptFrom(old, other)} -> ${excerptFrom(other, old)}`;
}

/** Of a text, what stands about where it begins to differ from the other one. */
function excerptFrom(text: string, other: string): string {
  const [own, theirs] = [oneLine(text, 10_000), oneLine(other, 10_000)];
  let at = 0;
  while (at < own.length && own[at] === theirs[at]) at += 1;
  const start = at < 30 ? 0 : own.lastIndexOf(' ', at - 10) + 1;
  return oneLine(`${start > 0 ? '…' : ''}${own.slice(start)}`, 70);
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
