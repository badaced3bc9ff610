/** Projections: the files that were rendered from memory, as they were rendered, and which of them are stale. */
import type { ProjectId } from '../model/ids.ts';
import type { Scope } from '../model/memory.ts';

export type ProjectionEntry = {
  /** The id of the memory, and the version that was rendered. */
  readonly record: string;
  readonly version: number;
  /** Of the entry's words as they stand in the file. */
  readonly hash: Uint8Array;
};

export type Projection = {
  /** Relative to the home, with `/`. */
  readonly path: string;
  readonly scope: Scope;
  readonly project: ProjectId | null;
  /** Of the whole file. */
  readonly hash: Uint8Array;
  readonly renderedAt: number;
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

export interface ProjectionsPort {
  get(path: string): Promise<Projection | null>;
  /** The same without its entries, of which it tells how many there are. */
  head(path: string): Promise<{ readonly hash: Uint8Array; readonly entries: number } | null>;
  list(): Promise<readonly Projection[]>;
  dirty(): Promise<readonly Dirty[]>;
  /**
   * Keeps what was rendered, and clears the marks that the rendering had seen before it read memory; what was changed
   * since stays dirty.
   */
  rendered(projections: readonly Rendered[], seen: readonly Dirty[]): Promise<void>;
  /** Forgets a file that is no more. */
  dropped(path: string): Promise<void>;
}
