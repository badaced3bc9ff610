/**
 * A review: what a reviewer is shown of a session, what it answers, what that cost, and how it fails. Shared by the
 * service that runs reviews and by everything that can be one.
 */

/** What made a review due. */
export type ReviewTrigger = 'stop' | 'session-end' | 'pre-compact' | 'scan' | 'manual';

/** One message as a reviewer sees it: redacted, and cut where it is long. */
export type SnapshotMessage = {
  /** `k3f9a2/17` */
  readonly ref: string;
  readonly number: number;
  readonly turn: number | null;
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  /** Who is behind it, shown by the transcript: only `person` is somebody's own word. */
  readonly by: 'person' | 'agent' | 'program' | 'harness' | 'tool';
  /** ISO 8601, null where the transcript gave no time. */
  readonly at: string | null;
  readonly text: string;
  /** True where the middle of the text was left out. */
  readonly cut: boolean;
  /** What a tool call did, where the message is one or its result. */
  readonly tool: {
    readonly name: string;
    readonly command: string | null;
    readonly exitCode: number | null;
    readonly failed: boolean;
    /** Files that it wrote, relative to the project's root, `/`. */
    readonly wrote: readonly string[];
    /** Read from outside the workspace: web, another MCP server. */
    readonly outside: boolean;
  } | null;
};

/** What the reviewer compares with: nothing is to be proposed that is known already. */
export type ComparisonMaterial = {
  readonly user_md: string;
  readonly memory_md: string;
  readonly recall: ReadonlyArray<{ readonly id: string; readonly title: string }>;
  readonly skills: ReadonlyArray<{
    readonly id: string;
    readonly title: string;
    readonly description: string;
    readonly state: string;
  }>;
};

export type ReviewSnapshot = {
  readonly schema_version: 1;
  readonly context: {
    /** Short id of the session. */
    readonly session: string;
    readonly external_session: string;
    readonly client: string;
    /** First and last turn of the window. */
    readonly turns: readonly [number, number];
    /** Turns up to this one were reviewed before; 0 when none was. */
    readonly reviewed_up_to: number;
    readonly cwd: string | null;
    readonly project: string | null;
    readonly trigger: ReviewTrigger;
    readonly triggered_at: string;
  };
  /** Oldest first. */
  readonly transcript: readonly SnapshotMessage[];
  readonly comparison: ComparisonMaterial;
  /** Most authoritative first. */
  readonly source_authority: readonly string[];
};

/** An envelope as submit_suggestion takes it. */
export type ReviewOutput = {
  readonly memory_updates: readonly unknown[];
  readonly recall_candidate: readonly unknown[];
  readonly skill_action: readonly unknown[];
};

/** Tokens are null where the provider does not say; an estimate stands in the ledger then. */
export type ReviewUsage = {
  readonly calls: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
};

export type Reviewed = {
  readonly output: ReviewOutput;
  readonly usage: ReviewUsage;
  /** What the reviewer left out or could not read, for people. */
  readonly notes: readonly string[];
};

/** Told before each call that costs something; `false` = the budget is used up, no call may be made. */
export type MayCall = () => Promise<boolean>;

export type ReviewRequest = {
  readonly signal: AbortSignal;
  readonly mayCall: MayCall;
  /** An earlier attempt has asked for this already: an answer that cannot be read is not asked for again and again. */
  readonly isAgain?: boolean;
  /** Called after each call, failed ones included, so that the ledger is right whatever happens next. */
  readonly spent: (usage: ReviewUsage) => Promise<void>;
};

/** Something that reviews. */
export interface Reviewer {
  /** `rules`, `openai-compatible`, … */
  readonly provider: string;
  readonly model: string | null;
  /** True when a call costs money or quota: only then budgets hold. */
  readonly paid: boolean;
  /** @throws ReviewFailure */
  review(snapshot: ReviewSnapshot, request: ReviewRequest): Promise<Reviewed>;
}

export const REVIEW_PROVIDERS = [
  'rules',
  'openai-compatible',
  'anthropic-style',
  'minimax',
  'command',
  'dummy',
] as const;
export type ReviewProvider = (typeof REVIEW_PROVIDERS)[number];

/** How a reviewer is reached: one `[profiles.NAME]`, its defaults filled in. */
export type ReviewProfile = {
  readonly name: string;
  readonly provider: ReviewProvider;
  /** Null = the provider's default. */
  readonly model: string | null;
  readonly baseUrl: string | null;
  /** The name of the variable that holds the key, never the key; null = the provider's default name. */
  readonly apiKeyEnv: string | null;
  /** MiniMax only. */
  readonly region: 'global' | 'cn';
  readonly timeoutMs: number;
  /** Of the answer. */
  readonly maxTokens: number;
  /** Tries after the first one. */
  readonly maxRetries: number;
  /** Milliseconds before the first, second … retry; the last one holds for all later ones. */
  readonly retryBackoffMs: readonly number[];
  readonly temperature: number;
  /** `command` only: program and arguments, or the name of a recipe (`codex`, `claude`, `opencode`). */
  readonly command: readonly string[];
  readonly payload: 'stdin' | 'file';
  readonly response: 'codex-events' | 'claude-json' | 'opencode-events' | 'raw-json';
};

export type ReviewFailureKind =
  | 'not_configured'
  | 'unreachable'
  | 'timeout'
  | 'rate_limited'
  | 'refused'
  | 'invalid_output'
  | 'budget'
  | 'aborted';

/** Tells it by a mark, not by its class: reviewers are a bundle of their own, with a class of its own. */
const FAILURE = Symbol.for('midturn.review-failure');

/** Why a review came to nothing. */
export class ReviewFailure extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && FAILURE in value;
  }

  readonly [FAILURE] = true;
  override readonly name = 'ReviewFailure';
  readonly kind: ReviewFailureKind;
  /** Raw answers that could not be read, redacted before they are kept. */
  readonly raw: readonly string[];
  /** How long the reviewer asks not to be asked again, ms. */
  readonly retryAfterMs: number;

  constructor(
    kind: ReviewFailureKind,
    message: string,
    {
      raw = [],
      cause,
      retryAfterMs = 0,
    }: { readonly raw?: readonly string[]; readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.raw = raw;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same review may succeed later without anybody doing anything. */
  get passing(): boolean {
    return this.kind === 'unreachable' || this.kind === 'timeout' || this.kind === 'rate_limited';
  }
}
