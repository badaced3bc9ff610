/** Projects and the aliases they are known by. */
import type { ProjectId } from '../model/ids.ts';

type AliasKind = 'git-dir' | 'inode' | 'path' | 'remote' | 'root-commit';

/** One name of a project. `machine` is null for names that hold on every machine (remotes, root commits). */
export type ProjectAlias = {
  readonly machine: string | null;
  readonly kind: AliasKind;
  readonly value: string;
};

export type ProjectRecord = {
  readonly id: ProjectId;
  readonly name: string;
  /** All ids that count as this project: itself and those joined to it. */
  readonly ids: readonly ProjectId[];
  readonly aliases: readonly ProjectAlias[];
  readonly createdAt: number;
};

/** Why a project counts as another. */
export const JOIN_REASONS = {
  person: 'joined by a person',
  clone: 'a clone of the same repository',
  moved: 'the folder has moved',
} as const;

export type JoinedProject = {
  readonly id: ProjectId;
  readonly name: string;
  /** What it counts as. */
  readonly into: ProjectId;
  readonly reason: string;
  /** Epoch ms; null where it was joined before that was kept. */
  readonly joinedAt: number | null;
  /** Its own. */
  readonly aliases: readonly ProjectAlias[];
};

export type ProjectClaim = {
  readonly name: string;
  /** Tried in this order; the first that is known decides. */
  readonly identity: readonly ProjectAlias[];
  /** Kept beside, never deciding (several clones share a remote). */
  readonly extra: readonly ProjectAlias[];
};

export interface ProjectsPort {
  /** The project known by one of the aliases (joined ones resolved), or null. */
  find(identity: readonly ProjectAlias[]): Promise<ProjectRecord | null>;
  /** Finds or creates, and records the aliases that are new. */
  claim(claim: ProjectClaim): Promise<ProjectRecord>;
  /**
   * Another project stands at the places (git dir, path) that `from` was known by: they are taken from it, and the
   * claim is answered by whoever else it fits, else by a new project.
   */
  replaceAt(from: ProjectId, places: readonly ProjectAlias[], claim: ProjectClaim): Promise<ProjectRecord>;
  /** Counts `from` as `into` from now on; nothing is rewritten. A split of the two is forgotten. */
  join(from: ProjectId, into: ProjectId, reason: string): Promise<void>;
  /** The same unless a person has split the two; false where nothing was done. */
  joinUnlessSplit(from: ProjectId, into: ProjectId, reason: string): Promise<boolean>;
  /** Whether a person has split the two, or those that count as them. */
  areSplit(one: ProjectId, other: ProjectId): Promise<boolean>;
  /** Takes a joined project out again, with what it held before and what it is known by; remembered. */
  split(member: ProjectId): Promise<void>;
  /** Projects that count as another, in the order they were made. */
  joined(): Promise<readonly JoinedProject[]>;
  get(id: ProjectId): Promise<ProjectRecord | null>;
  /** Projects whose name equals the text (any case), or whose id begins with it. */
  named(text: string): Promise<readonly ProjectRecord[]>;
  list(): Promise<readonly ProjectRecord[]>;
  /** All projects that carry this alias value. */
  withAlias(alias: ProjectAlias): Promise<readonly ProjectRecord[]>;
}
