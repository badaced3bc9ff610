/** What rendering the files of a home reads, asks and tells. */
import type { ProjectId } from '../model/ids.ts';
import type { Memory, MemoryKind, Scope } from '../model/memory.ts';
import type { MemoryOperation } from '../model/plan.ts';
import type { Os } from '../platform/paths.ts';
import type { HomeLayout } from '../project/home.ts';
import type { ProjectionRecord, ProjectionsPort } from '../store/projections.ts';

/** The files that are rendered together: the owner's own, or a project's. */
export type ProjectionGroup =
  | { readonly scope: 'user'; readonly project: null }
  | { readonly scope: 'project'; readonly project: { readonly id: ProjectId; readonly name: string } };

/** The claim of a record that a person's file holds and that waits; no other waiting record is in a file. */
export const HAND_CLAIM = 'hand-edit';

/** It takes the place of what it replaced, in the file. */
export type ProjectedMemory = ProjectionRecord;

export interface ProjectionSource {
  /** The group of the project that this one was joined to, or the group itself. */
  main(group: ProjectionGroup): Promise<ProjectionGroup>;
  /** Every active record of the group, and the waiting ones with `HAND_CLAIM`. */
  memories(group: ProjectionGroup): Promise<readonly ProjectedMemory[]>;
  /** True for a record in any state. */
  isKnown(id: string): Promise<boolean>;
  /** The active or waiting record with this content, or null. */
  byHash(scope: Scope, project: ProjectId | null, hash: Uint8Array): Promise<Memory | null>;
}

/** Words as they are stored: cleaned, bounded, secrets cut. */
export type PreparedWords = {
  readonly title: string;
  readonly content: string;
  readonly contentHash: Uint8Array;
  /** How many secrets were cut out. */
  readonly redacted: number;
};

export type ProjectionDeps = {
  readonly layout: HomeLayout;
  readonly projections: ProjectionsPort;
  readonly source: ProjectionSource;
  /** Characters. */
  readonly budgets: { readonly user: number; readonly project: number };
  /** @throws UserInputError for words that no record can hold. */
  readonly prepare: (words: { readonly title?: string; readonly content: string }) => PreparedWords;
  /** Whether a captured tool call since then names the file (absolute path; null = since ever). */
  readonly touchedByTool: (path: string, since: number | null) => Promise<boolean>;
  readonly now: () => number;
  readonly os?: Os;
};

/** Something a person is told: a conflict, a deletion that did not count, a secret that was cut. */
export type ProjectionNotice = { readonly path: string; readonly words: string };

/** A file of a group, as it stands on disk. */
export type GroupFile = {
  /** Absolute; and relative to the home, with `/`. */
  readonly path: string;
  readonly name: string;
  /** What an entry becomes that is written into it by hand. */
  readonly kind: MemoryKind;
  readonly title: string;
};

export type Absorbed = {
  /** For the one writer, as a plan of kind `absorb`. Empty when the store has all of it. */
  readonly operations: readonly MemoryOperation[];
  readonly notices: readonly ProjectionNotice[];
};
