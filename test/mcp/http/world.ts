/** A server on a free port of this machine, with tools that show who called; and ways to speak to it. */
import { type IncomingMessage, request } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryServerEventBus, McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { expect } from 'vitest';
import * as z from 'zod';
import type { AccessLine } from '../../../src/mcp/http/access-log.ts';
import { type Bearer, type Listening, type ListenOptions, listenHttp } from '../../../src/mcp/http/listen.ts';
import { type Principal, rightsOf } from '../../../src/model/access.ts';
import { UserInputError } from '../../../src/model/errors.ts';
import { type ProjectId, projectId } from '../../../src/model/ids.ts';
import { afterThisTest } from '../../support/cleanup.ts';

const SETTINGS = {
  host: '127.0.0.1',
  port: 0,
  allowed_hosts: [],
  allowed_origins: [],
  max_body_bytes: 64 * 1024,
  requests_per_minute: 100_000,
  max_sessions: 256,
  session_idle_minutes: 60,
  request_seconds: 20,
  tls_cert: null,
  tls_key: null,
};

export const PROJECTS: Readonly<Record<string, ProjectId>> = {
  shop: projectId('01234567890123456789abcdef'),
  bücher: projectId('11234567890123456789abcdef'),
};

export type World = Listening & {
  /** Who comes in with which token. */
  readonly tokens: Map<string, Principal>;
  readonly lines: AccessLine[];
  readonly errors: Error[];
  /** What runs in the tool `wait`, by its name. */
  readonly waiting: Map<string, { end: () => void; readonly signal: AbortSignal }>;
  readonly bus: InMemoryServerEventBus;
};

export function principal(id: string, more: Partial<Principal> = {}): Principal {
  return { id, owner: 'u_1', rights: rightsOf(['read', 'write']), projects: null, expiresAt: null, ...more };
}

export async function world(
  more: {
    settings?: Partial<ListenOptions['settings']>;
    pace?: ListenOptions['pace'];
    identity?: ListenOptions['identity'];
  } = {},
): Promise<World> {
  const tokens = new Map([
    ['mtk_one', principal('a_one')],
    ['mtk_two', principal('a_two')],
  ]);
  const lines: AccessLine[] = [];
  const errors: Error[] = [];
  const waiting: World['waiting'] = new Map();
  const bus = new InMemoryServerEventBus();
  const listening = await listenHttp({
    settings: { ...SETTINGS, ...more.settings },
    authenticate: async (secret) => (secret === null ? null : (tokens.get(secret) ?? null)),
    projectFor: async (_principal, named) => {
      if (named === null) return null;
      const project = PROJECTS[named];
      if (project === undefined) throw new UserInputError({ what: `There is no project ${named}` });
      return project;
    },
    buildServer: (bearer) => server(bearer, waiting),
    changes: { bus, listening: (_asked, serve) => serve() },
    identity: more.identity ?? null,
    onerror: (error) => void errors.push(error),
    accessLog: (line) => void lines.push(line),
    pace: { recheckMs: 20, drainMs: 2000, retryMs: 10, ...more.pace },
  });
  afterThisTest(() => listening.close());
  return { ...listening, tokens, lines, errors, waiting, bus };
}

function server({ principal: { id }, project }: Bearer, waiting: World['waiting']): McpServer {
  const made = new McpServer(
    { name: 'test', version: '1' },
    { capabilities: { tools: { listChanged: true }, resources: { listChanged: true } } },
  );
  made.registerTool(
    'who',
    { description: 'says who called', inputSchema: z.object({ text: z.string().optional() }) },
    async ({ text = '' }) => ({ content: [{ type: 'text', text: `${id} ${project ?? '-'} ${text}` }] }),
  );
  made.registerTool(
    'wait',
    { description: 'waits', inputSchema: z.object({ name: z.string(), progress: z.boolean().optional() }) },
    async ({ name, progress }, { mcpReq }: ServerContext) => {
      const progressToken = mcpReq._meta?.progressToken;
      if (progress === true && progressToken !== undefined)
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
      await new Promise<void>((resolve, reject) => {
        waiting.set(name, { end: resolve, signal: mcpReq.signal });
        mcpReq.signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
      return { content: [{ type: 'text', text: `waited ${name}` }] };
    },
  );
  made.registerTool(
    'leave',
    { description: 'lets the client go and come back', inputSchema: z.object({}) },
    async (_args, { http }: ServerContext) => {
      http?.closeSSE?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { content: [{ type: 'text', text: 'back' }] };
    },
  );
  made.registerTool('change', { description: 'says that tools changed', inputSchema: z.object({}) }, () => {
    made.sendToolListChanged();
    return { content: [{ type: 'text', text: 'said' }] };
  });
  return made;
}

export const ERAS = ['2026', '2025', 'sdk1'] as const;
export type Era = (typeof ERAS)[number];

export type Caller = {
  readonly call: (name: string, args?: Record<string, unknown>, signal?: AbortSignal) => Promise<string>;
  readonly tools: () => Promise<readonly string[]>;
  readonly session: () => string | undefined;
  readonly terminate: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A real client of the SDK. */
export async function connect(
  era: Era,
  url: string,
  token: string | null = 'mtk_one',
  headers: Readonly<Record<string, string>> = {},
): Promise<Caller> {
  const info = { name: 'test-client', version: '1' };
  const requestInit = {
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
  };
  if (era === 'sdk1') {
    const transport = new OlderTransport(new URL(url), { requestInit });
    const client = new OlderClient(info);
    await client.connect(transport);
    afterThisTest(() => client.close());
    return {
      call: async (name, args = {}, signal) =>
        textOf(
          await client.callTool({ name, arguments: args }, undefined, signal === undefined ? {} : { signal }),
        ),
      tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
      session: () => transport.sessionId,
      terminate: () => transport.terminateSession(),
      close: () => client.close(),
    };
  }
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
  const client = new Client(info, {
    versionNegotiation: { mode: era === '2026' ? { pin: '2026-07-28' } : 'legacy' },
  });
  await client.connect(transport);
  afterThisTest(() => client.close());
  return {
    call: async (name, args = {}, signal) =>
      textOf(await client.callTool({ name, arguments: args }, signal === undefined ? {} : { signal })),
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    session: () => transport.sessionId,
    terminate: () => transport.terminateSession(),
    close: () => client.close(),
  };
}

function textOf(result: Record<string, unknown>): string {
  const content: readonly { text?: string }[] = Array.isArray(result.content) ? result.content : [];
  return content.map(({ text = '' }) => text).join('\n');
}

export type Answer = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
};

/** A request as it is written here, and no header more: `fetch` sets Host and Origin by itself. */
export function send(
  port: number,
  {
    method = 'POST',
    path = '/mcp',
    headers = {},
    body,
  }: {
    method?: string;
    path?: string;
    headers?: Record<string, string | string[]>;
    body?: unknown;
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => {
        text += chunk;
      });
      res.once('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
      res.once('error', reject);
    });
    req.once('error', reject);
    req.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** A GET that stays open: resolves with the headers of its answer; `ended` with everything that came. */
export function openStream(
  port: number,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; ended: Promise<string>; leave: () => void }> {
  return new Promise((resolve, reject) => {
    const req = request({ port, host: '127.0.0.1', path: '/mcp', headers, agent: false }, (res) => {
      let text = '';
      res.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const ended = new Promise<string>((over) => res.once('close', () => over(text)));
      resolve({ status: res.statusCode, ended, leave: () => req.destroy() });
    });
    req.once('error', reject);
    req.end();
  });
}

export const JSON_HEADERS = {
  authorization: 'Bearer mtk_one',
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  },
};

/** A session opened by hand. */
export async function openSession(
  port: number,
  token = 'mtk_one',
  more: Record<string, string> = {},
): Promise<string> {
  const headers = { ...JSON_HEADERS, authorization: `Bearer ${token}`, ...more };
  const answer = await send(port, { headers, body: INITIALIZE });
  expect(answer.status).toBe(200);
  return String(answer.headers['mcp-session-id']);
}

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
