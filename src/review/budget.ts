/** Budgets of paid reviewers: calls and tokens of a day (UTC) and of a session, and the words when one is used up. */
import type { SpendingLimits, SpendingStop } from '../store/reviews.ts';
import type { ReviewSettings } from './types.ts';

const DAY_MS = 86_400_000;

type Limits = Pick<ReviewSettings, 'daily_calls' | 'daily_tokens' | 'session_calls' | 'session_tokens'>;

/** Epoch ms at which the UTC day of a time began. */
export function dayStart(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

export function limitsAt(settings: Limits, now: number): SpendingLimits {
  return {
    dayFrom: dayStart(now),
    day: { calls: settings.daily_calls, tokens: settings.daily_tokens },
    session: { calls: settings.session_calls, tokens: settings.session_tokens },
  };
}

/** Why a review waits, and what would let it go on: one or two sentences for a person. */
export function stopWords({ of, what, limit, used }: SpendingStop): string {
  const key = `${of === 'day' ? 'daily' : 'session'}_${what}`;
  if (limit === 0) return `[review] ${key} is 0: no paid review is made. Raise it to let it go on.`;
  const whose = of === 'day' ? 'The budget of the day' : 'The budget of this session';
  const left =
    what === 'calls'
      ? `${used} of ${limit} calls are used`
      : `${used} of ${limit} tokens are used, and the next call would pass the limit`;
  const next =
    of === 'day'
      ? `It goes on by itself after 00:00 UTC, or raise [review] ${key}.`
      : `Raise [review] ${key} to let it go on.`;
  return `${whose} is used up: ${left}. ${next}`;
}
