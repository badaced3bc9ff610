import { describe, expect, it } from 'vitest';
import { converse, type Said } from '../support/conversation.ts';
import { world } from './world.ts';

const FILLER: readonly Said[] = Array.from({ length: 8 }, (_, at) => ({
  text: `Plain filler line about topic${at}`,
}));

describe('what a search knows beside words', () => {
  it('puts first what was said at the time that the question names', async () => {
    const { store, shop, refs } = await world();
    const fact: readonly Said[] = [...FILLER, { text: 'The checkout deploy failed' }];
    await converse(store, 'in-may', fact, { project: shop, startedAt: Date.UTC(2026, 4, 7) });
    await converse(store, 'in-june', fact, { project: shop, startedAt: Date.UTC(2026, 6, 20) });
    const [may] = await store.sessions.find('in-may');
    const [june] = await store.sessions.find('in-june');
    expect((await refs({ query: 'checkout deploy failed on 7 May 2026' }))[0]).toBe(`${may?.short}/9`);
    expect((await refs({ query: 'checkout deploy failed on 20 July' }))[0]).toBe(`${june?.short}/9`);
  });

  it('puts first what the program said whose words are asked for', async () => {
    const { store, shop, refs } = await world();
    const fact: readonly Said[] = [...FILLER, { role: 'assistant', text: 'The queue needs a lease' }];
    await converse(store, 'one', fact, { project: shop, client: 'codex' });
    await converse(store, 'two', fact, { project: shop, client: 'claude-code' });
    const first = async (name: string) => {
      const [ref = ''] = await refs({ query: `what did ${name} say about the queue lease` });
      return (await store.sessions.find(ref.split('/')[0] ?? ''))[0]?.client;
    };
    expect(await first('codex')).toBe('codex');
    expect(await first('claude')).toBe('claude-code');
  });

  it('finds what an author said by the short form of a name that one author alone has', async () => {
    const { store, shop, refs } = await world();
    const fact = (author: string): readonly Said[] => [
      ...FILLER,
      { author, text: 'The queue needs a lease' },
    ];
    await converse(store, 'by-melanie', fact('Melanie'), { project: shop });
    await converse(store, 'by-bertram', fact('Bertram'), { project: shop });
    const [melanie] = await store.sessions.find('by-melanie');
    const [bertram] = await store.sessions.find('by-bertram');
    expect((await refs({ query: 'Does the queue need a lease, Mel?' }))[0]).toBe(`${melanie?.short}/9`);
    expect((await refs({ query: 'Does the queue need a lease, Bert?' }))[0]).toBe(`${bertram?.short}/9`);
  });

  it('puts what holds a quoted title first in a longer question, and the rest behind it as weak', async () => {
    const { store, shop, texts } = await world();
    const lines = [
      ...FILLER,
      { text: 'Read "Staff Engineer" on the train' },
      { text: 'Its chapter on writing was helpful' },
    ];
    await converse(store, 'talk', lines, { project: shop });
    const found = await texts({ query: 'Which helpful chapter was on writing in "Staff Engineer"?' });
    expect(found[0]).toContain('on the train');
    expect(found[1]).toContain('weak match');
    expect(found[1]).toContain('was helpful');
    expect(await texts({ query: '"Staff Engineer"' })).toHaveLength(1);
  });

  it('finds another word for the same where the word asked for is not held', async () => {
    const { store, shop, texts } = await world();
    await converse(store, 'talk', [...FILLER, { text: 'The kubernetes cluster was resized' }], {
      project: shop,
    });
    expect((await texts({ query: 'k8s cluster resized' }))[0]).toContain('kubernetes');
  });

  it('says why, where that is asked for, and only there', async () => {
    const { store, shop, texts } = await world();
    await converse(store, 'talk', [...FILLER, { text: 'The checkout deploy failed' }], { project: shop });
    const query = 'checkout deploy failed';
    expect((await texts({ query, explain: true }))[0]).toMatch(
      /^why: [a-z]+ \d+\.\d( · [a-z]+ -?\d+\.\d)+$/m,
    );
    expect((await texts({ query }))[0]).not.toContain('why:');
  });
});
