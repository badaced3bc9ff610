/** Small secrets in files of their own: made once, for their owner alone, and read only where they are still private. */
import { randomBytes } from 'node:crypto';
import { constants, link, lstat, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../model/errors.ts';
import { makeFolders } from './folders.ts';
import { hostOs, type Os } from './paths.ts';

const PRIVATE_FILE = 0o600;
const PRIVATE_DIR = 0o700;
/** Codes of file systems without hard links (FAT, some network disks). */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

export type PrivateFile =
  | { readonly kind: 'missing' }
  | { readonly kind: 'text'; readonly text: string }
  /** `why`: words behind "it", as in `it is a symbolic link`. */
  | { readonly kind: 'unfit'; readonly why: string };

export type CreateOptions = {
  readonly os?: Os | undefined;
  /** The hard link, for tests. */
  readonly link?: (from: string, to: string) => Promise<void>;
};

/**
 * Makes a file with 0600 that holds the text, whole or not at all. Answers false, and changes nothing, where
 * something has that name, be it a link that leads nowhere.
 */
export async function createPrivateFile(
  path: string,
  text: string,
  { os = hostOs(), link: hardLink = link }: CreateOptions = {},
): Promise<boolean> {
  await makeFolders(dirname(path), PRIVATE_DIR);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await writeNew(temporary, text, os);
  try {
    await hardLink(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(codeOf(error) ?? '')) throw error;
  } finally {
    await unlink(temporary);
  }
  try {
    await writeNew(path, text, os);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * The text of a file that nobody else can read or replace by a link; at most `most` bytes. Permissions are not
 * looked at on Windows, which keeps a profile folder to its user by itself.
 */
export async function readPrivateFile(
  path: string,
  most: number,
  { os = hostOs(), uid = process.getuid?.() }: { readonly os?: Os; readonly uid?: number | undefined } = {},
): Promise<PrivateFile> {
  try {
    if (!(await lstat(path)).isFile()) return { kind: 'unfit', why: 'is no plain file' };
    // What stood there may have been replaced since.
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const found = await file.stat();
      if (!found.isFile()) return { kind: 'unfit', why: 'is no plain file' };
      if (os !== 'win32') {
        if ((found.mode & 0o077) !== 0)
          return { kind: 'unfit', why: 'can be read by other users of this machine' };
        if (uid !== undefined && found.uid !== uid)
          return { kind: 'unfit', why: `belongs to user ${found.uid}` };
      }
      if (found.size > most) return { kind: 'unfit', why: 'holds something else' };
      return { kind: 'text', text: await file.readFile('utf8') };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'missing' };
    if (codeOf(error) === 'ELOOP') return { kind: 'unfit', why: 'is no plain file' };
    throw error;
  }
}

async function writeNew(path: string, text: string, os: Os): Promise<void> {
  const file = await open(path, 'wx', PRIVATE_FILE);
  try {
    try {
      await file.writeFile(text);
      // The mode given to open is narrowed by the umask.
      if (os !== 'win32') await file.chmod(PRIVATE_FILE);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await unlink(path);
    throw error;
  }
}
