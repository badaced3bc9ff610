/** Where the person works, for clients that start servers elsewhere (Cursor and VS Code: in the home folder). */
import { isAbsolute } from 'node:path';
import { fileUrlToPath, isAbsolutePath, isInside, normalisePath, type Os, pathsOf } from '../platform/paths.ts';

/** `--workspace DIR`; a variable that the client did not fill in says nothing. */
export function workspaceOf(args: readonly string[]): string | undefined {
  const at = args.indexOf('--workspace');
  const named = at === -1 ? undefined : args[at + 1];
  return named !== undefined && isAbsolute(named) ? named : undefined;
}

export type Surroundings = {
  readonly os: Os;
  /** The person's home folder, in every spelling of it. */
  readonly homes: readonly string[];
  readonly exists: (path: string) => boolean;
};

/**
 * True where nothing shows that a project is meant: the home folder, what holds it, the root of a disk, and a folder
 * outside of git. A home folder may be a repository too, and everything in it is none for that.
 */
export function isNoProject(cwd: string, { os, homes, exists }: Surroundings): boolean {
  const { dirname, join } = pathsOf(os);
  let folder = normalisePath(cwd, os);
  while (dirname(folder) !== folder && !homes.some((home) => isInside(home, folder, os))) {
    if (exists(join(folder, '.git'))) return false;
    folder = dirname(folder);
  }
  return true;
}

/** The first folder of this machine that a client names as its root; null where there is none. */
export function firstFolder(roots: ReadonlyArray<{ readonly uri: string }>, os: Os): string | null {
  for (const { uri } of roots) {
    const path = fileUrlToPath(uri, os);
    if (path !== null && isAbsolutePath(path, os)) return normalisePath(path, os);
  }
  return null;
}
