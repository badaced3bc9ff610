/**
 * Carries changes of resources to the listeners of `subscriptions/listen` over HTTP. Each listener hears of what its
 * own bearer may see only: two projects' `midturn://project` are two resources, though they have one URI.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ServerEvent, ServerEventBus } from '@modelcontextprotocol/server';
import type { App } from '../../app/app.ts';
import type { CallFacts } from '../../app/caller.ts';
import { type Filter, filterOf } from './filter.ts';
import type * as Resources from './resources.ts';

const resources = (): Promise<typeof Resources> => import('./resources.ts');

type Listening = {
  /** What a client sent, parsed. */
  readonly message: unknown;
  /** What is known of the bearer: as for a call of theirs. */
  readonly facts: () => Promise<CallFacts>;
};

export type WatchBus = {
  /** For `createMcpHandler`. */
  readonly bus: ServerEventBus;
  /**
   * To be put around the handling of every request. One for `subscriptions/listen` on resources begins a watch, before
   * the client is told that it listens; the watch ends with the listener.
   */
  readonly listening: <T>(asked: Listening, serve: () => Promise<T>) => Promise<T>;
};

type Listener = (event: ServerEvent) => void;
/** What the handler's `bus.subscribe` finds of the request that it serves. */
type Seat = { take: (listener: Listener) => () => void };

export function watchBus({
  app,
  log,
}: {
  readonly app: App;
  readonly log: (line: string) => void;
}): WatchBus {
  const seats = new AsyncLocalStorage<Seat>();
  const listeners = new Set<Listener>();
  return {
    bus: {
      publish: (event) => {
        for (const listener of listeners) listener(event);
      },
      subscribe: (listener) => {
        listeners.add(listener);
        const leave = seats.getStore()?.take(listener);
        return () => {
          listeners.delete(listener);
          leave?.();
        };
      },
    },
    listening: async ({ message, facts }, serve) => {
      const filter = filterOf(message);
      if (filter === null) return serve();
      const asked = await facts();
      if (!asked.rights.read) return serve();
      const watched = await watch(app, log, asked, filter);
      let taken = false;
      const seat: Seat = {
        take: (listener) => {
          taken = true;
          watched.to(listener);
          return watched.close;
        },
      };
      try {
        return await seats.run(seat, serve);
      } finally {
        if (!taken) watched.close();
      }
    },
  };
}

async function watch(app: App, log: (line: string) => void, facts: CallFacts, { uris, list }: Filter) {
  let listener: Listener | null = null;
  const { watchOf } = await resources();
  const watched = await watchOf(app, log).add({
    facts: async () => facts,
    uris: () => uris,
    list: () => list,
    isOpen: () => true,
    changed: async (changes) => {
      for (const uri of changes.uris) listener?.({ kind: 'resource_updated', uri });
      if (changes.list) listener?.({ kind: 'resources_list_changed' });
    },
  });
  return {
    to: (to: Listener): void => {
      listener = to;
    },
    close: (): void => watched.close(),
  };
}
