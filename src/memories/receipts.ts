/** The latest receipts with the records that they changed. */
import { memoryId, skillId } from '../model/ids.ts';
import type { Receipt, ReceiptQuery } from '../store/receipts.ts';
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
