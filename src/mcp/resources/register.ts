/**
 * Resources of the MCP server: every request is answered here, and what answers it is loaded with the first one. The
 * handlers are ours, not the SDK's: only so are lists paged, errors told apart, and subscriptions kept.
 */
import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { CallFacts } from '../../app/caller.ts';
import { type ReadFrom, reading } from '../reading.ts';
import { field, honouredFilter, MOST_URIS } from './filter.ts';
import type * as Resources from './resources.ts';
import { Subscriptions } from './subscriptions.ts';

const resources = (): Promise<typeof Resources> => import('./resources.ts');

/** The key of what is subscribed to by `resources/subscribe`, and of the list that was read, up to 2025-11-25. */
const OWN = Symbol('subscribed');
const LISTED = Symbol('listed');

export type ResourcesDeps = ReadFrom & {
  /** What the connection tells of who is there, without a request of theirs. */
  readonly idle: () => Promise<CallFacts>;
  /** Prompts that a completion may name; none of them takes an argument. */
  readonly prompts: readonly string[];
};

const subscriptions = new WeakMap<McpServer, Subscriptions>();

export function registerResources(server: McpServer, deps: ResourcesDeps): void {
  const { app, log, idle } = deps;
  let latest: CallFacts | null = null;
  const own = new Subscriptions({ app, server, log, facts: async () => latest ?? idle() });
  subscriptions.set(server, own);
  const low = server.server;
  low.registerCapabilities({ resources: { subscribe: true, listChanged: true }, completions: {} });

  /** Answers with what the caller may see. */
  const asked = <T>(
    context: ServerContext,
    act: (shelf: Awaited<ReturnType<typeof Resources.shelfOf>>, all: typeof Resources) => Promise<T>,
  ): Promise<T> =>
    reading('the resources', deps, context, async (facts) => {
      latest = facts;
      const all = await resources();
      return act(await all.shelfOf(app, facts), all);
    });

  low.setRequestHandler('resources/list', async ({ params }, context) =>
    asked(context, async (shelf, { listPage }) => {
      // Later protocols have a request for it; here whoever reads the list is told from then on when it is another one.
      if (!isModern(context)) await own.set(LISTED, { uris: new Set(), list: true });
      const page = await listPage(shelf, params?.cursor);
      if (page === null) {
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          'The cursor is none of this list. Ask for the list without a cursor, and go on with the `nextCursor` that it gives.',
        );
      }
      return page;
    }),
  );
  low.setRequestHandler('resources/templates/list', async (_request, context) =>
    asked(context, async (_shelf, { TEMPLATES }) => ({ resourceTemplates: TEMPLATES })),
  );
  low.setRequestHandler('resources/read', async ({ params: { uri } }, context) =>
    asked(context, async (shelf, { readUri }) => {
      const found = await readUri({ app, shelf, fresh: true }, uri);
      if ('refusal' in found) throw refused(uri, found);
      return { contents: [{ uri, ...found }] };
    }),
  );
  low.setRequestHandler('resources/subscribe', async ({ params: { uri } }, context) =>
    asked(context, async (_shelf, { subscribingFault }) => {
      const fault = subscribingFault(uri);
      if (fault !== null) throw refused(uri, { refusal: fault.fault, why: fault.why });
      const uris = own.filterOf(OWN)?.uris ?? new Set<string>();
      if (uris.size >= MOST_URIS && !uris.has(uri)) {
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          `This connection is subscribed to ${MOST_URIS} resources, and that is the limit. Unsubscribe from some first.`,
        );
      }
      await own.set(OWN, { uris: new Set([...uris, uri]), list: true });
      return {};
    }),
  );
  low.setRequestHandler('resources/unsubscribe', async ({ params: { uri } }) => {
    const rest = new Set(own.filterOf(OWN)?.uris ?? []);
    rest.delete(uri);
    if (rest.size === 0) own.delete(OWN);
    else await own.set(OWN, { uris: rest, list: true });
    return {};
  });
  low.setRequestHandler(
    'completion/complete',
    async ({ params: { ref, argument, context: given } }, context) =>
      asked(context, async (shelf, { completed }) => {
        if (ref.type === 'ref/prompt') {
          if (deps.prompts.includes(ref.name))
            return { completion: { values: [], total: 0, hasMore: false } };
          throw new ProtocolError(
            ProtocolErrorCode.InvalidParams,
            `There is no prompt ${JSON.stringify(ref.name)}`,
          );
        }
        const completion = await completed(shelf, {
          template: ref.uri,
          variable: argument.name,
          value: argument.value,
          given: given?.arguments ?? {},
        });
        if (completion !== null) return { completion };
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          'There is no such template. `resources/templates/list` has all of them.',
        );
      }),
  );
}

/**
 * `subscriptions/listen` of 2026-07-28 over stdio, which the SDK answers by itself: the watch goes by the
 * acknowledgement that it sends. To be awaited before that is sent on.
 */
export async function listenBegins(server: McpServer | null, message: unknown): Promise<void> {
  if (server === null || field(message, 'method') !== 'notifications/subscriptions/acknowledged') return;
  const params = field(message, 'params');
  const filter = honouredFilter(params);
  const own = subscriptions.get(server);
  if (filter === null || own === undefined) return;
  await own.set(field(field(params, '_meta'), SUBSCRIPTION_ID), filter);
}

/** The same for its end, which the client asks for. */
export function listenEnds(server: McpServer | null, message: unknown): void {
  if (server === null || field(message, 'method') !== 'notifications/cancelled') return;
  subscriptions.get(server)?.delete(field(field(message, 'params'), 'requestId'));
}

const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

/** A request of 2026-07-28 says who sends it, each one by itself. */
function isModern({ mcpReq }: ServerContext): boolean {
  return mcpReq.envelope !== undefined;
}

function refused(
  uri: string,
  { refusal, why }: { readonly refusal: 'invalid' | 'unknown'; readonly why: string },
) {
  if (refusal === 'unknown')
    return new ResourceNotFoundError(uri.slice(0, 300), `Resource not found: ${why}.`);
  const message = `That is no URI of a resource: ${why}. \`resources/list\` and \`resources/templates/list\` have those that there are.`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message, {
    uri: uri.slice(0, 300),
    reason: 'invalid_uri',
  });
}
