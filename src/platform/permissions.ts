/** Keeping the home to its owner: 0700 for folders, 0600 for files, and saying where that is not so. */
import { chmod, open, stat } from 'node:fs/promises';
import { codeOf } from '../model/errors.ts';
import { makeFolders } from './folders.ts';
import { hostOs, type Os } from './paths.ts';

const PRIVATE_DIR = 0o700;
const PRIVATE_FILE = 0o600;

/** Codes with which a file system says that it keeps no such permissions, or that the file is another's. */
const NO_PERMISSIONS = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EROFS']);

/** One thing that `doctor` shows about permissions. */
export type PermissionFinding = {
  readonly id: 'permissions';
  readonly status: 'ok' | 'warn';
  readonly words: string;
  readonly fix?: string;
};

/**
 * Makes the folder (and its parents) with 0700, and narrows it when it exists. Answers whether it is private now:
 * false on Windows and on file systems without permissions, where the folder is made all the same.
 */
export async function makePrivateDir(path: string, os: Os = hostOs()): Promise<boolean> {
  await makeFolders(path, PRIVATE_DIR);
  return narrow(path, PRIVATE_DIR, os);
}

/** Makes an empty file with 0600 where there is none, and narrows one that exists. Answers as `makePrivate`. */
export async function makePrivateFile(path: string, os: Os = hostOs()): Promise<boolean> {
  const file = await open(path, 'a', PRIVATE_FILE);
  await file.close();
  return makePrivate(path, os);
}

/** Narrows an existing file to 0600. Answers whether it is private now. */
export async function makePrivate(path: string, os: Os = hostOs()): Promise<boolean> {
  return narrow(path, PRIVATE_FILE, os);
}

/**
 * What others on the machine may do with a file or folder that should be the owner's alone; empty when all is well
 * or the path does not exist. On Windows the answer is one `ok` that says why nothing was checked.
 */
export async function checkPrivate(
  path: string,
  os: Os = hostOs(),
  uid: number | undefined = process.getuid?.(),
): Promise<readonly PermissionFinding[]> {
  if (os === 'win32') {
    return [
      {
        id: 'permissions',
        status: 'ok',
        words: 'Windows keeps a profile folder to its user by itself; not checked',
      },
    ];
  }
  const found = await statIfExists(path);
  if (found === null) return [];
  const findings: PermissionFinding[] = [];
  const wanted = found.isDirectory() ? PRIVATE_DIR : PRIVATE_FILE;
  const mode = found.mode & 0o777;
  if ((mode & 0o077) !== 0) {
    findings.push({
      id: 'permissions',
      status: 'warn',
      words: `${path} has mode ${octal(mode)}: other users of this machine can reach it`,
      fix: `chmod ${octal(wanted)} '${path.replaceAll("'", "'\\''")}'`,
    });
  }
  if (uid !== undefined && found.uid !== uid) {
    findings.push({
      id: 'permissions',
      status: 'warn',
      words: `${path} belongs to user ${found.uid}, midturn runs as user ${uid}`,
    });
  }
  return findings;
}

async function narrow(path: string, mode: number, os: Os): Promise<boolean> {
  if (os === 'win32') return false;
  if (((await stat(path)).mode & 0o077) === 0) return true;
  try {
    await chmod(path, mode);
  } catch (error) {
    if (NO_PERMISSIONS.has(codeOf(error) ?? '')) return false;
    throw error;
  }
  // A mounted Windows or network disk may take the call and change nothing.
  return ((await stat(path)).mode & 0o077) === 0;
}

async function statIfExists(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
