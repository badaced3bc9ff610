// Renders USER.md, MEMORY.md and RECALL.md: plain Markdown, the same bytes for the same entries, with a small id
// comment for each entry, so that what a person edits is known again.

import { hash } from 'node:crypto';
import { derivedTitle } from './derived-title.ts';
import { escapeLines, headingLine, normalContent, oneLine } from './memory-lines.ts';

/** The format that this version writes; it reads all up to it. Before 2 a text stood below its own first words. */
export const MEMORY_FILE_FORMAT = 2;

/** Longest text that is a heading of its own, in characters: beyond it the heading is only how the text begins. */
const HEADING_LIMIT = 200;

/** The line under the title. Every wording that was ever written stays in the list: it is ours when it is read. */
const INTROS = [
  '> Edit this file as you like: changed, new and deleted entries are taken over before it is written again. Leave the id comments, they tell which entry is which.',
] as const;

/** The level-1 headings that midturn gives: USER.md, MEMORY.md, RECALL.md. A person's own heading is kept. */
export const FILE_TITLES = ['User', 'Memory', 'Recall'] as const;

export type FileEntry = {
  /** The long id. */
  readonly id: string;
  readonly title: string;
  readonly content: string;
  /** `waiting`: a person wrote these words, and they are not in force before they are approved. */
  readonly state: 'active' | 'waiting';
  /** Where the person put it, counted from 0; absent = behind those that have one, by age. */
  readonly place?: number;
  readonly createdAt: number;
};

export type FileStyle = {
  /** Of the level-1 heading. */
  readonly title: string;
  readonly eol?: '\n' | '\r\n';
  readonly bom?: boolean;
};

export type RenderedFile = {
  readonly text: string;
  /** 16 hex digits over everything below the first line; line ends and blanks at line ends do not count. */
  readonly checksum: string;
  /** In the file's order. */
  readonly entries: ReadonlyArray<{ readonly id: string; readonly hash: string }>;
};

/** The same text for the same entries, in whatever order they are given. */
export function renderMemoryFile(entries: readonly FileEntry[], style: FileStyle): RenderedFile {
  const lines = [`# ${oneLine(style.title)}`.trimEnd(), '', INTROS[0]];
  const rendered: Array<{ id: string; hash: string }> = [];
  for (const entry of entries.toSorted(byPlace)) {
    const words = renderedWords(entry);
    rendered.push({ id: entry.id, hash: hashOf(words) });
    const isHeading = standsAsHeading(words);
    lines.push('', headingLine(isHeading ? words.content : words.title), idComment(entry));
    if (!isHeading && words.content !== '') lines.push('', ...escapeLines(words.content));
  }
  const body = `${lines.join('\n')}\n`;
  const sum = bodyChecksum(body);
  const text = `<!-- midturn-file:${MEMORY_FILE_FORMAT} ${sum} -->\n${body}`;
  const ended = style.eol === '\r\n' ? text.replaceAll('\n', '\r\n') : text;
  return { text: style.bom === true ? `\ufeff${ended}` : ended, checksum: sum, entries: rendered };
}

type Words = { readonly title: string; readonly content: string };

/** Title and content as they are read back from the file. A heading with nothing below it is the text itself. */
export function renderedWords(entry: Words): Words {
  const [title, content] = [oneLine(entry.title), normalContent(entry.content)];
  return content === '' ? { title: derivedTitle(title), content: title } : { title, content };
}

/** True for a short text whose title is only how it begins: it is said once, as the heading. */
export function standsAsHeading({ title, content }: Words): boolean {
  return content.length <= HEADING_LIMIT && oneLine(content) === content && title === derivedTitle(content);
}

/** 32 hex digits; the same for words that differ in blanks at line ends only. */
export function wordsHash(words: { readonly title: string; readonly content: string }): string {
  return hashOf(renderedWords(words));
}

function hashOf({ title, content }: { readonly title: string; readonly content: string }): string {
  return hash('sha256', `${title}\0${withoutLineBlanks(content)}`).slice(0, 32);
}

/** The checksum of a file's text below its first line. */
export function bodyChecksum(body: string): string {
  return hash('sha256', withoutLineBlanks(normalContent(body))).slice(0, 16);
}

/** True for a line that midturn writes under the title. */
export function isIntro(line: string): boolean {
  const text = line.trim();
  return INTROS.some((intro) => intro === text);
}

function idComment({ id, state }: FileEntry): string {
  const waiting = state === 'waiting' ? ' waiting: not in force until approved with `midturn review`' : '';
  return `<!-- midturn:${id}${waiting} -->`;
}

function withoutLineBlanks(text: string): string {
  return text.includes('\n') ? text.replace(/[^\S\n]+$/gm, '') : text;
}

function byPlace(a: FileEntry, b: FileEntry): number {
  const place = (a.place ?? Number.POSITIVE_INFINITY) - (b.place ?? Number.POSITIVE_INFINITY);
  if (place !== 0 && !Number.isNaN(place)) return place;
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
