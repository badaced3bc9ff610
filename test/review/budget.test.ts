import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayStart, limitsAt, stopWords } from '../../src/review/budget.ts';
import type { SpendingLimits } from '../../src/store/reviews.ts';
import { alive, HERE } from '../store/promoting.ts';
import { converse } from '../support/conversation.ts';
import { reviewWorld, SETTINGS } from './review-world.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MIDNIGHT = Date.UTC(2026, 10, 22);

describe('a day of the budget', () => {
  it('is the UTC day', () => {
    expect(dayStart(NOON)).toBe(Date.UTC(2026, 10, 21));
    expect(dayStart(MIDNIGHT - 1)).toBe(Date.UTC(2026, 10, 21));
    expect(dayStart(MIDNIGHT)).toBe(MIDNIGHT);
    expect(limitsAt(SETTINGS, NOON)).toEqual({
      dayFrom: Date.UTC(2026, 10, 21),
      day: { calls: 50, tokens: 200_000 },
      session: { calls: 6, tokens: 60_000 },
    });
  });

  it('begins anew at midnight, and a session goes on with what it has used', async () => {
    const { reviews, clock, token } = await running();
    const limits = (): SpendingLimits => ({
      dayFrom: dayStart(clock.now),
      day: { calls: 2, tokens: 1000 },
      session: { calls: 3, tokens: 1000 },
    });
    const reserve = () =>
      reviews.reserve({ token, provider: 'p', model: null, tokens: 10, limits: limits() });
    clock.now = MIDNIGHT - 1;
    expect(await reserve()).toMatchObject({ status: 'reserved' });
    expect(await reserve()).toMatchObject({ status: 'reserved' });
    expect(await reserve()).toEqual({
      status: 'refused',
      stop: { of: 'day', what: 'calls', limit: 2, used: 2 },
    });
    clock.now = MIDNIGHT;
    expect(await reserve()).toMatchObject({ status: 'reserved' });
    expect(await reserve()).toMatchObject({ stop: { of: 'session', what: 'calls', used: 3 } });
    expect(await reviews.ledger(0)).toMatchObject([
      { day: '2026-11-22', calls: 1 },
      { day: '2026-11-21', calls: 2 },
    ]);
  });

  it('is never passed by what calls are estimated to send', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 6 }),
        async (sizes, tokens, calls) => {
          const { reviews, token } = await running();
          const limits = { dayFrom: 0, day: { calls, tokens }, session: { calls: 99, tokens: 9999 } };
          for (const size of sizes)
            await reviews.reserve({ token, provider: 'p', model: null, tokens: size, limits });
          const spent = await reviews.spent(0);
          expect(spent.calls).toBeLessThanOrEqual(calls);
          expect(spent.tokens).toBeLessThanOrEqual(tokens);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('counts what a call has really cost once that is known', async () => {
    const { reviews, token } = await running();
    const limits = { dayFrom: 0, day: { calls: 9, tokens: 1000 }, session: { calls: 9, tokens: 1000 } };
    const first = await reviews.reserve({ token, provider: 'p', model: null, tokens: 100, limits });
    if (first.status !== 'reserved') throw new Error('refused');
    await reviews.settle(first.entry, { calls: 1, inputTokens: 900, outputTokens: 50 });
    expect(await reviews.reserve({ token, provider: 'p', model: null, tokens: 100, limits })).toEqual({
      status: 'refused',
      stop: { of: 'day', what: 'tokens', limit: 1000, used: 950 },
    });
  });
});

describe('a budget that is used up', () => {
  it('says which, how far, and what would let it go on', () => {
    expect(stopWords({ of: 'day', what: 'calls', limit: 0, used: 1 })).toBe(
      '[review] daily_calls is 0: no paid review is made. Raise it to let it go on.',
    );
    expect(stopWords({ of: 'session', what: 'tokens', limit: 60_000, used: 59_000 })).toBe(
      'The budget of this session is used up: 59000 of 60000 tokens are used, and the next call would pass the limit. Raise [review] session_tokens to let it go on.',
    );
  });
});

/** A job that runs. */
async function running() {
  const { store, clock, service, caller } = await reviewWorld();
  const { session } = await converse(store, 'one', [{ text: 'Hello' }]);
  await service.enqueue(caller, { session, trigger: 'stop' });
  const claimed = await store.reviews.claim(HERE, alive);
  if (claimed === null) throw new Error('nothing is due');
  return { reviews: store.reviews, clock, token: claimed.token };
}
