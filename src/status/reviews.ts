/** Reviews in a status: the queue, what they have cost today, and what of them needs a person. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../model/errors.ts';
import type { Store } from '../store/store.ts';
import type { Found, Last, StatusDeps, StatusReport } from './types.ts';

const DAY_MS = 86_400_000;
/** What failed longer ago is history. */
const RECENT_MS = 7 * DAY_MS;
const MANY = 50;

type ReviewsTold = {
  readonly queue: StatusReport['queue']['reviews'];
  readonly spend: NonNullable<StatusReport['spend']>;
  readonly found: readonly Found[];
};

export async function reviewsOf(
  { store, now, budget, home }: Pick<StatusDeps, 'store' | 'now' | 'budget' | 'home'>,
  last: Last,
  showPaths: boolean,
): Promise<ReviewsTold> {
  const at = now();
  const counts = await store.reviews.counts();
  // Days of budgets are those of UTC.
  const spent = await store.reviews.spent(Math.floor(at / DAY_MS) * DAY_MS);
  const dumps = await dumpsIn(home);
  const failed = counts.failed === 0 ? [] : await failedFinding(store, at - RECENT_MS);
  return {
    queue: { queued: counts.queued, running: counts.running },
    spend: {
      calls: spent.calls,
      tokens: spent.tokens,
      budget: { calls: budget.daily_calls, tokens: budget.daily_tokens },
      stopped: counts.stopped,
    },
    found: [
      ...(counts.stopped === 0 ? [] : [await stoppedFinding(store, counts.stopped)]),
      ...failed,
      ...(last?.error === undefined || failed.length > 0 || counts.stopped > 0
        ? []
        : [
            {
              id: 'reviews.last',
              status: 'warn' as const,
              words: `The last review came to nothing: ${last.error}`,
              fix: 'midturn usage',
            },
          ]),
      ...(dumps === 0 ? [] : [dumpFinding(dumps, showPaths ? join(home, 'review', 'failed') : null)]),
    ],
  };
}

/** Which budget it was, and when it goes on, is said by what the job has kept. */
async function stoppedFinding({ reviews }: Store, stopped: number): Promise<Found> {
  const [newest] = await reviews.list({ states: ['stopped'], limit: 1 });
  const words = `${stopped} ${stopped === 1 ? 'review waits' : 'reviews wait'} for a budget. ${newest?.error ?? ''}`;
  return { id: 'reviews.stopped', status: 'warn', words: words.trim(), fix: 'midturn usage' };
}

async function failedFinding({ reviews }: Store, since: number): Promise<readonly Found[]> {
  const failed = (await reviews.list({ states: ['failed'], limit: MANY })).filter(
    ({ finishedAt, createdAt }) => (finishedAt ?? createdAt) >= since,
  );
  const [newest] = failed;
  if (newest === undefined) return [];
  const words = `${failed.length} ${failed.length === 1 ? 'review has' : 'reviews have'} failed in the last 7 days, the newest (${newest.short}) with: ${newest.error ?? 'no word'}`;
  return [{ id: 'reviews.failed', status: 'warn', words, fix: 'midturn usage --retry' }];
}

/** Answers of reviewers that could not be read, kept for a person. */
async function dumpsIn(home: string): Promise<number> {
  try {
    return (await readdir(join(home, 'review', 'failed'))).filter((name) => name.endsWith('.txt')).length;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 0;
    throw error;
  }
}

function dumpFinding(dumps: number, folder: string | null): Found {
  const one = dumps === 1;
  return {
    id: 'reviews.dumps',
    status: 'warn',
    words: `${dumps} ${one ? 'answer' : 'answers'} of a reviewer could not be read: ${folder ?? 'the folder review/failed of the home'} keeps ${one ? 'it' : 'them'}, without secrets`,
    fix: `look what the model says there, then delete ${one ? 'it' : 'them'}`,
  };
}
