import { describe, expect, it } from 'vitest';
import type { Semantic } from '../../src/embeddings/index.ts';
import { historyService } from '../../src/history/index.ts';
import { recallService } from '../../src/recall/index.ts';
import type { Store } from '../../src/store/store.ts';
import { NOTHING_NEAR } from '../../src/text/fusion.ts';
import { converse, person } from '../support/conversation.ts';
import { project, tempStore } from '../support/temp-store.ts';

/** Nearness that is told only after the words were looked up: who waits for it before that waits for ever. */
async function world() {
  const store = await tempStore();
  const shop = await project(store, 'shop');
  await converse(store, 'one', [{ text: 'the red apples are ripe' }], { project: shop });
  let release: () => void = () => undefined;
  const looked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const semantic: Semantic = {
    near: async () => {
      await looked;
      return NOTHING_NEAR;
    },
  };
  const watched: Store = {
    ...store,
    search: {
      ...store.search,
      messages: (...asked) => {
        release();
        return store.search.messages(...asked);
      },
    },
    memories: {
      ...store.memories,
      matching: (...asked) => {
        release();
        return store.memories.matching(...asked);
      },
    },
  };
  return { store: watched, semantic, caller: await person(store, shop) };
}

describe('nearness is looked for beside the words', () => {
  it('by a search of the history', async () => {
    const { store, semantic, caller } = await world();
    const answer = await historyService({ store, semantic, now: Date.now }).ask(caller, {
      query: 'red apples',
    });
    expect(answer.hits).toHaveLength(1);
  });

  it('by a question to memory', async () => {
    const { store, semantic, caller } = await world();
    const answer = await recallService({ store, semantic, now: Date.now }).ask(caller, {
      query: 'red apples',
    });
    expect(answer.abstained).toBe(true);
  });
});
