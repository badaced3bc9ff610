/** What injecting reads, asks and gives. */
import type { HistoryService } from '../history/index.ts';
import type { Caller } from '../model/caller.ts';
import type { RecallService } from '../recall/index.ts';
import type { Store } from '../store/store.ts';

type InjectSettings = {
  readonly sessionStart: boolean;
  readonly prompt: boolean;
  readonly failures: boolean;
  /** Of a session's start, UTF-16 units. Codex and Claude Code cut what a hook adds at 10,000. */
  readonly maxCharacters: number;
};

export type InjectDeps = {
  readonly store: Store;
  readonly recall: RecallService;
  readonly history: HistoryService;
  readonly settings: InjectSettings;
  /** Whose words are given unasked: a person's and what one approved, or agents' as well. */
  readonly trust: 'user' | 'agent';
  /** Characters of USER.md and MEMORY.md. */
  readonly budgets: { readonly user: number; readonly project: number };
  /** The person's own wording in the place of ours; null = ours. */
  readonly contract?: string | null;
  readonly review?: string | null;
  /** What else is to be said once at a session's start, such as that two clones count as one project. Data. */
  readonly notices?: (caller: Caller) => Promise<readonly string[]>;
};

/** How a session begins, as both clients name it; what is none of these is taken for `startup`. */
export type SessionSource = 'startup' | 'resume' | 'compact' | 'clear';

/** A command that has just failed. */
export type Failure = {
  readonly command: string;
  /** What it printed. */
  readonly error: string;
  readonly exitCode: number | null;
};

/**
 * All text that is given to a model unasked. Null = nothing is added. The same store gives the same bytes; stored
 * words stand within a fence that they cannot close.
 */
export type InjectService = {
  /** At most `maxCharacters`. */
  readonly sessionStart: (caller: Caller, start: { readonly source: string }) => Promise<string | null>;
  /** What fits a prompt beyond doubt and the session has not been shown: at most 1,024 bytes. */
  readonly prompt: (caller: Caller, text: string) => Promise<string | null>;
  /** How the same failure was mended before: at most 700 characters. */
  readonly failure: (caller: Caller, failure: Failure) => Promise<string | null>;
  /** When to call which tool; with the names that the client gives them, which it may have from a plugin. */
  readonly contract: (client?: string | null, plugin?: boolean) => string;
  /** Has the client's own model review the session that is going on. */
  readonly review: (client?: string | null, plugin?: boolean) => string;
};
