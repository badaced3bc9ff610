/** What every engine must do, told over the ports only. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messageTerms } from '../../src/capture/index-text.ts';
import { memoryTerms } from '../../src/memories/terms.ts';
import { memoryId } from '../../src/model/ids.ts';
import type { NewMemory } from '../../src/model/memory.ts';
import type { Plan } from '../../src/model/plan.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { agentIn, converse } from '../support/conversation.ts';
import { newMemory } from '../support/new-memory.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';

const TERMS = { message: messageTerms, memory: memoryTerms };

function fact(content: string, changes: Partial<NewMemory> = {}): NewMemory {
  return newMemory(content, { confidence: 1, ...changes });
}

async function plan(store: Store, operations: Plan['operations'], onceKey?: string): Promise<Plan> {
  const caller = await agentIn(store, null, null);
  return { kind: 'remember', caller, operations, ...(onceKey === undefined ? {} : { onceKey }) };
}

describe('projects', () => {
  it('are known by the first identity that is known, and keep the others as aliases', async () => {
    const store = await tempStore();
    const path = { machine: 'a', kind: 'path' as const, value: '/home/dev/shop' };
    const remote = { machine: null, kind: 'remote' as const, value: 'host/dev/shop' };
    const first = await store.projects.claim({ name: 'shop', identity: [path], extra: [remote] });
    const git = { machine: 'a', kind: 'git-dir' as const, value: '/home/dev/shop/.git' };
    const second = await store.projects.claim({ name: 'shop', identity: [git, path], extra: [] });
    expect(second.id).toBe(first.id);
    expect((await store.projects.find([git]))?.aliases).toEqual(expect.arrayContaining([git, path, remote]));
  });

  it('of the same path on two machines, or of the same remote, are two', async () => {
    const store = await tempStore();
    const at = (machine: string) => ({ machine, kind: 'path' as const, value: '/home/dev/shop' });
    const extra = [{ machine: null, kind: 'remote' as const, value: 'host/dev/shop' }];
    const a = await store.projects.claim({ name: 'shop', identity: [at('a')], extra });
    const b = await store.projects.claim({ name: 'shop', identity: [at('b')], extra });
    expect(a.id).not.toBe(b.id);
  });

  it('that are joined count as one, without a rewrite', async () => {
    const store = await tempStore();
    const [a, b] = [await project(store, 'old'), await project(store, 'new')];
    await store.projects.join(b, a, 'moved');
    expect((await store.projects.get(b))?.id).toBe(a);
    expect([...((await store.projects.get(a))?.ids ?? [])].sort()).toEqual([a, b].sort());
  });
});

describe('plans', () => {
  it('are applied whole or not at all', async () => {
    const store = await tempStore();
    const missing = memoryId('0'.repeat(26));
    const result = await store.plans.apply(
      await plan(store, [
        { op: 'add', memory: fact('kept only with the rest') },
        { op: 'forget', target: missing, version: 1, reason: '' },
      ]),
    );
    expect(result).toMatchObject({ status: 'conflict', why: expect.stringContaining('not there') });
    expect((await store.memories.list({ states: ['active'], limit: 5 })).total).toBe(0);
    expect((await store.health.check(TERMS)).filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it('conflict when the record was changed since it was read', async () => {
    const store = await tempStore();
    const added = await store.plans.apply(await plan(store, [{ op: 'add', memory: fact('a fact') }]));
    if (added.status !== 'applied' || added.items[0] === undefined) throw new Error('not applied');
    const { id } = added.items[0].memory;
    const forget = await plan(store, [{ op: 'forget', target: id, version: 7, reason: '' }]);
    expect(await store.plans.apply(forget)).toMatchObject({
      status: 'conflict',
      why: expect.stringContaining('changed meanwhile'),
    });
  });

  it('keep one live record of a content in a scope', async () => {
    const store = await tempStore();
    await store.plans.apply(await plan(store, [{ op: 'add', memory: fact('only once') }]));
    expect(
      await store.plans.apply(await plan(store, [{ op: 'add', memory: fact('only once') }])),
    ).toMatchObject({ status: 'conflict' });
  });

  it('are applied once for a once-key, and refuse the key with other content', async () => {
    const store = await tempStore();
    const first = await plan(store, [{ op: 'add', memory: fact('with a key') }], 'key-1');
    expect((await store.plans.apply(first)).status).toBe('applied');
    expect((await store.plans.apply(first)).status).toBe('conflict');
    await expect(
      store.plans.apply(await plan(store, [{ op: 'add', memory: fact('something else') }], 'key-1')),
    ).rejects.toThrow(/used before: with other content/);
  });
});

describe('the index', () => {
  it('equals what is stored after every kind of change, and after a rebuild', async () => {
    const store = await tempStore();
    const shop = await project(store, 'shop');
    await converse(
      store,
      's',
      [{ text: 'the quick brown fox' }, { role: 'assistant', text: 'jumps over the lazy dog' }],
      { project: shop },
    );
    const added = await store.plans.apply(
      await plan(store, [{ op: 'add', memory: fact('foxes are quick') }]),
    );
    if (added.status !== 'applied' || added.items[0] === undefined) throw new Error('not applied');
    const { id, version } = added.items[0].memory;
    await store.plans.apply(
      await plan(store, [{ op: 'merge', target: id, version, memory: fact('foxes are really quick') }]),
    );
    const ok = async () =>
      (await store.health.check(TERMS)).map(({ id: name, status }) => `${name} ${status}`);
    const fine = ['store.schema ok', 'store.integrity ok', 'index.messages ok', 'index.memories ok'];
    expect(await ok()).toEqual(fine);
    expect(await store.health.rebuild(TERMS)).toBe(3);
    expect(await ok()).toEqual(fine);
    const corpus = await store.search.corpus('memories', ['realli']);
    expect(corpus.terms[0]?.documents).toBe(1);
  });

  it('is seen to differ when a text was changed behind its back, and is mended by a rebuild', async () => {
    const folder = tempFolder();
    const store = await tempStore(folder);
    await converse(store, 's', [{ text: 'the quick brown fox' }]);
    const code = `const db = new (require('better-sqlite3'))(process.argv[1]); db.exec("UPDATE messages SET text = 'a slow grey snail'");`;
    expect(spawnSync(process.execPath, ['-e', code, join(folder, 'midturn.db')]).status).toBe(0);
    const broken = (await store.health.check(TERMS)).find(({ id }) => id === 'index.messages');
    expect(broken).toMatchObject({ status: 'fail', fix: 'midturn doctor --rebuild' });
    await store.health.rebuild(TERMS);
    expect((await store.health.check(TERMS)).every(({ status }) => status === 'ok')).toBe(true);
  });
});

describe('one file and several processes', () => {
  it('says by changed() that another one has written', async () => {
    const folder = tempFolder();
    const [here, there] = [await tempStore(folder), await tempStore(folder)];
    const before = await here.changed();
    expect(await here.changed()).toBe(before);
    await project(there, 'shop');
    expect(await here.changed()).not.toBe(before);
  });

  it('gives up a write after its deadline, with nothing stored, while reads go on', async () => {
    const folder = tempFolder();
    await tempStore(folder);
    const store = await openSqlite({
      path: join(folder, 'midturn.db'),
      now: Date.now,
      memoryTerms,
      writeDeadline: 200,
    });
    const holder = await holdLock(join(folder, 'midturn.db'));
    await expect(project(store, 'shop')).rejects.toThrow(/held the store's lock.*Nothing was stored/);
    expect(await store.projects.list()).toEqual([]);
    holder.release();
    store.close();
  });
});

async function holdLock(path: string): Promise<{ release: () => void }> {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(path);
  db.exec('BEGIN IMMEDIATE');
  return {
    release: () => {
      db.exec('COMMIT');
      db.close();
    },
  };
}
