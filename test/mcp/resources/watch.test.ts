import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { memoryTerms } from '../../../src/memories/terms.ts';
import { openSqlite } from '../../../src/store/sqlite/store.ts';
import { applied } from '../../store/promoting.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { newMemory } from '../../support/new-memory.ts';
import {
  addSession,
  addSkill,
  bearerOf,
  SPEAKERS,
  type Speaker,
  speaker,
  type World,
  world,
} from './world.ts';

/** A second connection to the same file, as another process has it. */
async function another({ app }: World) {
  const store = await openSqlite({ path: app.layout.db, now: Date.now, memoryTerms });
  afterThisTest(() => store.close());
  return store;
}

/** What has come until nothing more comes, each once and in order; taken away. */
async function told(client: Speaker): Promise<string[]> {
  for (let before = -1; before !== client.told.length; ) {
    before = client.told.length;
    await sleep(30);
  }
  return [...new Set(client.told.splice(0))].sort();
}

describe.each(SPEAKERS)('a subscription of %s', (era) => {
  it('is told what has changed of what it names, by whomever, and nothing else', async () => {
    const place = await world();
    const first = await place.add('The shop closes at eight', { title: 'Hours' });
    const second = await place.add('Beer is served cold');
    const client = await speaker(place, era);
    const uri = `midturn://memories/${first.short}`;
    const other = `midturn://memories/${second.short}`;
    await client.subscribe([uri, other, 'midturn://project', 'midturn://user']);
    await place.look();
    expect(await told(client)).toEqual([]);
    const store = await another(place);
    const change = {
      op: 'edit' as const,
      target: first.id,
      version: first.version,
      title: 'Hours',
      content: 'The shop closes at nine',
      contentHash: newMemory('nine').contentHash,
      origin: 'user' as const,
      evidence: first.evidence,
    };
    await applied(store, [change]);
    await place.look();
    expect(await told(client)).toEqual(['list', uri, 'midturn://project'].sort());
    await place.forget(second);
    await place.look();
    expect(await told(client)).toEqual(['list', other, 'midturn://project'].sort());
    await place.look();
    expect(await told(client)).toEqual([]);
  });

  it('is told nothing of feedback, counters and notes, and of no other project', async () => {
    const place = await world();
    const memory = await place.add('The shop closes at eight');
    const session = await addSession(place.store, place.project, 'one', ['q', 'a']);
    const client = await speaker(place, era);
    await client.subscribe([
      `midturn://memories/${memory.short}`,
      `midturn://history/${session.short}`,
      'midturn://project',
      'midturn://recall',
      'midturn://skills',
      'midturn://history',
      'midturn://status',
    ]);
    await place.look();
    await place.store.feedback.record([{ kind: 'used', target: memory.short, session: session.id }]);
    await place.store.health.count({ 'something.failures': 1 });
    await place.store.health.setNote('capture', { at: 1, error: null, detail: {} });
    await place.look();
    expect(await told(client)).toEqual([]);
    await place.add('The bakery opens at six', { project: place.other });
    await addSession(place.store, place.other, 'two', ['q', 'a']);
    await place.look();
    // How much is stored is of the whole store.
    expect(await told(client)).toEqual(['midturn://status']);
  });

  it('is told of skills, receipts, sessions and messages as well', async () => {
    const place = await world();
    const memory = await place.add('The shop closes at eight');
    const [receipt] = await place.store.receipts.list({ limit: 1 });
    const session = await addSession(place.store, place.project, 'one', ['q', 'a']);
    const client = await speaker(place, era);
    const uris = [
      `midturn://receipts/${receipt?.short}`,
      `midturn://history/${session.short}`,
      'midturn://history',
      'midturn://skills',
    ];
    await client.subscribe(uris);
    await addSkill(place.store, 'release', 'Run the steps');
    await place.look();
    expect(await told(client)).toEqual(['list', 'midturn://skills']);
    await addSession(place.store, place.project, 'one', ['another', 'answer']);
    await place.look();
    expect(await told(client)).toEqual(['midturn://history', `midturn://history/${session.short}`]);
    const caller = await place.app.self();
    await (await place.app.memories()).undo(caller, receipt?.short ?? '');
    await place.look();
    expect(await told(client)).toEqual(['list', `midturn://receipts/${receipt?.short}`].sort());
    expect((await client.read(`midturn://receipts/${receipt?.short}`)).text).toContain('was undone');
    expect(memory.short).toMatch(/^m_/);
  });

  it('is told when what it names comes to be, and never of what is not ours', async () => {
    const place = await world();
    const session = await addSession(place.store, place.project, 'one', ['q', 'a']);
    const client = await speaker(place, era);
    const next = `midturn://history/${session.short}/3`;
    await client.subscribe([next, 'midturn://memories/m_zzzzzz', 'test://watched-resource', 'midturn://no']);
    await addSession(place.store, place.project, 'one', ['another', 'answer']);
    await place.look();
    expect(await told(client)).toEqual([next]);
  });

  it('ends the watch when it ends, and with the connection', async () => {
    const place = await world();
    const memory = await place.add('The shop closes at eight');
    const uri = `midturn://memories/${memory.short}`;
    const client = await speaker(place, era);
    expect(place.isWatching()).toBe(false);
    const end = await client.subscribe([uri]);
    expect(place.isWatching()).toBe(true);
    await end();
    await sleep(50);
    expect(place.isWatching()).toBe(false);
    await place.forget(memory);
    await place.look();
    expect(await told(client)).toEqual([]);
    await client.subscribe(['midturn://user']);
    expect(place.isWatching()).toBe(true);
    await client.close();
    await sleep(50);
    await place.look();
    expect(place.isWatching()).toBe(false);
  });
});

describe('up to 2025-11-25', () => {
  it('whoever has read the list is told when it is another one, and nobody else', async () => {
    const place = await world();
    const [reader, idle] = [await speaker(place, '2025'), await speaker(place, 'sdk1')];
    await reader.list();
    await place.add('The shop closes at eight');
    await place.look();
    expect(await told(reader)).toEqual(['list']);
    expect(await told(idle)).toEqual([]);
  });

  it.each(['2025', 'sdk1'] as const)('%s subscribes to no more than 500 resources, whosever', async (era) => {
    const place = await world();
    const client = await speaker(place, era);
    const uris = Array.from({ length: 499 }, (_, at) => `midturn://history/k3f9a2/${at + 1}`);
    await client.subscribe([...uris, 'test://watched-resource']);
    await client.subscribe(uris.slice(0, 1));
    for (const uri of ['midturn://history/k3f9a2/500', 'test://another'])
      await expect(client.subscribe([uri])).rejects.toMatchObject({
        code: -32602,
        message: expect.stringContaining('500'),
      });
  });

  it.each(['2025', 'sdk1'] as const)('%s subscribes to nothing that is no URI', async (era) => {
    const place = await world();
    const client = await speaker(place, era);
    for (const uri of ['midturn://memories/../user', 'user', '', `midturn://memories/${'z'.repeat(300)}`])
      await expect(client.subscribe([uri])).rejects.toMatchObject({ code: -32602 });
    expect(place.isWatching()).toBe(false);
  });
});

it('reading the list begins no watch for a client of 2026-07-28, which has another way to ask for it', async () => {
  const place = await world();
  const client = await speaker(place, '2026 over HTTP');
  await client.list();
  expect(place.isWatching()).toBe(false);
});

describe('over HTTP', () => {
  it('two projects’ own are two, though they have one URI', async () => {
    const place = await world();
    const [shop, bakery] = [
      await speaker(place, '2026 over HTTP', bearerOf(place.project)),
      await speaker(place, '2026 over HTTP', bearerOf(place.other)),
    ];
    for (const client of [shop, bakery]) await client.subscribe(['midturn://project']);
    await place.add('The shop closes at eight');
    await place.look();
    expect(await told(shop)).toEqual(['list', 'midturn://project']);
    expect(await told(bakery)).toEqual([]);
  });

  it('a bearer without the right to read hears nothing', async () => {
    const place = await world();
    const rights = { read: false, write: true, admin: false };
    const client = await speaker(place, '2026 over HTTP', bearerOf(place.project, rights));
    await client.subscribe(['midturn://project']);
    expect(place.isWatching()).toBe(false);
  });
});
