import { afterEach, describe, expect, it, vi } from 'vitest';
import { Steps } from '../../src/history/pace.ts';
import { historyService } from '../../src/history/service.ts';
import type { Store } from '../../src/store/store.ts';
import { converse } from '../support/conversation.ts';
import { world } from './world.ts';

const now = () => Date.UTC(2026, 10, 21);

const TALK = Array.from({ length: 40 }, (_, at) => ({
  text: `Invoice number ${at} comes from a Postgres sequence, as in note ${at * 7}`,
}));

/** The store, with something that happens when a port is asked. */
function watched(store: Store, at: 'messages' | 'turns', happens: () => void): Store {
  const search = new Proxy(store.search, {
    get: (target, key) => {
      if (at === 'messages' && key === 'messages') happens();
      return Reflect.get(target, key);
    },
  });
  const sessions = new Proxy(store.sessions, {
    get: (target, key) => {
      if (at === 'turns' && key === 'turns') happens();
      return Reflect.get(target, key);
    },
  });
  return new Proxy(store, {
    get: (target, key) =>
      key === 'search' ? search : key === 'sessions' ? sessions : Reflect.get(target, key),
  });
}

describe('a search whose time is up', () => {
  it('answers what was found by then, and says that it is a part', async () => {
    const { store, shop, agent } = await world();
    await converse(store, 'a', TALK, { project: shop });
    const time = new AbortController();
    const history = historyService({ store: watched(store, 'messages', () => time.abort()), now });
    const answer = await history.ask(agent, { query: 'invoice sequence note' }, { deadline: time.signal });
    expect(answer.blocks.length).toBeGreaterThan(0);
    expect(answer.closing[0]).toContain('this is what was found by then');
    const whole = await history.ask(agent, { query: 'invoice sequence note' });
    expect(whole.closing.join()).not.toContain('found by then');
  });

  it('never says that nothing is stored when it has not looked', async () => {
    const { store, shop, agent } = await world();
    await converse(store, 'a', TALK, { project: shop });
    const history = historyService({ store, now });
    const answer = await history.ask(agent, { query: 'invoice sequence' }, { deadline: AbortSignal.abort() });
    expect(answer).toMatchObject({ abstained: true, reason: 'time is up' });
    expect(answer.sentence).toContain('does not mean that there is nothing');
  });

  it('stops when the call is cancelled', async () => {
    const { store, shop, agent } = await world();
    await converse(store, 'a', TALK, { project: shop });
    const call = new AbortController();
    const history = historyService({ store: watched(store, 'messages', () => call.abort()), now });
    await expect(
      history.ask(agent, { query: 'invoice sequence note' }, { signal: call.signal }),
    ).rejects.toThrow('cancelled');
  });
});

describe('an index whose time is up', () => {
  it('goes on with the next call where it has stopped', async () => {
    const { store, shop, agent } = await world();
    await converse(store, 'a', TALK, { project: shop });
    const time = new AbortController();
    const history = historyService({ store: watched(store, 'turns', () => time.abort()), now });
    const asked = { until: Date.UTC(2026, 10, 1, 0, 0, 5), limit: 3 };
    const first = await history.ask(agent, asked, { deadline: time.signal });
    expect(first.blocks).toHaveLength(0);
    expect(first.sentence).toContain('older ones were not looked at');
    const next = /cursor:"([^"]+)"/.exec(first.next(0) ?? '')?.[1];
    expect(next).toBeDefined();
    const rest = await history.ask(agent, { cursor: next ?? '' });
    expect(rest.blocks.length).toBeGreaterThan(0);
  });
});

describe('the steps of an answer', () => {
  afterEach(() => vi.useRealTimers());

  it('are told once they take long, and never more of them than there are', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const told: Array<{ done: number; total: number }> = [];
    const steps = new Steps({ onProgress: (step) => told.push(step) }, 3);
    await steps.next();
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1500);
    for (let at = 0; at < 4; at += 1) await steps.next();
    expect(told.map(({ done }) => done)).toEqual([1, 2, 3, 3]);
    expect(told.every(({ total }) => total === 3)).toBe(true);
  });
});
