/** The latest receipts with the records that they changed. */
import { UserInputError } from '../model/errors.ts';
import { memoryId, skillId } from '../model/ids.ts';
import type { FullReceipt, Receipt, ReceiptQuery } from '../store/receipts.ts';
import type { Store } from '../store/store.ts';

export type ListedReceipt = {
  readonly receipt: Receipt;
  /** `m_4f9k2c`, `k_4f9k2c`: each once, in the order in which they were changed. */
  readonly records: readonly string[];
};

export async function listReceipts(store: Store, query: ReceiptQuery): Promise<ListedReceipt[]> {
  const listed: ListedReceipt[] = [];
  for (const receipt of await store.receipts.list(query)) {
    const full = await store.receipts.get(receipt.id);
    const records: string[] = [];
    for (const { kind, record } of full?.changes ?? []) {
      const stored =
        kind === 'memory'
          ? await store.memories.get(memoryId(record))
          : await store.skills.get(skillId(record));
      if (stored !== null && !records.includes(stored.short)) records.push(stored.short);
    }
    listed.push({ receipt, records });
  }
  return listed;
}

/** What a receipt did, item by item. */
export type ShownReceipt = {
  readonly receipt: Receipt;
  readonly operations: ReadonlyArray<{
    readonly op: string;
    readonly outcome: string;
    readonly record: string;
    readonly title: string;
  }>;
  /** Suggestions that it ended, with the reason of those that came to nothing. */
  readonly items: ReadonlyArray<{
    readonly id: string;
    readonly title: string;
    readonly state: string;
    readonly outcome: string | null;
    readonly reason: string | null;
  }>;
};

/** @throws UserInputError when there is no such receipt, or several. */
export async function showReceipt(store: Store, target: string): Promise<ShownReceipt> {
  const receipt = await oneReceipt(store, target);
  const operations = [];
  for (const { op, outcome, record } of receipt.operations) {
    const stored = (await store.memories.get(memoryId(record))) ?? (await store.skills.get(skillId(record)));
    operations.push({ op, outcome, record: stored?.short ?? record, title: stored?.title ?? '' });
  }
  const items = [];
  for (const { item, state, outcome, reason } of receipt.items) {
    const [found] = await store.suggestions.items(item);
    items.push({ id: found?.short ?? item, title: found?.summary ?? '', state, outcome, reason });
  }
  return { receipt, operations, items };
}

/** Receipts of the compile that made this one, newest first; itself alone where it is of no compile. */
export async function receiptsOfRun(store: Store, target: string): Promise<readonly Receipt[]> {
  const receipt = await oneReceipt(store, target);
  const run = receipt.stats?.run;
  if (run === undefined) return [receipt];
  const found: Receipt[] = [];
  let before: number | undefined;
  for (;;) {
    const some = await store.receipts.list({
      kinds: ['compile'],
      limit: AT_ONCE,
      ...(before === undefined ? {} : { before }),
    });
    found.push(...some.filter(({ stats }) => stats?.run === run));
    const last = some.at(-1);
    if (last === undefined || some.length < AT_ONCE) return found;
    // A run's receipts follow each other: one batch without any ends the search once it is behind them.
    if (found.length > 0 && last.stats?.run !== run) return found;
    before = last.row;
  }
}

const AT_ONCE = 100;

async function oneReceipt(store: Store, target: string): Promise<FullReceipt> {
  const [found, ...more] = await store.receipts.find(target);
  const receipt = found === undefined ? null : await store.receipts.get(found.id);
  if (found === undefined || receipt === null) {
    throw new UserInputError({
      what: `There is no receipt ${target}`,
      next: 'See `midturn undo` for the latest ones',
    });
  }
  if (more.length === 0) return receipt;
  throw new UserInputError({
    what: `${target} names several receipts`,
    why: [found, ...more].map(({ short }) => short).join(', '),
    next: 'Give one of these',
  });
}
