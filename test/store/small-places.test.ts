import { describe, expect, it } from 'vitest';
import type { ProjectId } from '../../src/model/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { storeWithin } from '../../src/store/within.ts';
import { converse } from '../support/conversation.ts';
import { newMemory } from '../support/new-memory.ts';
import { project, tempStore } from '../support/temp-store.ts';
import { applied, first } from './promoting.ts';

async function said(store: Store, projects: readonly ProjectId[] | null, ...words: string[]) {
  const { terms } = await store.search.corpus('messages', words);
  const hits = await store.search.messages(terms, { projects }, 5000, 2000);
  const messages = await store.messages.byRows(hits.map(({ row }) => row));
  return messages.map(({ text }) => text);
}

async function known(store: Store, projects: readonly ProjectId[], ...words: string[]) {
  const { terms } = await store.search.corpus('memories', words);
  const scopes = [
    { scope: 'user', projects: null },
    { scope: 'project', projects },
  ] as const;
  const found = await store.memories.matching(terms, { scopes, states: ['active'] }, 5000, 50);
  return (await store.memories.byRows(found.map(({ row }) => row))).map(({ content }) => content);
}

describe('what small projects hold', () => {
  it('is found beside a large one, and at once when more comes in', async () => {
    const store = await tempStore();
    const [small, large] = [await project(store, 'small'), await project(store, 'large')];
    const many = Array.from({ length: 600 }, (_, n) => ({ text: `The lamp ${n} is copper` }));
    await converse(store, 'one', [{ text: 'The lamp of the harbour' }, { text: 'A boat' }], {
      project: small,
    });
    await converse(store, 'two', many, { project: large });
    expect(await said(store, [small], 'lamp')).toEqual(['The lamp of the harbour']);
    expect((await said(store, [large], 'lamp')).length).toBe(600);
    expect((await said(store, [small, large], 'lamp')).length).toBe(601);
    expect((await said(store, null, 'harbour', 'lamp'))[0]).toBe('The lamp of the harbour');
    const within = await storeWithin(store, { reach: [small] });
    expect((await within.search.corpus('messages', ['lamp', 'copper'])).terms).toMatchObject([
      { documents: 1 },
      { documents: 0, number: null },
    ]);
    await converse(store, 'one', [{ text: 'Another lamp is copper' }], { project: small });
    expect(await said(store, [small], 'lamp')).toEqual(['Another lamp is copper', 'The lamp of the harbour']);
    expect((await within.search.corpus('messages', ['lamp', 'copper'])).terms).toMatchObject([
      { documents: 2 },
      { documents: 1 },
    ]);
    const both = await storeWithin(store, { reach: [small, large] });
    const { documents, terms } = await both.search.corpus('messages', ['lamp', 'harbour']);
    expect(documents).toBe(603);
    // Of a large project it is estimated.
    expect(Math.abs((terms[0]?.documents ?? 0) - 602)).toBeLessThan(10);
    expect(terms[1]?.documents).toBe(1);
  });

  it('is counted without what is not shown', async () => {
    const store = await tempStore();
    const [small, other] = [await project(store, 'small'), await project(store, 'other')];
    await converse(store, 'one', [{ text: 'One' }, { text: 'Two' }], { project: small });
    await converse(store, 'one', [{ text: 'Elsewhere' }], { project: other });
    await converse(store, 'two', [{ text: 'Nowhere' }, { text: 'Noise', kind: 'noise' }]);
    expect(await store.messages.counts([small])).toEqual({ sessions: 1, messages: 2 });
    expect(await store.messages.counts([other])).toEqual({ sessions: 0, messages: 1 });
    expect(await store.messages.counts([small, other])).toEqual({ sessions: 1, messages: 3 });
    expect(await store.messages.counts(null)).toEqual({ sessions: 2, messages: 4 });
  });

  it('follows memories that are added, worded anew and forgotten', async () => {
    const store = await tempStore();
    const here = await project(store, 'here');
    const there = await project(store, 'there');
    const of = (id: ProjectId) => ({ scope: 'project', project: id }) as const;
    const { id, version } = first(
      await applied(store, [{ op: 'add', memory: newMemory('The boiler runs at night', of(here)) }]),
    );
    await applied(store, [
      { op: 'add', memory: newMemory('The boiler has a copper lid', of(there)) },
      { op: 'add', memory: newMemory('A boiler wants water') },
    ]);
    expect((await known(store, [here], 'boiler')).toSorted()).toEqual([
      'A boiler wants water',
      'The boiler runs at night',
    ]);
    await applied(store, [{ op: 'forget', target: id, version, reason: 'test' }]);
    expect(await known(store, [here], 'boiler')).toEqual(['A boiler wants water']);
    expect(await known(store, [], 'boiler')).toEqual(['A boiler wants water']);
    expect(await known(store, [there], 'copper')).toEqual(['The boiler has a copper lid']);
  });
});
