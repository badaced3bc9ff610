/** Memories, as read. They are written by plans only. */
import type { MemoryId, ProjectId } from '../model/ids.ts';
import type { LinkKind, Memory, MemoryKind, MemoryState, Origin, Scope } from '../model/memory.ts';
import type { KnownTerm } from './search.ts';

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
  /** The id of the receipt that made it. */
  readonly receipt: string;
};

/** Which memories are looked at: the owner's own, or those of a project (null = any, for the scope `project` too). */
export type MemoryScope = { readonly scope: Scope; readonly projects: readonly ProjectId[] | null };

export type RecordFilter = {
  /** Null = every scope. */
  readonly scopes: readonly MemoryScope[] | null;
  readonly states: readonly MemoryState[];
  /** Only records that hold, or held, at this time. */
  readonly at?: number;
};

/** What is read of a record to rank it and to say whether it is looked for at all: no texts. */
export type RecordCandidate = {
  readonly row: number;
  /** A record stands alone: session 0, and its own row as its place. */
  readonly session: number;
  readonly place: number;
  /** Its term numbers in order. */
  readonly terms: Uint32Array;
  /** When it was last changed. */
  readonly at: number;
  readonly cues: number;
  readonly author: number;
  readonly id: MemoryId;
  readonly short: string;
  readonly kind: MemoryKind;
  readonly scope: Scope;
  readonly project: ProjectId | null;
  readonly state: MemoryState;
  readonly origin: Origin;
  /** Where it was said, relative to the project's root. */
  readonly cwd: string | null;
  readonly validFrom: number;
  readonly validTo: number | null;
  /** Sessions in which it was used. */
  readonly used: number;
};

/** A record and the message that it was remembered next to. */
export type BesideMessage = { readonly row: number; readonly message: number };

export interface MemoriesPort {
  /**
   * Records that hold any of the terms, those with more and rarer ones first. The postings of the rarest terms are
   * read, up to `budget` of them in all.
   */
  matching(
    terms: readonly KnownTerm[],
    filter: RecordFilter,
    budget: number,
    limit: number,
  ): Promise<readonly RecordCandidate[]>;
  /** The same of records named by row, in no order. */
  candidates(rows: readonly number[]): Promise<readonly RecordCandidate[]>;
  /** For each of these records that was replaced: the row of the one in force at the end of its chain. */
  inForce(ids: readonly MemoryId[]): Promise<ReadonlyMap<MemoryId, number>>;
  /** Active records that were remembered in the turn of one of these messages (given by row), or in the next one. */
  beside(messages: readonly number[], limit: number): Promise<readonly BesideMessage[]>;
  /** For each row: the version that stood at that time. A record that was made later has none. */
  versionsAt(rows: readonly number[], at: number): Promise<ReadonlyMap<number, MemoryVersion>>;
  /** Active records that point at this one, newest first, with how they do. */
  pointingAt(
    id: MemoryId,
    limit: number,
  ): Promise<ReadonlyArray<{ readonly kind: LinkKind; readonly memory: Memory }>>;

  get(id: MemoryId): Promise<Memory | null>;
  /** Records whose short form or id begins with the text (`m_` and brackets are forgiven); at most 5. */
  find(text: string): Promise<readonly Memory[]>;
  byRows(rows: readonly number[]): Promise<readonly Memory[]>;
  /** The active or waiting record with this content in the scope, or null. */
  byHash(scope: Scope, project: ProjectId | null, hash: Uint8Array): Promise<Memory | null>;
  /** Active and waiting records whose title equals the text, any case. */
  byTitle(scope: Scope, project: ProjectId | null, title: string): Promise<readonly Memory[]>;
  /** Rows and titles of the active records of a place, in no order: to look for a part of a title. */
  titles(
    scope: Scope,
    project: ProjectId | null,
  ): Promise<ReadonlyArray<{ readonly row: number; readonly title: string }>>;
  /** Active records of these projects and of the owner that were made before the one of this row, newest first. */
  page(projects: readonly ProjectId[], before: number | null, limit: number): Promise<readonly Memory[]>;
  /** What the active records of these projects and of the owner are called, those changed last first. */
  names(
    projects: readonly ProjectId[],
    limit: number,
  ): Promise<ReadonlyArray<{ readonly short: string; readonly title: string }>>;
  /** Active records that no longer hold at this time, of these projects and of the owner. */
  expired(at: number, projects: readonly ProjectId[], limit: number): Promise<readonly Memory[]>;
  list(query: MemoryQuery): Promise<{ readonly memories: readonly Memory[]; readonly total: number }>;
  versions(id: MemoryId): Promise<readonly MemoryVersion[]>;
  /** Records that took the place of this one, in any state, oldest first. */
  replacedBy(id: MemoryId): Promise<readonly Memory[]>;
  /** Active records that this one, which waits, takes the place of once it is admitted. */
  wouldReplace(id: MemoryId): Promise<readonly Memory[]>;
  /** Records whose origin is to be decided again, since their call was not yet seen in a transcript. */
  unproven(limit: number): Promise<readonly Memory[]>;
}
