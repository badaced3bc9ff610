/**
 * Which repository or folder a working directory belongs to, by reading `.git` files alone: no git process, no
 * `GIT_*` variables, and no time limit that decides anything. "Git did not answer" is never "not git".
 */
import { codeOf, messageOf } from '../model/errors.ts';
import { withDeadline } from '../platform/deadline.ts';
import { type FileIdentity, fileIdentity, nodeDisk } from '../platform/disk.ts';
import { hostOs, isAbsolutePath, normalisePath, pathsOf, realPathOf, wslTwin } from '../platform/paths.ts';
import {
  ask,
  type GitDirs,
  gitDirsAt,
  isDiskError,
  isSubmodule,
  type Place,
  readCoreSettings,
  readGitFile,
  readLine,
  resolveFrom,
} from './git-dir.ts';

/** All paths are absolute, with symbolic links resolved, in the system's own separators. */
export type GitLocation = {
  readonly kind: 'git';
  /** The repository's git dir, shared by all its work trees: what identifies the project. */
  readonly commonDir: string;
  /** This work tree's git dir. */
  readonly gitDir: string;
  /** The root of this checkout (of a linked work tree: its own root); null in a bare repository. */
  readonly root: string | null;
  /** The root of the repository's main work tree; null when it has none (bare) or it cannot be told. */
  readonly mainRoot: string | null;
  /** The name of the linked work tree; null in the main one. */
  readonly worktreeName: string | null;
  /** Of the repository: a linked work tree of a bare one is `bare` and has a root. */
  readonly bare: boolean;
  readonly submodule: boolean;
  /** History was cut off when it was cloned: the oldest commit present is no root commit. */
  readonly shallow: boolean;
  /** Of `commonDir`: the same after the repository was moved on its disk. */
  readonly inode: FileIdentity | null;
};

/** A `.git` that leads nowhere (work tree pruned, repository moved or forbidden). */
type BrokenGitLocation = {
  readonly kind: 'git-broken';
  /** The folder that holds the `.git`. */
  readonly root: string;
  /** Where the repository is or was, as far as the file says; null when it says nothing. */
  readonly commonDir: string | null;
  readonly worktreeName: string | null;
  readonly reason: string;
};

type FolderLocation = {
  readonly kind: 'folder';
  readonly path: string;
  readonly inode: FileIdentity | null;
};

type MissingLocation = {
  readonly kind: 'missing';
  readonly path: string;
  /**
   * The repository around the nearest folder that still exists (a work tree kept inside it, a deleted subfolder).
   * A hint: a home folder may be a repository too.
   */
  readonly within: GitLocation | null;
};

/** The disk did not answer: nothing is known about the path, and nothing may be concluded. Ask again later. */
type UnreachableLocation = {
  readonly kind: 'unreachable';
  readonly path: string;
  readonly reason: string;
};

export type Location =
  | GitLocation
  | BrokenGitLocation
  | FolderLocation
  | MissingLocation
  | UnreachableLocation;

/**
 * Locates a directory (of a file: the one that holds it). A path that is not absolute is `missing`: no working
 * directory is ever assumed. Waits as long as the disk does; `locateWithin` does not.
 */
export async function locate(cwd: string, options: Partial<Place> = {}): Promise<Location> {
  const place: Place = { disk: options.disk ?? nodeDisk, os: options.os ?? hostOs() };
  if (cwd.includes('\0') || !isAbsolutePath(cwd, place.os))
    return { kind: 'missing', path: cwd, within: null };
  const path = normalisePath(cwd, place.os);
  try {
    return await find(path, place);
  } catch (error) {
    if (!isDiskError(error)) throw error;
    return { kind: 'unreachable', path, reason: `the disk answered ${codeOf(error) ?? messageOf(error)}` };
  }
}

/**
 * Look-ups that have outlived their deadline. A hung look-up holds one of the four threads that all file access of
 * this process shares, so there may be two of them and no more, and none twice for the same path.
 */
const late = new Map<string, Promise<Location>>();
const MAX_LATE = 2;

/** Like `locate`, but answers `unreachable` when the disk has said nothing for `ms` milliseconds. */
export async function locateWithin(cwd: string, ms: number, options: Partial<Place> = {}): Promise<Location> {
  const hung = late.get(cwd);
  if (hung === undefined && late.size >= MAX_LATE) {
    return {
      kind: 'unreachable',
      path: cwd,
      reason: `${late.size} earlier look-ups on this machine's disks still hang`,
    };
  }
  const asking = hung ?? locate(cwd, options);
  const answer = await withDeadline(asking, ms);
  if (!answer.timedOut) return answer.value;
  if (!late.has(cwd)) {
    late.set(cwd, asking);
    const forget = () => late.delete(cwd);
    asking.then(forget, forget);
  }
  return { kind: 'unreachable', path: cwd, reason: `the disk did not answer within ${ms} ms` };
}

async function find(path: string, place: Place): Promise<Location> {
  const { disk, os } = place;
  const native = os === 'linux' && !path.startsWith('/') ? wslTwin(path) : path;
  if (native === null || (os === 'darwin' && !path.startsWith('/')))
    return { kind: 'missing', path, within: null };
  const real = await realPathOf(native, disk, os);
  if (real.path !== real.existing) {
    const around = await walkUp(real.existing, place);
    // A Windows path that exists nowhere here came from another machine: its own spelling says more.
    return {
      kind: 'missing',
      path: native === path ? real.path : path,
      within: around?.kind === 'git' ? around : null,
    };
  }
  const stat = await disk.stat(real.path);
  const folder = stat.isDirectory ? real.path : pathsOf(os).dirname(real.path);
  const git = await walkUp(folder, place);
  if (git !== null) return git;
  const folderStat = stat.isDirectory ? stat : await disk.stat(folder);
  return { kind: 'folder', path: folder, inode: fileIdentity(folderStat) };
}

/** The innermost repository at or above a folder, found in the order that git itself looks. */
async function walkUp(folder: string, place: Place): Promise<GitLocation | BrokenGitLocation | null> {
  const { dirname } = pathsOf(place.os);
  for (let at = folder; ; at = dirname(at)) {
    const found = (await dotGitIn(at, place)) ?? (await bareAt(at, place));
    if (found !== null) return found;
    if (dirname(at) === at) return null;
  }
}

async function dotGitIn(folder: string, place: Place): Promise<GitLocation | BrokenGitLocation | null> {
  const dotGit = pathsOf(place.os).join(folder, '.git');
  const stat = await ask(place.disk.stat(dotGit));
  if (stat.found === null) return null;
  if (stat.found.isDirectory) {
    const dirs = await gitDirsAt(dotGit, place);
    if (dirs.found !== null) return describe(dirs.found, folder, place);
    // Git passes over an empty `.git` folder. One that it may not look into is a repository all the same.
    if (dirs.denied === null) return null;
    const commonDir = normalisePath(await place.disk.realpath(dotGit), place.os);
    return {
      kind: 'git-broken',
      root: folder,
      commonDir,
      worktreeName: null,
      reason: `${dotGit}: ${dirs.denied}`,
    };
  }
  const named = await readGitFile(dotGit, place);
  if (named === null) {
    const reason = `${dotGit} is not a folder and names none`;
    return { kind: 'git-broken', root: folder, commonDir: null, worktreeName: null, reason };
  }
  const dirs = await gitDirsAt(named, place);
  if (dirs.found !== null) return describe(dirs.found, folder, place);
  return broken(folder, named, dirs.denied, place);
}

/** What a dangling `gitdir:` still tells: `/x/.git/worktrees/name` belonged to `/x/.git`, there or not. */
async function broken(
  root: string,
  named: string,
  denied: string | null,
  place: Place,
): Promise<BrokenGitLocation> {
  const { dirname, basename } = pathsOf(place.os);
  const linked = basename(dirname(named)) === 'worktrees';
  const lexical = linked ? dirname(dirname(named)) : named;
  const commonDir = (await realPathOf(lexical, place.disk, place.os)).path;
  const reason = denied === null ? `${named}, named by ${root}'s .git, is not there` : `${named}: ${denied}`;
  return { kind: 'git-broken', root, commonDir, worktreeName: linked ? basename(named) : null, reason };
}

/** The folder is a git dir itself: a bare repository, or the inside of a `.git`. */
async function bareAt(folder: string, place: Place): Promise<GitLocation | null> {
  const dirs = await gitDirsAt(folder, place);
  return dirs.found === null ? null : describe(dirs.found, null, place);
}

async function describe(dirs: GitDirs, checkout: string | null, place: Place): Promise<GitLocation> {
  const { disk, os } = place;
  const { basename, dirname, join } = pathsOf(os);
  const { gitDir, commonDir } = dirs;
  const linked = gitDir !== commonDir;
  const core = await readCoreSettings(commonDir, place);
  const bare = core.bare ?? (basename(commonDir) !== '.git' && core.worktree === null);
  const mainRoot = bare ? null : await mainRootOf(dirs, core.worktree, linked ? null : checkout, place);
  let root = checkout;
  if (linked && root === null) root = await linkedRootOf(gitDir, place);
  if (!linked) root = bare ? null : (checkout ?? mainRoot);
  return {
    kind: 'git',
    commonDir,
    gitDir,
    root: root === null ? null : normalisePath(root, os),
    mainRoot,
    worktreeName: linked ? basename(gitDir) : null,
    bare,
    submodule: dirname(commonDir).includes('modules') && (await isSubmodule(commonDir, place)),
    shallow: (await ask(disk.stat(join(commonDir, 'shallow')))).found !== null,
    inode: fileIdentity(await disk.stat(commonDir)),
  };
}

async function mainRootOf(
  { commonDir }: GitDirs,
  worktree: string | null,
  checkout: string | null,
  place: Place,
): Promise<string | null> {
  const { basename, dirname } = pathsOf(place.os);
  if (checkout !== null) return checkout;
  if (worktree !== null)
    return (await realPathOf(resolveFrom(commonDir, worktree, place.os), place.disk, place.os)).path;
  return basename(commonDir) === '.git' ? dirname(commonDir) : null;
}

/** A linked work tree's git dir names that work tree's `.git` file. */
async function linkedRootOf(gitDir: string, place: Place): Promise<string | null> {
  const { dirname, join } = pathsOf(place.os);
  const named = await readLine(join(gitDir, 'gitdir'), place);
  if (named === null || named === '') return null;
  const real = await realPathOf(dirname(resolveFrom(gitDir, named, place.os)), place.disk, place.os);
  return real.path === real.existing ? real.path : null;
}
