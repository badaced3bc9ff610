import { describe, expect, it } from 'vitest';
import { sessionId } from '../../src/model/ids.ts';
import { LEASE_STALE_MS } from '../../src/model/lease.ts';
import { type NewReviewJob, REVIEW_ATTEMPTS, type ReviewEnd } from '../../src/store/reviews.ts';
import type { Store } from '../../src/store/store.ts';
import { tempFolder, tempStore } from '../support/temp-store.ts';
import { alive, dead, HERE, unknown } from './promoting.ts';

const NONE = { memory_updates: 0, recall_candidate: 0, skill_action: 0 };
const DONE: ReviewEnd = { state: 'done', envelope: null, counts: NONE, outputEstimate: 0 };

function job(store: Store, name: string, through = 10, changes: Partial<NewReviewJob> = {}): NewReviewJob {
  return {
    owner: store.owner,
    session: sessionId('codex', name),
    project: null,
    trigger: 'stop',
    through,
    throughPosition: through * 10,
    throughTurn: through,
    provider: 'rules',
    model: null,
    ...changes,
  };
}

async function claimed(store: Store, stillRuns: () => Promise<boolean | null> = alive) {
  const found = await store.reviews.claim(HERE, stillRuns);
  if (found === null) throw new Error('nothing is due');
  return found;
}

describe('a review job', () => {
  it('is there once for a message and a reviewer', async () => {
    const store = await tempStore();
    const first = await store.reviews.enqueue(job(store, 'one'));
    expect(first).toMatchObject({ created: true, job: { state: 'queued', attempts: 0 } });
    expect(await store.reviews.enqueue(job(store, 'one'))).toEqual({ ...first, created: false });
    const other = await store.reviews.enqueue(job(store, 'one', 10, { provider: 'minimax', model: 'm' }));
    const later = await store.reviews.enqueue(job(store, 'one', 11));
    expect([other.created, later.created]).toEqual([true, true]);
    expect(await store.reviews.find(first.job.short)).toEqual([first.job]);
  });

  it('is begun in the order of arrival, one of a session at a time', async () => {
    const store = await tempStore();
    for (const [name, through] of [
      ['one', 1],
      ['one', 2],
      ['two', 1],
    ] as const)
      await store.reviews.enqueue(job(store, name, through));
    const [a, b] = [await claimed(store), await claimed(store)];
    expect([a.job, b.job].map(({ session, through }) => [session, through])).toEqual([
      [sessionId('codex', 'one'), 1],
      [sessionId('codex', 'two'), 1],
    ]);
    expect(await store.reviews.claim(HERE, alive)).toBeNull();
    expect(await store.reviews.end(a.token, DONE)).toBe(true);
    expect((await claimed(store)).job.through).toBe(2);
  });

  it('is not begun before its time', async () => {
    let now = 1e12;
    const store = await tempStore(tempFolder(), () => now);
    await store.reviews.enqueue(job(store, 'one'));
    const { token } = await claimed(store);
    await store.reviews.end(token, {
      state: 'queued',
      error: 'slow',
      outcome: 'timeout',
      notBefore: now + 500,
      counted: true,
    });
    now += 499;
    expect(await store.reviews.claim(HERE, alive)).toBeNull();
    now += 1;
    expect((await claimed(store)).job).toMatchObject({ attempts: 2, error: 'slow' });
  });

  it('is taken from a process that has ended, and given up after three', async () => {
    const store = await tempStore();
    await store.reviews.enqueue(job(store, 'one'));
    for (let attempt = 1; attempt <= REVIEW_ATTEMPTS; attempt += 1) {
      expect((await claimed(store, dead)).job.attempts).toBe(attempt);
      expect(await store.reviews.claim(HERE, alive)).toBeNull();
    }
    expect(await store.reviews.claim(HERE, dead)).toBeNull();
    expect(await store.reviews.list({ limit: 1 })).toMatchObject([
      { state: 'failed', error: 'the process that reviewed it ended before its end' },
    ]);
  });

  it('is taken from a process elsewhere that gave no sign of life, and that one can end it no more', async () => {
    let now = 1e12;
    const store = await tempStore(tempFolder(), () => now);
    await store.reviews.enqueue(job(store, 'one'));
    const there = await store.reviews.claim({ ...HERE, host: 'there' }, unknown);
    now += LEASE_STALE_MS;
    expect(await store.reviews.heartbeat(there?.token ?? '')).toBe(true);
    now += LEASE_STALE_MS;
    expect(await store.reviews.claim(HERE, unknown)).toBeNull();
    now += 1;
    const { token } = await claimed(store, unknown);
    const kept = { snapshot: {}, sources: [], expiresAt: now };
    expect(await store.reviews.keep(there?.token ?? '', kept)).toBe(false);
    expect(await store.reviews.end(there?.token ?? '', DONE)).toBe(false);
    expect(await store.reviews.end(token, DONE)).toBe(true);
  });

  it('that a budget has stopped waits to be put back, and has used no attempt', async () => {
    const store = await tempStore();
    const { job: queued } = await store.reviews.enqueue(job(store, 'one'));
    const { token } = await claimed(store);
    await store.reviews.end(token, { state: 'stopped', error: 'no calls are left' });
    expect(await store.reviews.claim(HERE, alive)).toBeNull();
    expect(await store.reviews.get(queued.id)).toMatchObject({ state: 'stopped', attempts: 0 });
    expect(await store.reviews.resume([queued.id, queued.id])).toBe(1);
    expect((await claimed(store)).job.attempts).toBe(1);
  });

  it('keeps what was shown and what was answered, compressed, until its time is over', async () => {
    let now = 1e12;
    const store = await tempStore(tempFolder(), () => now);
    const { job: queued } = await store.reviews.enqueue(job(store, 'one'));
    const first = await claimed(store);
    const snapshot = { transcript: 'words '.repeat(10_000) };
    await store.reviews.keep(first.token, { snapshot, sources: ['k3f9a2/1'], expiresAt: now + 5 });
    await store.reviews.answered(first.token, { memory_updates: ['a'] });
    expect(await store.reviews.snapshot(queued.id)).toEqual({
      snapshot,
      answer: { memory_updates: ['a'] },
      sources: ['k3f9a2/1'],
      expiresAt: now + 5,
    });
    now += 5;
    expect(await store.reviews.purge(10)).toEqual([]);
    expect((await claimed(store, dead)).answer).toEqual({ memory_updates: ['a'] });
    const [running] = await store.reviews.list({ states: ['running'], limit: 1 });
    expect(running?.attempts).toBe(2);
  });

  it('loses its snapshot in slices', async () => {
    const store = await tempStore();
    for (const name of ['a', 'b', 'c']) {
      await store.reviews.enqueue(job(store, name));
      const { token } = await claimed(store);
      await store.reviews.keep(token, { snapshot: {}, sources: [], expiresAt: 1 });
      await store.reviews.end(token, DONE);
    }
    expect(await store.reviews.purge(2)).toHaveLength(2);
    expect(await store.reviews.purge(2)).toHaveLength(1);
    expect(await store.reviews.purge(2)).toHaveLength(0);
    expect(await store.reviews.counts()).toMatchObject({ done: 3 });
  });
});

describe('a review that waits when another reviewer is configured', () => {
  it('is handed to it, and is not done twice', async () => {
    const store = await tempStore();
    const other = { provider: 'minimax', model: 'm' } as const;
    const { job: mine } = await store.reviews.enqueue(job(store, 'one'));
    await store.reviews.enqueue(job(store, 'two'));
    await store.reviews.enqueue(job(store, 'two', 10, other));
    expect(await store.reviews.adopt(other)).toBe(1);
    expect(await store.reviews.get(mine.id)).toMatchObject({ ...other, state: 'queued' });
    expect(await store.reviews.counts()).toMatchObject({ queued: 2, done: 1 });
    expect(await store.reviews.adopt(other)).toBe(0);
  });
});

describe('the ledger', () => {
  const LIMITS = { dayFrom: 0, day: { calls: 9, tokens: 9999 }, session: { calls: 9, tokens: 9999 } };

  it('counts a call whose process was killed, as it was estimated', async () => {
    const store = await tempStore();
    await store.reviews.enqueue(job(store, 'one', 10, { provider: 'minimax', model: 'm' }));
    const { token } = await claimed(store);
    await store.reviews.reserve({ token, provider: 'p', model: 'q', tokens: 120, limits: LIMITS });
    await store.reviews.claim(HERE, dead);
    expect(await store.reviews.spent(0)).toEqual({ calls: 1, tokens: 120 });
    expect(await store.reviews.ledger(0)).toMatchObject([
      { provider: 'p', model: 'q', calls: 1, inputTokens: 120, estimated: true, failed: 1 },
    ]);
  });

  it('gives an attempt that is lost no call', async () => {
    const store = await tempStore();
    await store.reviews.enqueue(job(store, 'one'));
    const { token } = await claimed(store);
    await store.reviews.end(token, DONE);
    expect(
      await store.reviews.reserve({ token, provider: 'p', model: null, tokens: 1, limits: LIMITS }),
    ).toMatchObject({
      status: 'refused',
    });
    expect(await store.reviews.spent(0)).toEqual({ calls: 0, tokens: 0 });
  });

  it('counts a call for no budget that no model has read, and one without an answer for the day alone', async () => {
    const store = await tempStore();
    await store.reviews.enqueue(job(store, 'one'));
    const tries = [
      { inputTokens: 0, outputTokens: 0 },
      { inputTokens: null, outputTokens: null },
    ];
    for (const usage of tries) {
      const { token } = await claimed(store);
      const asked = { token, provider: 'p', model: null, tokens: 100, limits: LIMITS };
      const reserved = await store.reviews.reserve(asked);
      if (reserved.status === 'reserved') await store.reviews.settle(reserved.entry, { calls: 1, ...usage });
      const end = { error: 'away', outcome: 'timeout', notBefore: 0, counted: false };
      await store.reviews.end(token, { state: 'queued', ...end });
    }
    const { token, job: again } = await claimed(store);
    expect(again.attempts).toBe(1);
    expect(await store.reviews.spent(0)).toEqual({ calls: 1, tokens: 100 });
    const within = (calls: number) => ({ ...LIMITS, session: { calls, tokens: 9999 } });
    expect(await store.reviews.stopFor(again.session, 1, within(1))).toBeNull();
    expect(await store.reviews.ledger(0)).toMatchObject([{ calls: 2, failed: 2, inputTokens: 100 }]);
    expect(await store.reviews.heartbeat(token)).toBe(true);
  });

  it('tells calls that came to nothing from the one that succeeded', async () => {
    const store = await tempStore();
    await store.reviews.enqueue(job(store, 'one'));
    const { token } = await claimed(store);
    for (let call = 0; call < 2; call += 1) {
      const reserved = await store.reviews.reserve({
        token,
        provider: 'p',
        model: null,
        tokens: 100,
        limits: LIMITS,
      });
      if (reserved.status === 'reserved')
        await store.reviews.settle(reserved.entry, { calls: 1, inputTokens: null, outputTokens: null });
    }
    await store.reviews.end(token, { ...DONE, outputEstimate: 7 });
    expect(await store.reviews.ledger(0)).toMatchObject([
      { calls: 2, inputTokens: 200, outputTokens: 7, failed: 1, estimated: true },
    ]);
  });
});
