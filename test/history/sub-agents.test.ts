import { describe, expect, it } from 'vitest';
import { historyService } from '../../src/history/index.ts';
import { agentIn, converse } from '../support/conversation.ts';
import { project, tempStore } from '../support/temp-store.ts';
import { append } from './world.ts';

describe('an agent and the sub-agents of its turn', () => {
  it('do not find each other’s running turns', async () => {
    const store = await tempStore();
    const shop = await project(store, 'shop');
    const old = await converse(store, 'earlier', [{ text: 'The pelican report lists every parcel' }], {
      project: shop,
    });
    const parent = await converse(
      store,
      'parent',
      [
        { text: 'Write the pelican report anew' },
        {
          role: 'assistant',
          text: '',
          callIds: ['task-1'],
          blocks: [
            { type: 'tool_call', id: 'task-1', name: 'Task', arguments: { prompt: 'pelican report' } },
          ],
        },
      ],
      { project: shop },
    );
    const child = await converse(store, 'child', [{ text: 'Find all of the pelican report', by: 'agent' }], {
      project: shop,
      nature: 'subagent',
    });
    await append(store, [
      {
        type: 'link',
        session: child.session,
        kind: 'spawned_by',
        to: parent.session,
        toExternal: 'parent',
        callId: 'task-1',
        place: null,
      },
    ]);
    const history = historyService({ store, now: Date.now });
    const asks = async (who: typeof parent) => {
      const caller = await agentIn(store, who, shop);
      const found = await history.ask(caller, { query: 'pelican report' });
      const index = await history.ask(caller, {});
      return {
        found: found.hits.map(({ ref }) => ref.split('/')[0]),
        index: index.blocks.map(({ text }) => text.split('#')[0]),
      };
    };
    const short = (await store.sessions.get(old.session))?.short;
    expect(await asks(child)).toEqual({ found: [short], index: [short] });
    expect(await asks(parent)).toEqual({ found: [short], index: [short] });
  });
});
