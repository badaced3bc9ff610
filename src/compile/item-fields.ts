/** Reads the fields of one suggested item: by any of their names, nested in `details` or flat. */
import { messageOf } from '../model/errors.ts';
import { SCOPES, type Scope } from '../model/memory.ts';
import type { SkillCandidate } from '../model/suggestion.ts';
import { quoted } from '../text/quoted.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Why an item cannot be kept; turned into a rejected item by the reader of the envelope. */
export class ItemError extends Error {}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The item's own fields over those of its `details`. */
export function flatten(item: unknown): Fields {
  if (!isFields(item)) throw new ItemError('an item is an object, such as {"summary": "…", "content": "…"}');
  const { details, ...own } = item;
  if (details === undefined || details === null) return own;
  if (!isFields(details)) throw new ItemError('`details` must be an object');
  const said = Object.entries(own).filter(([, value]) => value !== undefined && value !== null);
  return { ...details, ...Object.fromEntries(said) };
}

/** The first of the names that holds a text, trimmed; null when none does. */
export function textOf(fields: Fields, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') throw new ItemError(`\`${name}\` must be a text`);
    if (value.trim() !== '') return value.trim();
  }
  return null;
}

/** Texts of a list, or of a single text. */
export function textsOf(fields: Fields, ...names: readonly string[]): string[] {
  for (const name of names) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    const list: readonly unknown[] =
      typeof value === 'string' ? [value] : Array.isArray(value) ? value : [null];
    const texts = list.filter((entry) => typeof entry === 'string');
    if (texts.length < list.length) throw new ItemError(`\`${name}\` must be a list of texts`);
    return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))];
  }
  return [];
}

/** One of the words, `first` when nothing was sent. */
export function wordOf<T extends string>(
  fields: Fields,
  name: string,
  words: readonly T[],
  first: T | null,
): T {
  const sent = textOf(fields, name);
  const wanted = sent?.toLowerCase() ?? first;
  const word = words.find((known) => known === wanted);
  if (word !== undefined) return word;
  const got = sent === null ? 'nothing' : quoted(sent, 40);
  throw new ItemError(`\`${name}\` must be one of ${words.join(', ')}; ${got} was sent`);
}

/** `global` is the older name of `project`. */
export function scopeOf(fields: Fields): Scope {
  const sent = textOf(fields, 'scope')?.toLowerCase();
  return sent === 'global' ? 'project' : wordOf(fields, 'scope', SCOPES, 'project');
}

/** 0..1; what lies outside is moved to the nearer end. 1 when nothing was sent. */
export function confidenceOf(fields: Fields): number {
  const sent = fields.confidence;
  if (sent === undefined || sent === null) return 1;
  const value = typeof sent === 'string' && sent.trim() !== '' ? Number(sent) : sent;
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new ItemError('`confidence` must be a number from 0 to 1');
  return Math.min(1, Math.max(0, value));
}

/** Paths relative to the project's root with `/`; `left` are those that lead out of it or stand absolute. */
export function pathsOf(fields: Fields): { readonly paths: string[]; readonly left: string[] } {
  const paths: string[] = [];
  const left: string[] = [];
  for (const sent of textsOf(fields, 'source_paths', 'paths', 'source_path')) {
    const path = relativePath(sent);
    if (path === null) left.push(sent);
    else if (!paths.includes(path)) paths.push(path);
  }
  return { paths, left };
}

function relativePath(sent: string): string | null {
  const path = sent.replaceAll('\\', '/');
  if (/^(?:\/|[a-z]:|~|[a-z][a-z0-9+.-]{1,20}:\/\/)/i.test(path) || path.includes('\0')) return null;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join('/');
}

/** `true` means the item itself; an object is a draft of the skill; a text is its title. */
export function candidateOf(fields: Fields): SkillCandidate | null {
  const sent = fields.skill_candidate;
  if (sent === undefined || sent === null || sent === false) return null;
  if (sent === true) return { skill: null, title: null, description: null, content: null };
  if (typeof sent === 'string')
    return sent.trim() === '' ? null : { skill: null, title: sent.trim(), description: null, content: null };
  if (!isFields(sent)) throw new ItemError('`skill_candidate` must be true or an object');
  return {
    skill: textOf(sent, 'skill_id', 'skill', 'id'),
    title: textOf(sent, 'title', 'name', 'summary'),
    description: textOf(sent, 'description', 'when_to_use'),
    content: textOf(sent, 'content', 'note', 'text', 'body'),
  };
}

/** Size in UTF-8. */
export function requireSize(name: string, text: string | null, bytes: number): void {
  const size = text === null ? 0 : Buffer.byteLength(text);
  if (size > bytes) throw new ItemError(`\`${name}\` has ${size} bytes, at most ${bytes} are kept`);
}

/** The reason of an item's refusal; anything else is an error of ours and goes on. */
export function reasonOf(error: unknown): string {
  if (error instanceof ItemError) return messageOf(error);
  throw error;
}
