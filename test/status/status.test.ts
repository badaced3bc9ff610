/** What midturn says of itself, from what its parts have stored. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../src/model/caller.ts';
import { sessionId } from '../../src/model/ids.ts';
import { processIdentity } from '../../src/platform/process.ts';
import { homeLayout } from '../../src/project/home.ts';
import { appendLog } from '../../src/project/log-file.ts';
import { type StatusReport, statusService } from '../../src/status/index.ts';
import type { Store } from '../../src/store/store.ts';
import { converse } from '../support/conversation.ts';
import { tempFolder, tempStore } from '../support/temp-store.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;
const LIMITS = {
  dayFrom: Date.UTC(2026, 10, 21),
  day: { calls: 3, tokens: 10_000 },
  session: { calls: 3, tokens: 10_000 },
};
const REVIEWER = { provider: 'openai-compatible', model: 'small' };

type World = {
  readonly home: string;
  readonly store: Store;
  readonly report: (surface?: Caller['surface']) => Promise<StatusReport>;
};

async function world(more: Partial<Parameters<typeof statusService>[0]> = {}): Promise<World> {
  const home = tempFolder();
  const store = await tempStore(home, () => NOW);
  const service = statusService({
    store,
    now: () => NOW,
    version: '0.0.0',
    home,
    warnings: [],
    embeddings: { url: null, model: null },
    budget: { daily_calls: 3, daily_tokens: 10_000 },
    paused: async () => false,
    joined: async () => [],
    ...more,
  });
  const caller = (surface: Caller['surface']): Caller => ({
    owner: store.owner,
    surface,
    client: null,
    session: null,
    externalSession: null,
    turnKey: null,
    callId: null,
    project: null,
    cwd: home,
    rights: { read: true, write: true, admin: false },
    personPresent: false,
  });
  return { home, store, report: (surface = 'cli') => service.report(caller(surface)) };
}

async function queue(store: Store, external: string): Promise<void> {
  await converse(store, external, [{ text: 'We use pnpm' }]);
  await store.reviews.enqueue({
    ...REVIEWER,
    owner: store.owner,
    session: sessionId('claude-code', external),
    project: null,
    trigger: 'stop',
    through: 1,
    throughPosition: 1,
    throughTurn: 1,
  });
}

async function begin(store: Store): Promise<string> {
  const claimed = await store.reviews.claim(await processIdentity(), async () => true);
  return claimed?.token ?? '';
}

const ids = ({ health }: StatusReport) => health.map(({ id }) => id);

describe('a home in which nothing has happened', () => {
  it('has nothing to say', async () => {
    const { report } = await world();
    expect(await report()).toMatchObject({
      queue: { reviews: { queued: 0, running: 0 } },
      last: { capture: null, review: null, compile: null, scheduler: null },
      spend: { calls: 0, tokens: 0, budget: { calls: 3, tokens: 10_000 }, stopped: 0 },
      health: [],
      wiring: [],
    });
  });
});

describe('reviews', () => {
  it('are counted in the queue and at work, with what they have cost today', async () => {
    const { store, report } = await world();
    await queue(store, 'one');
    await queue(store, 'two');
    const token = await begin(store);
    const reserved = await store.reviews.reserve({ token, ...REVIEWER, tokens: 700, limits: LIMITS });
    if (reserved.status === 'reserved')
      await store.reviews.settle(reserved.entry, { calls: 1, inputTokens: 600, outputTokens: 50 });
    expect(await report()).toMatchObject({
      queue: { reviews: { queued: 1, running: 1 } },
      spend: { calls: 1, tokens: 650, stopped: 0 },
      health: [],
    });
  });

  it('that a budget has stopped are told with the budget and when they go on', async () => {
    const { store, report } = await world();
    await queue(store, 'one');
    const error =
      'The budget of the day is used up: 3 of 3 calls are used. It goes on by itself after 00:00 UTC.';
    await store.reviews.end(await begin(store), { state: 'stopped', error });
    const told = await report();
    expect(told.spend?.stopped).toBe(1);
    expect(told.health).toEqual([
      {
        id: 'reviews.stopped',
        status: 'warn',
        words: `1 review waits for a budget. ${error}`,
        fix: 'midturn usage',
      },
    ]);
  });

  it('that failed are told with the reason, once', async () => {
    const { store, report } = await world();
    await queue(store, 'one');
    await store.reviews.end(await begin(store), {
      state: 'failed',
      error: 'no key',
      outcome: 'not_configured',
    });
    await store.health.setNote('review', { at: NOW, error: 'no key', detail: {} });
    const told = await report();
    expect(told.last.review).toEqual({ at: '2026-11-21T12:00:00.000Z', error: 'no key' });
    expect(ids(told)).toEqual(['reviews.failed']);
    expect(told.health[0]?.words).toMatch(
      /^1 review has failed in the last 7 days, the newest \(j_\w+\) with: no key$/,
    );
  });

  it('that failed long ago do not hide what the last one came to', async () => {
    const { store, report } = await world({ now: () => NOW + 8 * 24 * HOUR_MS });
    await queue(store, 'one');
    await store.reviews.end(await begin(store), {
      state: 'failed',
      error: 'no key',
      outcome: 'not_configured',
    });
    await store.health.setNote('review', { at: NOW, error: 'too slow', detail: { state: 'queued' } });
    expect((await report()).health).toMatchObject([
      { id: 'reviews.last', words: 'The last review came to nothing: too slow' },
    ]);
  });

  it('whose answer could not be read lie in a folder that is not named over HTTP', async () => {
    const { home, report } = await world();
    const folder = join(home, 'review', 'failed');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'j1.txt'), 'not JSON');
    expect((await report()).health).toMatchObject([
      { id: 'reviews.dumps', words: expect.stringContaining(folder) },
    ]);
    expect(JSON.stringify(await report('http'))).not.toContain(home);
  });
});

describe('hooks and what they leave', () => {
  it('that failed in the last 24 hours are told with counts and a reason', async () => {
    const { home, report } = await world();
    const log = (kind: string, ago: number, error?: string): unknown =>
      appendLog(homeLayout(home), {
        at: NOW - ago,
        level: error === undefined ? 'info' : 'error',
        kind,
        ok: error === undefined,
        ...(error === undefined ? {} : { error }),
      });
    log('hook.session-start', 25 * HOUR_MS, 'long ago');
    log('hook.stop-review', HOUR_MS);
    log('hook.stop-review', HOUR_MS, 'there is no payload');
    expect((await report()).health).toEqual([
      {
        id: 'hooks',
        status: 'warn',
        words: 'Hooks failed in the last 24 hours: stop-review once; one with: there is no payload',
        fix: 'midturn doctor',
      },
    ]);
  });

  it('that could not be taken are counted', async () => {
    const { home, report } = await world();
    mkdirSync(join(home, 'spool', 'broken'), { recursive: true });
    writeFileSync(join(home, 'spool', 'broken', 'a.json'), '{');
    expect((await report()).health).toMatchObject([
      { id: 'spool.broken', words: '1 file that hooks have left could not be taken' },
    ]);
  });
});

describe('the scheduler', () => {
  it('is told by its last run', async () => {
    const { home, report } = await world();
    const run = (at: number, ok: boolean): unknown =>
      appendLog(homeLayout(home), {
        at,
        level: 'info',
        kind: 'scheduler',
        ok,
        ...(ok ? {} : { error: 'ended with 1' }),
      });
    run(NOW - 2 * HOUR_MS, false);
    expect((await report()).health).toMatchObject([
      { id: 'scheduler', words: 'The last scheduled run failed: ended with 1', fix: 'midturn scan' },
    ]);
    run(NOW - HOUR_MS, true);
    const told = await report();
    expect(told.last.scheduler).toEqual({ at: '2026-11-21T11:00:00.000Z' });
    expect(told.health).toEqual([]);
  });
});

describe('wiring', () => {
  const setup = (files: ReadonlyArray<{ readonly client: string; readonly file: string }>): string =>
    JSON.stringify({ format: 1, node: '/usr/bin/node', files: files.map((file) => ({ ...file, puts: [] })) });

  it('names what setup has wired, with the last run of each hook', async () => {
    const { home, store, report } = await world();
    const file = join(home, 'hooks.json');
    writeFileSync(file, '{}');
    writeFileSync(join(home, 'setup.json'), setup([{ client: 'codex', file }]));
    await store.health.setNote('hook.stop-review.codex', { at: NOW, error: null, detail: {} });
    await store.health.setNote('hook.session-start.claude-code', { at: NOW, error: null, detail: {} });
    expect((await report()).wiring).toEqual([
      { client: 'codex', status: 'wired', hooks: { 'stop-review': '2026-11-21T12:00:00.000Z' } },
      {
        client: 'claude-code',
        status: 'by other means',
        hooks: { 'session-start': '2026-11-21T12:00:00.000Z' },
      },
    ]);
  });

  it('says where a file of it is gone', async () => {
    const { home, report } = await world();
    writeFileSync(
      join(home, 'setup.json'),
      setup([
        { client: 'cursor', file: join(home, 'setup.json') },
        { client: 'cursor', file: join(home, 'gone.json') },
      ]),
    );
    const told = await report();
    expect(told.wiring).toEqual([{ client: 'cursor', status: 'incomplete', hooks: {} }]);
    expect(told.health).toMatchObject([{ id: 'wiring', fix: 'midturn setup cursor' }]);
  });

  it('is empty with a list that another version has written', async () => {
    const { home, report } = await world();
    writeFileSync(join(home, 'setup.json'), '{"format": 9}');
    expect((await report()).wiring).toEqual([]);
  });
});

describe('news and warnings', () => {
  it('are told: clones that were joined lately, and what of the configuration is out of date', async () => {
    const { report } = await world({
      warnings: ['CODEX_SELF_EVOLUTION_HOME is an old name: write MIDTURN_HOME'],
      joined: async () => [
        { at: NOW - 30 * 24 * HOUR_MS, words: 'old news' },
        { at: NOW - HOUR_MS, words: '/a and /b are clones of one repository' },
      ],
    });
    expect((await report()).health).toEqual([
      { id: 'config', status: 'warn', words: 'CODEX_SELF_EVOLUTION_HOME is an old name: write MIDTURN_HOME' },
      {
        id: 'project.joined',
        status: 'warn',
        words: '/a and /b are clones of one repository (2026-11-21)',
        fix: 'midturn project list',
      },
    ]);
  });
});
