import { describe, expect, it } from 'vitest';
import { messageTerms } from '../../src/capture/index-text.ts';
import { memoryTerms } from '../../src/memories/terms.ts';
import type { Memory } from '../../src/model/memory.ts';
import type { Operation } from '../../src/model/plan.ts';
import type { FullReceipt } from '../../src/store/receipts.ts';
import type { Store } from '../../src/store/store.ts';
import { hashOf } from '../support/new-memory.ts';
import { tempStore } from '../support/temp-store.ts';
import { applied, fact, first, planFor } from './promoting.ts';

/** The plan that takes a receipt back, as the service makes it. */
async function undoing(store: Store, receipt: FullReceipt): Promise<Operation[]> {
  const operations: Operation[] = [];
  for (const record of new Set(receipt.changes.map((change) => change.record).reverse())) {
    const [memory] = await store.memories.find(record);
    if (memory === undefined) throw new Error('the record is gone');
    operations.push({ op: 'restore', target: memory.id, version: memory.version, receipt: receipt.id });
  }
  return operations;
}

async function undo(store: Store, id: FullReceipt['id']) {
  const receipt = await store.receipts.get(id);
  if (receipt === null) throw new Error('no receipt');
  return applied(store, await undoing(store, receipt), { kind: 'undo', undoes: id });
}

const lasting = ({ title, content, state, origin, tags, sources, validTo, links, replaces }: Memory) => ({
  title,
  content,
  state,
  origin,
  tags,
  sources,
  validTo,
  links,
  replaces,
});

const healthy = async (store: Store) =>
  (await store.health.check({ message: messageTerms, memory: memoryTerms })).filter(
    ({ status }) => status !== 'ok',
  );

describe('a receipt', () => {
  it('says what was done, by whom, with what fallback, and is found by its short form', async () => {
    const store = await tempStore();
    const report = {
      status: 'partial' as const,
      backend: 'script',
      fallback: { backend: 'script', reason: 'codex was not found' },
      stats: { total: 1, by_action: { add: 1 } },
    };
    const result = await applied(store, [{ op: 'add', memory: fact('a') }], { report });
    const id = first(result).id;
    const [found] = await store.receipts.find(result.receiptShort);
    expect(found).toMatchObject({ ...report, id: result.receipt, kind: 'compile', undoneBy: null });
    expect(await store.receipts.get(result.receipt)).toMatchObject({
      operations: [{ op: 'add', outcome: 'added', record: id, version: 1 }],
      changes: [
        { kind: 'memory', record: id, fromVersion: 0, toVersion: 1, before: null, after: { content: 'a' } },
      ],
    });
    expect(await store.receipts.list({ kinds: ['compile'], limit: 5 })).toEqual([found]);
    expect(await store.receipts.list({ kinds: ['undo'], limit: 5 })).toEqual([]);
  });

  it('is kept of a run that changed nothing', async () => {
    const store = await tempStore();
    const report = { status: 'success' as const, backend: 'script', fallback: null, stats: {} };
    const result = await applied(store, [], { report });
    expect(await store.receipts.get(result.receipt)).toMatchObject({
      ...report,
      operations: [],
      changes: [],
    });
  });
});

describe('what a receipt changed', () => {
  const change = {
    edit: ({ id, version }: Memory): Operation[] => [
      {
        op: 'edit',
        target: id,
        version,
        title: 'edited',
        content: 'edited by hand',
        contentHash: hashOf('edited by hand'),
        origin: 'user',
        evidence: { proven: true, why: 'by hand', refs: [] },
      },
    ],
    merge: ({ id, version }: Memory): Operation[] => [
      { op: 'merge', target: id, version, memory: fact('other words', { tags: ['t'], sources: ['s/1'] }) },
    ],
    replace: ({ id, version }: Memory): Operation[] => [
      { op: 'replace', target: id, version, memory: fact('the new truth') },
    ],
    expire: ({ id, version }: Memory): Operation[] => [
      { op: 'expire', target: id, version, reason: 'its time is over' },
    ],
    forget: ({ id, version }: Memory): Operation[] => [
      { op: 'forget', target: id, version, reason: 'wrong' },
    ],
  };

  it.each(Object.entries(change))('by %s is put back whole', async (_name, changing) => {
    const store = await tempStore();
    const memory = first(await applied(store, [{ op: 'add', memory: fact('as it was') }]));
    const changed = await applied(store, changing(memory));
    const after = await store.memories.get(memory.id);
    if (after === null) throw new Error('gone');
    expect(lasting(after)).not.toEqual(lasting(memory));
    const undone = await undo(store, changed.receipt);
    const back = await store.memories.get(memory.id);
    if (back === null) throw new Error('gone');
    expect(lasting(back)).toEqual(lasting(memory));
    expect(
      (await store.memories.list({ states: ['active'], limit: 5 })).memories.map(({ id }) => id),
    ).toEqual([memory.id]);
    expect((await store.receipts.get(changed.receipt))?.undoneBy).toBe(undone.receipt);
    expect(await healthy(store)).toEqual([]);
    // And once more in the other direction.
    await undo(store, undone.receipt);
    const again = await store.memories.get(memory.id);
    if (again === null) throw new Error('gone');
    expect(lasting(again)).toEqual(lasting(after));
    expect((await store.receipts.get(changed.receipt))?.undoneBy).toBeNull();
    expect(await healthy(store)).toEqual([]);
  });

  it('is taken back once only', async () => {
    const store = await tempStore();
    const result = await applied(store, [{ op: 'add', memory: fact('a') }]);
    await undo(store, result.receipt);
    const again = await planFor(store, [], { kind: 'undo', undoes: result.receipt });
    expect(await store.plans.apply(again)).toMatchObject({
      status: 'conflict',
      why: expect.stringContaining('undone meanwhile'),
    });
  });

  it('is depended on by later receipts, until they are undone', async () => {
    const store = await tempStore();
    const added = await applied(store, [{ op: 'add', memory: fact('a') }]);
    const memory = first(added);
    const edited = await applied(store, change.edit(memory));
    expect(await store.receipts.dependents(added.receipt)).toMatchObject([
      { receipt: { id: edited.receipt }, records: [memory.id] },
    ]);
    await undo(store, edited.receipt);
    expect(await store.receipts.dependents(added.receipt)).toEqual([]);
    expect((await store.receipts.ofRecord(memory.id, 5)).map(({ kind }) => kind)).toEqual([
      'undo',
      'compile',
      'compile',
    ]);
  });

  it('is not put back beside an equal record that came meanwhile', async () => {
    const store = await tempStore();
    const memory = first(await applied(store, [{ op: 'add', memory: fact('a') }]));
    const gone = await applied(store, change.forget(memory));
    await applied(store, [{ op: 'add', memory: fact('a') }]);
    const receipt = await store.receipts.get(gone.receipt);
    if (receipt === null) throw new Error('no receipt');
    const plan = await planFor(store, await undoing(store, receipt), { kind: 'undo', undoes: gone.receipt });
    expect(await store.plans.apply(plan)).toMatchObject({ status: 'conflict' });
    expect((await store.receipts.get(gone.receipt))?.undoneBy).toBeNull();
  });
});
