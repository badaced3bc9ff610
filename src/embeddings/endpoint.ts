/**
 * Asks an OpenAI-compatible endpoint for vectors, over kept-alive connections. What goes wrong comes back as a value
 * with words that hold neither the key nor a text; redirects are not followed, since they would carry both elsewhere.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { codeOf } from '../model/errors.ts';
import { endpointOf } from './address.ts';
import { readVectors } from './answer.ts';

export type Failure = {
  readonly ok: false;
  /** `texts`: this batch was refused, another one may pass. `setup`: a person must act. `passing`: try again later. */
  readonly kind: 'texts' | 'setup' | 'passing';
  /** One clause: what is wrong with the endpoint. */
  readonly words: string;
};
export type Embedded = { readonly ok: true; readonly vectors: readonly Float32Array[] } | Failure;

export type EndpointOptions = {
  readonly url: string;
  readonly model: string;
  readonly dimensions: number | null;
  readonly timeoutMs: number;
  /** Sent as a bearer token; null = none. */
  readonly key: string | null;
};

export type AskOptions = {
  readonly signal?: AbortSignal;
  /** How often it is tried in all, with growing pauses, where the fault may pass. Default 1. */
  readonly attempts?: number;
};

/** 512 vectors of 8192 numbers, as JSON with 17 digits each, and half as much again. */
const MOST_BYTES = 128 * 1024 * 1024;
const CONNECT_MS = 3_000;
const KEEP_ALIVE_MS = 60_000;
const PAUSE = { first: 250, most: 10_000 } as const;

export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #url: URL;
  readonly #agent: Agent;

  /** @throws ConfigError for a URL that cannot be asked */
  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#url = endpointOf(options.url);
    this.#agent = new Agent({
      connections: 2,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connect: { timeout: Math.min(CONNECT_MS, options.timeoutMs) },
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      maxResponseSize: MOST_BYTES,
    });
  }

  /** Host and port, as an error names it. */
  get name(): string {
    return this.#url.host;
  }

  /** One vector of length 1 for each text, in their order. Never throws. */
  async embed(texts: readonly string[], { signal, attempts = 1 }: AskOptions = {}): Promise<Embedded> {
    for (let attempt = 1; ; attempt += 1) {
      const { answer, after } = await this.#once(texts, signal);
      if (answer.ok || answer.kind !== 'passing' || attempt >= attempts || signal?.aborted === true)
        return answer;
      const pause = after ?? PAUSE.first * 2 ** (attempt - 1) * (1 + Math.random());
      try {
        // Keeps a command alive that waits for it.
        await sleep(Math.min(PAUSE.most, pause), undefined, signal === undefined ? {} : { signal });
      } catch {
        return answer;
      }
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #once(
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<{ answer: Embedded; after?: number }> {
    const { model, dimensions, timeoutMs, key } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const { statusCode, headers, body } = await request(this.#url, {
        dispatcher: this.#agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({
          model,
          input: texts,
          encoding_format: 'float',
          ...(dimensions === null ? {} : { dimensions }),
        }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      if (statusCode !== 200) {
        // The body is let go unread: what stands in it may repeat the key or a text.
        await body.dump();
        const after = retryAfter(headers['retry-after']);
        return { answer: this.#refused(statusCode), ...(after === null ? {} : { after }) };
      }
      const read = readVectors(await body.text(), texts.length, dimensions);
      return { answer: read.ok ? read : this.#failed('passing', read.why) };
    } catch (error) {
      return {
        answer: this.#failed('passing', timeout.aborted ? 'it did not answer in time' : reason(error)),
      };
    }
  }

  #refused(status: number): Failure {
    if (status >= 300 && status < 400)
      return this.#failed(
        'setup',
        `it redirects (${status}), which is not followed: write the final address`,
      );
    if (status === 401 || status === 403)
      return this.#failed('setup', `it refuses the key (${status}): see embeddings.api_key_env`);
    if (status === 404)
      return this.#failed('setup', `it knows no such address or model (404): see embeddings.url and model`);
    if (status === 429) return this.#failed('passing', 'it is asked too much (429)');
    if (status >= 500 || status === 408) return this.#failed('passing', `it is out of order (${status})`);
    return this.#failed('texts', `it refuses these texts (${status})`);
  }

  #failed(kind: Failure['kind'], why: string): Failure {
    return { ok: false, kind, words: `${this.name}: ${why}` };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNRESET: 'it broke the connection off',
  UND_ERR_SOCKET: 'it broke the connection off',
  UND_ERR_CONNECT_TIMEOUT: 'it cannot be reached',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it did not answer in time',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'its answer is too large',
};

/** By the code alone: a message may hold more than it should. */
function reason(error: unknown): string {
  const code = codeOf(error) ?? (error instanceof AggregateError ? codeOf(error.errors[0]) : undefined);
  if (code === undefined) return 'it could not be asked';
  return REASONS[code] ?? `it could not be asked (${code})`;
}

/** Seconds or a date; in ms. */
function retryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
