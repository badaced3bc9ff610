/**
 * The worker: one run empties the spool, has the queued reviews done, compiles what they suggest and renders what
 * changed. One for a home at a time, with an end by the clock; what is left is there for the next one.
 */
import { BACKENDS } from '../../model/backend.ts';
import type { Caller } from '../../model/caller.ts';
import { messageOf } from '../../model/errors.ts';
import type { SessionId } from '../../model/ids.ts';
import type { ReviewTrigger } from '../../model/review.ts';
import { prepareHome } from '../../project/home.ts';
import type { App } from '../app.ts';
import { Drain, type Drained } from './drain.ts';
import { takeLoopLock } from './lock.ts';

type ReviewQueue = {
  readonly enqueue: (
    caller: Caller,
    job: { readonly session: SessionId; readonly trigger: ReviewTrigger },
  ) => Promise<unknown>;
  /** `deadline`: epoch ms. */
  readonly runQueued: (
    self: Caller,
    limits: { readonly signal: AbortSignal; readonly deadline: number },
  ) => Promise<unknown>;
};

/** What the worker needs of the app. */
export type LoopApp = Pick<
  App,
  | 'layout'
  | 'now'
  | 'cwd'
  | 'store'
  | 'config'
  | 'capture'
  | 'compile'
  | 'caller'
  | 'self'
  | 'isPaused'
  | 'log'
> & { readonly review?: () => Promise<ReviewQueue> };

export type LoopResult = {
  /** `held`: another worker is at it; `paused`: capture rests. */
  readonly status: 'done' | 'held' | 'paused' | 'stopped' | 'failed';
  readonly drained: Drained;
};

export type LoopOptions = {
  readonly signal: AbortSignal;
  /** False: nothing is compiled, since whoever asks does that next. */
  readonly compiles?: boolean;
  /** False: a home that is gone stays away. Default true. */
  readonly makesHome?: boolean;
  /** Told how to give back what is in hand, for a process that has to end at once. */
  readonly onHold?: (letGo: () => void) => void;
};

const NOTHING: Drained = { done: 0, failed: 0, broken: 0 };

export async function runLoop(app: LoopApp, options: LoopOptions): Promise<LoopResult> {
  const began = app.now();
  const drain = new Drain(app);
  if (options.makesHome !== false) await prepareHome(app.layout);
  options.onHold?.(() => drain.letGo());
  let result: LoopResult = { status: 'held', drained: NOTHING };
  do {
    const lock = await takeLoopLock(app.layout, app.now);
    if (lock === null) break;
    try {
      result = await pass(app, drain, options, result);
    } finally {
      lock.release();
    }
    // A hook that saw the lock a moment ago has started nobody: its word is looked for once more.
  } while (result.status === 'done' && drain.hasWork);
  if (result.status !== 'held') {
    app.log({
      at: app.now(),
      level: result.status === 'failed' ? 'error' : 'info',
      kind: 'worker',
      ok: result.status !== 'failed',
      ms: app.now() - began,
      status: result.status,
      ...result.drained,
    });
  }
  return result;
}

async function pass(
  app: LoopApp,
  drain: Drain,
  { signal, compiles = true }: LoopOptions,
  before: LoopResult,
): Promise<LoopResult> {
  let { drained } = before;
  try {
    if (await app.isPaused()) return { status: 'paused', drained };
    const { review, compile } = await app.config();
    const deadline = app.now() + review.worker_seconds * 1000;
    do {
      drained = sum(drained, await drain.run(signal));
      if (signal.aborted) break;
      await step(app, 'review', async () => {
        if (review.enabled) await (await app.review?.())?.runQueued(await app.self(), { signal, deadline });
      });
      if (!compiles || signal.aborted) break;
      await step(app, 'compile', () => compileDue(app, signal, compile.backend));
    } while (drain.hasWork && !signal.aborted);
    return { status: signal.aborted ? 'stopped' : 'done', drained };
  } catch (error) {
    app.log({ at: app.now(), level: 'error', kind: 'worker', ok: false, error: messageOf(error) });
    return { status: 'failed', drained };
  }
}

/** What fails in one step keeps no other from being done. */
async function step(app: LoopApp, kind: string, act: () => Promise<void>): Promise<void> {
  const began = app.now();
  try {
    await act();
  } catch (error) {
    const ms = app.now() - began;
    app.log({
      at: app.now(),
      level: 'error',
      kind: `worker.${kind}`,
      ok: false,
      ms,
      error: messageOf(error),
    });
    await (await app.store()).health.count({ [`worker.${kind}_failures`]: 1 });
  }
}

/** Compiling renders the files and keeps the skills as well: it is begun where one of the three has something to do. */
async function compileDue(app: LoopApp, signal: AbortSignal, named: string): Promise<void> {
  const store = await app.store();
  const { pending, processing } = await store.suggestions.counts();
  if (pending + processing === 0 && (await store.projections.dirty()).length === 0) return;
  const backend = BACKENDS.find((known) => known === named);
  const self = await app.self();
  const { results } = await (await app.compile()).scan(self, {
    signal,
    ...(backend === undefined ? {} : { backend }),
  });
  const failed = results.flatMap((result) => ('error' in result ? [`${result.name}: ${result.error}`] : []));
  if (failed.length > 0) throw new Error(failed.join('; '));
}

function sum(a: Drained, b: Drained): Drained {
  return { done: a.done + b.done, failed: a.failed + b.failed, broken: a.broken + b.broken };
}
