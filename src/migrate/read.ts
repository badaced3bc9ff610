/** Reads files of another system: what is not there, too big, a link out of its folder or no text is none. */
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { codeOf } from '../model/errors.ts';

/** Larger than any file of memory that a person or a model has written. */
const LARGEST = 16_000_000;

export type Fields = Readonly<Record<string, unknown>>;

/** Whether a path lies in a folder once its links are followed. The folder itself may be one: people link their homes. */
export async function isWithin(path: string, folder: string): Promise<boolean> {
  try {
    const [place, top] = await Promise.all([realpath(path), realpath(folder)]);
    return place === top || place.startsWith(top.endsWith(sep) ? top : `${top}${sep}`);
  } catch (error) {
    if (isNothing(error)) return false;
    throw error;
  }
}

/** The text of a file, or null. @param top a folder that no link on the way may lead out of */
export async function textOf(path: string, top: string): Promise<string | null> {
  try {
    if (!(await isWithin(path, top))) return null;
    const found = await lstat(path);
    if (!found.isFile() || found.size > LARGEST) return null;
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (isNothing(error)) return null;
    throw error;
  }
}

/** The JSON of a file: undefined where there is no file, null for one that holds none. */
export async function jsonOf(path: string, top: string): Promise<unknown> {
  const text = await textOf(path, top);
  if (text === null) return (await isThere(path)) ? null : undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Names in a folder, sorted; none where there is no folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (isNothing(error)) return [];
    throw error;
  }
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isNothing(error)) return false;
    throw error;
  }
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isNothing(error)) return false;
    throw error;
  }
}

/** The Markdown files of a folder, by name. */
export async function markdownIn(
  folder: string,
  top: string,
): Promise<ReadonlyArray<{ readonly name: string; readonly text: string | null }>> {
  const names = (await namesIn(folder)).filter((name) => name.toLowerCase().endsWith('.md'));
  return Promise.all(names.map(async (name) => ({ name, text: await textOf(join(folder, name), top) })));
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; none where it is no list. */
export function fieldsIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** A text that is not blank, or null. */
export function wordsOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

export function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string' && each.trim() !== '') : [];
}

const NOTHING = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'ELOOP',
  'ERR_ENCODING_INVALID_ENCODED_DATA',
]);

function isNothing(error: unknown): boolean {
  return NOTHING.has(codeOf(error) ?? '');
}
