/** Memories, as read. They are written by plans only. */
import type { MemoryId, ProjectId } from '../model/ids.ts';
import type { Memory, MemoryState, Scope } from '../model/memory.ts';

export type MemoryQuery = {
  readonly scope?: Scope;
  readonly projects?: readonly ProjectId[];
  readonly states: readonly MemoryState[];
  readonly limit: number;
  readonly offset?: number;
};

export type MemoryVersion = {
  readonly version: number;
  readonly at: number;
  readonly title: string;
  readonly content: string;
  readonly state: MemoryState;
  readonly change: string;
};

export interface MemoriesPort {
  get(id: MemoryId): Promise<Memory | null>;
  /** Records whose short form or id begins with the text (`m_` and brackets are forgiven); at most 5. */
  find(text: string): Promise<readonly Memory[]>;
  byRows(rows: readonly number[]): Promise<readonly Memory[]>;
  /** The active or waiting record with this content in the scope, or null. */
  byHash(scope: Scope, project: ProjectId | null, hash: Uint8Array): Promise<Memory | null>;
  /** Active and waiting records whose title equals the text, any case. */
  byTitle(scope: Scope, project: ProjectId | null, title: string): Promise<readonly Memory[]>;
  list(query: MemoryQuery): Promise<{ readonly memories: readonly Memory[]; readonly total: number }>;
  versions(id: MemoryId): Promise<readonly MemoryVersion[]>;
  /** The record that took the place of this one, or null. */
  successor(id: MemoryId): Promise<Memory | null>;
  /** Active records that this one, which waits, takes the place of once it is admitted. */
  wouldReplace(id: MemoryId): Promise<readonly Memory[]>;
  /** Records whose origin is to be decided again, since their call was not yet seen in a transcript. */
  unproven(limit: number): Promise<readonly Memory[]>;
}
