/** What `status` tells of embeddings: one note in the store, written seldom, whoever has something to say. */
import type { Clock } from '../model/time.ts';
import { embeddingsKey } from '../project/embeddings-key.ts';
import type { Store } from '../store/store.ts';
import type { VectorModel } from '../store/vectors.ts';

/** The kind of the note that `status` reads. */
const NOTE = 'embeddings';
/** The same trouble is not written down again sooner. */
const REPEATED_MS = 30_000;

export class Notebook {
  readonly #store: Store;
  readonly #now: Clock;
  readonly #name: string;
  readonly #key: string;
  #error: string | null | undefined;
  #at = Number.NEGATIVE_INFINITY;

  constructor(store: Store, now: Clock, { url, model }: { readonly url: string; readonly model: string }) {
    this.#store = store;
    this.#now = now;
    this.#name = model;
    this.#key = embeddingsKey({ url, model });
  }

  /** Something worked: takes the word of an earlier failure away. */
  async worked(): Promise<void> {
    if (this.#error === null) return;
    this.#error ??= (await this.#store.health.note(NOTE))?.error;
    if (this.#error === null || this.#error === undefined) this.#error = null;
    else await this.#write(null);
  }

  async failed(words: string): Promise<void> {
    if (this.#error === words && this.#now() - this.#at < REPEATED_MS) return;
    await this.#write(words);
  }

  /** How far the filling has come. */
  async progress(): Promise<void> {
    await this.#write(null);
  }

  async #write(error: string | null): Promise<void> {
    this.#error = error;
    this.#at = this.#now();
    const { vectors, health } = this.#store;
    const model: VectorModel | null = await vectors.model(this.#name);
    const engine = await vectors.engine();
    await health.setNote(NOTE, {
      at: this.#at,
      error,
      detail: {
        configuration: this.#key,
        model: this.#name,
        dimensions: model?.dimensions ?? null,
        engine: engine.name,
        ...(engine.why === null ? {} : { fallback: `exact comparison without sqlite-vec: ${engine.why}` }),
        ...(await vectors.progress(model)),
      },
    });
  }
}
