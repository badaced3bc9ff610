/** What the review service takes, gives, and stands on. */
import type { CompileService } from '../compile/index.ts';
import type { CallerProject } from '../model/caller.ts';
import type { SessionId } from '../model/ids.ts';
import type { LeaseHolder } from '../model/lease.ts';
import type { Reviewer, ReviewProfile, ReviewTrigger } from '../model/review.ts';
import type { Clock } from '../model/time.ts';
import type { FamilyCounts, LedgerLine, ReviewJob, ReviewState } from '../store/reviews.ts';
import type { Store } from '../store/store.ts';

/** `[review]`, as it is configured. */
export type ReviewSettings = {
  readonly enabled: boolean;
  /** The window: characters of a session that a reviewer is shown. */
  readonly max_characters: number;
  /** Turns between two reviews of one session by a paid reviewer. */
  readonly every_turns: number;
  readonly daily_calls: number;
  readonly daily_tokens: number;
  readonly session_calls: number;
  readonly session_tokens: number;
  readonly snapshot_days: number;
};

/** What is kept out of reviews, as it is kept out of capture. */
export type Withheld = {
  readonly paused: () => Promise<boolean>;
  readonly path: (cwd: string) => boolean;
  /** Epoch ms. */
  readonly time: (at: number) => boolean;
};

export type ReviewDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly settings: ReviewSettings;
  readonly profile: ReviewProfile;
  /** Made when the first review runs. @throws ReviewFailure `not_configured` */
  readonly reviewer: () => Promise<Reviewer>;
  readonly submit: CompileService['submit'];
  /** The project of a directory, as it is now. */
  readonly projectOf: (cwd: string) => Promise<CallerProject | null>;
  readonly withheld: Withheld;
  /** The home's root: what midturn does by itself works in there, and dumps lie in there. */
  readonly home: string;
  /** Characters of USER.md and MEMORY.md. */
  readonly budgets: { readonly user: number; readonly project: number };
  readonly self?: () => Promise<LeaseHolder>;
  /** Where a test may stop or kill a review; each stands between two transactions. */
  readonly checkpoint?: (at: 'claimed' | 'kept' | 'answered' | 'submitted') => Promise<void>;
};

export type ReviewRequested = { readonly session: SessionId; readonly trigger: ReviewTrigger };

export type RunOptions = {
  readonly signal?: AbortSignal;
  /** Epoch ms; no review is begun after it. */
  readonly deadline?: number;
};

export type ReviewSummary = {
  /** Jobs that were begun. */
  readonly ran: number;
  readonly done: number;
  /** Back in the queue, to be tried again later. */
  readonly again: number;
  readonly failed: number;
  /** Stopped by a budget. */
  readonly stopped: number;
  readonly envelopes: readonly string[];
  readonly counts: FamilyCounts;
  /** Jobs that are due later, or were not reached. */
  readonly queued: number;
};

type Left = { readonly used: number; readonly limit: number; readonly left: number };

export type UsageReport = {
  readonly reviewer: {
    readonly profile: string;
    readonly provider: string;
    readonly model: string | null;
    readonly paid: boolean;
    readonly enabled: boolean;
  };
  readonly today: { readonly day: string; readonly calls: Left; readonly tokens: Left };
  /** Newest day first. */
  readonly ledger: readonly LedgerLine[];
  readonly jobs: Readonly<Record<ReviewState, number>>;
  /** Stopped by a budget, newest first. */
  readonly stopped: readonly ReviewJob[];
  /** Newest first. */
  readonly last: readonly ReviewJob[];
};
