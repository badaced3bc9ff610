import { describe, expect, it } from 'vitest';
import { sessionId } from '../../src/model/ids.ts';
import type { Claimed, Item } from '../../src/store/suggestions.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';
import { applied, envelope, fact, item, leased, planFor } from './promoting.ts';

function itemsOf(claimed: Claimed): readonly Item[] {
  if (claimed.status !== 'claimed') throw new Error(claimed.status);
  return claimed.items;
}

const words = (items: readonly Item[]) => items.map(({ summary }) => summary);

describe('an envelope', () => {
  it('is kept once for a key, with all that was said of it', async () => {
    const store = await tempStore();
    const session = sessionId('codex', 'thread');
    const given = envelope(
      store.owner,
      'one',
      [
        item('a', { payload: { content: 'x'.repeat(20_000) } }),
        item('b', { refused: 'no content', index: 1 }),
      ],
      { session, turnKey: 't', payload: { schema_version: 1 }, snapshot: { turn: 3 } },
    );
    const made = await store.suggestions.put(given);
    const again = await store.suggestions.put(given);
    expect([made.created, again.created]).toEqual([true, false]);
    expect(again.envelope).toEqual(made.envelope);
    expect(made.envelope).toMatchObject({ session, payload: { schema_version: 1 }, snapshot: { turn: 3 } });
    expect(made.envelope.items.map(({ state, reason }) => [state, reason])).toEqual([
      ['pending', null],
      ['discarded', 'no content'],
    ]);
    expect(await store.suggestions.envelopes(made.envelope.short)).toEqual([made.envelope]);
    expect(await store.suggestions.items(made.envelope.items[0]?.short ?? '')).toEqual([
      made.envelope.items[0],
    ]);
    expect(await store.suggestions.submitted(session, 0)).toBe(2);
  });
});

describe('the queue', () => {
  it('hands out items in arrival order, each to one, and only to the holder of a lease', async () => {
    const folder = tempFolder();
    const [here, there] = [await tempStore(folder), await tempStore(folder)];
    for (const key of ['1', '2', '3', '4'])
      await here.suggestions.put(envelope(here.owner, key, [item(`${key}a`), item(`${key}b`)]));
    const [mine, theirs] = [await leased(here, 'a'), await leased(there, 'b')];
    const [one, two] = await Promise.all([
      here.suggestions.claim({ lease: mine, limit: 3 }),
      there.suggestions.claim({ lease: theirs, limit: 3 }),
    ]);
    const got = [words(itemsOf(one)), words(itemsOf(two))].sort();
    expect(got).toEqual([
      ['1a', '1b', '2a'],
      ['2b', '3a', '3b'],
    ]);
    expect(await here.suggestions.claim({ lease: { ...mine, token: 'gone' } })).toEqual({ status: 'lost' });
    expect(await here.suggestions.counts()).toMatchObject({ pending: 2, processing: 6 });
  });

  it('takes back what a dead lease had, in its old place, and gives up after three attempts', async () => {
    const store = await tempStore();
    await store.suggestions.put(envelope(store.owner, '1', [item('a'), item('b')]));
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const lease = await leased(store);
      expect(words(itemsOf(await store.suggestions.claim({ lease, limit: 1 })))).toEqual(['a']);
      await store.leases.release(lease.name, lease.token);
    }
    const lease = await leased(store);
    const last = await store.suggestions.claim({ lease });
    expect(last).toMatchObject({ status: 'claimed', failed: 1, items: [{ summary: 'b', attempts: 1 }] });
    const [failed] = await store.suggestions.list({ states: ['failed'], limit: 5 });
    if (failed === undefined) throw new Error('nothing failed');
    expect(failed).toMatchObject({ attempts: 3, reason: expect.stringContaining('ended before its end') });
    const log = await store.suggestions.transitions(failed.id);
    const back = ['processing', 'pending'];
    expect(log.map(({ to }) => to)).toEqual(['pending', ...back, ...back, ...back, 'failed']);
  });

  it('gets back what a compile lets go, with the reason', async () => {
    const store = await tempStore();
    await store.suggestions.put(envelope(store.owner, '1', [item('a'), item('b')]));
    const lease = await leased(store);
    await store.suggestions.claim({ lease });
    expect(await store.suggestions.release(lease.token, 'the model did not answer')).toBe(2);
    expect(await store.suggestions.list({ states: ['pending'], limit: 5 })).toMatchObject([
      { reason: 'the model did not answer' },
      {},
    ]);
  });

  it('is read by project', async () => {
    const store = await tempStore();
    const shop = await project(store, 'shop');
    await store.suggestions.put(envelope(store.owner, '1', [item('mine')]));
    await store.suggestions.put(envelope(store.owner, '2', [item('of shop')], { project: shop }));
    expect(await store.suggestions.open()).toEqual([
      { project: null, items: 1 },
      { project: shop, items: 1 },
    ]);
    expect(await store.suggestions.counts([shop])).toMatchObject({ pending: 1 });
    const lease = await leased(store);
    expect(words(itemsOf(await store.suggestions.claim({ lease, projects: [shop] })))).toEqual(['of shop']);
    expect(words(await store.suggestions.list({ projects: [null], limit: 5 }))).toEqual(['mine']);
  });

  it('hands out ten thousand in order', { timeout: 60_000 }, async () => {
    const store = await tempStore();
    for (let key = 0; key < 100; key += 1) {
      const items = Array.from({ length: 100 }, (_, at) => item(`${key * 100 + at}`, { index: at }));
      await store.suggestions.put(envelope(store.owner, `${key}`, items));
    }
    const lease = await leased(store);
    const seen: string[] = [];
    for (;;) {
      const batch = itemsOf(await store.suggestions.claim({ lease }));
      if (batch.length === 0) break;
      seen.push(...words(batch));
      const items = batch.map(({ id }) => ({ item: id, state: 'discarded' as const, reason: 'volatile' }));
      await applied(store, [], { lease, items });
    }
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, at) => `${at}`));
    expect(await store.suggestions.counts()).toMatchObject({ pending: 0, discarded: 10_000 });
  });
});

describe('items end with the plan that promotes them', () => {
  it('in its transaction, with outcome, target, receipt and log', async () => {
    const store = await tempStore();
    await store.suggestions.put(envelope(store.owner, '1', [item('a'), item('b'), item('c')]));
    const lease = await leased(store);
    const [a, b, c] = itemsOf(await store.suggestions.claim({ lease }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('not claimed');
    const result = await applied(
      store,
      [
        { op: 'add', memory: fact('a'), item: a.id },
        { op: 'add', memory: fact('b', { state: 'waiting', reason: 'a tool said so' }), item: b.id },
      ],
      { lease, items: [{ item: c.id, state: 'discarded', reason: 'volatile' }] },
    );
    const [first, second] = result.items.map(({ memory }) => memory.id);
    expect(await store.suggestions.list({ limit: 5 })).toMatchObject([
      { state: 'done', outcome: 'added', target: first, receipt: result.receipt },
      { state: 'done', outcome: 'waiting', target: second, reason: 'a tool said so' },
      { state: 'discarded', outcome: null, target: null, reason: 'volatile' },
    ]);
    expect(await store.suggestions.ofTarget(first ?? '')).toMatchObject([{ id: a.id }]);
    expect((await store.suggestions.transitions(c.id)).at(-1)).toMatchObject({
      from: 'processing',
      to: 'discarded',
      receipt: result.receipt,
    });
    expect((await store.receipts.get(result.receipt))?.items.map(({ state }) => state)).toEqual([
      'done',
      'done',
      'discarded',
    ]);
  });

  it('not at all when the lease was lost meanwhile, or another has the item', async () => {
    const store = await tempStore();
    await store.suggestions.put(envelope(store.owner, '1', [item('a')]));
    const old = await leased(store);
    const [a] = itemsOf(await store.suggestions.claim({ lease: old }));
    if (a === undefined) throw new Error('not claimed');
    const operations = [{ op: 'add' as const, memory: fact('a'), item: a.id }];
    await store.leases.release(old.name, old.token);
    expect(await store.plans.apply(await planFor(store, operations, { lease: old }))).toEqual({
      status: 'conflict',
      why: 'the lease was lost',
      leaseLost: true,
    });
    const lease = await leased(store);
    expect(await store.plans.apply(await planFor(store, operations, { lease }))).toMatchObject({
      status: 'conflict',
      why: expect.stringContaining('taken by another'),
      leaseLost: false,
    });
    expect((await store.memories.list({ states: ['active'], limit: 5 })).total).toBe(0);
    expect(await store.receipts.list({ limit: 5 })).toEqual([]);
  });
});
