/**
 * Requests of 2026-07-28, which know no sessions: a fresh server for each. The open subscriptions of one bearer are
 * kept apart from every other's.
 */
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { type Bearer, bearerKey } from './bearer.ts';
import type { ListenOptions } from './options.ts';

/** Bearers without an open request or subscription, beyond which the one that was used longest ago is dropped. */
const MOST_KEPT = 256;

type Kept = { readonly handler: McpHttpHandler; open: number };

export type Desk = {
  readonly fetch: (request: Request, message: unknown) => Promise<Response>;
  /** When the answer has been sent, or its client is gone. */
  readonly release: () => void;
};

export type ModernOptions = Pick<ListenOptions, 'buildServer' | 'changes' | 'onerror'>;

export class ModernDesks {
  readonly #options: ModernOptions;
  /** Used longest ago first. */
  readonly #kept = new Map<string, Kept>();

  constructor(options: ModernOptions) {
    this.#options = options;
  }

  take(bearer: Bearer): Desk {
    const key = bearerKey(bearer);
    const kept = this.#kept.get(key) ?? this.#make(bearer);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.open += 1;
    this.#dropOldest();
    const { changes } = this.#options;
    return {
      fetch: (request, message) => {
        const serve = (): Promise<Response> =>
          kept.handler.fetch(request, message === undefined ? {} : { parsedBody: message });
        return changes === undefined ? serve() : changes.listening({ bearer, message }, serve);
      },
      release: () => {
        kept.open -= 1;
      },
    };
  }

  /** Ends open subscriptions with their last word, and aborts what runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#kept.values()].map(({ handler }) => handler.close()));
    this.#kept.clear();
  }

  #make(bearer: Bearer): Kept {
    const { buildServer, changes, onerror } = this.#options;
    const factory = async () => {
      try {
        return await buildServer(bearer);
      } catch (error) {
        onerror(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    };
    // What the SDK tells of errors is what clients did wrong, which its answers say.
    const handler = createMcpHandler(factory, {
      legacy: 'reject',
      ...(changes === undefined ? {} : { bus: changes.bus }),
    });
    return { handler, open: 0 };
  }

  #dropOldest(): void {
    if (this.#kept.size <= MOST_KEPT) return;
    for (const [key, { handler, open }] of this.#kept) {
      if (open > 0) continue;
      this.#kept.delete(key);
      handler.close().catch(this.#options.onerror);
      if (this.#kept.size <= MOST_KEPT) return;
    }
  }
}
