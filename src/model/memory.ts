/** A memory: a durable fact, with who said it, where it came from and since when it holds. */
import type { MemoryId, ProjectId, SessionId } from './ids.ts';

export const SCOPES = ['user', 'project'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who said it, shown by evidence. */
const ORIGINS = ['user', 'agent', 'tool'] as const;
export type Origin = (typeof ORIGINS)[number];

const MEMORY_STATES = ['active', 'waiting', 'superseded', 'expired', 'forgotten'] as const;
export type MemoryState = (typeof MEMORY_STATES)[number];

const MEMORY_KINDS = ['memory', 'recall'] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

/** A file that a memory speaks of: path relative to the project's root with `/`, and its hash at the time. */
export type SourcePath = { readonly path: string; readonly sha256: string | null };

/** What decided the origin. `proven` is false while the caller's transcript had not shown the call. */
export type Evidence = {
  readonly proven: boolean;
  readonly why: string;
  /** Messages that hold the words, `<session>/<number>`. */
  readonly refs: readonly string[];
};

/** How one record points at another; `replaces` is made by the store when a record takes the place of another. */
const LINK_KINDS = ['part_of', 'see_also'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

export type NewLink = { readonly kind: LinkKind; readonly target: MemoryId };

/** A link as it is read, with the record that it points at. */
export type MemoryLink = {
  readonly kind: LinkKind | 'replaces';
  readonly id: MemoryId;
  /** `m_4f9k2c` */
  readonly short: string;
  readonly title: string;
  readonly state: MemoryState;
  /** Since when the record that it points at holds, or held. */
  readonly validFrom: number;
};

/** The claim of a record that waits to take another away: approved, both are forgotten. */
export const REMOVAL_CLAIM = 'removal';

/** Everything a new record needs; ids, versions and short forms are made inside the store. */
export type NewMemory = {
  readonly kind: MemoryKind;
  readonly scope: Scope;
  readonly project: ProjectId | null;
  readonly title: string;
  readonly content: string;
  readonly contentHash: Uint8Array;
  readonly origin: Origin;
  /** What the caller said of the origin; kept as a claim only. */
  readonly claim: string | null;
  readonly evidence: Evidence;
  /** 0..1 */
  readonly confidence: number;
  readonly state: 'active' | 'waiting';
  /** Why it waits, or null. */
  readonly reason: string | null;
  readonly tags: readonly string[];
  readonly aliases: readonly string[];
  readonly paths: readonly SourcePath[];
  readonly sources: readonly string[];
  readonly client: string | null;
  readonly session: SessionId | null;
  readonly externalSession: string | null;
  readonly turn: number | null;
  readonly callId: string | null;
  /** The checkout's root on this machine, and the cwd relative to it. */
  readonly checkout: string | null;
  readonly cwd: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly validFrom: number;
  readonly validTo: number | null;
  readonly links?: readonly NewLink[];
};

/** A memory as it is read from the store. */
export type Memory = Omit<NewMemory, 'state' | 'contentHash' | 'links'> & {
  readonly row: number;
  readonly id: MemoryId;
  /** `m_4f9k2c` */
  readonly short: string;
  readonly owner: string;
  readonly projectName: string | null;
  readonly state: MemoryState;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly approvedAt: number | null;
  /** Short forms of what this one replaced, newest first. */
  readonly replaces: readonly string[];
  /** What it points at, newest first; records that were forgotten are left out. */
  readonly links: readonly MemoryLink[];
};

/** Of words that no session brought along: a person wrote them into a file. */
export const FROM_NO_SESSION = {
  sources: [],
  client: null,
  session: null,
  externalSession: null,
  turn: null,
  callId: null,
} as const satisfies Partial<NewMemory>;

/** Of words that were not written in a checkout. */
export const IN_NO_CHECKOUT = {
  checkout: null,
  cwd: null,
  branch: null,
  commit: null,
} as const satisfies Partial<NewMemory>;
