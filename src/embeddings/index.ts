/** Optional vectors: an endpoint that a person has configured, filled in the background, asked within a deadline. */
import { ConfigError } from '../model/errors.ts';
import { newId } from '../model/ids.ts';
import type { Clock } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { Endpoint } from './endpoint.ts';
import { type Examined, examined } from './examined.ts';
import { Filler, type FillerDeps, type FillOutcome } from './filler.ts';
import { Notebook } from './notebook.ts';
import { Questions } from './questions.ts';
import type { EmbeddedTexts } from './texts.ts';
import type { EmbeddingSettings, Semantic } from './types.ts';

export type { EmbeddingSettings, NearHit, Semantic } from './types.ts';

export type EmbeddingsDeps = {
  readonly store: Store;
  readonly settings: EmbeddingSettings;
  /** The key itself, or null: it goes nowhere but into the request. */
  readonly key: string | null;
  readonly texts: EmbeddedTexts;
  readonly now: Clock;
  readonly pauses?: FillerDeps['pauses'];
};

export type EmbeddingsService = Semantic & {
  /** Begins to fill in the background. */
  readonly start: () => void;
  /** Ends requests and filling; what was begun is taken up at the next start. */
  readonly stop: () => Promise<void>;
  /** Asks the endpoint for one vector, and says in words how things stand. */
  readonly examine: () => Promise<Examined>;
  /** Fills what is missing now, and says how it ended. */
  readonly fill: () => Promise<FillOutcome>;
};

/** @throws ConfigError for an address that cannot be asked */
export function embeddingsService(deps: EmbeddingsDeps): EmbeddingsService {
  const { store, settings, key, texts, now, pauses } = deps;
  const endpoint = new Endpoint({
    url: settings.url,
    model: settings.model,
    dimensions: settings.dimensions,
    timeoutMs: settings.timeout_ms,
    key,
  });
  const notebook = new Notebook(store, now, settings);
  const questions = new Questions({ store, endpoint, settings, notebook, now });
  const filler = new Filler({
    store,
    endpoint,
    settings,
    notebook,
    texts,
    holder: newId(),
    ...(pauses === undefined ? {} : { pauses }),
  });
  return {
    near: (question, filter, limit) => questions.near(question, filter, limit),
    start: () => filler.start(),
    stop: async () => {
      await filler.stop();
      await endpoint.close();
    },
    examine: () => examined({ store, endpoint, settings }),
    fill: () => filler.toEnd(),
  };
}

/**
 * The settings of an endpoint that was configured, or null: embeddings are off unless both address and model are set.
 * @throws ConfigError where `api_key_env` is no name: it may be the key itself, so it is not shown
 */
export function embeddingSettings(
  written: Omit<EmbeddingSettings, 'url' | 'model'> & {
    readonly url: string | null;
    readonly model: string | null;
    readonly api_key_env: string | null;
  },
): EmbeddingSettings | null {
  const { url, model, api_key_env: name } = written;
  if (url === null || model === null) return null;
  if (name !== null && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new ConfigError({
      what: 'embeddings.api_key_env is not the name of a variable',
      next: 'Put the key into .env in the home as NAME=…, and write api_key_env = "NAME"',
    });
  }
  return { ...written, url, model };
}
