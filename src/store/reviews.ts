/**
 * Reviews: the jobs that are due, what each reviewer was shown, and what its calls cost (with those of other models). A job is one session up to
 * one message, for one reviewer: however often it is asked for, it is there once.
 */

import type { EnvelopeId, ProjectId, SessionId } from '../model/ids.ts';
import type { LeaseHolder } from '../model/lease.ts';
import type { ReviewTrigger } from '../model/review.ts';

/** A job that was begun this often without an end has failed. The number of the system that this replaces. */
export const REVIEW_ATTEMPTS = 3;

/** `stopped`: a budget does not allow it now. */
export type ReviewState = 'queued' | 'running' | 'done' | 'failed' | 'stopped';

/** Who reviews: told apart by this, two reviewers look at the same turns. */
type ReviewerName = { readonly provider: string; readonly model: string | null };

/** Items that an answer held, by family. */
export type FamilyCounts = {
  readonly memory_updates: number;
  readonly recall_candidate: number;
  readonly skill_action: number;
};

export type ReviewJob = ReviewerName & {
  readonly id: string;
  /** `j_4f9k2c` */
  readonly short: string;
  readonly owner: string;
  readonly session: SessionId;
  readonly sessionShort: string | null;
  readonly project: ProjectId | null;
  readonly trigger: ReviewTrigger;
  /** The last message that it reviews: its number, its place in the session, its turn (0 = in none). */
  readonly through: number;
  readonly throughPosition: number;
  readonly throughTurn: number;
  readonly state: ReviewState;
  readonly attempts: number;
  /** Epoch ms; not begun again before. */
  readonly notBefore: number;
  /** Why it waits, was stopped or failed. */
  readonly error: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly envelope: EnvelopeId | null;
  readonly counts: FamilyCounts;
};

export type NewReviewJob = ReviewerName &
  Pick<
    ReviewJob,
    'owner' | 'session' | 'project' | 'trigger' | 'through' | 'throughPosition' | 'throughTurn'
  >;

/** A message with which a review may end. */
export type ReviewedMessage = {
  readonly number: number;
  readonly position: number;
  readonly turn: number;
  readonly cwd: string | null;
  readonly project: ProjectId | null;
  readonly branch: string | null;
  readonly commit: string | null;
};

/** What a session has to review, read from indexes alone. */
export type ReviewOutlook = {
  /** The newest message of an active turn that somebody said or a tool answered; null = there is none. */
  readonly last: ReviewedMessage | null;
  /** The newest such message, of turns that no job covers, in another project than the last one's. */
  readonly elsewhere: ReviewedMessage | null;
  /** The first words of a person: their place in the session; null = no person has said anything in it. */
  readonly firstPrompt: number | null;
  /** Active turns behind those that a job of this reviewer covers (one that failed covers none). */
  readonly newTurns: number;
  /** The newest message that such a job ends with; 0 when there is none. */
  readonly coveredTo: number;
};

export type ClaimedReview = {
  readonly job: ReviewJob;
  /** Names this attempt; whoever holds another one has lost the job. */
  readonly token: string;
  /** What the reviewer answered before the process that had asked it ended; JSON. */
  readonly answer: unknown;
};

/** How an attempt ended. */
export type ReviewEnd =
  | {
      readonly state: 'done';
      readonly envelope: string | null;
      readonly counts: FamilyCounts;
      /** Tokens of the answer, for a provider that did not say. */
      readonly outputEstimate: number;
    }
  | { readonly state: 'failed'; readonly error: string; readonly outcome: string }
  /** Back into the queue. */
  | {
      readonly state: 'queued';
      readonly error: string;
      readonly outcome: string;
      readonly notBefore: number;
      /** Whether it counts as an attempt: what waits for a reviewer that is away is not given up for it. */
      readonly counted: boolean;
    }
  /** Not counted as an attempt. */
  | { readonly state: 'stopped'; readonly error: string };

export type KeptSnapshot = {
  /** JSON, redacted. */
  readonly snapshot: unknown;
  readonly answer: unknown;
  /** What it shows: refs of messages, ids of records. */
  readonly sources: readonly string[];
  readonly expiresAt: number;
};

export type Spent = { readonly calls: number; readonly tokens: number };

/** The most that may be spent, with what was spent by then. */
export type SpendingLimits = {
  /** Epoch ms at which the day began. */
  readonly dayFrom: number;
  readonly day: Spent;
  readonly session: Spent;
};

/** The limit that is in the way. */
export type SpendingStop = {
  readonly of: 'day' | 'session';
  readonly what: 'calls' | 'tokens';
  readonly limit: number;
  readonly used: number;
};

export type Reserved =
  | { readonly status: 'reserved'; readonly entry: number }
  | { readonly status: 'refused'; readonly stop: SpendingStop };

/** `open` = a call that has not come back (its process may have been killed): it counts as estimated. */
export type LedgerLine = ReviewerName & {
  /** UTC, `2026-11-21`. */
  readonly day: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Whether some of the tokens were estimated. */
  readonly estimated: boolean;
  /** Calls that came to nothing. */
  readonly failed: number;
};

/** How a run that is no review has ended. */
export type RunEnd = {
  /** 0 = nothing was started: no line is left of it. */
  readonly calls: number;
  /** Null = it did not say: the estimate stands. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Tokens of what it answered, for one that did not say. */
  readonly outputEstimate: number;
  /** `ok`, or what it failed of. */
  readonly outcome: string;
};

type StillRuns = (holder: LeaseHolder) => Promise<boolean | null>;

export interface ReviewsPort {
  /** @param upTo the position of a message: what came after it is left out */
  outlook(session: SessionId, reviewer: ReviewerName, upTo?: number): Promise<ReviewOutlook | null>;
  /**
   * Turns up to this one were reviewed, seen from a job: 0 when none was. A turn that went on after it was reviewed
   * counts as new.
   */
  reviewedUpTo(job: ReviewJob): Promise<number>;
  /**
   * Puts a job into the queue, or answers with the one that is there for the same message and reviewer. One of the
   * same turn that has not begun yet, or of the session and project that waits for a budget or a reviewer, is made to end with this message
   * instead; one that has failed is tried again when a person asks (`manual`).
   */
  enqueue(job: NewReviewJob): Promise<{ readonly job: ReviewJob; readonly created: boolean }>;
  /** Jobs whose short form or id begins with the text (`j_` is forgiven); at most 5. */
  find(text: string): Promise<readonly ReviewJob[]>;
  get(id: string): Promise<ReviewJob | null>;
  /** Newest first. */
  list(query: {
    readonly states?: readonly ReviewState[];
    readonly session?: SessionId;
    readonly limit: number;
  }): Promise<readonly ReviewJob[]>;
  counts(): Promise<Readonly<Record<ReviewState, number>>>;

  /**
   * Begins the oldest job that is due, of a session of which none runs. A job whose process has ended goes back into
   * the queue first, or has failed after {@link REVIEW_ATTEMPTS}. Null = nothing is due.
   */
  claim(self: LeaseHolder, stillRuns: StillRuns): Promise<ClaimedReview | null>;
  /** Says that the attempt goes on; false when it is another process's by now. */
  heartbeat(token: string): Promise<boolean>;
  /** Keeps what the reviewer is shown; false when the attempt is lost. */
  keep(token: string, kept: Pick<KeptSnapshot, 'snapshot' | 'sources' | 'expiresAt'>): Promise<boolean>;
  /** Keeps what the reviewer answered, before anything is made of it: it is not asked (and paid) twice. */
  answered(token: string, answer: unknown): Promise<boolean>;
  /** Ends the attempt and closes its lines in the ledger; false when the attempt is lost. */
  end(token: string, end: ReviewEnd): Promise<boolean>;
  /** Puts stopped jobs back into the queue; returns how many it were. */
  resume(ids: readonly string[]): Promise<number>;
  /**
   * Hands what waits for another reviewer to this one; a job that it has for the same message takes the place of the
   * other's. Returns how many it were.
   */
  adopt(reviewer: ReviewerName): Promise<number>;
  /** Begins anew, and at once, with jobs that failed since a time and with those that wait after a failure; how many. */
  retry(since: number): Promise<number>;

  snapshot(id: string): Promise<KeptSnapshot | null>;
  /** Those of the jobs whose snapshot is still kept. */
  withSnapshot(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Takes away snapshots that are over their time, at most `limit`; the jobs they were of. */
  purge(limit: number): Promise<readonly string[]>;

  /**
   * Writes one call of this estimated size into the ledger, unless it would pass a limit: calls, or tokens with the
   * call's own. Two processes cannot both get the last one.
   */
  reserve(request: {
    readonly token: string;
    /** Who is asked. */
    readonly provider: string;
    readonly model: string | null;
    readonly tokens: number;
    readonly limits: SpendingLimits;
  }): Promise<Reserved>;
  /**
   * The limit that one more call of this size would pass, or null. A call that no model has read is free; one that
   * brought no answer counts for the day, not for the session, which is not given up because its reviewer was away.
   */
  stopFor(session: SessionId, tokens: number, limits: SpendingLimits): Promise<SpendingStop | null>;
  /** Says what a call has cost; null = the provider did not say, the estimate stands. */
  settle(
    entry: number,
    usage: {
      readonly calls: number;
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
    },
  ): Promise<void>;
  /** As `reserve`, for a paid run that is no review, as of an agent that compiles: it counts for the day alone. */
  reserveRun(request: {
    readonly provider: string;
    readonly model: string | null;
    readonly tokens: number;
    readonly limits: Pick<SpendingLimits, 'dayFrom' | 'day'>;
  }): Promise<Reserved>;
  settleRun(entry: number, end: RunEnd): Promise<void>;
  spent(since: number, session?: SessionId): Promise<Spent>;
  /** By day, provider and model, newest day first. */
  ledger(since: number): Promise<readonly LedgerLine[]>;
}
