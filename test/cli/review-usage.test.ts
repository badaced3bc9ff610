import { describe, expect, it } from 'vitest';
import { alive, HERE } from '../store/promoting.ts';
import { converse } from '../support/conversation.ts';
import { tempStore } from '../support/temp-store.ts';
import { commandLine } from './command-line.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

describe('midturn usage', () => {
  it('says what the reviewer is, what is left of today, and that nothing was paid', async () => {
    const { midturn } = commandLine();
    const { code, out } = await midturn('usage', { now: NOW });
    expect(code).toBe(0);
    expect(out).toContain('Reviewer: rules, costs nothing');
    expect(out).toContain('Today: 0 of 50 calls, 0 of 200,000 tokens; 50 and 200,000 left');
    expect(out).toContain('No reviewer and no agent that compiles was paid in the last 7 days.');
  });

  it('answers a script', async () => {
    const { midturn } = commandLine();
    const { json } = await midturn('usage --days 30 --json', {
      now: NOW,
      env: { MIDTURN_REVIEW_DAILY_CALLS: '3' },
    });
    expect(json).toMatchObject({
      reviewer: { provider: 'rules', paid: false, enabled: true },
      today: { day: '2026-11-21', calls: { used: 0, limit: 3, left: 3 } },
      ledger: [],
      jobs: { queued: 0, running: 0, done: 0, failed: 0, stopped: 0 },
      stopped: [],
      last: [],
    });
  });

  it('shows the last reviews with what became of them', async () => {
    const { midturn, home } = commandLine();
    await midturn('status');
    const store = await tempStore(home, () => NOW);
    const { session } = await converse(store, 'one', [{ text: 'Hello' }]);
    const { job } = await store.reviews.enqueue({
      owner: store.owner,
      session,
      project: null,
      trigger: 'stop',
      through: 1,
      throughPosition: 1,
      throughTurn: 1,
      provider: 'minimax',
      model: null,
    });
    const claimed = await store.reviews.claim(HERE, alive);
    await store.reviews.end(claimed?.token ?? '', { state: 'stopped', error: 'no call is left' });
    const { out } = await midturn('usage', { now: NOW });
    expect(out).toContain('Stopped by a budget (1):');
    expect(out).toMatch(new RegExp(`${job.short} +2026-11-21 12:00 UTC +\\w+ +stopped +no call is left`));
    expect(out.split(job.short)).toHaveLength(2);
    const none = await midturn('usage', { now: NOW, env: { MIDTURN_REVIEW_DAILY_CALLS: '0' } });
    expect(none.out).toContain('Today: 0 calls (the budget is 0), 0 of 200,000 tokens');
    const { json } = await midturn('usage --json', { now: NOW });
    expect(json).toMatchObject({ stopped: [{ id: job.short, state: 'stopped', error: 'no call is left' }] });
  });

  it('puts reviews back that have failed or wait after a failure', async () => {
    const { midturn, home } = commandLine();
    expect((await midturn('usage --retry')).out).toContain('No review has failed');
    const store = await tempStore(home, () => NOW);
    for (const state of ['failed', 'queued'] as const) {
      const { session } = await converse(store, state, [{ text: 'Hello' }]);
      const about = { owner: store.owner, session, project: null, trigger: 'stop' as const };
      const through = { through: 1, throughPosition: 1, throughTurn: 1, provider: 'rules', model: null };
      await store.reviews.enqueue({ ...about, ...through });
      const claimed = await store.reviews.claim(HERE, alive);
      const end = { error: 'no', outcome: 'refused', notBefore: NOW + 9e9, counted: true };
      await store.reviews.end(claimed?.token ?? '', { state, ...end });
    }
    const { out, code } = await midturn('usage --retry', { now: NOW + 1000 });
    expect([code, out.trim()]).toEqual([
      0,
      '2 reviews are tried again: when a session ends, or with midturn scan.',
    ]);
    expect(await store.reviews.list({ limit: 9 })).toMatchObject([
      { state: 'queued', attempts: 0, notBefore: NOW + 1000 },
      { state: 'queued', attempts: 0, notBefore: NOW + 1000 },
    ]);
    expect((await midturn('usage --retry --json', { now: NOW })).json).toMatchObject({ retried: 2 });
  });

  it('refuses a number of days that is none', async () => {
    const { midturn } = commandLine();
    const { code, err } = await midturn('usage --days 0');
    expect(code).toBe(2);
    expect(err).toContain('--days takes a whole number from 1 to 366');
  });
});
