/** What the doctor says of store, files of memory and loop, and what it mends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { sessionId } from '../../src/model/ids.ts';
import { processIdentity } from '../../src/platform/process.ts';
import { appendSpool, type SpoolEntry } from '../../src/project/spool.ts';
import { converse } from '../support/conversation.ts';
import { type DoctorWorld, doctorWorld } from '../support/doctor-world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of no process: the largest that Linux gives is 2^22. */
const NOBODY = 2 ** 22 + 1;

const entry = (at: number): SpoolEntry => ({
  kind: 'turn-ended',
  at,
  event: 'stop-review',
  client: 'codex',
  session: null,
  turn: null,
  transcript: null,
  cwd: null,
  ms: 12,
  version: '0.0.0',
  error: null,
  reason: null,
});

async function remember({ app }: DoctorWorld, content: string): Promise<void> {
  await (await app.memories()).remember(await app.self(), { content, scope: 'user' });
}

async function rendered(world: DoctorWorld): Promise<string> {
  await (await world.app.compile()).render(await world.app.self());
  return join(world.home, 'USER.md');
}

describe('files of memory', () => {
  it('equal the store, or are stale and rendered by --fix', async () => {
    const world = await doctorWorld();
    expect(await world.look('projections')).toMatchObject([
      { status: 'ok', words: 'No file of memory is rendered yet' },
    ]);
    await remember(world, 'Deploys are on Tuesdays');
    expect(await world.look('projections.stale')).toMatchObject([
      { status: 'warn', fix: 'midturn doctor --fix' },
    ]);
    const { checks, fixed } = await world.examine({ fix: true, starts: false });
    expect(fixed).toContain('Rendered the files of memory that were stale.');
    expect(checks.find(({ id }) => id === 'projections')).toMatchObject({
      status: 'ok',
      words: expect.stringContaining('equal the store'),
    });
  });

  it('that somebody has edited are said to be, which is nothing wrong', async () => {
    const world = await doctorWorld();
    await remember(world, 'Deploys are on Tuesdays');
    const path = await rendered(world);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/Tuesdays/g, 'Wednesdays'));
    const { ok } = await world.examine({ starts: false });
    expect(ok).toBe(true);
    expect(await world.look('projections.edited')).toMatchObject([
      { status: 'ok', words: expect.stringContaining('USER.md'), fix: 'midturn compile' },
    ]);
  });

  it('that say something else than memory fail, and are rendered anew without losing the memory', async () => {
    const world = await doctorWorld();
    await remember(world, 'Deploys are on Tuesdays');
    await rendered(world);
    const { projections } = await world.app.store();
    const [file] = (await projections.list()).filter(({ entries }) => entries.length > 0);
    expect(file).toBeDefined();
    if (file === undefined) return;
    const entries = file.entries.map((each) => ({ ...each, version: each.version + 7 }));
    await projections.rendered([{ ...file, entries }], []);
    expect(await world.look('projections')).toMatchObject([
      { status: 'fail', words: expect.stringContaining(file.path) },
    ]);
    const { ok, fixed } = await world.examine({ fix: true, starts: false });
    expect(fixed).toContainEqual(expect.stringMatching(/^Rendered all files of memory anew \(\d\)\.$/));
    expect(ok).toBe(true);
    expect(readFileSync(join(world.home, ...file.path.split('/')), 'utf8')).toContain('Tuesdays');
  });
});

describe('a record in force that no file holds', () => {
  it('is a difference as well', async () => {
    const world = await doctorWorld();
    await remember(world, 'Deploys are on Tuesdays');
    await rendered(world);
    const { projections } = await world.app.store();
    for (const file of await projections.list()) await projections.rendered([{ ...file, entries: [] }], []);
    expect(await world.look('projections')).toMatchObject([{ status: 'fail' }]);
    expect((await world.examine({ fix: true, starts: false })).ok).toBe(true);
  });
});

describe('the worker and the spool', () => {
  it('are in order where nothing waits for long', async () => {
    const world = await doctorWorld();
    await world.app.store();
    appendSpool(world.app.layout, entry(Date.now()));
    expect(await world.look('loop.spool')).toEqual([
      { id: 'loop.spool', status: 'ok', words: '1 file of hooks waits for the worker' },
    ]);
    expect(await world.look('loop.worker')).toMatchObject([{ status: 'ok' }]);
  });

  it('that left files behind are helped by a new worker', async () => {
    const world = await doctorWorld({ now: () => Date.now() + HOUR_MS });
    await world.app.store();
    appendSpool(world.app.layout, entry(Date.now()));
    mkdirSync(join(world.home, 'spool', 'broken'));
    writeFileSync(join(world.home, 'spool', 'broken', 'a.json'), '{');
    expect(await world.look('loop.spool')).toMatchObject([{ status: 'warn', fix: 'midturn doctor --fix' }]);
    expect(await world.look('loop.broken')).toMatchObject([
      { status: 'warn', words: expect.stringContaining('1 file of hooks could not be taken') },
    ]);
    const started: unknown[] = [];
    const start = (call: unknown) => {
      started.push(call);
      return 1;
    };
    const { fixed } = await world.examine(
      { fix: true, starts: false },
      { worker: { program: ['node', 'midturn.cjs'], start } },
    );
    expect(fixed).toEqual(['Started a worker for what hooks have left.']);
    expect(started).toMatchObject([{ argv: ['node', 'midturn.cjs', 'worker', '--home', world.home] }]);
  });

  it('that is gone leaves a lock, which --fix removes', async () => {
    const world = await doctorWorld();
    await world.app.store();
    const lock = join(world.home, 'worker.lock');
    writeFileSync(lock, JSON.stringify({ ...(await processIdentity()), pid: NOBODY }));
    expect(await world.look('loop.worker')).toMatchObject([
      { status: 'warn', words: expect.stringContaining(`process ${NOBODY}`) },
    ]);
    const { fixed } = await world.examine({ fix: true, starts: false });
    expect(fixed).toEqual(['Removed the lock that a worker had left.']);
    expect(existsSync(lock)).toBe(false);
  });

  it('that is over its time is ended, and one that is not is left alone', async () => {
    let late = 0;
    const world = await doctorWorld({ now: () => Date.now() + late });
    await world.app.store();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
    const ended = once(child, 'exit');
    await once(child, 'spawn');
    const lock = join(world.home, 'worker.lock');
    writeFileSync(lock, JSON.stringify(await processIdentity(child.pid)));

    expect((await world.examine({ fix: true, starts: false })).fixed).toEqual([]);
    expect(await world.look('loop.worker')).toMatchObject([
      { status: 'ok', words: expect.stringContaining(`process ${child.pid}`) },
    ]);

    late = HOUR_MS;
    expect(await world.look('loop.worker')).toMatchObject([{ status: 'warn' }]);
    const { fixed } = await world.examine({ fix: true, starts: false });
    await ended;
    expect(fixed?.[0]).toBe(`Ended the worker ${child.pid}, which was over its time.`);
    expect(existsSync(lock)).toBe(false);
  });
});

describe('the last day', () => {
  it('is one in which nothing was done, where nothing was', async () => {
    expect(await (await doctorWorld()).look('activity')).toEqual([
      { id: 'activity', status: 'ok', words: 'Nothing was done in the last 24 hours' },
    ]);
  });

  it('is told by the log: hooks with count, time and failures, and runs of the worker', async () => {
    const now = Date.UTC(2026, 10, 21, 12);
    const world = await doctorWorld({ now: () => now });
    await world.app.store();
    const log = (kind: string, ago: number, more: Readonly<Record<string, unknown>> = {}): void =>
      world.app.log({ at: now - ago, level: 'info', kind, ok: true, ...more });
    for (let at = 1; at <= 20; at += 1) log('hook.stop-review', at * MINUTE_MS, { ms: at });
    log('hook.session-start', 30 * MINUTE_MS, { ms: 50 });
    log('hook.session-start', 20 * MINUTE_MS, { ms: 60, ok: false, error: 'there is no payload' });
    log('hook.session-start', 25 * HOUR_MS, { ms: 5000, ok: false });
    log('worker', 5 * MINUTE_MS);
    const { checks } = await world.examine({ starts: false });
    expect(checks.find(({ id }) => id === 'activity')?.words).toBe(
      'In the last 24 hours: session-start 2 (95 of 100 within 60 ms, 1 failed), stop-review 20 (95 of 100 within 19 ms), 1 worker run',
    );
    expect(checks.filter(({ id }) => id.startsWith('activity.'))).toEqual([
      {
        id: 'activity.session-start',
        status: 'warn',
        words:
          '1 of 2 runs of the hook session-start failed in the last 24 hours, the last one with: there is no payload',
      },
    ]);
  });
});

describe('--fix', () => {
  it('closes what others can read', async () => {
    const world = await doctorWorld();
    await world.app.store();
    chmodSync(world.home, 0o755);
    const env = world.write('.midturn/.env', '');
    chmodSync(env, 0o644);
    const { checks, fixed } = await world.examine({ fix: true, starts: false });
    expect(fixed).toEqual([
      `Made ${world.home} readable for you alone.`,
      `Made ${env} readable for you alone.`,
    ]);
    expect(statSync(world.home).mode & 0o777).toBe(0o700);
    expect(statSync(env).mode & 0o777).toBe(0o600);
    expect(checks.filter(({ id }) => id === 'permissions')).toEqual([]);
  });

  it('rebuilds an index that differs from what is stored', async () => {
    const world = await doctorWorld();
    await remember(world, 'Deploys are on Tuesdays');
    await rendered(world);
    const db = new Database(join(world.home, 'midturn.db'));
    db.exec("UPDATE corpora SET documents = documents + 1 WHERE name = 'memories'");
    db.close();
    expect((await world.examine({ starts: false })).ok).toBe(false);
    const { ok, fixed } = await world.examine({ fix: true, starts: false });
    expect(fixed).toEqual(['Rebuilt the indexes: 1 document.']);
    expect(ok).toBe(true);
  });

  it('says that there was nothing to mend', async () => {
    const world = await doctorWorld();
    expect((await world.examine({ fix: true, starts: false })).fixed).toEqual([]);
  });

  it('is not what a look does', async () => {
    const world = await doctorWorld();
    await world.app.store();
    chmodSync(world.home, 0o755);
    const examined = await world.examine({ starts: false });
    expect(examined.fixed).toBeUndefined();
    expect(statSync(world.home).mode & 0o777).toBe(0o755);
  });
});

describe('one cause', () => {
  it('of several failed checks is told once: a configuration that cannot be read', async () => {
    const world = await doctorWorld({ clients: ['codex'], config: '[capture\n' });
    const { checks } = await world.examine({ starts: false });
    const telling = checks.filter(({ words }) => words.includes('not valid TOML'));
    expect(telling).toMatchObject([{ id: 'config', status: 'fail' }]);
    expect(checks.at(-1)).toMatchObject({
      id: 'unchecked',
      status: 'warn',
      words: expect.stringMatching(/^Could not be checked because of config: .*\bloop$/),
    });
  });

  it('is a home that is no folder: what would lie in it is not asked for', async () => {
    const world = await doctorWorld();
    rmSync(world.home, { recursive: true });
    writeFileSync(world.home, '');
    const { ok, checks } = await world.examine({ starts: false });
    expect(ok).toBe(false);
    expect(checks.map(({ id, status }) => [id, status])).toEqual([
      ['program', 'ok'],
      ['home', 'fail'],
      ['clients', 'ok'],
    ]);
  });
});

describe('the last review', () => {
  const BUDGET = 'The budget of the day is used up. It goes on by itself after 00:00 UTC.';

  async function ended(state: 'stopped' | 'failed', error: string): Promise<DoctorWorld> {
    const world = await doctorWorld();
    const store = await world.app.store();
    await converse(store, 'one', [{ text: 'We use pnpm' }]);
    await store.reviews.enqueue({
      provider: 'openai-compatible',
      model: 'small',
      owner: store.owner,
      session: sessionId('claude-code', 'one'),
      project: null,
      trigger: 'stop',
      through: 1,
      throughPosition: 1,
      throughTurn: 1,
    });
    const claimed = await store.reviews.claim(await processIdentity(), async () => true);
    await store.reviews.end(
      claimed?.token ?? '',
      state === 'stopped' ? { state, error } : { state, error, outcome: 'not_configured' },
    );
    await store.health.setNote('review', { at: Date.now(), error, detail: { state } });
    return world;
  }

  it('that a budget has stopped is told once, by its budget', async () => {
    const { checks } = await (await ended('stopped', BUDGET)).examine({ starts: false });
    expect(checks.filter(({ words }) => words.includes(BUDGET))).toMatchObject([
      { id: 'loop.review.budget', status: 'warn' },
    ]);
    expect(checks.find(({ id }) => id === 'loop.review')).toMatchObject({
      status: 'ok',
      words: expect.stringMatching(/^The last review ran .* UTC$/),
    });
  });

  it('that failed for good is told once, with its name', async () => {
    const { checks } = await (await ended('failed', 'no key')).examine({ starts: false });
    expect(checks.filter(({ words }) => words.includes('no key'))).toMatchObject([
      { id: 'loop.review.failed', words: expect.stringMatching(/j_\w+: no key$/) },
    ]);
  });

  it('that failed and is tried again is told as it is', async () => {
    const world = await doctorWorld();
    const { health } = await world.app.store();
    await health.setNote('review', { at: Date.now(), error: 'too slow', detail: { state: 'queued' } });
    expect(await world.look('loop.review')).toMatchObject([
      { status: 'warn', words: expect.stringContaining('failed: too slow') },
    ]);
    await health.setNote('review', { at: Date.now(), error: 'used up', detail: { state: 'stopped' } });
    expect(await world.look('loop.review')).toMatchObject([
      { status: 'warn', words: expect.stringMatching(/ and waits: used up$/) },
    ]);
  });
});

describe('a store that cannot be opened', () => {
  it('keeps nobody from being told of the clients', async () => {
    const world = await doctorWorld({ clients: ['codex'] });
    writeFileSync(join(world.home, 'midturn.db'), 'no database '.repeat(500));
    const { ok, checks } = await world.examine({ starts: false });
    expect(ok).toBe(false);
    expect(checks.find(({ id }) => id === 'store.open')?.status).toBe('fail');
    expect(checks.find(({ id }) => id === 'codex.hooks')?.status).toBe('ok');
  });
});
