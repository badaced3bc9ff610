/** Erasing: the words are gone from every byte of the home, and stay gone. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageTerms } from '../../src/capture/index.ts';
import { runErase } from '../../src/memories/erase.ts';
import { memoryTerms } from '../../src/memories/index.ts';
import { envelope, fact, item } from '../store/promoting.ts';
import { converse, type Said } from '../support/conversation.ts';
import { type EraseWorld, eraseWorld, inflated } from '../support/erase-world.ts';
import { tempStore } from '../support/temp-store.ts';

const MARKER = 'zanzibarquux7';
const SECRET = `The vault of ${MARKER} opens with the blue key on Fridays`;

async function memoryOf({ store, caller }: EraseWorld, content: string, changes = {}) {
  const result = await store.plans.apply({
    kind: 'remember',
    caller,
    operations: [{ op: 'add', memory: fact(content, { contentHash: hash(content), ...changes }) }],
  });
  const [added] = result.status === 'applied' ? result.items : [];
  if (added === undefined) throw new Error('nothing was added');
  return added.memory;
}

/** As the service makes it: none of the words stands in it. */
function hash(content: string): Uint8Array {
  return createHash('sha256').update(content).digest().subarray(0, 16);
}

const erase = (world: EraseWorld, target: string, isProject = false) =>
  world.memories.forgetAny(world.caller, { target, isProject, erase: true, reason: 'test' });

/** No value of any table holds the marker, deflated ones included. */
function rowsHolding(world: EraseWorld): string[] {
  const db = new Database(join(world.home, 'midturn.db'), { readonly: true });
  try {
    const tables = db
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
      )
      .pluck()
      .all();
    return tables.filter((table) =>
      db
        .prepare<[], Record<string, unknown>>(`SELECT * FROM "${table}"`)
        .all()
        .some((row) =>
          Object.values(row).some((value) => {
            if (typeof value === 'string') return value.includes(MARKER);
            if (!(value instanceof Uint8Array)) return false;
            if (Buffer.from(value).includes(MARKER)) return true;
            try {
              return inflated(value)?.includes(MARKER) === true;
            } catch {
              return false;
            }
          }),
        ),
    );
  } finally {
    db.close();
  }
}

async function expectGone(world: EraseWorld): Promise<void> {
  expect(world.holding(MARKER)).toEqual([]);
  expect(rowsHolding(world)).toEqual([]);
  const checks = await world.store.health.check({ message: messageTerms, memory: memoryTerms });
  expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
}

describe('erasing a memory', () => {
  it('overwrites its versions, receipts, tokens and suggestions', async () => {
    const world = await eraseWorld();
    const memory = await memoryOf(world, SECRET);
    // The receipt of the second time keeps what was there before.
    const again = fact(SECRET, { contentHash: hash(SECRET) });
    await world.store.plans.apply({
      kind: 'remember',
      caller: world.caller,
      operations: [{ op: 'merge', target: memory.id, version: memory.version, memory: again }],
    });
    await world.store.suggestions.put(envelope(world.store.owner, 'one', [item(SECRET)]));
    expect(rowsHolding(world)).toEqual(
      expect.arrayContaining(['memories', 'memory_versions', 'receipt_changes', 'suggestion_items', 'terms']),
    );
    const report = await erase(world, memory.short);
    expect(report).toMatchObject({ kind: 'memory', erased: { check: 'none', memories: 1, left: [] } });
    expect(report.erased?.searched.files).toBeGreaterThan(0);
    expect(await world.store.memories.get(memory.id)).toMatchObject({
      state: 'forgotten',
      content: '',
      title: '',
    });
    expect((await world.store.suggestions.counts()).pending).toBe(0);
    await expectGone(world);
  });

  it('takes the words out of the files that are ours and names those that a person may have written in', async () => {
    const world = await eraseWorld();
    const memory = await memoryOf(world, SECRET);
    world.write('logs/today.jsonl', `{"text":"kept"}\n{"text":"${SECRET}"}\n{"text":"kept too"}\n`);
    world.write('backups/midturn-schema1.db', `SQLite ${SECRET}`);
    world.write('backups/other.db', 'nothing of it');
    world.write('spool/1.json', SECRET);
    world.write('MEMORY.conflict-20261121T000000Z.md', SECRET);
    world.write('notes.txt', SECRET);
    const { erased } = await erase(world, memory.short);
    expect(erased?.files).toEqual([
      { path: 'MEMORY.conflict-20261121T000000Z.md', done: 'deleted' },
      { path: 'backups/midturn-schema1.db', done: 'deleted' },
      { path: 'logs/today.jsonl', done: 'lines removed' },
      { path: 'spool/1.json', done: 'deleted' },
    ]);
    expect(erased).toMatchObject({ check: 'found', left: ['notes.txt'] });
    expect(readFileSync(join(world.home, 'logs/today.jsonl'), 'utf8')).toBe(
      '{"text":"kept"}\n{"text":"kept too"}\n',
    );
    expect(world.holding(MARKER)).toEqual(['notes.txt']);
    expect(world.holding('nothing of it')).toEqual(['backups/other.db']);
  });

  it('leaves what waits in the inbox to its writer, and names it', async () => {
    const world = await eraseWorld();
    const memory = await memoryOf(world, SECRET);
    world.write('inbox/waiting.json', JSON.stringify({ memory_updates: [{ content: SECRET }] }));
    world.write('inbox/failed/old.json', JSON.stringify({ facts: [{ content: SECRET }] }));
    const { erased } = await erase(world, memory.short);
    expect(erased).toMatchObject({
      check: 'found',
      left: ['inbox/waiting.json'],
      files: [{ path: 'inbox/failed/old.json', done: 'deleted' }],
    });
    expect(world.holding(MARKER)).toEqual(['inbox/waiting.json']);
  });

  it('takes no file away for a few words that others may have said', async () => {
    const world = await eraseWorld();
    const words = 'Use `the staging` for\n`release trains` and `tagged images`';
    const memory = await memoryOf(world, words);
    world.write('spool/other.json', 'They have all the staging machines and release trains they need');
    world.write('backups/other.db', 'tagged images of release trains');
    world.write('inbox/failed/other.json', 'release trains');
    world.write('spool/same.json', JSON.stringify({ words }));
    const { erased } = await erase(world, memory.short);
    expect(erased?.files).toEqual([{ path: 'spool/same.json', done: 'deleted' }]);
    expect(erased).toMatchObject({
      check: 'found',
      left: ['backups/other.db', 'inbox/failed/other.json', 'spool/other.json'],
    });
  });

  it('finds the file that a cut-out secret came from, and one whose writer escapes what is not ASCII', async () => {
    const world = await eraseWorld();
    const memory = await memoryOf(world, 'Der Schlüssel für die Übung ist [redacted:github-token], sagt Zoë');
    const raw = 'Der Schlüssel für die Übung ist ghp_x0123456789, sagt Zoë';
    const asEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const ascii = JSON.stringify({ raw }).replace(/[^\0-\x7f]/g, asEscape);
    world.write('notes/plain.txt', raw);
    world.write('notes/ascii.json', ascii);
    expect(ascii).toContain('\\u00fc');
    expect((await erase(world, memory.short)).erased).toMatchObject({
      check: 'found',
      left: ['notes/ascii.json', 'notes/plain.txt'],
    });
  });

  it('says apart what was too short to look for, and what was found of the rest', async () => {
    const world = await eraseWorld();
    const clean = await memoryOf(world, SECRET, { title: 'Stage' });
    world.write('backups/other.db', 'nothing of it');
    const report = await erase(world, clean.short);
    expect(report).toMatchObject({ erased: { check: 'none', short: ['Stage'], left: [], files: [] } });
    const again = await memoryOf(world, `${SECRET}, also in winter`, { title: 'Stage' });
    world.write('notes.txt', `${SECRET}, also in winter`);
    expect((await erase(world, again.short)).erased).toMatchObject({
      check: 'found',
      short: ['Stage'],
      left: ['notes.txt'],
    });
    const short = await memoryOf(world, 'Stage 2', { title: 'Stage 2' });
    expect((await erase(world, short.short)).erased).toMatchObject({ check: 'unsearchable', left: [] });
  });

  it('says where the words still stand: in the message that it was made of', async () => {
    const world = await eraseWorld();
    const { session } = await converse(world.store, 's1', [{ text: SECRET }]);
    const short = (await world.store.sessions.get(session))?.short;
    const memory = await memoryOf(world, SECRET, { sources: [`${short}/1`] });
    const preview = await world.memories.previewForget({ target: memory.short, erase: true, reason: '' });
    expect(preview.holders.cited).toEqual([`${short}/1`]);
    expect((await erase(world, memory.short)).erased).toMatchObject({ check: 'found', left: [`${short}/1`] });
    expect((await erase(world, `${short}/1`)).erased).toMatchObject({ check: 'none' });
    await expectGone(world);
  });

  it('is refused for what a person said when no person is there', async () => {
    const world = await eraseWorld();
    const memory = await memoryOf(world, SECRET, { origin: 'user' });
    const nobody = { ...world.caller, personPresent: false };
    const request = { target: memory.short, erase: true, reason: '' };
    await expect(world.memories.forgetAny(nobody, request)).rejects.toThrow('needs a person');
    expect(await world.store.eraseJobs.open()).toEqual([]);
  });
});

describe('erasing messages', () => {
  const said: Said[] = [
    { text: `What did we say of ${MARKER}? ${SECRET}` },
    { role: 'assistant', text: `${SECRET}. `.repeat(600) },
    { text: 'And how do the tests run?' },
  ];

  it('leaves numbers, keys and digests, so that no import or rebuild brings the words back', async () => {
    const world = await eraseWorld();
    const { session } = await converse(world.store, 's1', said);
    const short = (await world.store.sessions.get(session))?.short ?? '';
    await memoryOf(world, `Remember: ${SECRET}`, { sources: [`${short}/1`] });
    expect((await erase(world, `${short}/1`)).erased).toMatchObject({ messages: 1, memories: 1 });
    expect((await erase(world, `${short}/2`)).erased).toMatchObject({ messages: 1, check: 'none' });
    await expectGone(world);
    // As the transcript is read again from its start, and as a fork that copies the records.
    await again(world, 's1', said);
    await again(world, 's2', said, 's1');
    await world.store.health.rebuild({ message: messageTerms, memory: memoryTerms });
    await expectGone(world);
    expect(await world.store.messages.get(session, 1)).toMatchObject({
      state: 'erased',
      text: '',
      parts: null,
    });
    expect(await world.store.messages.get(session, 3)).toMatchObject({
      state: 'kept',
      text: 'And how do the tests run?',
    });
  });

  it('takes copies in other sessions along, and what is read of the session later', async () => {
    const world = await eraseWorld();
    const { session } = await converse(world.store, 's1', said);
    const fork = await again(world, 's2', said, 's1');
    const short = (await world.store.sessions.get(session))?.short ?? '';
    const preview = await world.memories.previewForget({ target: short, erase: true, reason: '' });
    expect(preview.holders.copies).toHaveLength(3);
    expect((await erase(world, short)).erased).toMatchObject({ messages: 6, check: 'none' });
    expect(await world.store.messages.get(fork, 1)).toMatchObject({ state: 'erased', text: '' });
    await converse(world.store, 's1', [{ text: `More of ${MARKER} said later` }]);
    expect(await world.store.messages.get(session, 4)).toMatchObject({ state: 'erased', text: '' });
    await expectGone(world);
  });

  it('erases a project: its sessions, memories and suggestions, and nothing of another', async () => {
    const world = await eraseWorld();
    await converse(world.store, 's1', said, { project: world.shop });
    const other = await converse(world.store, 's2', [{ text: 'The other one stays as it is' }]);
    await memoryOf(world, SECRET, { scope: 'project', project: world.shop });
    const kept = await memoryOf(world, 'I like short answers');
    await world.store.suggestions.put(
      envelope(world.store.owner, 'one', [item(`Say ${MARKER}`)], { project: world.shop, snapshot: SECRET }),
    );
    const preview = await erase(world, 'shop', true);
    expect(preview.erased).toMatchObject({ messages: 3, memories: 1, check: 'none' });
    await expectGone(world);
    expect(await world.store.messages.get(other.session, 1)).toMatchObject({ state: 'kept' });
    expect(await world.store.memories.get(kept.id)).toMatchObject({ state: 'active' });
  });
});

describe('a job that is cut off', () => {
  it.each(['begun', 'hidden', 'files', 'slice', 'text', 'scrubbed'])(
    'is gone on with by whoever comes next: behind “%s”',
    async (cut) => {
      const world = await eraseWorld();
      const { session } = await converse(world.store, 's1', [
        { text: SECRET },
        { role: 'assistant', text: `${SECRET}. `.repeat(600) },
      ]);
      await memoryOf(world, SECRET);
      const job = await world.store.eraseJobs.begin('session', session);
      const onStep = (step: string): void => {
        if (step === cut) throw new Error('killed');
      };
      const deps = { store: world.store, home: world.home, render: async () => {}, onStep };
      if (cut !== 'begun') await expect(runErase(deps, job, world.caller)).rejects.toThrow('killed');
      world.store.close();
      const next = await eraseWorld(world.home);
      expect(await next.memories.resumeErasing(next.caller)).toBe(1);
      await expectGone(next);
      expect(await next.memories.resumeErasing(next.caller)).toBe(0);
    },
  );
});

it('leaves no byte of what was said, whatever held it', async () => {
  const words = fc.constantFrom('plain', 'long', 'quoted', 'parted', 'none');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(words, fc.boolean()), { minLength: 1, maxLength: 8 }),
      fc.array(words, { maxLength: 4 }),
      fc.array(words, { maxLength: 3 }),
      fc.boolean(),
      async (messages, memories, suggestions, withFork) => {
        const world = await eraseWorld();
        const said = messages.map(
          ([kind, spoken], at): Said => ({
            ...(spoken ? {} : { role: 'tool' as const, by: 'tool' as const }),
            text: textOf(kind, at),
          }),
        );
        const { session } = await converse(world.store, 's1', said, { project: world.shop });
        if (withFork) await again(world, 's2', said, 's1');
        const short = (await world.store.sessions.get(session))?.short ?? '';
        for (const [at, kind] of memories.entries())
          await memoryOf(world, textOf(kind, 100 + at), { sources: [`${short}/1`] });
        await world.store.suggestions.put(
          envelope(
            world.store.owner,
            'one',
            suggestions.map((kind, at) => item(textOf(kind, 200 + at), { index: at })),
            { session },
          ),
        );
        const { erased } = await erase(world, short);
        expect(erased).toMatchObject({ left: [], check: expect.not.stringMatching('found') });
        await again(world, 's1', said);
        await again(world, 's3', said, 's1');
        await world.store.health.rebuild({ message: messageTerms, memory: memoryTerms });
        await expectGone(world);
        world.store.close();
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

function textOf(kind: string, at: number): string {
  switch (kind) {
    case 'plain':
      return `${SECRET}, number ${at}`;
    case 'long':
      return `${at} ${SECRET} and so on. `.repeat(400);
    case 'quoted':
      return `"${MARKER}"\n\t\\${at}\\ "${MARKER}"`;
    case 'parted':
      return `${at}: ${MARKER}\u00e4\u4e2d\u6587 ${MARKER}`;
    default:
      return `Nothing of it in number ${at}`;
  }
}

/** The same records as `from` had them, read from another file of the session `external`. */
async function again(world: EraseWorld, external: string, said: readonly Said[], from = external) {
  const copied = said.map((each, at) => ({ ...each, key: `${from}-${at}` }));
  const { session } = await converse(world.store, external, copied, { project: world.shop });
  return session;
}

it('finds a store of its own again after all of it', async () => {
  const world = await eraseWorld();
  const memory = await memoryOf(world, SECRET);
  await erase(world, memory.short);
  world.store.close();
  const next = await tempStore(world.home);
  expect(await next.eraseJobs.open()).toEqual([]);
});

it('another process that had read the words gives them new numbers when they come again', async () => {
  const world = await eraseWorld();
  const other = await tempStore(world.home);
  const say = (text: string) => converse(other, `o-${text.length}`, [{ text }]);
  const { session } = await say(`Of ${MARKER} once`);
  await erase(world, (await world.store.sessions.get(session))?.short ?? '');
  await say(`Of ${MARKER} and once more, after all of it`);
  const checks = await world.store.health.check({ message: messageTerms, memory: memoryTerms });
  expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
});
