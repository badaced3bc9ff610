/** Embeddings in a status: how much has a vector, and what went wrong with the endpoint last. */
import { embeddingsKey } from '../project/embeddings-key.ts';
import type { Store } from '../store/store.ts';
import { lastOf } from './notes.ts';
import type { Filled, StatusDeps, StatusReport } from './types.ts';

const NONE_FILLED: Filled = { done: 0, total: 0 };

/** A note that was written under another address or model says nothing of the one that is configured now. */
export async function embeddingsOf(
  store: Store,
  configured: StatusDeps['embeddings'],
): Promise<StatusReport['embeddings']> {
  const { url, model } = configured;
  if (url === null && model === null) return null;
  const stored = url === null || model === null ? null : await store.health.note('embeddings');
  const note = stored?.detail.configuration === embeddingsKey(configured) ? stored : null;
  const known = url === null || model === null ? null : await store.vectors.model(model);
  const filled = url === null || model === null ? null : await store.vectors.progress(known);
  const { dimensions, engine } = note?.detail ?? {};
  return {
    model,
    dimensions: typeof dimensions === 'number' ? dimensions : (known?.dimensions ?? null),
    engine: typeof engine === 'string' ? engine : null,
    memories: filled?.memories ?? NONE_FILLED,
    messages: filled?.messages ?? NONE_FILLED,
    ...(lastOf(note) ?? { at: null }),
    ...(url === null ? { error: 'model is set, and url is not' } : {}),
    ...(model === null ? { error: 'url is set, and model is not' } : {}),
  };
}
