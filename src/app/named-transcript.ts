/**
 * A hook says which transcript is meant, and anybody can call a hook: what is read then is a plain file of this user
 * under its own name, never a pipe that would be waited for, nor another file behind a link.
 */
import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { codeOf } from '../model/errors.ts';

export type NamedFileSources = {
  /** The user's number; null where the system has none. */
  readonly user?: number | null;
};

/** Why the file is not to be read; null where it may be, or is not there. @throws the file system's other errors */
export async function refusalOf(
  path: string,
  { user = ownUser() }: NamedFileSources = {},
): Promise<string | null> {
  try {
    const [real, found] = await Promise.all([realpath(path), stat(path)]);
    if (!found.isFile()) return 'it is no file';
    if (basename(real) !== basename(path)) return 'it is a link to a file of another name';
    return user !== null && found.uid !== user ? 'it belongs to another user' : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

function ownUser(): number | null {
  return process.getuid?.() ?? null;
}
