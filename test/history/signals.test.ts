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
});
