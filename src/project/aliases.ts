/** The names by which a located project is known again, and the one that people see. */
import type { FileIdentity } from '../platform/disk.ts';
import { baseName, hostOs, type Os, pathKey, pathsOf } from '../platform/paths.ts';
import type { GitFacts } from './git-facts.ts';
import type { GitLocation, Location } from './locate.ts';
import { isLocalRemote } from './remote.ts';

/** `machine` is null for names that hold on every machine. A value is always whole: no two places share one. */
export type Alias = {
  readonly machine: string | null;
  readonly kind: 'git-dir' | 'inode' | 'path' | 'remote' | 'root-commit';
  readonly value: string;
};

export type Claim = {
  readonly name: string;
  /** Strongest first: the first that is known decides. */
  readonly identity: readonly Alias[];
  /** True of the project, but not enough to tell it by. */
  readonly extra: readonly Alias[];
};

/**
 * The claim that a location makes. What cannot be read claims its path only, to be looked up; a project should be
 * made of it for `missing` alone, never for `unreachable`.
 */
export function claimOf(location: Location, machine: string, os: Os = hostOs()): Claim {
  const alias = (kind: Alias['kind'], value: string): Alias => ({ machine, kind, value });
  const path = (value: string) => alias('path', pathKey(value, os));
  const inode = (identity: FileIdentity | null) => {
    const value = identity === null ? null : inodeValue(identity);
    return value === null ? [] : [alias('inode', value)];
  };
  switch (location.kind) {
    case 'git': {
      const { root, mainRoot, submodule } = location;
      // A folder that became a repository, or stopped being one, is still the same project; the place of a linked
      // work tree or a submodule may hold another one tomorrow.
      const own = mainRoot !== null && !submodule ? [path(mainRoot)] : [];
      const lent = root !== null && (submodule || root !== mainRoot) ? [path(root)] : [];
      const gitDir = alias('git-dir', pathKey(location.commonDir, os));
      return {
        name: gitName(location, os),
        identity: [gitDir, ...inode(location.inode), ...own],
        extra: lent,
      };
    }
    case 'git-broken': {
      const { root, commonDir } = location;
      const gitDir = commonDir === null ? [] : [alias('git-dir', pathKey(commonDir, os))];
      const name = commonDir === null ? shownName(root, os) : dirName(commonDir, os);
      return {
        name,
        identity: commonDir === null ? [path(root)] : gitDir,
        extra: commonDir === null ? [] : [path(root)],
      };
    }
    case 'folder':
      return {
        name: shownName(location.path, os),
        identity: [path(location.path), ...inode(location.inode)],
        extra: [],
      };
    case 'missing':
    case 'unreachable':
      return { name: shownName(location.path, os), identity: [path(location.path)], extra: [] };
  }
}

/**
 * What git said, as aliases. Neither kind identifies a project alone: forks share the root commit, projects made
 * from one template too, and a remote may have been given another repository. Clones are joined on both.
 */
export function factAliases(facts: GitFacts, machine: string): readonly Alias[] {
  const remotes = facts.remotes.map((value): Alias => {
    return { machine: isLocalRemote(value) ? machine : null, kind: 'remote', value };
  });
  if (facts.rootCommit === null) return remotes;
  return [...remotes, { machine: null, kind: 'root-commit', value: facts.rootCommit }];
}

/** What names a location's folder (of a repository its git dir) on its disk; null where the disk gives nothing lasting. */
export function inodeAlias(claim: Claim): Alias | null {
  return claim.identity.find(({ kind }) => kind === 'inode') ?? null;
}

/** The place that a location is known by, and no other one at the same time: its git dir, of a folder its path. */
export function placeAlias(claim: Claim): Alias | null {
  const kind = claim.identity.some((alias) => alias.kind === 'git-dir') ? 'git-dir' : 'path';
  return claim.identity.find((alias) => alias.kind === kind) ?? null;
}

/** Null without a birth time: inode numbers are given out again, and a wrong join is worse than none. */
export function inodeValue(identity: FileIdentity): string | null {
  const { dev, ino, birthtimeMs } = identity;
  return birthtimeMs === null || ino === '0' ? null : `${dev}:${ino}:${birthtimeMs}`;
}

function gitName(location: GitLocation, os: Os): string {
  const place = location.mainRoot ?? (location.submodule ? location.root : null);
  return place === null ? dirName(location.commonDir, os) : shownName(place, os);
}

/** `/x/app/.git` and `/x/app/.bare` are `app`, `/x/app.git` too. */
function dirName(commonDir: string, os: Os): string {
  const last = baseName(commonDir, os);
  return last.startsWith('.') ? shownName(pathsOf(os).dirname(commonDir), os) : shownName(commonDir, os);
}

/** Whoever names a folder must not write to terminals or between lines by it. Shown text is cleaned besides. */
const UNSEEN = /[\p{Cc}\p{Cs}\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

function shownName(path: string, os: Os): string {
  const last = baseName(path, os)
    .replace(UNSEEN, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?<=.)\.git$/i, '');
  return last === '' ? 'root' : last;
}
