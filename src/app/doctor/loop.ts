/**
 * The loop: is its worker well, does anything lie in the spool, is anything stuck, and how did the last review and
 * compile end.
 */
import { minute } from '../../model/time.ts';
import { processIdentity, stillRuns } from '../../platform/process.ts';
import { countBroken, listSpool } from '../../project/spool.ts';
import type { Finding, Note } from '../../store/health.ts';
import { REVIEW_ATTEMPTS } from '../../store/reviews.ts';
import type { Store } from '../../store/store.ts';
import type { DoctorApp } from './types.ts';
import { lookAtWorker } from './worker.ts';

/** A worker takes up what lies in the spool within seconds; one that is at work has its wall-clock limit. */
const OLD_MS = 10 * 60_000;
const NAMED = 3;
const FIX = 'midturn doctor --fix';

export async function checkLoop(app: DoctorApp, store: Store): Promise<readonly Finding[]> {
  const now = app.now();
  return [
    ...(await workerFindings(app)),
    ...spoolFindings(app, now),
    ...(await reviewFindings(app, store)),
    ...(await compileFindings(store)),
  ];
}

async function workerFindings(app: DoctorApp): Promise<readonly Finding[]> {
  const id = 'loop.worker';
  const found = await lookAtWorker(app);
  if (found.state === 'none')
    return [{ id, status: 'ok', words: 'No worker runs: a hook that leaves work starts one' }];
  const { state, holder, since } = found;
  const who = `${holder === null ? '' : `process ${holder.pid}, `}since ${minute(since)} UTC`;
  if (state === 'at work') return [{ id, status: 'ok', words: `A worker is at work (${who})` }];
  const words =
    state === 'gone'
      ? `A worker (${who}) is gone and has left its lock; the next one takes it over`
      : `A worker (${who}) is at work for longer than [review] worker_seconds allows`;
  return [{ id, status: 'warn', words, fix: FIX }];
}

function spoolFindings({ layout }: DoctorApp, now: number): readonly Finding[] {
  const id = 'loop.spool';
  const waiting = listSpool(layout);
  const old = waiting.filter(({ at }) => now - at > OLD_MS).length;
  const broken = countBroken(layout);
  return [
    old === 0
      ? {
          id,
          status: 'ok',
          words:
            waiting.length === 0
              ? 'All that hooks have left is done'
              : `${waiting.length} ${files(waiting.length)} of hooks ${waiting.length === 1 ? 'waits' : 'wait'} for the worker`,
        }
      : {
          id,
          status: 'warn',
          words: `${old} ${files(old)} of hooks ${old === 1 ? 'has' : 'have'} waited for a worker for more than 10 minutes`,
          fix: FIX,
        },
    ...(broken === 0
      ? []
      : [
          {
            id: 'loop.broken',
            status: 'warn' as const,
            words: `${broken} ${files(broken)} of hooks could not be taken: they lie in ${layout.spool}, folder broken`,
            fix: 'midturn import takes what their sessions hold; then delete them',
          },
        ]),
  ];
}

async function reviewFindings({ now, config }: DoctorApp, store: Store): Promise<readonly Finding[]> {
  const id = 'loop.review';
  const { review } = await config();
  const counts = await store.reviews.counts();
  const list = (state: 'running' | 'failed' | 'stopped') =>
    store.reviews.list({ states: [state], limit: NAMED });
  const note = await store.health.note('review');
  const limit = now() - review.worker_seconds * 1000 - OLD_MS;
  const stuck = (await list('running')).filter(({ startedAt }) => startedAt !== null && startedAt < limit);
  const [failed, stopped] = [await list('failed'), await list('stopped')];
  return [
    review.enabled
      ? isToldApart(note, counts)
        ? lastFinding(id, 'review', note === null ? null : { ...note, error: null }, 'midturn usage')
        : lastFinding(id, 'review', note, 'midturn usage')
      : { id, status: 'ok', words: 'Reviews are switched off ([review] enabled)' },
    ...stuck.map(
      ({ short, startedAt }): Finding => ({
        id: 'loop.review.stuck',
        status: 'warn',
        words: `The review ${short} was begun ${minute(startedAt ?? 0)} UTC and has not ended`,
        fix: FIX,
      }),
    ),
    ...(counts.failed === 0
      ? []
      : [
          {
            id: 'loop.review.failed',
            status: 'warn' as const,
            words: `${counts.failed} ${counts.failed === 1 ? 'review' : 'reviews'} failed (after ${REVIEW_ATTEMPTS} attempts, or for good): ${failed.map(({ short, error }) => `${short}: ${error ?? ''}`).join('; ')}`,
            fix: 'midturn usage',
          },
        ]),
    ...(counts.stopped === 0
      ? []
      : [
          {
            id: 'loop.review.budget',
            status: 'warn' as const,
            words: `A budget has stopped ${counts.stopped} ${counts.stopped === 1 ? 'review' : 'reviews'}: ${stopped[0]?.error ?? ''}`,
            fix: 'midturn usage',
          },
        ]),
  ];
}

/** What stopped the last review, or made it fail for good, stands in a finding of its own: once is enough. */
function isToldApart(
  note: Note | null,
  { stopped, failed }: { readonly stopped: number; readonly failed: number },
): boolean {
  const state = note?.detail.state;
  return (state === 'stopped' && stopped > 0) || (state === 'failed' && failed > 0);
}

async function compileFindings(store: Store): Promise<readonly Finding[]> {
  const note = await store.health.note('compile');
  const { processing, failed } = await store.suggestions.counts();
  const self = await processIdentity();
  const held = await store.leases.get('compile', self, (holder) => stillRuns(holder, self));
  const fallback = note?.detail.fallback;
  return [
    lastFinding('loop.compile', 'compile', note, 'midturn compile'),
    ...(typeof fallback === 'string'
      ? [
          {
            id: 'loop.compile.fallback',
            status: 'warn' as const,
            words: `The last compile fell back to ${fallback}`,
            fix: 'midturn compile',
          },
        ]
      : []),
    ...(held !== null && held.stale !== null
      ? [
          {
            id: 'loop.compile.lock',
            status: 'warn' as const,
            words: `A compile of process ${held.lease.holder.pid} has left its lock (${held.stale}); the next one takes it over`,
            fix: FIX,
          },
        ]
      : []),
    ...(processing > 0 && (held === null || held.stale !== null)
      ? [
          {
            id: 'loop.compile.stuck',
            status: 'warn' as const,
            words: `${processing} ${processing === 1 ? 'suggestion is' : 'suggestions are'} in the hands of a compile that is gone`,
            fix: 'midturn compile',
          },
        ]
      : []),
    ...(failed > 0
      ? [
          {
            id: 'loop.compile.failed',
            status: 'warn' as const,
            words: `${failed} ${failed === 1 ? 'suggestion has' : 'suggestions have'} failed`,
            fix: 'midturn suggest --retry-failed',
          },
        ]
      : []),
  ];
}

function lastFinding(id: string, what: 'review' | 'compile', note: Note | null, fix: string): Finding {
  if (note === null) return { id, status: 'ok', words: `No ${what} has run yet` };
  const words = `The last ${what} ran ${minute(note.at)} UTC`;
  return note.error === null
    ? { id, status: 'ok', words }
    : {
        id,
        status: 'warn',
        // What a budget has stopped waits: it has not failed.
        words: `${words} and ${note.detail.state === 'stopped' ? 'waits' : 'failed'}: ${note.error}`,
        fix,
      };
}

function files(count: number): string {
  return count === 1 ? 'file' : 'files';
}
