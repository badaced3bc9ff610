/** The worker of this home by its lock: who it is, whether it lives, whether it is over its time. */
import type { ProcessIdentity } from '../../platform/process.ts';
import { lookAtLoopLock } from '../loop/lock.ts';
import type { DoctorApp } from './types.ts';

/** `gone`: a lock is all that is left of it. `over time`: it lives, and should have ended long ago. */
type WorkerLook =
  | { readonly state: 'none' }
  | {
      readonly state: 'at work' | 'gone' | 'over time';
      readonly holder: ProcessIdentity | null;
      readonly since: number;
    };

/** A worker ends itself some seconds after its limit: one that is still there by then does not hear. */
const GRACE_MS = 60_000;

export async function lookAtWorker({ layout, now, config }: DoctorApp): Promise<WorkerLook> {
  const lock = await lookAtLoopLock(layout, now());
  if (lock === null) return { state: 'none' };
  const { holder, isDead, since } = lock;
  if (isDead) return { state: 'gone', holder, since };
  const limit = (await config()).review.worker_seconds * 1000 + GRACE_MS;
  return { state: now() - since > limit ? 'over time' : 'at work', holder, since };
}
