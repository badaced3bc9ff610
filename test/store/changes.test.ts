import { describe, expect, it } from 'vitest';
import { converse } from '../support/conversation.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';
import { applied, fact, first } from './promoting.ts';

describe('marks of changes', () => {
  it('move with what another connection or this one writes, and stay otherwise', async () => {
    const folder = tempFolder();
    const [here, there] = [await tempStore(folder), await tempStore(folder)];
    const marks = async () => [
      await here.changes.any(),
      await here.changes.memory(),
      await here.changes.history(),
    ];
    const before = await marks();
    expect(await marks()).toEqual(before);
    const seen = new Set([before[0]]);
    for (const store of [here, there, here]) {
      await store.health.count({ 'something.failures': 1 });
      seen.add(await here.changes.any());
    }
    expect(seen.size).toBe(4);
    expect((await marks()).slice(1)).toEqual(before.slice(1));
  });

  it('of memory move with every plan, with an erase and its end, and with a join; not with feedback', async () => {
    const store = await tempStore();
    const seen = [await store.changes.memory()];
    const step = async (act: () => Promise<unknown>) => {
      await act();
      seen.push(await store.changes.memory());
    };
    let memory = first(await applied(store, [{ op: 'add', memory: fact('a fact') }]));
    seen.push(await store.changes.memory());
    await step(async () => {
      memory = first(
        await applied(store, [{ op: 'forget', target: memory.id, version: memory.version, reason: '' }]),
      );
    });
    const job = await store.eraseJobs.begin('memory', memory.id);
    seen.push(await store.changes.memory());
    await step(() => store.eraseJobs.finish(job.id));
    const [a, b] = [await project(store, 'old'), await project(store, 'new')];
    seen.push(await store.changes.memory());
    await step(() => store.projects.join(b, a, 'moved'));
    expect(new Set(seen).size).toBe(seen.length);
    await store.feedback.record([{ kind: 'used', target: memory.short, session: null }]);
    await converse(store, 'one', [{ text: 'hello' }]);
    expect(await store.changes.memory()).toBe(seen.at(-1));
  });

  it('of history move with messages, not with memories', async () => {
    const store = await tempStore();
    const before = await store.changes.history();
    await applied(store, [{ op: 'add', memory: fact('a fact') }]);
    expect(await store.changes.history()).toBe(before);
    await converse(store, 'one', [{ text: 'hello' }]);
    const after = await store.changes.history();
    expect(after).not.toBe(before);
    await converse(store, 'one', [{ text: 'again' }]);
    expect(await store.changes.history()).not.toBe(after);
  });

  it('of what is in force are those of the projects that are asked for, and of the owner', async () => {
    const store = await tempStore();
    const [shop, bakery] = [await project(store, 'shop'), await project(store, 'bakery')];
    const of = (id: typeof shop) => store.changes.inForce([id]);
    const [ofShop, ofBakery] = [await of(shop), await of(bakery)];
    const memory = first(
      await applied(store, [{ op: 'add', memory: fact('a fact', { scope: 'project', project: shop }) }]),
    );
    const added = await of(shop);
    expect(added).not.toBe(ofShop);
    expect(await of(bakery)).toBe(ofBakery);
    await applied(store, [{ op: 'forget', target: memory.id, version: memory.version, reason: '' }]);
    expect(await of(shop)).not.toBe(added);
    await applied(store, [{ op: 'add', memory: fact('the owner’s own') }]);
    expect(await of(bakery)).not.toBe(ofBakery);
  });
});

describe('what a list of resources reads', () => {
  it('names what is in force, what was changed last first', async () => {
    let now = 1000;
    const store = await tempStore(tempFolder(), () => {
      now += 1000;
      return now;
    });
    const [shop, bakery] = [await project(store, 'shop'), await project(store, 'bakery')];
    const add = async (content: string, changes = {}) =>
      first(await applied(store, [{ op: 'add', memory: fact(content, changes) }]));
    const own = await add('the owner’s own');
    const old = await add('of the shop', { scope: 'project', project: shop });
    await add('of the bakery', { scope: 'project', project: bakery });
    await add('waits', { state: 'waiting', reason: 'x' });
    expect(await store.memories.names([shop], 10)).toEqual([
      { short: old.short, title: old.title },
      { short: own.short, title: own.title },
    ]);
    expect(await store.memories.names([shop], 1)).toHaveLength(1);
    const content = { title: 'changed', content: 'changed', contentHash: fact('changed').contentHash };
    const from = { origin: 'user' as const, evidence: own.evidence };
    await applied(store, [{ op: 'edit', target: own.id, version: own.version, ...content, ...from }]);
    expect((await store.memories.names([], 10)).map(({ title }) => title)).toEqual(['changed']);
    expect((await store.memories.names([shop], 10))[0]?.title).toBe('changed');
  });

  it('goes on before a record, whatever was added since', async () => {
    const store = await tempStore();
    for (const content of ['one', 'two', 'three'])
      await applied(store, [{ op: 'add', memory: fact(content) }]);
    await applied(store, [{ op: 'add', memory: fact('waits', { state: 'waiting', reason: 'x' }) }]);
    const shop = await project(store, 'shop');
    await applied(store, [{ op: 'add', memory: fact('of a project', { scope: 'project', project: shop }) }]);
    const memories = await store.memories.page([], null, 2);
    expect(memories.map(({ content }) => content)).toEqual(['three', 'two']);
    await applied(store, [{ op: 'add', memory: fact('four') }]);
    const rest = await store.memories.page([], memories.at(-1)?.row ?? 0, 2);
    expect(rest.map(({ content }) => content)).toEqual(['one']);
    const all = await store.memories.page([shop], null, 9);
    expect(all.map(({ content }) => content)).toEqual(['four', 'of a project', 'three', 'two', 'one']);
  });

  it('knows the numbers of a session’s messages that begin with some digits', async () => {
    const store = await tempStore();
    const said = Array.from({ length: 12 }, (_, at) => ({ text: `text ${at}` }));
    const { session } = await converse(store, 'one', said);
    expect(await store.messages.numbers(session, '1', 3)).toEqual({ numbers: [12, 11, 10], total: 4 });
    expect(await store.messages.numbers(session, '', 2)).toEqual({ numbers: [12, 11], total: 12 });
    for (const digits of ['x', '*', '1 OR 1', '9999999999'])
      expect(await store.messages.numbers(session, digits, 3)).toEqual({ numbers: [], total: 0 });
  });
});
