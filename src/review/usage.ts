/** What reviews have cost, what the budget of today leaves, and how the last ones ended. */
import { day } from '../model/time.ts';
import { dayStart } from './budget.ts';
import { isPaid } from './reviewers.ts';
import type { ReviewDeps, UsageReport } from './types.ts';

const DAY_MS = 86_400_000;
const STOPPED = 20;
const LAST = 10;

/** @param days with today */
export async function usageOf(
  { store, settings, profile, now }: ReviewDeps,
  { days, last = LAST }: { readonly days: number; readonly last?: number },
): Promise<UsageReport> {
  const today = dayStart(now());
  const spent = await store.reviews.spent(today);
  const left = (used: number, limit: number) => ({ used, limit, left: Math.max(0, limit - used) });
  return {
    reviewer: {
      profile: profile.name,
      provider: profile.provider,
      model: profile.model,
      paid: isPaid(profile.provider),
      enabled: settings.enabled,
    },
    today: {
      day: day(today),
      calls: left(spent.calls, settings.daily_calls),
      tokens: left(spent.tokens, settings.daily_tokens),
    },
    ledger: await store.reviews.ledger(today - (days - 1) * DAY_MS),
    jobs: await store.reviews.counts(),
    stopped: await store.reviews.list({ states: ['stopped'], limit: STOPPED }),
    last: await store.reviews.list({ limit: last }),
  };
}
