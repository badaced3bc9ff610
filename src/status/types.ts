/** The shape of a status, and what making one takes. */
import type { Caller } from '../model/caller.ts';
import type { Clock } from '../model/time.ts';
import type { Store } from '../store/store.ts';

export type StatusDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly version: string;
  readonly home: string;
  readonly warnings: readonly string[];
  /** As they are configured now; off unless both are set. */
  readonly embeddings: { readonly url: string | null; readonly model: string | null };
  /** What may be spent on models in one day. */
  readonly budget: { readonly daily_calls: number; readonly daily_tokens: number };
  readonly paused: () => Promise<boolean>;
  /** Clones that were joined, in words. */
  readonly joined: () => Promise<ReadonlyArray<{ readonly at: number; readonly words: string }>>;
};

export type Last = { readonly at: string; readonly error?: string; readonly fallback?: string } | null;

export type Filled = { readonly done: number; readonly total: number };

/**
 * The shape that people script against: fields may be added, never renamed. Who is bound to projects is told of these
 * alone, and nothing of the store as a whole.
 */
export type StatusReport = {
  readonly version: string;
  /** Absent where paths must not be shown. */
  readonly home?: string;
  readonly project: { readonly name: string; readonly sessions: number; readonly messages: number } | null;
  readonly counts: {
    readonly projects: number;
    readonly sessions: number;
    readonly messages: number;
    readonly memories: Readonly<Record<string, number>>;
    /** Absent for a caller who is bound to projects. */
    readonly bytes?: number;
  };
  readonly queue: {
    readonly reviews: { readonly queued: number; readonly running: number };
    readonly suggestions: { readonly pending: number; readonly processing: number; readonly failed: number };
  };
  /** Suggestions of the last day, of this project or of none, that came to nothing: how many, and the newest ones. */
  readonly discarded: {
    readonly last_day: number;
    readonly newest: ReadonlyArray<{
      readonly id: string;
      readonly family: string;
      readonly title: string;
      readonly reason: string;
      /** What `midturn undo RECEIPT --show` takes. */
      readonly receipt?: string;
    }>;
  };
  /** Memories and skills that need a person's review. */
  readonly waiting: number;
  /** Who compiles now; `stale`: why the lock does not count any more. */
  readonly lock: {
    readonly pid: number;
    readonly host: string;
    readonly since: string;
    readonly heartbeat_at: string;
    readonly stale?: string;
  } | null;
  readonly capture: { readonly paused: boolean };
  readonly last: {
    readonly capture: Last;
    readonly review: Last;
    readonly compile: Last;
    /** The run that the system's scheduler started last, of the last 24 hours. */
    readonly scheduler: Last;
  };
  /** The last upgrade of the store's schema; `backup` is the file in the home's `backups` from before it. */
  readonly upgrade: {
    readonly at: string;
    readonly from: number;
    readonly to: number;
    readonly backup: string;
  } | null;
  /** Optional vectors; null where no endpoint is configured. */
  readonly embeddings: {
    readonly model: string | null;
    readonly dimensions: number | null;
    /** What compares them: `sqlite-vec` or `exact`. */
    readonly engine: string | null;
    readonly memories: Filled;
    readonly messages: Filled;
    readonly at: string | null;
    readonly error?: string;
    readonly fallback?: string;
  } | null;
  /**
   * What reviews and compiling agents have cost today (UTC), what they may cost, and the reviews that a budget has
   * stopped. Null for a caller who is bound to projects.
   */
  readonly spend: {
    readonly calls: number;
    readonly tokens: number;
    readonly budget: { readonly calls: number; readonly tokens: number };
    readonly stopped: number;
  } | null;
  readonly counters: Readonly<Record<string, number>>;
  readonly health: readonly Found[];
  readonly wiring: readonly Wired[];
};

/** One thing that is wrong, or that a person should know. */
export type Found = {
  readonly id: string;
  readonly status: 'warn' | 'fail';
  readonly words: string;
  readonly fix?: string;
};

export type Wired = {
  readonly client: string;
  /**
   * `wired`; `incomplete`: a file that setup has written is gone; `by other means`: its hooks run, and setup has
   * written nothing for it (a plugin, or somebody's own hand).
   */
  readonly status: 'wired' | 'incomplete' | 'by other means';
  /** When each hook last ran, ISO 8601. */
  readonly hooks: Readonly<Record<string, string>>;
};

export type StatusService = { readonly report: (caller: Caller) => Promise<StatusReport> };
