import { type MemoriesService, memoriesService } from '../../src/memories/index.ts';
import type { NewMemory } from '../../src/model/memory.ts';
import { type RecallRequest, recallService } from '../../src/recall/index.ts';
import { person } from './conversation.ts';
import { hashOf, newMemory } from './new-memory.ts';
import { project, tempFolder, tempStore } from './temp-store.ts';

export async function recallWorld(start: string) {
  const clock = { now: Date.parse(start) };
  const now = () => clock.now;
  const store = await tempStore(tempFolder(), now);
  const shop = await project(store, 'shop');
  const caller = await person(store, shop);
  const recall = recallService({ store, now });
  const memories: MemoriesService = memoriesService({
    store,
    now,
    policy: 'tiered',
    findCall: async () => ({ call: null, readable: false }),
  });
  let added = 0;
  const add = async (content: string, changes: Partial<NewMemory> = {}) => {
    added += 1;
    const memory = newMemory(content, {
      scope: 'project',
      project: shop,
      contentHash: hashOf(`${content}${added}`),
      validFrom: clock.now,
      ...changes,
    });
    const result = await store.plans.apply({ kind: 'remember', caller, operations: [{ op: 'add', memory }] });
    const [item] = result.status === 'applied' ? result.items : [];
    if (item === undefined) throw new Error('nothing was added');
    return item.memory;
  };
  /** Remembers at a day; returns the id. */
  const remember = async (day: string, content: string, replaces?: string): Promise<string> => {
    clock.now = Date.parse(day);
    const { id } = await memories.remember(caller, {
      content,
      ...(replaces === undefined ? {} : { replaces }),
    });
    return id ?? '';
  };
  const ask = (request: RecallRequest | string, as = caller) =>
    recall.ask(as, typeof request === 'string' ? { query: request } : request);
  const ids = async (request: RecallRequest | string, as = caller) =>
    (await ask(request, as)).hits.map(({ id }) => id);
  return { clock, store, shop, caller, recall, memories, add, remember, ask, ids };
}
