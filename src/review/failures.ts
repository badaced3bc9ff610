/** How a review ends that went wrong: stopped by a budget, tried again later, or failed; raw answers are kept. */
import { messageOf, UserInputError } from '../model/errors.ts';
import { ReviewFailure } from '../model/review.ts';
import { REVIEW_ATTEMPTS, type ReviewEnd, type ReviewJob } from '../store/reviews.ts';
import { redact } from '../text/redaction.ts';
import { stopWords } from './budget.ts';
import { dump } from './dumps.ts';
import type { Spending } from './ledger.ts';
import type { ReviewDeps } from './types.ts';

/** Waits before the second and the third attempt: an outage is over by then or lasts. */
const BACK_OFF_MS = [60_000, 600_000];
/** Of what went wrong, in characters. */
const LONGEST_ERROR = 500;

/** How an attempt ends that went wrong: what may pass by itself is tried again, anything else has failed. */
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
    failure === null && !(error instanceof UserInputError)
      ? `The review came to nothing: ${messageOf(error)}`
      : messageOf(error),
  );
  if (failure !== null && failure.raw.length > 0) await kept(deps, job, failure.raw);
  const outcome = failure?.kind ?? 'failed';
  const again = failure !== null && (failure.passing || failure.kind === 'aborted');
  if (!again || job.attempts >= REVIEW_ATTEMPTS) return { state: 'failed', error: words, outcome };
  const wait = failure.kind === 'aborted' ? 0 : (BACK_OFF_MS[job.attempts - 1] ?? 0);
  return { state: 'queued', error: words, outcome, notBefore: deps.now() + wait };
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
