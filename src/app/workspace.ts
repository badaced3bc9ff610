/** Whether a server was started where somebody works, and which folder a client means by its roots. */
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import {
  fileUrlToPath,
  hostOs,
  isAbsolutePath,
  isInside,
  normalisePath,
  type Os,
  pathsOf,
} from '../platform/paths.ts';
import type { Environment } from './caller.ts';

type Surroundings = {
  readonly os: Os;
  /** The person's home folder, in every spelling of it. */
  readonly homes: readonly string[];
  readonly exists: (path: string) => boolean;
};

/**
 * True where nothing shows that a project is meant: the home folder, what holds it, the root of a disk, and a folder
 * outside of git. A home folder may be a repository too, and what lies in it belongs to no project for that.
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

/** What this process knows of its surroundings. */
export function surroundings(env: Environment): Surroundings {
  const home = env.HOME ?? env.USERPROFILE ?? homedir();
  return { os: hostOs(), homes: [home, realOf(home)], exists: existsSync };
}

/** The first folder of this machine that a client names as its root; null where there is none. */
export function firstFolder(
  roots: ReadonlyArray<{ readonly uri: string }>,
  os: Os = hostOs(),
): string | null {
  for (const { uri } of roots) {
    const path = fileUrlToPath(uri, os);
    if (path !== null && isAbsolutePath(path, os)) return normalisePath(path, os);
  }
  return null;
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
