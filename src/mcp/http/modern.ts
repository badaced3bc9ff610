/**
 * Requests of 2026-07-28, which know no sessions: a fresh server for each. What belongs to one bearer (its open
 * subscriptions, and the bus they listen to) is kept apart from every other's, so that nobody hears of another's
 * changes.
 */
import {
  createMcpHandler,
  InMemoryServerEventBus,
  type McpHttpHandler,
  type ServerEvent,
  type ServerEventBus,
} from '@modelcontextprotocol/server';
import { type Bearer, bearerKey } from './bearer.ts';
import type { ListenOptions } from './options.ts';

/** Bearers without an open request or subscription, beyond which the one that was used longest ago is dropped. */
const MOST_KEPT = 256;

type Desk = { readonly handler: McpHttpHandler; open: number };

export type ModernOptions = Pick<ListenOptions, 'buildServer' | 'watch'> & {
  readonly onerror: (error: Error) => void;
};

export class ModernDesks {
  readonly #options: ModernOptions;
  /** Used longest ago first. */
  readonly #desks = new Map<string, Desk>();

  constructor(options: ModernOptions) {
    this.#options = options;
  }

  /** @param held resolves when the response has been sent, or its client is gone */
  fetch(bearer: Bearer, request: Request, message: unknown, held: Promise<unknown>): Promise<Response> {
    const key = bearerKey(bearer);
    const desk = this.#desks.get(key) ?? this.#make(bearer);
    this.#desks.delete(key);
    this.#desks.set(key, desk);
    desk.open += 1;
    const release = (): void => {
      desk.open -= 1;
    };
    held.then(release, release);
    this.#dropOldest();
    return desk.handler.fetch(request, message === undefined ? {} : { parsedBody: message });
  }

  /** Ends open subscriptions with their last word, and aborts what runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#desks.values()].map(({ handler }) => handler.close()));
    this.#desks.clear();
  }

  #make(bearer: Bearer): Desk {
    const { buildServer, watch, onerror } = this.#options;
    const bus = new WatchedBus(onerror, watch === undefined ? undefined : (inner) => watch(bearer, inner));
    const handler = createMcpHandler(() => buildServer(bearer), { legacy: 'reject', bus });
    return { handler, open: 0 };
  }

  #dropOldest(): void {
    if (this.#desks.size <= MOST_KEPT) return;
    for (const [key, { handler, open }] of this.#desks) {
      if (open > 0) continue;
      this.#desks.delete(key);
      handler.close().catch(this.#options.onerror);
      if (this.#desks.size <= MOST_KEPT) return;
    }
  }
}

/** Watching costs a look at the store every second: it lasts as long as somebody listens. */
class WatchedBus implements ServerEventBus {
  readonly #inner: InMemoryServerEventBus;
  readonly #watch: ((bus: ServerEventBus) => () => void) | undefined;
  #stop: (() => void) | undefined;

  constructor(onerror: (error: Error) => void, watch: ((bus: ServerEventBus) => () => void) | undefined) {
    this.#inner = new InMemoryServerEventBus(onerror);
    this.#watch = watch;
  }

  publish(event: ServerEvent): void {
    this.#inner.publish(event);
  }

  subscribe(listener: (event: ServerEvent) => void): () => void {
    const leave = this.#inner.subscribe(listener);
    this.#stop ??= this.#watch?.(this.#inner);
    return () => {
      leave();
      if (this.#inner.listenerCount > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }
}
