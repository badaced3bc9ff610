/** Forgetting without erasing: hidden from every answer, also when it is imported again; copies that stay keep the text. */
import { describe, expect, it } from 'vitest';
import { messageTerms } from '../../src/capture/index.ts';
import { historyService } from '../../src/history/index.ts';
import { memoryTerms } from '../../src/memories/index.ts';
import { fact } from '../store/promoting.ts';
import { converse, type Said } from '../support/conversation.ts';
import { type EraseWorld, eraseWorld } from '../support/erase-world.ts';

const SAID: Said[] = [
  { text: 'Where does the walrus sleep?', key: 'a-1' },
  { role: 'assistant', text: 'The walrus sleeps on the pier.', key: 'a-2' },
  { text: 'And the heron?', key: 'a-3' },
];

async function hits({ store, caller }: EraseWorld, query: string): Promise<string[]> {
  const history = historyService({ store, now: Date.now, semantic: null });
  const { hits: found } = await history.ask(caller, { query, project: 'all' });
  return found.map(({ text }) => text);
}

async function shortOf(
  { store }: EraseWorld,
  session: Parameters<EraseWorld['store']['sessions']['get']>[0],
) {
  return (await store.sessions.get(session))?.short ?? '';
}

const forget = (world: EraseWorld, target: string, isProject = false) =>
  world.memories.forgetAny(world.caller, { target, isProject, erase: false, reason: 'private' });

describe('forgetting a message', () => {
  it('hides it from searches and by its ref, and leaves what stands around it', async () => {
    const world = await eraseWorld();
    const { session } = await converse(world.store, 's1', SAID, { project: world.shop });
    const short = await shortOf(world, session);
    expect(await hits(world, 'walrus pier')).not.toEqual([]);
    expect(await forget(world, `${short}/2`)).toMatchObject({ kind: 'message', messages: 1, erased: null });
    expect((await hits(world, 'pier')).join(' ')).not.toContain('pier');
    const history = historyService({ store: world.store, now: Date.now, semantic: null });
    const opened = await history.ask(world.caller, { ref: `${short}/2` });
    expect(JSON.stringify(opened)).not.toContain('pier');
    expect(await world.store.messages.get(session, 3)).toMatchObject({ state: 'kept' });
  });

  it('stays so when it is imported again, in a fork too, and when the indexes are rebuilt', async () => {
    const world = await eraseWorld();
    const { session } = await converse(world.store, 's1', SAID, { project: world.shop });
    await forget(world, `${await shortOf(world, session)}/2`);
    await converse(world.store, 's1', SAID, { project: world.shop });
    await converse(world.store, 's2', SAID, { project: world.shop });
    await world.store.health.rebuild({ message: messageTerms, memory: memoryTerms });
    expect((await hits(world, 'pier')).join(' ')).not.toContain('pier');
    expect(await hits(world, 'heron')).not.toEqual([]);
  });

  it('is told when it was forgotten before', async () => {
    const world = await eraseWorld();
    const { session } = await converse(world.store, 's1', SAID);
    const ref = `${await shortOf(world, session)}/2`;
    await forget(world, ref);
    await expect(forget(world, ref)).rejects.toThrow('already forgotten');
  });
});

describe('forgetting a session', () => {
  it('hides all of it, its name, and what is read of it later; a fork of it keeps what was copied', async () => {
    const world = await eraseWorld();
    const { session } = await converse(world.store, 's1', SAID, { project: world.shop });
    const fork = await converse(world.store, 's2', SAID, { project: world.shop });
    const memory = await world.store.plans.apply({
      kind: 'remember',
      caller: world.caller,
      operations: [{ op: 'add', memory: fact('Walruses sleep on piers', { session }) }],
    });
    const short = await shortOf(world, session);
    const preview = await world.memories.previewForget({ target: short, erase: false, reason: '' });
    expect(preview.holders.copies).toHaveLength(3);
    expect(preview.stays).toHaveLength(1);
    expect(await forget(world, short)).toMatchObject({ kind: 'session', messages: 3, memories: [] });
    await converse(world.store, 's1', [{ text: 'The pelican moved in', key: 'a-9' }], {
      project: world.shop,
    });
    expect(await hits(world, 'pelican')).toEqual([]);
    expect(await world.store.messages.get(fork.session, 2)).toMatchObject({
      state: 'kept',
      text: 'The walrus sleeps on the pier.',
      copyOf: null,
    });
    expect(await hits(world, 'walrus pier')).not.toEqual([]);
    const checks = await world.store.health.check({ message: messageTerms, memory: memoryTerms });
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(memory.status).toBe('applied');
    const listed = await world.store.sessions.list({ projects: null, limit: 10 });
    expect(listed.map(({ id }) => id)).toEqual([fork.session]);
    const { turns } = await world.store.sessions.turns({ projects: null, limit: 10, offset: 0 });
    expect(new Set(turns.map((turn) => turn.session))).toEqual(new Set([fork.session]));
  });

  it('is refused to an agent', async () => {
    const world = await eraseWorld();
    const { session } = await converse(world.store, 's1', SAID);
    const agent = { ...world.caller, personPresent: false, client: 'codex' };
    await expect(
      world.memories.forgetAny(agent, { target: await shortOf(world, session), erase: false, reason: '' }),
    ).rejects.toThrow('needs a person');
    expect(await world.store.messages.get(session, 1)).toMatchObject({ state: 'kept' });
  });
});

it('forgets a project with its memories under one receipt, which undo brings back', async () => {
  const world = await eraseWorld();
  await converse(world.store, 's1', SAID, { project: world.shop });
  const add = async (content: string, changes: Parameters<typeof fact>[1]) =>
    world.store.plans.apply({
      kind: 'remember',
      caller: world.caller,
      operations: [{ op: 'add', memory: fact(content, changes) }],
    });
  await add('Deploys run on Tuesdays', { scope: 'project', project: world.shop });
  await add('I like short answers', {});
  const report = await forget(world, 'shop', true);
  expect(report).toMatchObject({ kind: 'project', messages: 3, memories: [expect.stringMatching(/^m_/)] });
  const states = async () =>
    (await world.store.memories.list({ states: ['active'], limit: 10 })).memories.map(({ title }) => title);
  expect(await states()).toEqual(['I like short answers']);
  await world.memories.undo(world.caller, report.receipt ?? '');
  expect([...(await states())].sort()).toEqual(['Deploys run on Tuesdays', 'I like short answers']);
});
