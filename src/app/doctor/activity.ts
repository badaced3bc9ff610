/** What went on in the last 24 hours: hooks and workers by the log, reviews and compiles by the store. */
import { type LogLine, readLog } from '../../project/log-file.ts';
import { type HookActivity, hookActivity } from '../../status/index.ts';
import type { Finding } from '../../store/health.ts';
import type { Store } from '../../store/store.ts';
import type { DoctorApp } from './types.ts';

const DAY_MS = 24 * 3_600_000;
/** More in a day than anybody counts. */
const MANY = 1_000;
/** A hook that takes longer is felt; ten times what one may take. */
const SLOW_MS = 1_000;

/** Nothing where the log cannot be read. */
export async function lastDay({ layout, now }: DoctorApp): Promise<readonly LogLine[]> {
  try {
    return await readLog(layout, { since: now() - DAY_MS });
  } catch {
    return [];
  }
}

export async function checkActivity(
  { now }: DoctorApp,
  store: Store,
  lines: readonly LogLine[],
): Promise<readonly Finding[]> {
  const since = now() - DAY_MS;
  const hooks = hookActivity(lines);
  const workers = lines.filter(({ kind }) => kind === 'worker');
  const failedWorkers = lines.filter(({ kind, ok }) => kind.startsWith('worker') && !ok);
  const reviews = (await store.reviews.list({ states: ['done', 'failed'], limit: MANY })).filter(
    ({ finishedAt }) => finishedAt !== null && finishedAt >= since,
  );
  const compiles = (await store.receipts.list({ kinds: ['compile'], limit: MANY })).filter(
    ({ at }) => at >= since,
  );
  const parts = [
    ...hooks.map(wordsOf),
    ...anyOf(workers.length, 'worker run', 'worker runs'),
    ...anyOf(reviews.length, 'review', 'reviews'),
    ...anyOf(compiles.length, 'compile that changed memory', 'compiles that changed memory'),
  ];
  const [lastFailure] = failedWorkers.slice(-1);
  return [
    {
      id: 'activity',
      status: 'ok',
      words:
        parts.length === 0
          ? 'Nothing was done in the last 24 hours'
          : `In the last 24 hours: ${parts.join(', ')}`,
    },
    ...hooks.flatMap(troublesOf),
    ...(lastFailure === undefined
      ? []
      : [
          {
            id: 'activity.worker',
            status: 'warn' as const,
            words: `${counted(failedWorkers.length, 'step', 'steps')} of workers failed in the last 24 hours, the last one with: ${String(lastFailure.error ?? 'no word')}`,
          },
        ]),
  ];
}

function wordsOf({ event, count, failed, p95 }: HookActivity): string {
  const more = [`95 of 100 within ${p95} ms`, ...(failed === 0 ? [] : [`${failed} failed`])];
  return `${event} ${count} (${more.join(', ')})`;
}

function troublesOf({ event, count, failed, p95, lastError }: HookActivity): readonly Finding[] {
  const id = `activity.${event}`;
  if (failed > 0)
    return [
      {
        id,
        status: 'warn',
        words: `${failed} of ${count} runs of the hook ${event} failed in the last 24 hours, the last one with: ${lastError ?? 'no word'}`,
      },
    ];
  if (p95 <= SLOW_MS) return [];
  return [
    {
      id,
      status: 'warn',
      words: `The hook ${event} is slow: of 100 runs, 5 take longer than ${p95} ms`,
    },
  ];
}

function anyOf(count: number, one: string, many: string): readonly string[] {
  return count === 0 ? [] : [counted(count, one, many)];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
