/** What the official suite asks of any server over HTTP, asked over stdio. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, it } from 'vitest';
import { BIN, ERAS, type Era, environment, finished, NODE, start } from '../support/built-program.ts';
import { afterThisTest } from '../support/cleanup.ts';
import { tempFolder } from '../support/temp-store.ts';

function place(): { home: string; cwd: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  return { home, cwd };
}

async function client(era: Era): Promise<Client | OlderClient> {
  const { home, cwd } = place();
  const server = {
    command: NODE,
    args: [BIN, 'mcp'],
    env: environment(home),
    cwd,
    stderr: 'ignore' as const,
  };
  const info = { name: 'test', version: '1' };
  if (era === 'sdk1') {
    const older = new OlderClient(info);
    await older.connect(new OlderTransport(server));
    afterThisTest(() => older.close());
    return older;
  }
  const mode = era === '2026' ? { pin: '2026-07-28' } : ('legacy' as const);
  const current = new Client(info, { versionNegotiation: { mode } });
  await current.connect(new StdioClientTransport(server));
  afterThisTest(() => current.close());
  return current;
}

describe.each(ERAS)('midturn mcp, to a client of %s,', (era) => {
  it('promises what it does: resources that change, tools and prompts that do not', async () => {
    expect((await client(era)).getServerCapabilities()).toEqual({
      tools: { listChanged: false },
      prompts: { listChanged: false },
      resources: { listChanged: true, subscribe: true },
      completions: {},
    });
  });

  it('has errors of the protocol for what there is not', async () => {
    const asking = await client(era);
    const uri = 'midturn://memories/m_zzzzzz';
    await expect(asking.callTool({ name: 'made_up', arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await expect(asking.getPrompt({ name: 'made_up' })).rejects.toMatchObject({ code: -32602 });
    await expect(asking.readResource({ uri })).rejects.toMatchObject({ code: -32602, data: { uri } });
    await expect(asking.readResource({ uri: 'test://made-up' })).rejects.toMatchObject({ code: -32602 });
  });

  it('answers wrong arguments with what to send instead', async () => {
    const answer = await (await client(era)).callTool({ name: 'recall', arguments: { colour: 'red' } });
    expect(answer.isError).toBe(true);
    expect(JSON.stringify(answer.content)).toMatch(/`query` is missing.*`colour` is not known/);
  });
});

it('midturn mcp publishes a time as text, and takes a number as well', async () => {
  const asking = await client('2025');
  const { tools } = await asking.listTools();
  const { since } = tools.find(({ name }) => name === 'recall_history')?.inputSchema.properties ?? {};
  expect(since).toMatchObject({ type: 'string' });
  const answered = async (value: unknown) =>
    asking.callTool({ name: 'recall_history', arguments: { since: value } });
  for (const time of ['7d', '2026-11', 1_790_000_000_000])
    expect((await answered(time)).isError).not.toBe(true);
  expect(await answered({})).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/`since` is not a time/) }],
  });
});

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'x', version: '1' },
};

/** What comes back for requests that no client of an SDK would send, by their place. */
async function answers(requests: ReadonlyArray<readonly [method: string, params: object]>) {
  const child = start(['mcp'], place());
  const done = finished(child);
  const byId = new Map<
    unknown,
    { result?: Record<string, unknown>; error?: { code: number; data?: unknown } }
  >();
  let rest = '';
  const all = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line);
        byId.set(message.id, message);
      }
      if (byId.size === requests.length) resolve();
    });
  });
  for (const [id, [method, params]] of requests.entries())
    child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
  await all;
  child.stdin?.end();
  expect((await done).code).toBe(0);
  return requests.map((_, id) => byId.get(id));
}

describe('midturn mcp', () => {
  it('in a session answers ping, and has no server/discover', async () => {
    const [, ping, discover, made, level] = await answers([
      ['initialize', INITIALIZE],
      ['ping', {}],
      ['server/discover', {}],
      ['made/up', {}],
      ['logging/setLevel', { level: 'info' }],
    ]);
    expect(ping?.result).toEqual({});
    for (const refused of [discover, made, level]) expect(refused?.error?.code).toBe(-32601);
  });

  it('in 2026-07-28 is discovered, and has nothing of what was removed', async () => {
    const [discover, listed, ...removed] = await answers([
      ['server/discover', { _meta: META }],
      ['tools/list', { _meta: META }],
      ['ping', { _meta: META }],
      ['made/up', { _meta: META }],
      ['resources/subscribe', { uri: 'midturn://user', _meta: META }],
      ['resources/unsubscribe', { uri: 'midturn://user', _meta: META }],
      ['logging/setLevel', { level: 'info', _meta: META }],
    ]);
    expect(discover?.result).toMatchObject({ supportedVersions: ['2026-07-28'], resultType: 'complete' });
    expect(listed?.result).toMatchObject({ ttlMs: 3_600_000, cacheScope: 'public', resultType: 'complete' });
    expect(removed.map((each) => each?.error?.code)).toEqual(Array(5).fill(-32601));
  });

  it('says which versions it speaks to a client that comes with another one', async () => {
    const meta = { ...META, 'io.modelcontextprotocol/protocolVersion': '2199-01-01' };
    const [other, ours, listed, bare] = await answers([
      ['server/discover', { _meta: meta }],
      ['server/discover', { _meta: META }],
      ['prompts/list', { _meta: META }],
      ['tools/list', {}],
    ]);
    expect(other?.error).toMatchObject({
      code: -32022,
      data: { supported: ['2026-07-28'], requested: '2199-01-01' },
    });
    expect(ours?.result).toMatchObject({ supportedVersions: ['2026-07-28'] });
    expect(listed?.result).toHaveProperty('prompts');
    expect(bare?.error?.code).toBe(-32602);
  });
});
