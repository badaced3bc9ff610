/** Projections: the files that were rendered from memory, as they were rendered, and which of them are stale. */
import type { MemoryId, ProjectId } from '../model/ids.ts';
import type { MemoryKind, Origin, Scope } from '../model/memory.ts';

export type ProjectionEntry = {
  /** The id of the memory, and the version that was rendered. */
  readonly record: string;
  readonly version: number;
  /** Of the entry's words as they stand in the file. */
  readonly hash: Uint8Array;
};

export type ProjectionHead = {
  /** Relative to the home, with `/`. */
  readonly path: string;
  readonly scope: Scope;
  /** Of a project that was joined to another: the other. */
  readonly project: ProjectId | null;
  /** Of the whole file. */
  readonly hash: Uint8Array;
  /** The budget that it was rendered with, in characters. */
  readonly budget: number;
  readonly renderedAt: number;
};

export type Projection = ProjectionHead & {
  /** In the file's order. */
  readonly entries: readonly ProjectionEntry[];
};

/** What plans have changed since it was rendered: the owner's own memory (project null), or a project's. */
export type Dirty = {
  readonly scope: Scope;
  readonly project: ProjectId | null;
  /** Grows with each change. */
  readonly mark: number;
};

type Rendered = Omit<Projection, 'renderedAt'>;

/** What is read of a record to render it. */
export type ProjectionRecord = {
  readonly id: MemoryId;
  readonly kind: MemoryKind;
  readonly title: string;
  readonly content: string;
  readonly origin: Origin;
  readonly approved: boolean;
  readonly version: number;
  readonly state: 'active' | 'waiting';
  readonly claim: string | null;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms of the last change. */
  readonly updatedAt: number;
  /** Sessions in which it was used. */
  readonly uses: number;
  /** Short forms of what it replaced. */
  readonly replaces: readonly string[];
  /** Of a waiting one: the active records whose words it would change. */
  readonly wouldReplace: readonly MemoryId[];
};

/** A project stands for those joined to it as well, and one of those for the project. */
export interface ProjectionsPort {
  get(path: string): Promise<Projection | null>;
  /** What was rendered of a scope or project, without the entries: costs nothing. */
  heads(scope: Scope, project: ProjectId | null): Promise<readonly ProjectionHead[]>;
  /** Every active record, and the waiting ones with this claim. */
  records(scope: Scope, project: ProjectId | null, claim: string): Promise<readonly ProjectionRecord[]>;
  list(): Promise<readonly Projection[]>;
  dirty(): Promise<readonly Dirty[]>;
  /**
   * Keeps what was rendered, and clears the marks that the rendering had seen before it read memory; what was changed
   * since stays dirty. Of a file's entries only those are written that differ.
   */
  rendered(projections: readonly Rendered[], seen: readonly Dirty[]): Promise<void>;
  /** Forgets a file that is no more. */
  dropped(path: string): Promise<void>;
}
