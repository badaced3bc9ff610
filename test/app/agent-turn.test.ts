import { describe, expect, it } from 'vitest';
import { agentTurn } from '../../src/app/agent-turn.ts';
import { alive, HERE } from '../store/promoting.ts';
import { tempFolder, tempStore } from '../support/temp-store.ts';

const FAST = { lookMs: 5 };
const LIMITS = { waitMs: 10_000 };

describe('agents of one home', () => {
  it('run one at a time, whichever process starts them', async () => {
    const home = tempFolder();
    const stores = await Promise.all([1, 2, 3].map(() => tempStore(home)));
    let running = 0;
    let most = 0;
    const act = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 30));
      running -= 1;
      return 'done';
    };
    const all = await Promise.all(stores.map((store) => agentTurn(store, FAST)(act, LIMITS)));
    expect(all).toEqual(['done', 'done', 'done']);
    expect(most).toBe(1);
  });

  it('give their turn back when they fail', async () => {
    const turn = agentTurn(await tempStore(), FAST);
    const fails = async () => {
      throw new Error('no such program');
    };
    await expect(turn(fails, LIMITS)).rejects.toThrow('no such program');
    expect(await turn(async () => 1, LIMITS)).toBe(1);
  });

  it('are not waited for longer than may be, nor after they were called off', async () => {
    const store = await tempStore();
    const held = { ...HERE, host: 'elsewhere' };
    expect(await store.leases.acquire('agent', held, alive)).toMatchObject({ status: 'acquired' });
    const turn = agentTurn(store, FAST);
    let acted = false;
    const act = async () => {
      acted = true;
    };
    expect(await turn(act, { waitMs: 20 })).toBeNull();
    const stop = new AbortController();
    const waiting = turn(act, { ...LIMITS, signal: stop.signal });
    stop.abort();
    expect(await waiting).toBeNull();
    expect(acted).toBe(false);
  });
});
