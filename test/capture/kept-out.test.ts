import { appendFileSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exclusionOf, patternsName } from '../../src/app/exclusion.ts';
import type { Adapter } from '../../src/capture/adapter.ts';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { codex } from '../../src/capture/codex.ts';
import { type IngestDeps, ingestFile } from '../../src/capture/ingest.ts';
import { ndjson } from '../../src/capture/ndjson.ts';
import { sessionId } from '../../src/model/ids.ts';
import { ingestDeps, tempFolder, tempStore } from '../support/temp-store.ts';

const generic = ndjson({ confirmed: true });
const SECRET = `ghp_${'a1B2'.repeat(9)}`;
const ID = '2f1b9a44-7f0e-4c1c-9f1e-0123456789ab';
const PAUSE_END = Date.UTC(2026, 0, 15);
const PAUSED = '2026-01-01T00:00:00Z';
const LATER = '2026-02-01T00:00:00Z';
const paused = { path: () => false, time: (at: number) => at < PAUSE_END };

async function setUp(adapter: Adapter, lines: readonly object[]) {
  const folder = tempFolder();
  const name = adapter.client === 'ndjson' ? 'log.ndjson' : `${ID}.jsonl`;
  const path = join(folder, name);
  const add = (more: readonly object[]) =>
    appendFileSync(path, more.map((line) => `${JSON.stringify(line)}\n`).join(''));
  writeFileSync(path, '');
  add(lines);
  const store = await tempStore(folder);
  const read = (changes: Partial<IngestDeps> = {}) =>
    ingestFile({ path, relative: name }, adapter, ingestDeps(store, changes), {
      durable: true,
      fallbackProject: null,
    });
  const session = () => store.sessions.get(sessionId(adapter.client, adapter.client === 'ndjson' ? 's' : ID));
  const state = async () => (await store.sources.find('here', path))?.state ?? '';
  return { store, read, add, session, state };
}

function claude(uuid: string, parent: string | null, at: string, text: string, more: object = {}): object {
  return {
    type: 'user',
    uuid,
    parentUuid: parent,
    sessionId: ID,
    isSidechain: false,
    timestamp: at,
    cwd: '/home/dev/shop',
    gitBranch: 'main',
    message: { role: 'user', content: text },
    ...more,
  };
}

describe('what is excluded', () => {
  it('comes back when the pattern that kept it out is lifted', async () => {
    const { read, session } = await setUp(generic, [
      { session: 's', role: 'user', text: 'hidden', cwd: '/home/dev/private' },
    ]);
    const time = () => false;
    const private_ = { path: (path: string) => path.endsWith('/private'), time, patterns: 'a' };
    const first = await read({ exclusion: private_ });
    expect([Object.fromEntries(first.passed), await session()]).toEqual([
      { 'excluded by [capture] exclude': 1 },
      null,
    ]);
    expect((await read({ exclusion: private_ })).outcome).toBe('unchanged');
    expect((await read({ exclusion: { path: () => false, time, patterns: '' } })).outcome).toBe('read');
    expect((await session())?.messages).toBe(1);
    expect((await read({ exclusion: { path: () => false, time, patterns: 'b' } })).outcome).toBe('unchanged');
  });

  it('is told by the path as written and by its real one', () => {
    const root = realpathSync(tempFolder());
    mkdirSync(join(root, 'real', 'inner'), { recursive: true });
    symlinkSync(join(root, 'real'), join(root, 'link'));
    const byLink = exclusionOf([join(root, 'link')]);
    const byReal = exclusionOf([join(root, 'real', 'in*')]);
    const byLinkedGlob = exclusionOf([join(root, 'link', 'in*')]);
    expect(
      [join(root, 'link', 'inner'), join(root, 'real', 'inner'), join(root, 'other')].map(byLink),
    ).toEqual([true, true, false]);
    expect([byReal(join(root, 'link', 'inner', 'gone')), byReal(join(root, 'link'))]).toEqual([true, false]);
    expect([byLinkedGlob(join(root, 'real', 'inner')), byLinkedGlob(join(root, 'real'))]).toEqual([
      true,
      false,
    ]);
    expect(patternsName(['a', 'b'])).toBe(patternsName(['b', 'a']));
    expect(patternsName(['a'])).not.toBe(patternsName([]));
  });
});

describe('what was said during a pause', () => {
  it('leaves no session, turn or title, and what comes after it does', async () => {
    const { store, read, add, session, state } = await setUp(claudeCode, [
      claude('u1', null, PAUSED, 'a paused prompt'),
      { type: 'ai-title', sessionId: ID, aiTitle: 'The paused matter' },
    ]);
    const projects: string[] = [];
    const projectOf = async (cwd: string) => {
      projects.push(cwd);
      return null;
    };
    await read({ exclusion: paused, projectOf });
    expect([await session(), projects]).toEqual([null, []]);
    expect((await store.sessions.get(sessionId('claude-code', ID)))?.title).toBeUndefined();
    add([claude('u2', 'u1', LATER, 'an open prompt')]);
    await read({ exclusion: paused, projectOf });
    expect(await session()).toMatchObject({ title: null, messages: 1, cwd: '/home/dev/shop' });
    const { messages } = await store.messages.list({ session: sessionId('claude-code', ID), limit: 9 });
    expect(messages.map(({ text, turn }) => [text, turn])).toEqual([['an open prompt', 1]]);
    expect(JSON.parse(await state())).toMatchObject({ withheld: { told: [ID] } });
  });

  it('keeps a turn of which a later message is kept', async () => {
    const { store, read, add } = await setUp(generic, [
      { session: 's', role: 'user', text: 'a paused prompt', time: PAUSED },
    ]);
    await read({ exclusion: paused });
    add([{ session: 's', role: 'assistant', text: 'the answer', time: LATER }]);
    await read({ exclusion: paused });
    const { messages } = await store.messages.list({ session: sessionId('ndjson', 's'), limit: 9 });
    expect(messages.map(({ text, turn }) => [text, turn])).toEqual([['the answer', 1]]);
  });
});

describe('a secret', () => {
  it('stays in no title, directory, branch or tool, nor in what is remembered of the file', async () => {
    const { store, read, session, state } = await setUp(claudeCode, [
      claude('u1', null, LATER, 'hello', { cwd: `/home/dev/${SECRET}`, gitBranch: `fix-${SECRET}` }),
      { type: 'custom-title', sessionId: ID, customTitle: `Use ${SECRET}` },
      {
        ...claude('u2', 'u1', LATER, ''),
        type: 'assistant',
        message: { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: SECRET, input: {} }] },
      },
    ]);
    await read({ projectOf: async () => null });
    const { messages } = await store.messages.list({ session: sessionId('claude-code', ID), limit: 9 });
    const stored = await session();
    expect(stored).toMatchObject({ title: expect.stringContaining('Use [redacted:') });
    expect(JSON.stringify([stored, messages])).not.toContain(SECRET);
    expect(JSON.parse(JSON.parse(await state()).reader).title.text).toBe(stored?.title);
  });

  it('in a call that waits for its output is not remembered', async () => {
    const at = { timestamp: LATER };
    const { read, state } = await setUp(codex, [
      { ...at, type: 'session_meta', payload: { id: ID, cwd: '/home/dev/shop', timestamp: LATER } },
      {
        ...at,
        type: 'response_item',
        payload: {
          type: 'function_call',
          id: 'f1',
          call_id: 'c1',
          name: 'run',
          arguments: JSON.stringify({ header: SECRET }),
        },
      },
    ]);
    await read();
    expect(JSON.parse(JSON.parse(await state()).reader).calls).toMatchObject([{ id: 'c1', call: null }]);
    expect(await state()).not.toContain(SECRET);
  });

  it('as the name of a session or a record refuses the record', async () => {
    const { store, read, session, state } = await setUp(generic, [
      { session: SECRET, role: 'user', text: 'one' },
      { session: 's', role: 'user', text: 'two', id: SECRET, cwd: '/home/dev/shop' },
      { session: 's', role: 'user', text: 'three', id: ID },
    ]);
    const report = await read();
    expect(report.skipped.map(({ line, reason }) => [line, reason])).toEqual([
      [1, '`session` looks like a secret'],
      [2, '`id` looks like a secret'],
    ]);
    expect((await store.messages.counts(null)).messages).toBe(1);
    expect((await session())?.projectName).toBe('shop');
    expect(await state()).not.toContain(SECRET);
  });
});
