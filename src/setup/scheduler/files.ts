/** Files that a scheduler reads: written whole, told apart from those of others by their first lines. */
import { mkdir, readFile, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError, codeOf } from '../../model/errors.ts';
import { writeFileAtomic } from '../../platform/atomic.ts';
import { isInside } from '../../platform/paths.ts';

/** Stands in everything that is ours here. */
export const MARK = 'Written by midturn';
/** For whoever opens the file. */
export const MARK_WORDS = `${MARK}: \`midturn scheduler uninstall\` takes it away.`;

/** The text of a file; null when there is none. */
export async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

/**
 * Writes the file unless it is as it should be; answers whether it wrote. Folders on the way are made.
 * @throws ConfigError for a file of that name that midturn did not write
 */
export async function writeOwn(path: string, text: string): Promise<boolean> {
  const before = await textOf(path);
  if (before === text) return false;
  if (before !== null && !before.includes(MARK)) {
    throw new ConfigError({
      what: `${path} is there already`,
      why: 'midturn did not write it',
      next: 'Move it away, then install again',
    });
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, text, { mode: 0o644 });
  return true;
}

/** Takes a file of ours away, and answers whether there was one. What somebody else wrote under its name stays. */
export async function removeOwn(path: string): Promise<boolean> {
  const before = await textOf(path);
  if (before === null || !before.includes(MARK)) return false;
  await unlink(path);
  return true;
}

/** Takes folders away that hold nothing, from the given one up to but without `top`, and none outside of it. */
export async function removeEmpty(folder: string, top: string): Promise<void> {
  for (let at = folder; at !== top && isInside(at, top, 'linux'); at = dirname(at)) {
    try {
      await rmdir(at);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue;
      // Something is in it, or it is not ours to remove: then the ones above hold something too.
      if (codeOf(error) === undefined) throw error;
      return;
    }
  }
}
