import { describe, expect, it } from 'vitest';
import { converse } from '../support/conversation.ts';
import { world } from './world.ts';

describe('recall_history with a path', () => {
  const ROOT = '/home/ann/shop';
  const PATH = 'src/api/basket.ts';

  it.each([
    ['as a person writes it', PATH],
    ['as a client writes it', `${ROOT}/${PATH}`],
  ])('finds what names it %s, by its absolute form too', async (_how, written) => {
    const { store, shop, history, agent } = await world();
    await converse(
      store,
      'a',
      [
        { text: 'Rename the settings page to preferences' },
        { text: `The rounding of the totals is done in ${written}` },
        { text: 'Make the checkout button green' },
      ],
      { project: shop },
    );
    const project = { id: shop, ids: [shop], name: 'shop', root: ROOT, cwd: '', branch: null, commit: null };
    const caller = { ...agent, cwd: ROOT, project };
    for (const query of [`${ROOT}/${PATH}`, `what was said of ${ROOT}/${PATH}?`, PATH]) {
      const { hits } = await history.ask(caller, { query });
      expect(hits[0]?.text).toContain(written);
    }
  });
});
