/**
 * The way of a question: its vector within a hard deadline, from a cache where it was asked before, then the nearest
 * documents. Whatever goes wrong, the answer is that nothing is near.
 */
import { messageOf } from '../model/errors.ts';
import type { Clock } from '../model/time.ts';
import { withDeadline } from '../platform/deadline.ts';
import type { Store } from '../store/store.ts';
import type { Nearest, VectorFilter, VectorModel } from '../store/vectors.ts';
import { clipEnd } from '../text/clip.ts';
import { Breaker } from './breaker.ts';
import { deviationsFrom } from './deviations.ts';
import type { Endpoint } from './endpoint.ts';
import type { Notebook } from './notebook.ts';
import { prefixesFor } from './prefixes.ts';
import type { EmbeddingSettings, Near, Semantic } from './types.ts';

/** Vectors of the last questions: 100 of 1024 numbers are 400 kB. */
const CACHED = 100;
/** Questions whose vector is late go on being asked, so that a model that is being loaded is there the next time. */
const LATE = 2;
const CLIP = 2_000;
export type QuestionDeps = {
  readonly store: Store;
  readonly endpoint: Endpoint;
  readonly settings: EmbeddingSettings;
  readonly notebook: Notebook;
  readonly now: Clock;
};

export class Questions implements Semantic {
  readonly #deps: QuestionDeps;
  readonly #breaker: Breaker;
  readonly #cache = new Map<string, Float32Array>();
  readonly #pending = new Map<string, Promise<Float32Array | null>>();
  readonly #prefix: string;

  constructor(deps: QuestionDeps) {
    this.#deps = deps;
    this.#breaker = new Breaker(deps.now);
    const { model, question_prefix: question, document_prefix: document } = deps.settings;
    this.#prefix = prefixesFor(model, { question, document }).question;
  }

  async near(question: string, filter: VectorFilter, limit: number): Promise<Near> {
    const { settings } = this.#deps;
    const nothing: Near = { hits: [], size: 0, weight: settings.weight };
    if (!settings.kinds.includes(filter.kind) || settings.weight === 0) return nothing;
    try {
      const found = await withDeadline(this.#find(question, filter, limit), settings.deadline_ms);
      if (found.timedOut) {
        this.#breaker.failed();
        this.#note(`${this.#deps.endpoint.name}: it did not answer within ${settings.deadline_ms} ms`);
        return nothing;
      }
      if (found.value === null) return nothing;
      const { documents, size, background } = found.value;
      return {
        hits: documents.map((one) => ({ ...one, z: deviationsFrom(background, one.similarity) })),
        size,
        weight: settings.weight,
      };
    } catch (error) {
      this.#note(messageOf(error));
      return nothing;
    }
  }

  async #find(question: string, filter: VectorFilter, limit: number): Promise<Nearest | null> {
    const { store, settings } = this.#deps;
    const model = await store.vectors.model(settings.model);
    // Nothing has been embedded yet.
    if (model === null) return null;
    const vector = await this.#vectorOf(this.#prefix + clipEnd(question, CLIP).text);
    if (vector === null || !this.#fits(vector, model)) return null;
    return store.vectors.near(model, vector, filter, limit);
  }

  #fits(vector: Float32Array, model: VectorModel): boolean {
    if (vector.length === model.dimensions) return true;
    this.#note(
      `${this.#deps.endpoint.name}: it answers ${vector.length} numbers, stored are ${model.dimensions}`,
    );
    return false;
  }

  async #vectorOf(text: string): Promise<Float32Array | null> {
    const known = this.#cache.get(text);
    if (known !== undefined) {
      this.#cache.delete(text);
      this.#cache.set(text, known);
      return known;
    }
    const pending = this.#pending.get(text);
    if (pending !== undefined) return pending;
    if (!this.#breaker.mayAsk || this.#pending.size >= LATE) return null;
    const asking = this.#ask(text).finally(() => this.#pending.delete(text));
    this.#pending.set(text, asking);
    return asking;
  }

  async #ask(text: string): Promise<Float32Array | null> {
    const answer = await this.#deps.endpoint.embed([text]);
    const vector = answer.ok ? answer.vectors[0] : undefined;
    if (!answer.ok || vector === undefined) {
      this.#breaker.failed();
      this.#note(answer.ok ? 'no vector came back' : answer.words);
      return null;
    }
    this.#breaker.succeeded();
    this.#cache.set(text, vector);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= CACHED) break;
      this.#cache.delete(oldest);
    }
    return vector;
  }

  /** Off the path of the answer; a store that cannot be written now is another one's to tell. */
  #note(words: string): void {
    setImmediate(() => void this.#deps.notebook.failed(words).catch(() => undefined));
  }
}
