/** The store's integrity, and every search index against what it is derived from. */
import { messageTerms } from '../../capture/index.ts';
import { memoryTerms } from '../../memories/index.ts';
import type { Finding, IndexTerms } from '../../store/health.ts';
import type { Store } from '../../store/store.ts';

const TERMS: IndexTerms = { message: messageTerms, memory: memoryTerms };

export async function checkIndexes(store: Store, rebuild: boolean): Promise<readonly Finding[]> {
  const rebuilt: Finding[] = [];
  if (rebuild) {
    const documents = await rebuildIndexes(store);
    rebuilt.push({ id: 'index.rebuild', status: 'ok', words: `Rebuilt the indexes: ${documents} documents` });
  }
  return [...rebuilt, ...(await store.health.check(TERMS))];
}

/** Answers how many documents are indexed now. */
export function rebuildIndexes(store: Store): Promise<number> {
  return store.health.rebuild(TERMS);
}
