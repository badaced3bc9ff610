/** A store with a little of everything, and a server over it that real clients of each protocol era speak to. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, InMemoryTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { App } from '../../../src/app/app.ts';
import { type CallFacts, httpCall, mcpCall } from '../../../src/app/caller.ts';
import { watchBus } from '../../../src/mcp/resources/bus.ts';
import { watchOf } from '../../../src/mcp/resources/watch.ts';
import { buildServer } from '../../../src/mcp/server.ts';
import { memoryId, type ProjectId } from '../../../src/model/ids.ts';
import type { Memory, NewMemory } from '../../../src/model/memory.ts';
import type { Store } from '../../../src/store/store.ts';
import { applied, skill } from '../../store/promoting.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { converse } from '../../support/conversation.ts';
import { newMemory } from '../../support/new-memory.ts';
import { tempFolder } from '../../support/temp-store.ts';

export type World = {
  readonly app: App;
  readonly store: Store;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly project: ProjectId;
  readonly other: ProjectId;
  readonly add: (content: string, changes?: Partial<NewMemory>) => Promise<Memory>;
  readonly forget: (memory: Memory) => Promise<void>;
  /** Looks for changes at once, as the timer does. */
  readonly look: () => Promise<void>;
  readonly isWatching: () => boolean;
};

export async function world(): Promise<World> {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  const elsewhere = join(home, 'bakery');
  for (const folder of [cwd, elsewhere]) mkdirSync(folder);
  const env = { HOME: home, MIDTURN_HOME: join(home, 'midturn') };
  const app = new App({ env, cwd, version: 'test' });
  afterThisTest(() => app.close());
  const store = await app.store();
  const idOf = async (folder: string): Promise<ProjectId> => {
    const { project } = await app.caller(mcpCall({ clientName: 'x', meta: null, env, cwd: folder }));
    if (project === null) throw new Error('a folder is a project');
    return project.id;
  };
  const [project, other] = [await idOf(cwd), await idOf(elsewhere)];
  const logged: string[] = [];
  return {
    app,
    store,
    env,
    cwd,
    project,
    other,
    add: async (content, changes = {}) => {
      const memory = newMemory(content, { scope: 'project', project, ...changes });
      const [item] = (await applied(store, [{ op: 'add', memory }])).items;
      if (item === undefined) throw new Error('nothing was added');
      return item.memory;
    },
    forget: async ({ id }) => {
      const { version } = (await store.memories.get(memoryId(id))) ?? { version: 0 };
      await applied(store, [{ op: 'forget', target: id, version, reason: 'test' }]);
    },
    look: () => watchOf(app, (line) => logged.push(line)).look(),
    isWatching: () => watchOf(app, (line) => logged.push(line)).isWatching,
  };
}

/** A skill in use. */
export async function addSkill(store: Store, slug: string, content: string) {
  const made = (await applied(store, [{ op: 'skill_create', skill: skill(slug, content) }])).skills[0]?.skill;
  if (made === undefined) throw new Error('no skill was made');
  const at = { target: made.id, version: made.version, how: 'terminal' };
  const active = (await applied(store, [{ op: 'skill_activate', ...at }])).skills[0]?.skill;
  if (active === undefined) throw new Error('no skill is in use');
  return active;
}

export async function addSession(
  store: Store,
  project: ProjectId,
  external: string,
  texts: readonly string[],
) {
  const said = texts.map((text, at) =>
    at % 2 === 0 ? { text } : { text, role: 'assistant' as const, by: 'agent' as const },
  );
  const { session } = await converse(store, external, said, { project });
  const record = await store.sessions.get(session);
  if (record === null) throw new Error('no session was captured');
  return record;
}

export type Entry = {
  readonly uri: string;
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly size?: number | undefined;
  readonly mimeType?: string | undefined;
  readonly annotations?: unknown;
};

/** What is asked of a server, in any era. */
export type Speaker = {
  readonly list: (
    cursor?: string,
  ) => Promise<{ resources: readonly Entry[]; nextCursor?: string | undefined }>;
  readonly templates: () => Promise<readonly { uriTemplate: string; description?: string | undefined }[]>;
  readonly read: (uri: string) => Promise<{ text: string; mimeType: string | undefined }>;
  readonly complete: (
    template: string,
    name: string,
    value: string,
    given?: Record<string, string>,
  ) => Promise<{ values: readonly string[]; total?: number | undefined; hasMore?: boolean | undefined }>;
  /** Returns what ends it. */
  readonly subscribe: (uris: readonly string[]) => Promise<() => Promise<void>>;
  /** What came of changes so far: URIs, and `list`. */
  readonly told: string[];
  readonly close: () => Promise<void>;
};

export const SPEAKERS = ['2026 over HTTP', '2025', 'sdk1'] as const;

export async function speaker(
  { app, env, cwd }: Pick<World, 'app' | 'env' | 'cwd'>,
  era: (typeof SPEAKERS)[number],
  facts?: () => Promise<CallFacts>,
): Promise<Speaker> {
  const log = (): void => {};
  const factsOf = facts ?? (async () => mcpCall({ clientName: 'test', meta: null, env, cwd }));
  const build = () => buildServer({ app, version: 'test', connect: () => ({ facts: factsOf }), log });
  const told: string[] = [];
  if (era === '2026 over HTTP') {
    const watch = watchBus({ app, log });
    const handler = createMcpHandler(build, { bus: watch.bus });
    const fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
      const request = new Request(url, init);
      const message: unknown = request.method === 'POST' ? await request.clone().json() : null;
      return watch.listening({ message, facts: factsOf }, () => handler.fetch(request));
    };
    const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), { fetch });
    const client = new Client(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(transport);
    hear(client, told);
    return speakerOf(client, told, pageOf(client), async (uris) => {
      const listening = await client.listen({ resourceSubscriptions: [...uris], resourcesListChanged: true });
      return () => listening.close();
    });
  }
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await build().connect(ours);
  if (era === '2025') {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
    await client.connect(theirs);
    hear(client, told);
    return speakerOf(client, told, pageOf(client), bySubscription(client));
  }
  const client = new OlderClient({ name: 'test', version: '1' });
  await client.connect(theirs);
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }) => void told.push(params.uri),
  );
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void told.push('list'));
  const page: Speaker['list'] = (cursor) => client.listResources(cursor === undefined ? {} : { cursor });
  return speakerOf(client, told, page, bySubscription(client));
}

function hear(client: Client, told: string[]): void {
  client.setNotificationHandler(
    'notifications/resources/updated',
    ({ params }) => void told.push(params.uri),
  );
  client.setNotificationHandler('notifications/resources/list_changed', () => void told.push('list'));
}

type Subscribing = {
  subscribeResource: (params: { uri: string }) => Promise<unknown>;
  unsubscribeResource: (params: { uri: string }) => Promise<unknown>;
};

function bySubscription(client: Subscribing) {
  return async (uris: readonly string[]) => {
    for (const uri of uris) await client.subscribeResource({ uri });
    return async () => {
      for (const uri of uris) await client.unsubscribeResource({ uri });
    };
  };
}

/** One page: the current client would go through all of them by itself. */
const pageOf =
  (client: Client): Speaker['list'] =>
  (cursor) =>
    client.request({ method: 'resources/list', params: cursor === undefined ? {} : { cursor } });

function speakerOf(
  client: Client | OlderClient,
  told: string[],
  listing: Speaker['list'],
  subscribe: (uris: readonly string[]) => Promise<() => Promise<void>>,
): Speaker {
  afterThisTest(() => client.close());
  return {
    list: (cursor) => listing(cursor),
    templates: async () => (await client.listResourceTemplates()).resourceTemplates,
    read: async (uri) => {
      const [content] = (await client.readResource({ uri })).contents;
      if (content === undefined || !('text' in content)) throw new Error('no text');
      return { text: content.text, mimeType: content.mimeType };
    },
    complete: async (template, name, value, given) =>
      (
        await client.complete({
          ref: { type: 'ref/resource', uri: template },
          argument: { name, value },
          ...(given === undefined ? {} : { context: { arguments: given } }),
        })
      ).completion,
    subscribe,
    told,
    close: () => client.close(),
  };
}

/** A bearer that is bound to one project. */
export function bearerOf(
  project: ProjectId,
  rights = { read: true, write: false, admin: false },
): () => Promise<CallFacts> {
  const principal = { id: 'a_test', owner: 'o', rights, projects: [project], expiresAt: null };
  return async () => httpCall({ clientName: 'test', meta: null, principal, project });
}
