/**
 * What the client of one connection has subscribed to. It begins the watch with the first subscription and ends it
 * with the last: without one there is no timer, and nothing of the watch is loaded.
 */
import type { McpServer } from '@modelcontextprotocol/server';
import type { App } from '../../app/app.ts';
import type { CallFacts } from '../../app/caller.ts';
import { messageOf } from '../../model/errors.ts';
import { type Filter, MOST_URIS } from './filter.ts';
import type * as Resources from './resources.ts';
import type { Changes, Watched } from './watch.ts';

const resources = (): Promise<typeof Resources> => import('./resources.ts');

type SubscriptionsDeps = {
  readonly app: App;
  readonly server: McpServer;
  /** Who listens. */
  readonly facts: () => Promise<CallFacts>;
  readonly log: (line: string) => void;
};

export class Subscriptions {
  readonly #deps: SubscriptionsDeps;
  readonly #filters = new Map<unknown, Filter>();
  #watched: Promise<Watched> | null = null;

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
  }

  filterOf(key: unknown): Filter | null {
    return this.#filters.get(key) ?? null;
  }

  /** Ends once the resources are known as they are now: what changes from then on is told. */
  async set(key: unknown, filter: Filter): Promise<void> {
    this.#filters.set(key, filter);
    const known = this.#watched;
    if (known !== null) return (await known).update();
    this.#watched = this.#begin();
    await this.#watched;
  }

  delete(key: unknown): void {
    if (this.#filters.delete(key) && this.#filters.size === 0) this.#end();
  }

  /** The connection is closed. */
  close(): void {
    this.#filters.clear();
    this.#end();
  }

  async #begin(): Promise<Watched> {
    const { app, log, facts, server } = this.#deps;
    const { watchOf } = await resources();
    return watchOf(app, log).add({
      facts,
      uris: () => this.#uris(),
      list: () => [...this.#filters.values()].some(({ list }) => list),
      isOpen: () => server.server.transport !== undefined,
      changed: (changes) => this.#tell(changes),
    });
  }

  /** Of all subscriptions of the connection. */
  #uris(): ReadonlySet<string> {
    const all = new Set<string>();
    for (const { uris } of this.#filters.values()) {
      for (const uri of uris) {
        if (all.size >= MOST_URIS) return all;
        all.add(uri);
      }
    }
    return all;
  }

  #end(): void {
    void this.#watched?.then((watched) => watched.close());
    this.#watched = null;
  }

  /** A client that is gone needs to be told nothing. */
  async #tell({ uris, list }: Changes): Promise<void> {
    const { server, log } = this.#deps;
    try {
      for (const uri of uris) await server.server.sendResourceUpdated({ uri });
      if (list) await server.server.sendResourceListChanged();
    } catch (error) {
      log(`midturn: a change of a resource was not told: ${messageOf(error)}`);
    }
  }
}
