/** How a review ends that went wrong: stopped by a budget, tried again later, or failed; raw answers are kept. */
import { ConfigError, messageOf, UserInputError } from '../model/errors.ts';
import { ReviewFailure } from '../model/review.ts';
import type { ReviewEnd, ReviewJob } from '../store/reviews.ts';
import { redact } from '../text/redaction.ts';
import { stopWords } from './budget.ts';
import { dump } from './dumps.ts';
import type { Spending } from './ledger.ts';
import type { ReviewDeps } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long a job waits for a reviewer that is away, out of order or not set up; then it has failed. */
const GIVE_UP_MS = 14 * 24 * HOUR_MS;
/** The longest wait that a reviewer can ask for. */
const LONGEST_ASKED_MS = 24 * HOUR_MS;
/**
 * Waits before the next attempt of what may be the session's own fault, or a reviewer's that answers nonsense for a
 * while; after as many it has failed.
 */
const BACK_OFF_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];
/** Of what went wrong, in characters. */
const LONGEST_ERROR = 500;

/** How an attempt ends that went wrong: nothing is lost to a reviewer that is away or not set up. */
export async function endOf(
  deps: ReviewDeps,
  job: ReviewJob,
  error: unknown,
  calls: Spending | null,
): Promise<ReviewEnd> {
  const failure = error instanceof ReviewFailure ? error : null;
  if (failure?.kind === 'budget') {
    const stop = calls?.stop ?? null;
    return { state: 'stopped', error: wordsOf(stop === null ? failure.message : stopWords(stop)) };
  }
  const words = wordsOf(
    failure === null && !(error instanceof UserInputError || error instanceof ConfigError)
      ? `The review came to nothing: ${messageOf(error)}`
      : messageOf(error),
  );
  if (failure !== null && failure.raw.length > 0) await kept(deps, job, failure.raw);
  const outcome = failure?.kind ?? 'failed';
  const now = deps.now();
  if (isReviewerAway(error)) {
    const age = now - job.createdAt;
    if (age >= GIVE_UP_MS) return { state: 'failed', error: words, outcome };
    const asked = Math.min(LONGEST_ASKED_MS, failure?.retryAfterMs ?? 0);
    const wait = failure?.kind === 'aborted' ? 0 : Math.max(waitAfter(age), asked);
    return { state: 'queued', error: words, outcome, notBefore: now + wait, counted: false };
  }
  const wait = BACK_OFF_MS[job.attempts - 1];
  if (wait === undefined) return { state: 'failed', error: words, outcome };
  return { state: 'queued', error: words, outcome, notBefore: now + wait, counted: true };
}

/** The session is not at fault: it may be reviewed once the reviewer is back, or somebody has mended what is configured. */
export function isReviewerAway(error: unknown): boolean {
  if (!(error instanceof ReviewFailure)) return error instanceof ConfigError;
  return error.passing || error.kind === 'aborted' || error.kind === 'not_configured';
}

/** As long again as it has waited by now: an outage is short, or lasts. @param age of the job, ms */
function waitAfter(age: number): number {
  return Math.min(HOUR_MS, Math.max(MINUTE_MS, age));
}

/** A dump that cannot be written is no reason to lose what is known of the failure. */
async function kept({ store, home }: ReviewDeps, job: ReviewJob, raw: readonly string[]): Promise<void> {
  try {
    await dump(home, job.id, raw);
  } catch {
    await store.health.count({ 'review.dump_failures': 1 });
  }
}

function wordsOf(message: string): string {
  return redact(message).text.slice(0, LONGEST_ERROR);
}
