/** The product's own HTTP server on a free port, over a store of its own, with tokens as a person makes them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { App } from '../../src/app/app.ts';
import { cliCall } from '../../src/app/caller.ts';
import { serve } from '../../src/mcp/http/serve.ts';
import type { AccessScope } from '../../src/model/access.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { type Answer, send } from '../mcp/http/world.ts';
import { afterThisTest } from './cleanup.ts';
import { tempFolder } from './temp-store.ts';

type TokenWish = {
  readonly scopes?: readonly AccessScope[];
  readonly projects?: readonly ProjectId[] | null;
  readonly expiresAt?: number | null;
};

export type ServedWorld = {
  readonly app: App;
  readonly store: Store;
  /** What is the user's home folder, and midturn's within it. */
  readonly folder: string;
  readonly home: string;
  readonly port: number;
  readonly url: string;
  readonly makeToken: (wish?: TokenWish) => Promise<{ readonly id: string; readonly token: string }>;
  readonly revoke: (id: string) => Promise<void>;
  /** A project that is known by a folder of this world. */
  readonly makeProject: (name: string) => Promise<ProjectId>;
  /** What the server has written to stderr. */
  readonly lines: readonly string[];
};

export async function servedWorld(settings: Readonly<Record<string, string>> = {}): Promise<ServedWorld> {
  const folder = tempFolder();
  const home = join(folder, 'midturn');
  mkdirSync(home, { mode: 0o700 });
  const env = { HOME: folder, MIDTURN_HOME: home, MIDTURN_HTTP_REQUESTS_PER_MINUTE: '1000000', ...settings };
  const app = new App({ env, cwd: folder, version: 'test' });
  afterThisTest(() => app.close());
  const store = await app.store();
  const lines: string[] = [];
  const served = await serve({
    app,
    env,
    version: 'test',
    host: '127.0.0.1',
    port: 0,
    tokenFile: undefined,
    log: (line) => void lines.push(line),
  });
  afterThisTest(() => served.close());
  const person = await app.caller(cliCall(env, folder, true));
  const access = await app.access();
  return {
    app,
    store,
    folder,
    home,
    port: Number(new URL(served.url).port),
    url: served.url,
    makeToken: async ({ scopes = USUAL, projects = null, expiresAt = null } = {}) => {
      const { id, token } = await access.create(person, { label: 'test', scopes, projects, expiresAt });
      return { id, token };
    },
    revoke: async (id) => {
      await access.revoke(person, id);
    },
    makeProject: async (name) => {
      const record = await store.projects.claim({
        name,
        identity: [{ machine: 'here', kind: 'path', value: `/home/dev/${name}` }],
        extra: [],
      });
      return record.id;
    },
    lines,
  };
}

export type Reply = Answer & {
  /** The answer of JSON-RPC, from plain JSON or from the last event of a stream. */
  readonly message: RpcMessage;
};

type RpcMessage = {
  readonly id?: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
};

const USUAL: readonly AccessScope[] = ['read', 'write'];
const PROTOCOL = '2026-07-28';

export type RpcOptions = {
  readonly token: string;
  readonly project?: string;
  readonly id?: unknown;
  readonly capabilities?: Readonly<Record<string, unknown>>;
  readonly client?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** One request of 2026-07-28, as a client of the SDK would write it, with nothing checked before it is sent. */
export async function rpc(
  port: number,
  method: string,
  params: Readonly<Record<string, unknown>>,
  { token, project, id = 1, capabilities = {}, client = 'raw', headers = {} }: RpcOptions,
): Promise<Reply> {
  const named = params.name ?? params.uri;
  const answer = await send(port, {
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': PROTOCOL,
      'mcp-method': method,
      ...(typeof named === 'string' ? { 'mcp-name': headerText(named) } : {}),
      ...(project === undefined ? {} : { 'midturn-project': project }),
      ...headers,
    },
    body: {
      jsonrpc: '2.0',
      id,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': PROTOCOL,
          'io.modelcontextprotocol/clientInfo': { name: client, version: '1' },
          'io.modelcontextprotocol/clientCapabilities': capabilities,
        },
      },
    },
  });
  return { ...answer, message: messageOf(answer) };
}

/** What no header can hold goes in the form that the protocol has for it. */
function headerText(text: string): string {
  return /^[!-~]([ -~]*[!-~])?$/.test(text) ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

function messageOf({ headers, text }: Answer): RpcMessage {
  if (!(headers['content-type'] ?? '').startsWith('text/event-stream')) return JSON.parse(text);
  const last = text.split('\n').findLast((line) => line.startsWith('data: ') && line.length > 6);
  return JSON.parse((last ?? 'data: {}').slice(6));
}
