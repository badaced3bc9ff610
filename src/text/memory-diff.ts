// What a person changed in a file of memories since it was rendered. Nothing they wrote is left out: it is in an edit,
// or the whole file is a conflict and is kept as it is.

import { derivedTitle } from './derived-title.ts';
import { standsAsHeading, wordsHash } from './memory-file.ts';
import { matchEntries } from './memory-match.ts';
import type { ParsedEntry, ParsedFile } from './memory-parse.ts';

/** An entry as it was rendered last: `hash` over its words then; title and content help to find it again. */
export type RenderedEntry = {
  readonly id: string;
  readonly hash: string;
  readonly title: string;
  readonly content: string;
};

type FileEdit =
  | { readonly edit: 'changed'; readonly id: string; readonly title: string; readonly content: string }
  | { readonly edit: 'deleted'; readonly id: string }
  /** `id`: what its comment names, where that is an entry of no file here. Without a heading the title is null. */
  | {
      readonly edit: 'added';
      readonly id: string | null;
      readonly title: string | null;
      readonly content: string;
    };

/** One place of the file's order: an entry that was there, or the edit (by its index) that adds one. */
export type OrderMark = { readonly id: string } | { readonly added: number };

export type FileDiff =
  | {
      readonly kind: 'edits';
      readonly edits: readonly FileEdit[];
      readonly order: readonly OrderMark[];
      /** The entries that were there stand in another order now. */
      readonly reordered: boolean;
    }
  | {
      /** Nothing may be deleted or taken over by what the file lacks. */
      readonly kind: 'conflict';
      readonly why: 'empty' | 'headerless' | 'shrunk';
      readonly missing: readonly string[];
    };

export type DiffOptions = {
  /** Entries that stand in another file of the same memory by now: they were moved, not deleted. */
  readonly movedAway?: ReadonlySet<string>;
};

/** Beyond this share of missing entries a file is taken for broken and not for tidied up; a single one may always go. */
const SHRUNK_SHARE = 0.3;

/** Compares a file with what was rendered into it, in the order it was rendered. */
export function diffMemoryFile(
  file: ParsedFile,
  rendered: readonly RenderedEntry[],
  { movedAway = new Set() }: DiffOptions = {},
): FileDiff {
  const found = matchEntries(file.entries, rendered);
  const present = new Set(found.flatMap((known) => (known === null ? [] : [known.id])));
  const missing = rendered.map(({ id }) => id).filter((id) => !present.has(id) && !movedAway.has(id));
  const conflict = conflictOf(file, rendered.length, missing.length);
  if (conflict !== null) return { kind: 'conflict', why: conflict, missing };

  const edits: FileEdit[] = [];
  const order: OrderMark[] = [];
  const words = new Set(rendered.map(({ hash }) => hash));
  file.entries.forEach((entry, at) => {
    const known = found[at] ?? null;
    if (known !== null) {
      order.push({ id: known.id });
      const title = entry.title ?? known.title;
      if (wordsHash({ title, content: entry.content }) === known.hash) return;
      edits.push({ edit: 'changed', id: known.id, ...edited(known, title, entry.content, file.format) });
    } else if (!isCopy(entry, words)) {
      order.push({ added: edits.length });
      edits.push({ edit: 'added', ...entry });
    }
  });
  for (const id of missing) edits.push({ edit: 'deleted', id });
  return { kind: 'edits', edits, order, reordered: isReordered(order, rendered) };
}

/**
 * What an entry says by now. A title that was only how its text began follows the text; where the text itself was the
 * heading, what was written below it is more of it.
 */
function edited(
  { title: before, content: text }: RenderedEntry,
  title: string,
  content: string,
  format: number | null,
): { readonly title: string; readonly content: string } {
  const wasHeading = format !== 1 && standsAsHeading({ title: before, content: text });
  // A heading with nothing below it is read as its own text: nothing was written below it then.
  if (wasHeading && title === text && content !== '' && content !== text) {
    const whole = `${text}\n${content}`;
    return { title: derivedTitle(whole), content: whole };
  }
  const follows = !wasHeading && title === before && before !== '' && before === derivedTitle(text);
  return { title: follows ? derivedTitle(content) : title, content };
}

/** The very words of an entry that is there already, or became there by the same paste. */
function isCopy(entry: ParsedEntry, words: Set<string>): boolean {
  if (entry.title === null) return false;
  const hash = wordsHash({ title: entry.title, content: entry.content });
  if (words.has(hash)) return true;
  words.add(hash);
  return false;
}

function conflictOf(
  file: ParsedFile,
  rendered: number,
  missing: number,
): 'empty' | 'headerless' | 'shrunk' | null {
  if (rendered === 0 || missing === 0) return null;
  const isBare = file.format === null && missing === rendered;
  if (isBare) return file.entries.length === 0 && file.title === null ? 'empty' : 'headerless';
  // Cut to its header, one entry's file too: whoever means that says so with `midturn forget`.
  if (file.entries.length === 0) return 'shrunk';
  return missing > 1 && missing > SHRUNK_SHARE * rendered ? 'shrunk' : null;
}

function isReordered(order: readonly OrderMark[], rendered: readonly RenderedEntry[]): boolean {
  const places = new Map(rendered.map(({ id }, place) => [id, place]));
  let last = -1;
  for (const mark of order) {
    const place = 'id' in mark ? (places.get(mark.id) ?? last) : last;
    if (place < last) return true;
    last = place;
  }
  return false;
}
