/** Real clients of both protocol eras, connected to a server in this process: no socket, no child. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
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
  const capabilities = person === undefined ? {} : { elicitation: { form: {} } };
  if (era === 'sdk1') return older(build(), capabilities, person);
  const client = new Client(INFO, {
    capabilities,
    versionNegotiation: { mode: era === '2026' ? { pin: '2026-07-28' } : 'legacy' },
  });
  if (person !== undefined)
    client.setRequestHandler('elicitation/create', async ({ params }) => person(formOf(params)));
  if (era === '2026') await client.connect(throughHandler(build));
  else {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await build().connect(theirs);
    await client.connect(ours);
  }
  afterThisTest(() => client.close());
  return {
    call: async (name, args) => called(await client.callTool({ name, arguments: args })),
    close: () => client.close(),
  };
}

/** For requests that no client of the SDK would send. */
export function rawModern(build: () => McpServer): (params: object) => Promise<Record<string, unknown>> {
  const handler = createMcpHandler(build, { onerror: () => {} });
  let id = 0;
  return async (params) => {
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
          'mcp-method': 'tools/call',
          'mcp-name': String(name),
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id,
          method: 'tools/call',
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

async function older(server: McpServer, capabilities: object, person?: Person): Promise<TestClient> {
  const client = new OlderClient(INFO, { capabilities });
  if (person !== undefined)
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({
      ...(await person(formOf(params))),
    }));
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  await client.connect(ours);
  afterThisTest(() => client.close());
  return {
    call: async (name, args) => called(await client.callTool({ name, arguments: args })),
    close: () => client.close(),
  };
}

function called(result: Record<string, unknown>): Called {
  const content = Array.isArray(result.content) ? result.content : [];
  const texts = content.flatMap((block: { text?: string }) => block.text ?? []);
  const links = content.flatMap((block: { uri?: string }) => block.uri ?? []);
  const { structuredContent: structured, isError } = result;
  return { text: texts.join('\n'), structured, isError: isError === true, links };
}
