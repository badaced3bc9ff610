/** The review service: what is due is queued, what is queued is reviewed, and what it cost can be seen. */
import type { Caller } from '../model/caller.ts';
import type { ReviewJob, ReviewState } from '../store/reviews.ts';
import { releaseOthers } from './away.ts';
import { enqueue } from './enqueue.ts';
import { runQueued } from './run.ts';
import type { ReviewDeps, ReviewRequested, ReviewSummary, RunOptions, UsageReport } from './types.ts';
import { usageOf } from './usage.ts';

export type ReviewService = {
  /**
   * Queues a review of what is new in a session, a few milliseconds of work. The job that is there already when the
   * same turn is handed in again. Null = nothing is to be reviewed: nothing new, no person in it, a sub-agent's, kept
   * out, paused, switched off, or a paid reviewer that waits for more turns.
   */
  readonly enqueue: (caller: Caller, request: ReviewRequested) => Promise<ReviewJob | null>;
  /** Runs what is due until nothing is, the signal comes or the deadline has passed. */
  readonly runQueued: (caller: Caller, options?: RunOptions) => Promise<ReviewSummary>;
  /**
   * Begins anew with what failed lately and what waits after a failure, for a person who has mended the cause; how
   * many reviews that are. Nothing is asked here: they run with the next worker.
   */
  readonly retry: (caller: Caller) => Promise<number>;
  readonly usage: (
    caller: Caller,
    options: { readonly days: number; readonly last?: number },
  ) => Promise<UsageReport>;
  /** Newest first. */
  readonly list: (
    caller: Caller,
    query: { readonly states?: readonly ReviewState[]; readonly limit: number },
  ) => Promise<readonly ReviewJob[]>;
};

/** What failed longer ago than this is history. */
const RECENT_MS = 14 * 86_400_000;

async function retry(deps: ReviewDeps): Promise<number> {
  await releaseOthers(deps);
  return deps.store.reviews.retry(deps.now() - RECENT_MS);
}

export function reviewService(deps: ReviewDeps): ReviewService {
  return {
    enqueue: (caller, request) => enqueue(deps, caller, request),
    runQueued: (caller, options) => runQueued(deps, caller, options),
    retry: () => retry(deps),
    usage: (_caller, options) => usageOf(deps, options),
    list: (_caller, query) => deps.store.reviews.list(query),
  };
}
