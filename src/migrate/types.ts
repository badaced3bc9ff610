/** What is found in the memory of another system, and what becomes of it here. */
import type { CompileService } from '../compile/index.ts';
import type { Caller, CallerProject } from '../model/caller.ts';
import type { Scope } from '../model/memory.ts';
import type { Clock } from '../model/time.ts';
import type { ProjectRecord } from '../store/projects.ts';
import type { Store } from '../store/store.ts';

export const SOURCES = ['codex-self-evolution', 'claude-mem', 'codex', 'claude-code'] as const;
export type SourceName = (typeof SOURCES)[number];

export type Kind = 'memory' | 'recall' | 'skill';

/** Which project something is about, as its system says it. */
export type Place =
  | { readonly kind: 'everywhere' }
  /** The path of its folder, which may be gone. */
  | { readonly kind: 'path'; readonly path: string }
  /** What it was called, and a session of Claude Code that tells where it ran. */
  | { readonly kind: 'name'; readonly name: string; readonly session: string | null };

/** One thing that may be taken over. */
export type Candidate = {
  readonly kind: Kind;
  readonly scope: Scope;
  readonly place: Place;
  readonly title: string;
  readonly content: string;
  /** The item as submit_suggestion takes it, without title, content and scope. */
  readonly fields: Readonly<Record<string, unknown>>;
};

export type SkipReason =
  | 'volatile'
  | 'duplicate'
  | 'too_long'
  | 'empty'
  | 'unreadable'
  | 'retired'
  | 'unknown_project'
  | 'taken_before'
  | 'already_here';

export type Skipped = { readonly title: string; readonly reason: SkipReason; readonly words: string };

/** What lies in one source. */
export type Found = {
  readonly source: SourceName;
  /** Its folder or file, absolute. */
  readonly root: string;
  readonly candidates: readonly Candidate[];
  readonly skipped: readonly Skipped[];
};

/** A folder's text files and a database's rows; nothing is ever written. */
export type MigrateDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly compile: () => Promise<CompileService>;
  /** Records the project of a folder; null while its disk does not answer. */
  readonly projectOf: (path: string) => Promise<CallerProject | null>;
  /** The project that a path is known by already; nothing is recorded. */
  readonly knownProject: (path: string) => Promise<ProjectRecord | null>;
  /** Where a transcript of a client ran. */
  readonly peekCwd: (path: string) => Promise<string | null>;
  readonly openDatabase: (path: string) => Promise<MigrateDatabase>;
};

export type MigrateDatabase = {
  readonly tables: readonly string[];
  readonly rows: (
    table: string,
    columns: readonly string[],
    orderBy: string,
  ) => Iterable<Readonly<Record<string, unknown>>>;
  readonly close: () => Promise<void>;
};

/** A project that something is taken over into; null = the user's own. */
export type Target = { readonly path: string | null; readonly id: string | null; readonly name: string };

export type Planned = {
  readonly candidate: Candidate;
  readonly target: Target;
  /** Names it in the ledger of what was taken over. */
  readonly digest: string;
};

export type MigrationPlan = {
  readonly source: SourceName;
  readonly root: string;
  readonly planned: readonly Planned[];
  readonly skipped: readonly Skipped[];
};

export type Migrated = {
  readonly source: SourceName;
  readonly root: string;
  /** By the status of its items, in the words of submit_suggestion. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** What came to nothing, the first of them. */
  readonly rejected: ReadonlyArray<{ readonly title: string; readonly reason: string }>;
  /** One for each compile: `midturn undo ID --run` takes it back. */
  readonly receipts: readonly string[];
  /** Records that hold and that no person has approved: recalled, not shown unasked. */
  readonly approvable: readonly string[];
};

export type MigrateService = {
  /** What would be taken over from a source's folder or file. Writes nothing. */
  readonly look: (source: SourceName, root: string) => Promise<MigrationPlan>;
  /** `onProgress`: entries that are compiled, of all that were planned. */
  readonly apply: (
    caller: Caller,
    plan: MigrationPlan,
    onProgress?: (done: number) => void,
  ) => Promise<Migrated>;
  /** A present person makes what was taken over their own; answers the receipt, null where there was nothing to do. */
  readonly approve: (caller: Caller, ids: readonly string[]) => Promise<string | null>;
};
