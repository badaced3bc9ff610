/** Optional vectors, a bundle of its own: loaded only where an endpoint is configured. */
import { type EmbeddingsService, embeddingSettings, embeddingsService } from '../embeddings/index.ts';
import { ConfigError, messageOf } from '../model/errors.ts';
import type { Message } from '../model/message.ts';
import type { Clock } from '../model/time.ts';
import type { Settings } from '../project/configuration.ts';
import { embeddingsKey } from '../project/embeddings-key.ts';
import type { HomeLayout } from '../project/home.ts';
import { secretOf } from '../project/secrets.ts';
import type { Store } from '../store/store.ts';
import type { Environment } from './caller.ts';

export type EmbeddingsOptions = {
  readonly store: Store;
  readonly settings: Settings['embeddings'];
  readonly layout: HomeLayout;
  readonly env: Environment;
  readonly now: Clock;
  /** What of a message can be searched. */
  readonly messageText: (message: Message) => string;
};

/** Null where it is off. What is wrong with the settings is noted for `status`: questions are answered without. */
export async function openEmbeddings(options: EmbeddingsOptions): Promise<EmbeddingsService | null> {
  const { store, now, messageText } = options;
  try {
    const settings = embeddingSettings(options.settings);
    if (settings === null) return null;
    const key = await keyOf(options);
    return embeddingsService({ store, settings, key, texts: { message: messageText }, now });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await store.health.setNote('embeddings', {
      at: now(),
      error: messageOf(error),
      detail: { configuration: embeddingsKey(options.settings), model: options.settings.model },
    });
    return null;
  }
}

async function keyOf({ settings, env, layout }: EmbeddingsOptions): Promise<string | null> {
  const name = settings.api_key_env;
  if (name === null) return null;
  const key = await secretOf(name, { env, file: layout.env });
  if (key !== null) return key;
  throw new ConfigError({
    what: `${name}, named by embeddings.api_key_env, is not set`,
    next: `Write ${name}=… into ${layout.env}, or take api_key_env out`,
  });
}
