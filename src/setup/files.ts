/** The files of clients as they are on this machine: read whole, checked before they are replaced, written in place. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir, readFile, realpath, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, parse } from 'node:path';
import { ConfigError, codeOf } from '../model/errors.ts';
import { writeFileAtomic } from '../platform/atomic.ts';
import type { Files } from './types.ts';

const GONE = new Set(['ENOENT', 'ENOTDIR']);

export const diskFiles: Files = {
  read: async (path) => {
    const bytes = await readFile(path).catch(absent);
    if (bytes === null) return null;
    const text = bytes.toString('utf8');
    if (Buffer.from(text, 'utf8').equals(bytes)) return text;
    throw new ConfigError({ what: `${path} is not UTF-8 text`, next: 'Save it as UTF-8' });
  },
  isFolder: async (path) => (await stat(path).catch(absent))?.isDirectory() ?? false,
  list: async (path) => (await readdir(path).catch(absent)) ?? [],
  real: async (path) => (await realpath(path).catch(absent)) ?? path,
};

export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Replaces or makes the file, keeps its permissions and a symbolic link, and answers the folders that were made.
 * @throws ConfigError for a file that its owner has made read-only, or a link that leads nowhere
 */
export async function writeText(path: string, text: string, newMode = 0o600): Promise<readonly string[]> {
  const there = await stat(path).catch(absent);
  if (there === null && (await lstat(path).catch(absent))?.isSymbolicLink() === true)
    throw new ConfigError({
      what: `${path} is a link that leads nowhere`,
      next: 'Make the file that it names, or take the link away',
    });
  if (there !== null) await requireWritable(path, there.mode);
  const made = await makeFolders(dirname(path));
  await writeFileAtomic(path, text, { mode: there === null ? newMode : there.mode & 0o7777 });
  return made;
}

export async function removeFile(path: string): Promise<void> {
  const there = await stat(path).catch(absent);
  if (there === null) return;
  await requireWritable(path, there.mode);
  // What a link leads to is emptied of us; the link is somebody's own.
  if ((await lstat(path)).isSymbolicLink()) await unlink(await realpath(path));
  await unlink(path).catch(absent);
}

/** Removes folders that are empty, the innermost first; others stay. */
export async function removeFolders(folders: readonly string[]): Promise<void> {
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    await rmdir(folder).catch((error: unknown) => {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
    });
  }
}

async function requireWritable(path: string, mode: number): Promise<void> {
  const writable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (writable && (mode & 0o222) !== 0) return;
  throw new ConfigError({
    what: `${path} is read-only`,
    next: 'Make it writable, or add by hand what the diff shows',
  });
}

/** Answers those that were not there, the outermost first. */
async function makeFolders(path: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let at = path; at !== parse(at).root && (await stat(at).catch(absent)) === null; at = dirname(at))
    missing.unshift(at);
  await mkdir(path, { recursive: true });
  return missing;
}

function absent(error: unknown): null {
  if (GONE.has(codeOf(error) ?? '')) return null;
  throw error;
}
