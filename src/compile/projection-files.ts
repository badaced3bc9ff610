/**
 * Reads and writes the files of a home that a person may have open: never through a link that leads out of the home,
 * never over words that were typed since the file was read.
 */
import { lstat, readdir, readFile, realpath, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { codeOf, StoreError } from '../model/errors.ts';
import { iso } from '../model/time.ts';
import { writeFileAtomic } from '../platform/atomic.ts';
import { hostOs, type Os } from '../platform/paths.ts';
import { makePrivateDir } from '../platform/permissions.ts';

/** The file is not as it was read: whoever renders has to begin again. */
export class FileChanged extends Error {}

export type WriteOptions = {
  readonly os?: Os;
  /** The rename, for tests. */
  readonly rename?: (from: string, to: string) => Promise<void>;
};

/** The bytes of a file of the home, or null when there is none. @throws StoreError */
export async function readOwned(root: string, path: string): Promise<Uint8Array | null> {
  try {
    await requireInside(root, path);
    return await bytesOf(path);
  } catch (error) {
    throw fileError(path, 'read', error);
  }
}

/**
 * Replaces the file whole (0600, its folder 0700), if it still holds what was read (null = it was not there).
 * @throws FileChanged when it does not; StoreError when it cannot be written. The file is as it was then.
 */
export async function writeOwned(
  root: string,
  path: string,
  text: string | Uint8Array,
  read: Uint8Array | null,
  { os = hostOs(), rename: move = rename }: WriteOptions = {},
): Promise<void> {
  try {
    await requireInside(root, path);
    await makePrivateDir(dirname(path), os);
    await requireWritable(path, os);
    await writeFileAtomic(path, text, {
      os,
      rename: async (from, to) => {
        if (!isSame(await bytesOf(path), read)) throw new FileChanged();
        await move(from, to);
      },
    });
  } catch (error) {
    throw error instanceof FileChanged ? error : fileError(path, 'written', error);
  }
}

/** Removes a file that still holds what was read, and its folder and description once nothing else is in it. */
export async function removeOwned(root: string, path: string, read: Uint8Array): Promise<void> {
  try {
    await requireInside(root, path);
    if (!isSame(await bytesOf(path), read)) throw new FileChanged();
    await unlink(path);
    const folder = dirname(path);
    const left = await readdir(folder);
    if (left.length === 1 && left[0] === 'project.json') await unlink(join(folder, 'project.json'));
    if (left.every((name) => name === 'project.json')) await rmdir(folder);
  } catch (error) {
    throw error instanceof FileChanged ? error : fileError(path, 'removed', error);
  }
}

/** Keeps what a file held beside it, `MEMORY.conflict-<time>.md`; answers the new file's path. */
export async function keepConflict(
  root: string,
  path: string,
  bytes: Uint8Array,
  at: number,
): Promise<string> {
  const stem = basename(path).replace(/\.md$/i, '');
  const time = iso(at).replace(/[-:]/g, '').replace('.', '-');
  for (let count = 1; ; count += 1) {
    const name = `${stem}.conflict-${time}${count === 1 ? '' : `-${count}`}.md`;
    const copy = join(dirname(path), name);
    const there = await readOwned(root, copy);
    if (isSame(there, bytes)) return copy;
    if (there !== null) continue;
    await writeOwned(root, copy, bytes, null);
    return copy;
  }
}

/** What a writing that was cut off before its rename has left. */
const LEFTOVER = /^(?:(?:USER|MEMORY|RECALL)(?:\.conflict-[\w-]+)?\.md|project\.json)\.[0-9a-f]{12}\.tmp$/;

/** Removes half-written files of a folder that were last touched before a time (epoch ms): nobody writes them now. */
export async function removeLeftovers(root: string, folder: string, before: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!LEFTOVER.test(name)) continue;
    const path = join(folder, name);
    try {
      await requireInside(root, path);
      const stat = await statOf(path);
      if (stat?.isFile() === true && stat.mtimeMs < before) await unlink(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw fileError(path, 'removed', error);
    }
  }
}

/** The folder of a project that was made under an earlier name of it, or the one given. */
export async function existingFolder(parent: string, wanted: string, suffix: string): Promise<string> {
  const names = (await namesIn(parent)).filter((name) => name.endsWith(suffix)).sort();
  return names.includes(wanted) ? wanted : (names[0] ?? wanted);
}

/** What a folder holds; nothing when it is not there. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw fileError(folder, 'read', error);
  }
}

export function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return Buffer.compare(a, b) === 0;
}

async function bytesOf(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Where the path leads, links followed, must lie in the home. */
async function requireInside(root: string, path: string): Promise<void> {
  const home = await realOrSelf(root);
  const inside = relative(home, await realOrSelf(path));
  if (inside !== '..' && !inside.startsWith(`..${sep}`) && !/^(?:[a-z]:|[\\/])/i.test(inside)) return;
  throw new StoreError({
    what: `${path} is not touched`,
    why: 'a symbolic link leads out of the home',
    next: 'Put the file itself in its place',
  });
}

/** The real path of the deepest folder that exists, with the rest behind it. */
async function realOrSelf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // A link that leads nowhere would be followed by whoever makes the file.
    if ((await statOf(path))?.isSymbolicLink() === true) throw new DanglingLink();
    const parent = dirname(path);
    return parent === path ? path : join(await realOrSelf(parent), basename(path));
  }
}

class DanglingLink extends Error {}

/** A rename replaces a read-only file without asking: somebody who made it so meant it. */
async function requireWritable(path: string, os: Os): Promise<void> {
  if (os === 'win32') return;
  for (const each of [path, dirname(path)]) {
    const stat = await statOf(each);
    if (stat !== null && !stat.isSymbolicLink() && (stat.mode & 0o200) === 0) {
      throw Object.assign(new Error('read-only'), { code: 'EROFS' });
    }
  }
}

async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

const WHY: Readonly<Record<string, readonly [why: string, next: string]>> = {
  EROFS: ['the file or its folder is read-only', 'Give this user the right to write there'],
  EACCES: ['the permissions do not allow it', 'Give this user the right to read and write there'],
  EPERM: ['the system does not allow it', 'Close the program that holds the file, or repair its permissions'],
  EBUSY: ['another program holds it open', 'Close that program'],
  ENOSPC: ['the disk is full', 'Free some space'],
  EDQUOT: ["this user's disk quota is used up", 'Free some space'],
  EISDIR: ['there is a folder of that name', 'Move that folder away'],
  ENOTDIR: ['a folder it should lie in is a file', 'Move that file away'],
  ELOOP: ['its symbolic links lead in a circle', 'Repair the link'],
};

function fileError(path: string, verb: string, cause: unknown): unknown {
  if (cause instanceof DanglingLink) {
    const words = { why: 'it is a symbolic link that leads nowhere', next: 'Remove the link' };
    return new StoreError({ what: `${path} is not touched`, ...words });
  }
  const code = codeOf(cause);
  if (code === undefined) return cause;
  const [why, next] = WHY[code] ?? [`the system answered ${code}`, 'Look at the file'];
  const words = { what: `${path} cannot be ${verb}`, why, next: `${next}; it is rendered again then` };
  return new StoreError(words, { cause });
}
