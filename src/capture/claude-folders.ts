/** The folders below `projects/` in which Claude Code keeps the transcripts of a directory and of what belongs to it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Claude Code cuts longer folder names and adds a hash. */
const MANGLED_LENGTH = 200;
/** Folders of one project beside its own that are watched: those below it, and its worktrees. */
const MOST_FOLDERS = 32;

/** Claude Code's folder name for a directory: every UTF-16 unit that is not a letter or digit becomes `-`. */
export function mangle(directory: string): string {
  return directory.replace(/[^A-Za-z0-9]/g, '-').slice(0, MANGLED_LENGTH);
}

/**
 * Of the folders' `names`, those of the caller's directories, then the newest of folders below the root of its
 * checkout and of worktrees beside it (`shop-fix` beside `shop`).
 */
export async function projectFolders(
  projects: string,
  names: readonly string[],
  caller: { readonly directories: readonly string[]; readonly root: string | null },
): Promise<string[]> {
  const own = new Set(names.filter((name) => caller.directories.some((at) => isFolderOf(name, at))));
  // A root without a name would stand before every other folder.
  if (caller.root === null || mangle(caller.root).length < 2) return [...own];
  const prefix = `${mangle(caller.root)}-`;
  const others: { name: string; modified: number }[] = [];
  for (const name of names) {
    if (own.has(name) || !name.startsWith(prefix)) continue;
    const found = await stat(join(projects, name)).catch(() => null);
    if (found?.isDirectory() === true) others.push({ name, modified: found.mtimeMs });
  }
  others.sort((a, b) => b.modified - a.modified);
  return [...own, ...others.slice(0, MOST_FOLDERS).map(({ name }) => name)];
}

/** True for the folder of a directory: its name, or the cut name with the hash that Claude Code adds. */
function isFolderOf(name: string, directory: string): boolean {
  const mangled = mangle(directory);
  return name === mangled || (mangled.length === MANGLED_LENGTH && name.startsWith(`${mangled}-`));
}
