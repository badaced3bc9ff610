/** Undoing a receipt: records as before, refusals that name what stands in the way, undoing an undoing, suggestions. */
import { describe, expect, it } from 'vitest';
import { undoReceipt } from '../../src/compile/index.ts';
import type { PlanResult } from '../../src/model/plan.ts';
import type { Store } from '../../src/store/store.ts';
import { applied, envelope, fact, first, item, leased } from '../store/promoting.ts';
import { agentIn, person } from '../support/conversation.ts';
import { tempStore } from '../support/temp-store.ts';

type Done = Extract<PlanResult, { status: 'applied' }>;

async function stateOf(store: Store, done: Done) {
  return store.memories.get(first(done).id);
}

describe('undo', () => {
  it('forgets what the receipt had added', async () => {
    const store = await tempStore();
    const done = await applied(store, [{ op: 'add', memory: fact('We use pnpm') }]);
    const undone = await undoReceipt(store, await agentIn(store, null, null), done.receiptShort);
    expect(undone).toMatchObject({
      undone: { id: done.receipt },
      records: [{ id: first(done).short, kind: 'memory', state: 'forgotten' }],
    });
    expect(await stateOf(store, done)).toMatchObject({ state: 'forgotten', content: 'We use pnpm' });
  });

  it('puts back what was replaced', async () => {
    const store = await tempStore();
    const old = await applied(store, [{ op: 'add', memory: fact('We deploy on Mondays') }]);
    const { id, version } = first(old);
    const done = await applied(store, [
      { op: 'replace', target: id, version, memory: fact('We deploy on Tuesdays') },
    ]);
    await undoReceipt(store, await agentIn(store, null, null), done.receipt);
    expect(await stateOf(store, old)).toMatchObject({ state: 'active', content: 'We deploy on Mondays' });
    expect(await stateOf(store, done)).toMatchObject({ state: 'forgotten' });
  });

  it('is refused while later receipts have changed the same records, and names both', async () => {
    const store = await tempStore();
    const old = await applied(store, [{ op: 'add', memory: fact('We deploy on Mondays') }]);
    const { id, version, short } = first(old);
    const later = await applied(store, [
      { op: 'replace', target: id, version, memory: fact('We deploy on Tuesdays') },
    ]);
    const caller = await agentIn(store, null, null);
    await expect(undoReceipt(store, caller, old.receipt)).rejects.toThrow(
      `${later.receiptShort} (compile) changed ${short}`,
    );
    await undoReceipt(store, caller, later.receipt);
    await undoReceipt(store, caller, old.receipt);
    expect(await stateOf(store, old)).toMatchObject({ state: 'forgotten' });
  });

  it('is undone itself, once', async () => {
    const store = await tempStore();
    const done = await applied(store, [{ op: 'add', memory: fact('We use pnpm') }]);
    const caller = await person(store, null);
    const { receipt } = await undoReceipt(store, caller, done.receipt);
    await expect(undoReceipt(store, caller, done.receipt)).rejects.toThrow(
      `was undone before: by ${receipt}`,
    );
    await undoReceipt(store, caller, receipt);
    expect(await stateOf(store, done)).toMatchObject({ state: 'active', content: 'We use pnpm' });
    await expect(undoReceipt(store, caller, receipt)).rejects.toThrow('was undone before');
    await undoReceipt(store, caller, done.receipt);
    expect(await stateOf(store, done)).toMatchObject({ state: 'forgotten' });
  });

  it('discards the suggestions that the receipt had done, so that none is compiled again', async () => {
    const store = await tempStore();
    const { envelope: put } = await store.suggestions.put(
      envelope(store.owner, 'one', [item('We use pnpm')]),
    );
    const lease = await leased(store);
    await store.suggestions.claim({ lease });
    const [suggested] = put.items;
    if (suggested === undefined) throw new Error('no item');
    const done = await applied(store, [{ op: 'add', memory: fact('We use pnpm'), item: suggested.id }], {
      lease,
    });
    const caller = await person(store, null);
    const stored = async () => (await store.suggestions.get(put.id))?.items[0];
    expect(await stored()).toMatchObject({ state: 'done', outcome: 'added' });
    const { receipt, items } = await undoReceipt(store, caller, done.receipt);
    expect(items).toBe(1);
    expect(await stored()).toMatchObject({ state: 'discarded', reason: 'undone' });
    expect(await store.suggestions.claim({ lease })).toMatchObject({ items: [] });
    await undoReceipt(store, caller, receipt);
    expect(await stored()).toMatchObject({ state: 'done', outcome: 'added', target: first(done).id });
  });

  it('takes a person to undo what a person said', async () => {
    const store = await tempStore();
    const done = await applied(store, [
      { op: 'add', memory: fact('I like short answers', { origin: 'user' }) },
    ]);
    await expect(undoReceipt(store, await agentIn(store, null, null), done.receipt)).rejects.toThrow(
      'needs a person',
    );
    expect(await stateOf(store, done)).toMatchObject({ state: 'active' });
    await undoReceipt(store, await person(store, null), done.receipt);
    expect(await stateOf(store, done)).toMatchObject({ state: 'forgotten' });
  });

  it('takes a person to bring back what was forgotten', async () => {
    const store = await tempStore();
    const added = await applied(store, [{ op: 'add', memory: fact('We use pnpm') }]);
    const { id, version } = first(added);
    const done = await applied(store, [{ op: 'forget', target: id, version, reason: 'wrong' }], {
      kind: 'forget',
    });
    await expect(undoReceipt(store, await agentIn(store, null, null), done.receipt)).rejects.toThrow(
      'needs a person',
    );
    await undoReceipt(store, await person(store, null), done.receipt);
    expect(await stateOf(store, added)).toMatchObject({ state: 'active' });
  });

  it('lets an agent take back its own undoing, and no person’s', async () => {
    const store = await tempStore();
    const done = await applied(store, [{ op: 'add', memory: fact('We use pnpm') }]);
    const agent = await agentIn(store, null, null);
    const own = await undoReceipt(store, agent, done.receipt);
    const back = await undoReceipt(store, agent, own.receipt);
    expect(await stateOf(store, done)).toMatchObject({ state: 'active' });
    const theirs = await undoReceipt(store, await person(store, null), done.receipt);
    expect(back.records).toMatchObject([{ state: 'active' }]);
    await expect(undoReceipt(store, agent, theirs.receipt)).rejects.toThrow('what a person said or decided');
    expect(await stateOf(store, done)).toMatchObject({ state: 'forgotten' });
  });
});
