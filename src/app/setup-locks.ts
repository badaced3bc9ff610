/**
 * What must not happen at the same time as setup and uninstall: another one of them, and the worker, which would go on
 * with a program that is being taken away, or bring a home back that was deleted.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, codeOf } from '../model/errors.ts';
import { processIdentity } from '../platform/process.ts';
import { type HomeLayout, prepareHome } from '../project/home.ts';
import type { SetupService } from '../setup/index.ts';
import { type LoopLock, lookAtLoopLock, takeLoopLock, takeSetupLock } from './loop/lock.ts';

/** A setup writes for a second at most; it may wait for a slow disk. */
const SETUP_MS = 30_000;
/** A worker that is asked to end gives back what is in hand within 5 s. */
const WORKER_MS = 12_000;
const LOOK_MS = 50;

type Place = { readonly layout: HomeLayout; readonly now: () => number };

/** The service, alone with the files while it changes them. */
export function alone(service: SetupService, place: Place): SetupService {
  const { layout } = place;
  return {
    ...service,
    apply: async (plan) => {
      await prepareHome(layout);
      return withSetupLock(place, () => service.apply(plan));
    },
    // Without a home nothing of this home is at work.
    remove: async (plan) =>
      existsSync(layout.root) ? withSetupLock(place, () => service.remove(plan)) : service.remove(plan),
    removeProgram: () => withoutWorker(place, () => service.removeProgram()),
    purge: () => withoutWorker(place, () => service.purge()),
  };
}

async function withSetupLock<T>({ layout, now }: Place, act: () => Promise<T>): Promise<T> {
  const lock = await waited(() => takeSetupLock(layout, now), SETUP_MS);
  if (lock === null)
    throw new ConfigError({
      what: 'Another midturn setup or uninstall is at work',
      next: 'Wait for it, then run this again',
    });
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/** Ends the worker, and keeps its place so that no other one starts meanwhile. */
async function withoutWorker<T>({ layout, now }: Place, act: () => Promise<T>): Promise<T> {
  if (!existsSync(layout.root)) return act();
  const asked = new Set<number>();
  const lock = await waited(async () => {
    const taken = await takeLoopLock(layout, now);
    if (taken === null) await askToEnd(layout, now(), asked);
    return taken;
  }, WORKER_MS);
  if (lock === null)
    throw new ConfigError({
      what: 'Nothing more was taken away',
      why: `a worker of midturn is at work in ${layout.root}, and did not end when it was asked to`,
      next: 'Wait until it is done, then run midturn uninstall again',
    });
  try {
    return await act();
  } finally {
    lock.release();
  }
}

/** Once each, and only what this machine can see. */
async function askToEnd(layout: HomeLayout, now: number, asked: Set<number>): Promise<void> {
  const found = await lookAtLoopLock(layout, now);
  const holder = found?.holder ?? null;
  if (found === null || holder === null || found.isDead || asked.has(holder.pid)) return;
  if (holder.pid === process.pid || holder.host !== (await processIdentity()).host) return;
  asked.add(holder.pid);
  try {
    process.kill(holder.pid, 'SIGTERM');
  } catch (error) {
    // It has ended by itself, or it is another user's: then waiting is all that can be done.
    if (codeOf(error) !== 'ESRCH' && codeOf(error) !== 'EPERM') throw error;
  }
}

async function waited(take: () => Promise<LoopLock | null>, ms: number): Promise<LoopLock | null> {
  const until = performance.now() + ms;
  for (;;) {
    const lock = await take();
    if (lock !== null || performance.now() > until) return lock;
    await sleep(LOOK_MS);
  }
}
