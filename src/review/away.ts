/**
 * A reviewer that is away is not asked for every session in the queue: after it could not answer for one, all of them
 * wait a while. Kept in the store, so that the next worker knows it; another reviewer is asked at once.
 */

import { isRecord } from '../text/first-object.ts';
import type { ReviewDeps } from './types.ts';

const NOTE = 'review.away';
/** Long enough for an outage to end, short enough to see it end. */
const LONGEST_MS = 600_000;

type Deps = Pick<ReviewDeps, 'store' | 'profile' | 'now'>;

export async function isAway({ store, profile, now }: Deps): Promise<boolean> {
  const note = await store.health.note(NOTE);
  if (note === null || !isRecord(note.detail)) return false;
  const { until, reviewer } = note.detail;
  // A clock that was set back must not hold it for longer.
  if (typeof until !== 'number' || now() < note.at) return false;
  return reviewer === nameOf(profile) && now() < until;
}

/** @param until epoch ms at which the session is tried again for which it did not answer */
export async function holdOthers({ store, profile, now }: Deps, until: number): Promise<void> {
  const at = now();
  const detail = { reviewer: nameOf(profile), until: Math.min(until, at + LONGEST_MS) };
  await store.health.setNote(NOTE, { at, error: null, detail });
}

export async function releaseOthers({ store, now }: Pick<Deps, 'store' | 'now'>): Promise<void> {
  const note = await store.health.note(NOTE);
  if (note !== null) await store.health.setNote(NOTE, { at: now(), error: null, detail: {} });
}

function nameOf({ provider, model, baseUrl, region, command }: ReviewDeps['profile']): string {
  return JSON.stringify([provider, model, baseUrl, region, command]);
}
