/** What `doctor` says of embeddings: whether the endpoint answers, with what, and how far the filling has come. */
import type { Store } from '../store/store.ts';
import type { Endpoint } from './endpoint.ts';
import type { EmbeddingSettings } from './types.ts';

export type Examined = {
  /** The endpoint answers with vectors that fit those that are stored. */
  readonly ok: boolean;
  readonly words: string;
};

export async function examined({
  store: { vectors },
  endpoint,
  settings,
}: {
  readonly store: Store;
  readonly endpoint: Endpoint;
  readonly settings: EmbeddingSettings;
}): Promise<Examined> {
  const answer = await endpoint.embed(['Is anybody there?']);
  const model = await vectors.model(settings.model);
  const { memories, messages } = await vectors.progress(model);
  const engine = await vectors.engine();
  const size = answer.ok ? (answer.vectors[0]?.length ?? 0) : null;
  const fits = size !== null && (model === null || model.dimensions === size);
  const answers = answer.ok ? `${endpoint.name} answers with ${size} numbers` : answer.words;
  return {
    ok: fits,
    words: [
      `Embeddings by ${settings.model}: ${answers}${fits || size === null ? '' : `, stored are ${model?.dimensions}`}`,
      `${memories.done} of ${memories.total} memories and ${messages.done} of ${messages.total} messages have a vector`,
      engine.why === null ? 'compared by sqlite-vec' : `compared without sqlite-vec (${engine.why})`,
    ].join('; '),
  };
}
