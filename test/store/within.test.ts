import { describe, expect, it } from 'vitest';
import { projectsWithin, storeWithin } from '../../src/store/within.ts';
import { agentIn, converse } from '../support/conversation.ts';
import { newMemory } from '../support/new-memory.ts';
import { project, tempStore } from '../support/temp-store.ts';
import { applied, first } from './promoting.ts';

const agent = (text: string) => ({ text, role: 'assistant' as const, by: 'agent' as const });

/** A session with a turn in each of two projects. */
async function divided() {
  const store = await tempStore();
  const [shop, bakery] = [await project(store, 'shop'), await project(store, 'bakery')];
  const talk = await converse(store, 'one', [{ text: 'The ovens are hot' }, agent('They bake bread')], {
    project: bakery,
  });
  await converse(store, 'one', [{ text: 'The tills are open' }, agent('They take coins')], { project: shop });
  return { store, shop, bakery, talk, within: await storeWithin(store, { reach: [shop] }) };
}

describe('the store as a caller may see it', () => {
  it('is the store itself without bounds, and one view for one set of projects', async () => {
    const { store, shop, bakery, within } = await divided();
    expect(await storeWithin(store, { reach: null })).toBe(store);
    expect(await storeWithin(store, {})).toBe(store);
    expect(await storeWithin(store, { reach: [shop] })).toBe(within);
    expect(await storeWithin(store, { reach: [bakery, shop] })).toBe(
      await storeWithin(store, { reach: [shop, bakery] }),
    );
    expect(projectsWithin({ reach: [shop] }, null)).toEqual([shop]);
    expect(projectsWithin({ reach: [shop] }, [shop, bakery])).toEqual([shop]);
    expect(projectsWithin({}, null)).toBe(null);
  });

  it('holds of a session that lies in two projects what lies within', async () => {
    const { within, talk, store } = await divided();
    expect(await within.sessions.get(talk.session)).toMatchObject({
      project: null,
      projectName: null,
      title: null,
      messages: 4,
      turns: 1,
    });
    const { messages, total } = await within.messages.list({ session: talk.session, limit: 10 });
    expect(messages.map(({ text }) => text)).toEqual(['The tills are open', 'They take coins']);
    expect(total).toBe(2);
    expect(await within.messages.get(talk.session, 1)).toBe(null);
    expect((await within.sessions.turns({ projects: null, limit: 9, offset: 0 })).turns).toMatchObject([
      { number: 2, prompt: 'The tills are open', conclusion: 'They take coins', messages: 2 },
    ]);
    expect(await store.sessions.opening(talk.session)).toBe('The ovens are hot');
    expect(await within.sessions.opening(talk.session)).toBe(null);
    const all = (await store.messages.list({ session: talk.session, limit: 10 })).messages;
    const own = all.filter(({ number }) => number > 2);
    const candidates = own.map(({ row, position }) => ({ row, session: 1, place: position }));
    const rows = (await within.search.neighbours(candidates, 5)).map(({ row }) => row);
    expect(rows.toSorted()).toEqual(own.map(({ row }) => row).toSorted());
    const evidence = await within.messages.evidence({ session: talk.session, upTo: 1_000_000, limit: 10 });
    expect(evidence.map(({ text }) => text)).toEqual(['They take coins', 'The tills are open']);
  });

  it('tells of a turn that ends elsewhere what was said within', async () => {
    const { store, bakery, talk, within } = await divided();
    await converse(store, 'one', [agent('At last the bread is sold')], { project: bakery });
    const asked = { projects: null, limit: 1, offset: 0 };
    expect((await store.sessions.turns(asked)).turns).toMatchObject([
      { number: 2, conclusion: 'At last the bread is sold', messages: 3 },
    ]);
    expect((await within.sessions.turns(asked)).turns).toMatchObject([
      { number: 2, conclusion: 'They take coins', messages: 2 },
    ]);
    expect(await within.messages.numbers(talk.session, '', 9)).toEqual({ numbers: [4, 3], total: 2 });
  });

  it('knows the words of what lies within, however often others use them', async () => {
    const { within } = await divided();
    const { terms, documents } = await within.search.corpus('messages', ['oven', 'till']);
    expect(terms.map(({ term, documents: held, number }) => [term, held, number === null])).toEqual([
      ['oven', 0, true],
      ['till', 1, false],
    ]);
    expect(documents).toBe(2);
    expect(await within.search.years()).toEqual([]);
    expect((await within.search.beginning('ov', 9)).map(({ term }) => term)).toEqual([]);
    expect((await within.search.beginning('ti', 9)).map(({ term }) => term)).toEqual(['till']);
  });

  it('applies no plan that touches what lies beyond, whoever made it', async () => {
    const { store, bakery, within } = await divided();
    const caller = await agentIn(store, null, null);
    const there = { scope: 'project', project: bakery } as const;
    const { id, version } = first(
      await applied(store, [{ op: 'add', memory: newMemory('The oven is hot', there) }]),
    );
    const plans = [
      { op: 'add', memory: newMemory('The oven is cold', there) },
      { op: 'forget', target: id, version, reason: 'test' },
      { op: 'replace', target: id, version, memory: newMemory('The oven is mine') },
      {
        op: 'add',
        memory: newMemory('It points there', { links: [{ kind: 'see_also', target: id }] }),
      },
      { op: 'add', memory: newMemory('It would replace it'), wouldReplace: [id] },
    ] as const;
    for (const operation of plans)
      await expect(within.plans.apply({ kind: 'remember', caller, operations: [operation] })).rejects.toThrow(
        /beyond the projects of this token/,
      );
    expect(await store.memories.get(id)).toMatchObject({ state: 'active', version });
    expect((await store.memories.list({ states: ['active'], limit: 9 })).total).toBe(1);
  });

  it('refuses what concerns the store as a whole', async () => {
    const { within } = await divided();
    expect(() => within.erasing.overwrite()).toThrow(/bound to projects/);
    expect(() => within.tokens.list()).toThrow(/bound to projects/);
    expect(() => within.close()).toThrow(/bound to projects/);
  });
});
