import { describe, expect, it } from 'vitest';
import { by, byWords } from '../../src/cli/undo.ts';
import { applied } from '../store/promoting.ts';
import { agentIn } from '../support/conversation.ts';
import { newMemory } from '../support/new-memory.ts';
import { tempStore } from '../support/temp-store.ts';

describe('a receipt of a call over the network', () => {
  it('names owner, client, session and token, for people and for programs', async () => {
    const store = await tempStore();
    const caller = {
      ...(await agentIn(store, null, null)),
      surface: 'http' as const,
      client: 'codex',
      externalSession: '0198abcdef',
      token: 'a_4f9k2c',
    };
    await applied(store, [{ op: 'add', memory: newMemory('The port is 4100') }], { caller });
    await applied(store, [{ op: 'add', memory: newMemory('The port was 4000') }]);
    const [local, remote] = await store.receipts.list({ limit: 2 });
    if (local === undefined || remote === undefined) throw new Error('there are two receipts');
    expect(byWords(remote)).toBe('codex 0198abcd by a_4f9k2c');
    expect(by(remote)).toEqual({
      owner: store.owner,
      surface: 'http',
      client: 'codex',
      session: '0198abcdef',
      token: 'a_4f9k2c',
    });
    expect(local.token).toBe(null);
    expect(byWords(local)).not.toContain(' by ');
  });
});
