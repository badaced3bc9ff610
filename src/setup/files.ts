/** The files of clients as they are on this machine: read whole, checked before they are replaced, written in place. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir, readFile, realpath, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import { ConfigError, codeOf } from '../model/errors.ts';
import { writeFileAtomic } from '../platform/atomic.ts';
import type { Files } from './types.ts';

const GONE = new Set(['ENOENT', 'ENOTDIR']);

export const diskFiles: Files = {
  read: async (path) => {
    const bytes = await readFile(path).catch((error: unknown) => {
      throwWhereUnreadable(path, error);
      return absent(error);
    });
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
 * Replaces or makes the file, with the folders on the way there, and keeps its permissions and a symbolic link.
 * @throws ConfigError for a file that its owner has made read-only, or a link that leads nowhere
 */
export async function writeText(path: string, text: string, newMode = 0o600): Promise<void> {
  const there = await stat(path).catch(absent);
  if (there === null && (await lstat(path).catch(absent))?.isSymbolicLink() === true)
    throw new ConfigError({
      what: `${path} is a link that leads nowhere`,
      next: 'Make the file that it names, or take the link away',
    });
  if (there !== null) await requireWritable(path, there.mode);
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, text, { mode: there === null ? newMode : there.mode & 0o7777 });
}

/** What a write left behind that was killed before it could rename it. Only while nobody else of us writes. */
export async function sweepTemporaries(path: string): Promise<void> {
  const target = (await realpath(path).catch(absent)) ?? path;
  const folder = dirname(target);
  for (const name of (await readdir(folder).catch(absent)) ?? []) {
    const rest = name.startsWith(basename(target)) ? name.slice(basename(target).length) : '';
    if (/^\.[0-9a-f]{12}\.tmp$/.test(rest)) await unlink(join(folder, name)).catch(absent);
  }
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

/** The folders on the way to a file that are not there yet, the outermost first. */
export async function missingFolders(path: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (
    let at = dirname(path);
    at !== parse(at).root && (await stat(at).catch(absent)) === null;
    at = dirname(at)
  )
    missing.unshift(at);
  return missing;
}

const UNREADABLE: Readonly<Record<string, readonly [why: string, next: string]>> = {
  EISDIR: ['is a folder', 'Move it away'],
  EACCES: ['may not be read by this user', 'Give this user the right to read it'],
  EPERM: ['may not be read by this user', 'Give this user the right to read it'],
  ELOOP: ['is a link that leads in a circle', 'Repair the link'],
};

function throwWhereUnreadable(path: string, error: unknown): void {
  const [why, next] = UNREADABLE[codeOf(error) ?? ''] ?? [];
  if (why !== undefined && next !== undefined)
    throw new ConfigError({ what: `${path} ${why}`, next }, { cause: error });
}

function absent(error: unknown): null {
  if (GONE.has(codeOf(error) ?? '')) return null;
  throw error;
}
