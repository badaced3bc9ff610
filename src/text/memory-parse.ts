// Reads a file of memories as a person may have left it: every line of theirs ends up in an entry or in the title.

import { hash } from 'node:crypto';
import { bodyChecksum, FILE_TITLES, isIntro, MEMORY_FILE_FORMAT, renderedWords } from './memory-file.ts';
import {
  entryHeading,
  fenceEnd,
  isFileComment,
  normalContent,
  ownComment,
  unescapeLine,
} from './memory-lines.ts';

export type ParsedEntry = {
  /** The long id in its comment; null = none, or a broken one. */
  readonly id: string | null;
  /** Null = text without a heading. */
  readonly title: string | null;
  /** Of a heading with nothing below it: the heading itself. */
  readonly content: string;
};

export type ParsedFile = {
  /** The format in its first comment, or null when that is gone. */
  readonly format: number | null;
  readonly checksum: string | null;
  /** It is, to the word, what some midturn wrote. */
  readonly untouched: boolean;
  /** The level-1 heading at the top, or null. */
  readonly title: string | null;
  /** In the file's order; text above the first heading is an entry without id and title. */
  readonly entries: readonly ParsedEntry[];
  /** `\r\n` when every line ends so. */
  readonly eol: '\n' | '\r\n';
  readonly bom: boolean;
};

const FIRST_LINE = /^\s*<!--+\s*midturn-file:\s*(\d+)(?:\s+([0-9a-f]{16}))?\s*-->\s*$/i;

/** The text of a file: UTF-8, or UTF-16 with a byte-order mark (which stays). Null for bytes that are neither. */
export function decodeMemoryFile(bytes: Uint8Array): string | null {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * True for a file that is, byte for byte, what was written with this checksum; false says nothing (other line ends,
 * blanks at line ends). Costs one hash: nothing is decoded.
 */
export function isAsWritten(bytes: Uint8Array, checksum: string): boolean {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const end = bytes.indexOf(LINE_FEED, start);
  if (end < 0 || end - start > LONGEST_FIRST_LINE) return false;
  const comment = FIRST_LINE.exec(new TextDecoder('latin1').decode(bytes.subarray(start, end)));
  if (Number(comment?.[1]) !== MEMORY_FILE_FORMAT || comment?.[2]?.toLowerCase() !== checksum) return false;
  // As rendered: one line feed between the first line and the title, and one at the end.
  const body = bytes.subarray(end + 1, bytes.at(-1) === LINE_FEED ? -1 : undefined);
  return hash('sha256', body).slice(0, 16) === checksum;
}

/** What stands above the entries of a file that `isAsWritten`; the entries are left out. */
export function parseHead(bytes: Uint8Array, checksum: string): ParsedFile {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, LONGEST_HEAD));
  const head = parseMemoryFile(text.split('\n', HEAD_LINES).join('\n'));
  return { ...head, checksum, untouched: true, entries: [] };
}

/** The comment, the title, a blank line, the intro. */
const HEAD_LINES = 4;
/** More than a first line and a title that anyone writes. */
const LONGEST_HEAD = 10_000;
const LINE_FEED = 0x0a;
const LONGEST_FIRST_LINE = 200;

/** What all lines begin with that are not plain text; most lines need no closer look. */
const MAYBE_OURS = /^ {0,3}[\\#<`~>]/;

type Part = { id: string | null; title: string | null; named: boolean; readonly lines: string[] };

/** Never fails: whatever is no heading, comment or line of ours is somebody's text. */
export function parseMemoryFile(text: string): ParsedFile {
  const bom = text.startsWith('\ufeff');
  const bare = bom ? text.slice(1) : text;
  const lines = bare.includes('\r') ? bare.split(/\r\n?|\n/) : bare.split('\n');
  const reader = new PartReader(lines);
  const first = lines[0] ?? '';
  const comment = FIRST_LINE.exec(first);
  const checksum = comment?.[2]?.toLowerCase() ?? null;
  return {
    format: comment === null ? null : Number(comment[1]),
    checksum,
    untouched: checksum !== null && checksum === bodyChecksum(bare.slice(first.length)),
    ...reader.read(),
    eol: bare.includes('\r\n') && !/(?<!\r)\n/.test(bare) ? '\r\n' : '\n',
    bom,
  };
}

class PartReader {
  readonly #lines: readonly string[];
  readonly #top: Part = { id: null, title: null, named: true, lines: [] };
  readonly #parts: Part[] = [this.#top];
  #title: string | null = null;
  #introduced = false;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): { readonly title: string | null; readonly entries: readonly ParsedEntry[] } {
    for (let at = 0; at < this.#lines.length; at += 1) {
      const line = this.#lines[at] ?? '';
      if (!MAYBE_OURS.test(line)) {
        this.#last.lines.push(line);
        continue;
      }
      const end = fenceEnd(this.#lines, at);
      if (end < at) this.#take(at);
      else this.#last.lines.push(...this.#lines.slice(at, end + 1));
      at = Math.max(at, end);
    }
    return { title: this.#title, entries: this.#parts.flatMap((part) => entryOf(part)) };
  }

  get #last(): Part {
    return this.#parts.at(-1) ?? this.#top;
  }

  #take(at: number): void {
    const line = this.#lines[at] ?? '';
    if (isFileComment(line)) return;
    const heading = entryHeading(this.#lines, at);
    if (heading !== null) {
      const isTop = heading.level === 1 && this.#title === null && this.#last === this.#top;
      const anchored = heading.id !== null || ownComment(this.#lines[at + 1] ?? '') !== null;
      if (isTop && !anchored) this.#title = heading.title;
      else this.#parts.push({ id: heading.id, title: heading.title, named: heading.id !== null, lines: [] });
      return;
    }
    const comment = ownComment(line);
    if (comment === null) {
      // Its line stays ours where a heading was put above it.
      if (!this.#introduced && isIntro(line)) this.#introduced = true;
      else this.#last.lines.push(unescapeLine(line));
      return;
    }
    // A second comment stands where a heading was deleted: the entry below it has kept its text.
    if (this.#last.named) this.#parts.push({ id: comment.id, title: null, named: true, lines: [] });
    else Object.assign(this.#last, { id: comment.id, named: true });
    if (comment.rest !== '') this.#last.lines.push(comment.rest);
  }
}

function entryOf({ id, title, lines }: Part): ParsedEntry[] {
  const content = normalContent(lines.join('\n'));
  if (id === null && (title ?? '') === '' && content === '') return [];
  // The head of a file that was pasted whole below another's entries.
  if (id === null && FILE_TITLES.some((own) => own === title) && isIntro(content)) return [];
  return [
    { id, title, content, ...(title === null || content !== '' ? {} : renderedWords({ title, content })) },
  ];
}
