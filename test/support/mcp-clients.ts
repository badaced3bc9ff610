/** Real clients of both protocol eras, connected to a server in this process: no socket, no child. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpHandler, InMemoryTransport, type McpServer } from '@modelcontextprotocol/server';
import { afterThisTest } from './cleanup.ts';
import { formOf, type Person } from './person.ts';

type Called = {
  readonly text: string;
  readonly structured: unknown;
  readonly isError: boolean;
  /** Addresses of the resources that it names. */
  readonly links: readonly string[];
};
export type TestClient = {
  readonly call: (name: string, args: Record<string, unknown>) => Promise<Called>;
  readonly close: () => Promise<void>;
};

export const FORM_ERAS = ['2026', '2025', 'sdk1'] as const;
export type FormEra = (typeof FORM_ERAS)[number];

const INFO = { name: 'test-client', version: '1.0.0' };

/** @param build makes the server of one connection, or, since 2026-07-28, of one request */
export async function connectTo(era: FormEra, build: () => McpServer, person?: Person): Promise<TestClient> {
  if (era === '2026') return current(era, throughHandler(build), person);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await build().connect(theirs);
  return era === 'sdk1' ? older(ours, person) : current(era, ours, person);
}

/** Over HTTP, with a token. */
export async function connectOver(
  era: FormEra,
  url: string,
  token: string,
  person?: Person,
): Promise<TestClient> {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  return era === 'sdk1'
    ? older(new OlderTransport(new URL(url), { requestInit }), person)
    : current(era, new StreamableHTTPClientTransport(new URL(url), { requestInit }), person);
}

const able = (person: Person | undefined) => ({
  capabilities: person === undefined ? {} : { elicitation: { form: {} } },
});

async function current(
  era: FormEra,
  transport: Parameters<Client['connect']>[0],
  person?: Person,
): Promise<TestClient> {
  const client = new Client(INFO, {
    ...able(person),
    versionNegotiation: { mode: era === '2026' ? { pin: '2026-07-28' } : 'legacy' },
  });
  if (person !== undefined)
    client.setRequestHandler('elicitation/create', async ({ params }) => person(formOf(params)));
  await client.connect(transport);
  afterThisTest(() => client.close());
  return {
    call: async (name, args) => called(await client.callTool({ name, arguments: args })),
    close: () => client.close(),
  };
}

async function older(transport: Parameters<OlderClient['connect']>[0], person?: Person): Promise<TestClient> {
  const client = new OlderClient(INFO, able(person));
  if (person !== undefined)
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({
      ...(await person(formOf(params))),
    }));
  await client.connect(transport);
  afterThisTest(() => client.close());
  return {
    call: async (name, args) => called(await client.callTool({ name, arguments: args })),
    close: () => client.close(),
  };
}

/** For requests that no client of the SDK would send. */
export function rawModern(
  build: () => McpServer,
): (params: object, method?: string) => Promise<Record<string, unknown>> {
  const handler = createMcpHandler(build, { onerror: () => {} });
  let id = 0;
  return async (params, method = 'tools/call') => {
    id += 1;
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': INFO,
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    };
    const name = Reflect.get(params, 'name');
    const response = await handler.fetch(
      new Request('http://127.0.0.1/mcp', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id,
          method,
          params: { ...params, _meta: meta },
        }),
      }),
    );
    const body = await response.text();
    const line = body.split('\n').find((each) => each.startsWith('data: {'));
    return JSON.parse(line?.slice(6) ?? body);
  };
}

function throughHandler(build: () => McpServer): StreamableHTTPClientTransport {
  const handler = createMcpHandler(build, { onerror: () => {} });
  return new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), {
    fetch: (url, init) => handler.fetch(new Request(url, init)),
  });
}

function called(result: Record<string, unknown>): Called {
  const content = Array.isArray(result.content) ? result.content : [];
  const texts = content.flatMap((block: { text?: string }) => block.text ?? []);
  const links = content.flatMap((block: { uri?: string }) => block.uri ?? []);
  const { structuredContent: structured, isError } = result;
  return { text: texts.join('\n'), structured, isError: isError === true, links };
}
