/**
 * Files that are whole or not there: written beside, synced, renamed over. Written here because the usual package
 * makes one `write` call and renames whatever fitted: on a full disk that replaces a file with half of one.
 */
import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../model/errors.ts';
import { hostOs, type Os } from './paths.ts';

export type AtomicOptions = {
  /** Permission bits of the new file. */
  readonly mode?: number;
  readonly os?: Os;
  /** The rename, for tests. */
  readonly rename?: (from: string, to: string) => Promise<void>;
};

/** Waits between attempts, in ms: a virus scanner or an editor holds a file for about this long. */
const RETRY_WAITS = [10, 20, 40, 80, 160, 320];
/** What Windows answers to a rename over a file that somebody has open. */
const HELD_OPEN = new Set(['EPERM', 'EBUSY', 'EACCES']);

/**
 * Replaces or creates a file: readers see the old content or the new, also after a crash. A symbolic link stays one
 * (its target is replaced). Fails with the file system's error, and then the old content is as it was.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: AtomicOptions = {},
): Promise<void> {
  const { mode = 0o600, os = hostOs(), rename: move = rename } = options;
  const target = await targetOf(path);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', mode);
  try {
    try {
      await file.writeFile(data);
      // The mode given to open is narrowed by the umask.
      if (os !== 'win32') await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameOver(temporary, target, os, move);
  } catch (error) {
    await unlink(temporary).catch((failure: unknown) => {
      if (codeOf(failure) !== 'ENOENT')
        throw new AggregateError([error, failure], `cannot remove ${temporary}`);
    });
    throw error;
  }
  if (os !== 'win32') await syncFolder(dirname(target));
}

/**
 * Gives a file that was written under another name in the same folder its own: synced first, and the new name is
 * durable when this returns.
 */
export async function publishFile(
  temporary: string,
  path: string,
  options: Omit<AtomicOptions, 'mode'> = {},
): Promise<void> {
  const { os = hostOs(), rename: move = rename } = options;
  const file = await open(temporary, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await renameOver(temporary, path, os, move);
  if (os !== 'win32') await syncFolder(dirname(path));
}

/** The text of a file, or null when there is none. Other errors are thrown. */
export async function readIfExists(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function renameOver(
  from: string,
  to: string,
  os: Os,
  move: (from: string, to: string) => Promise<void>,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await move(from, to);
    } catch (error) {
      const wait = RETRY_WAITS[attempt];
      if (os !== 'win32' || wait === undefined || !HELD_OPEN.has(codeOf(error) ?? '')) throw error;
      await sleep(wait);
    }
  }
}

async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

/** Codes of file systems and folders that cannot be synced; the rename stands all the same. */
const UNSYNCABLE = new Set(['EINVAL', 'ENOTSUP', 'EBADF', 'EPERM', 'EACCES']);

/** Makes the rename itself durable. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!UNSYNCABLE.has(codeOf(error) ?? '')) throw error;
  }
}
