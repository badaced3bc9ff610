/** Gives vectors to a batch of documents; a text that the endpoint refuses is found by halves, and left out from then on. */
import type { Store } from '../store/store.ts';
import type { Due, NewVector, VectorModel } from '../store/vectors.ts';
import type { Embedded, Endpoint, Failure } from './endpoint.ts';
import { prefixesFor } from './prefixes.ts';
import { type EmbeddedTexts, textOf } from './texts.ts';
import type { EmbeddingSettings } from './types.ts';

/** How a step of the filling ended: go on at once, wait for new work or for the endpoint, or leave it to another process. */
export type Step =
  | { readonly end: 'on' }
  | { readonly end: 'idle' }
  | { readonly end: 'blocked'; readonly why: string; readonly setup: boolean }
  | { readonly end: 'other' };

export type BatchesDeps = {
  readonly store: Store;
  readonly endpoint: Endpoint;
  readonly settings: EmbeddingSettings;
  readonly texts: EmbeddedTexts;
  /** Ends what is being asked. */
  readonly signal: AbortSignal;
};

const ATTEMPTS = 3;
/** How often an endpoint may change its mind about the length of a vector. */
const MIXED = 3;

export class Batches {
  readonly #deps: BatchesDeps;
  readonly #prefix: string;
  /** Texts that the endpoint refuses, until the next start. */
  readonly #refused = new Set<string>();
  #mixed = 0;

  constructor(deps: BatchesDeps) {
    this.#deps = deps;
    const { model, question_prefix: question, document_prefix: document } = deps.settings;
    this.#prefix = prefixesFor(model, { question, document }).document;
  }

  /** What the model makes of a fixed text. */
  probe(text: string): Promise<Embedded> {
    return this.#ask([this.#prefix + text]);
  }

  /** Those that the endpoint has not refused before. */
  unrefused(due: readonly Due[]): Due[] {
    return due.filter((one) => !this.#refused.has(nameOf(one)));
  }

  /** Vectors of the documents that have a text; those that the endpoint refuses are left out and remembered. */
  async embed(due: readonly Due[], model: VectorModel): Promise<NewVector[] | Step | 'another model'> {
    const { endpoint } = this.#deps;
    const texts = due
      .map((one) => ({ one, text: textOf(one, this.#deps.texts) }))
      .filter(({ one, text }) => {
        if (text === '') this.#refused.add(nameOf(one));
        return text !== '';
      });
    if (texts.length === 0) return [];
    const answer = await this.#ask(texts.map(({ text }) => this.#prefix + text));
    if (answer.ok) {
      const vectors = texts.flatMap(({ one: { row, version } }, at) => {
        const vector = answer.vectors[at];
        return vector === undefined ? [] : [{ row, version, vector }];
      });
      if (vectors.every(({ vector }) => vector.length === model.dimensions)) return vectors;
      this.#mixed += 1;
      return this.#mixed <= MIXED
        ? 'another model'
        : { end: 'blocked', why: `${endpoint.name}: its vectors differ in length`, setup: true };
    }
    if (answer.kind !== 'texts') return blocked(answer);
    const [first] = due;
    if (due.length === 1 && first !== undefined) {
      this.#refused.add(nameOf(first));
      await this.#deps.store.health.count({ 'embeddings.refused': 1 });
      return [];
    }
    const half = Math.ceil(due.length / 2);
    const left = await this.embed(due.slice(0, half), model);
    if (!isList(left)) return left;
    const right = await this.embed(due.slice(half), model);
    return isList(right) ? [...left, ...right] : right;
  }

  #ask(texts: readonly string[]): Promise<Embedded> {
    const { endpoint, signal } = this.#deps;
    return endpoint.embed(texts, { signal, attempts: ATTEMPTS });
  }
}

function nameOf({ kind, row, version }: Due): string {
  return `${kind} ${row} ${version}`;
}

export function blocked({ words, kind }: Failure): Step {
  return { end: 'blocked', why: words, setup: kind === 'setup' };
}

export function isList(value: NewVector[] | Step | 'another model'): value is NewVector[] {
  return Array.isArray(value);
}
