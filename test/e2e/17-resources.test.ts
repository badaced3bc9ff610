import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { mcpCall } from '../../src/app/caller.ts';
import { applied } from '../store/promoting.ts';
import { BIN, ERAS, type Era, environment, NODE, run } from '../support/built-program.ts';
import { afterThisTest } from '../support/cleanup.ts';
import { newMemory } from '../support/new-memory.ts';
import { tempFolder } from '../support/temp-store.ts';

function place(): { home: string; cwd: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  return { home, cwd };
}

type Page = {
  readonly resources: readonly { readonly uri: string; readonly name: string }[];
  readonly nextCursor?: string | undefined;
};

async function connect(era: Era, { home, cwd }: { home: string; cwd: string }) {
  const server = {
    command: NODE,
    args: [BIN, 'mcp'],
    env: environment(home),
    cwd,
    stderr: 'ignore' as const,
  };
  const told: string[] = [];
  if (era === 'sdk1') {
    const client = new OlderClient({ name: 'test', version: '1' });
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void told.push(params.uri),
    );
    client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void told.push('list'));
    await client.connect(new OlderTransport(server));
    afterThisTest(() => client.close());
    const page = (cursor?: string): Promise<Page> =>
      client.listResources(cursor === undefined ? {} : { cursor });
    return { client, told, page, subscribe: subscribing(client) };
  }
  const mode = era === '2026' ? { pin: '2026-07-28' } : ('legacy' as const);
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  client.setNotificationHandler(
    'notifications/resources/updated',
    ({ params }) => void told.push(params.uri),
  );
  client.setNotificationHandler('notifications/resources/list_changed', () => void told.push('list'));
  await client.connect(new StdioClientTransport(server));
  afterThisTest(() => client.close());
  const page = (cursor?: string): Promise<Page> =>
    client.request({ method: 'resources/list', params: cursor === undefined ? {} : { cursor } });
  const listen = async (uris: readonly string[]) => {
    const listening = await client.listen({ resourceSubscriptions: [...uris], resourcesListChanged: true });
    return () => listening.close();
  };
  return { client, told, page, subscribe: era === '2026' ? listen : subscribing(client) };
}

const subscribing =
  (client: Pick<Client | OlderClient, 'subscribeResource' | 'unsubscribeResource'>) =>
  async (uris: readonly string[]) => {
    for (const uri of uris) await client.subscribeResource({ uri });
    return async () => {
      for (const uri of uris) await client.unsubscribeResource({ uri });
    };
  };

/** Waits for what a second's look tells. */
async function until(isThere: () => boolean): Promise<void> {
  for (let left = 400; left > 0 && !isThere(); left -= 1) await sleep(50);
  expect(isThere()).toBe(true);
}

async function textAt({ client }: Awaited<ReturnType<typeof connect>>, uri: string): Promise<string> {
  const [content] = (await client.readResource({ uri })).contents;
  return content !== undefined && 'text' in content ? content.text : '';
}

describe.each(ERAS)('the resources of midturn mcp, to a client of %s', (era) => {
  it('are listed, read and completed', async () => {
    const where = place();
    expect((await run(['remember', 'The shop closes at eight'], where)).code).toBe(0);
    const server = await connect(era, where);
    const { resources, nextCursor } = await server.page();
    expect(nextCursor).toBeUndefined();
    expect(resources.map(({ name }) => name).slice(0, 6)).toEqual([
      'user',
      'project',
      'recall',
      'skills',
      'history',
      'status',
    ]);
    for (const { uri } of resources) expect(await textAt(server, uri)).toMatch(/\S/);
    expect(await textAt(server, 'midturn://project')).toContain('The shop closes at eight');
    const memory = resources.find(({ uri }) => uri.startsWith('midturn://memories/'));
    const { completion } = await server.client.complete({
      ref: { type: 'ref/resource', uri: 'midturn://memories/{id}' },
      argument: { name: 'id', value: 'shop' },
    });
    expect(completion.values).toEqual([memory?.name]);
    await expect(server.client.readResource({ uri: 'midturn://memories/m_zzzzzz' })).rejects.toMatchObject({
      code: -32602,
      data: { uri: 'midturn://memories/m_zzzzzz' },
    });
  });

  it('tell a subscriber what other processes change, until it ends its subscription', async () => {
    const where = place();
    await run(['remember', 'The shop closes at eight'], where);
    const server = await connect(era, where);
    const memory = (await server.page()).resources.find(({ uri }) => uri.startsWith('midturn://memories/'));
    if (memory === undefined) throw new Error('no memory is listed');
    const end = await server.subscribe([memory.uri, 'midturn://project', 'midturn://skills']);
    await run(['remember', 'Beer is served cold'], where);
    await until(() => server.told.includes('midturn://project') && server.told.includes('list'));
    expect(server.told).not.toContain(memory.uri);
    expect(server.told).not.toContain('midturn://skills');
    server.told.length = 0;
    const envelope = join(where.home, 'envelope.json');
    writeFileSync(
      envelope,
      JSON.stringify({
        memory_updates: [{ action: 'add', scope: 'project', content: 'Bread is baked at six' }],
      }),
    );
    expect((await run(['suggest', envelope], where)).code).toBe(0);
    expect((await run(['compile'], where)).code).toBe(0);
    await until(() => server.told.includes('midturn://project'));
    expect((await run(['forget', memory.name, '--yes'], where)).code).toBe(0);
    await until(() => server.told.includes(memory.uri));
    await end();
    await sleep(1500);
    server.told.length = 0;
    await run(['remember', 'Milk comes on Mondays'], where);
    await sleep(2500);
    expect(server.told.filter((each) => each !== 'list')).toEqual([]);
  }, 60_000);

  it('tell it of what its own calls change', async () => {
    const where = place();
    const server = await connect(era, where);
    await server.subscribe(['midturn://project']);
    await server.client.callTool({ name: 'remember', arguments: { content: 'The shop closes at eight' } });
    await until(() => server.told.includes('midturn://project'));
  });
});

it('pages through 2,000 memories, each once, whatever is added meanwhile', async () => {
  const where = place();
  const env = environment(where.home);
  const app = new App({ env, cwd: where.cwd, version: 'test' });
  afterThisTest(() => app.close());
  const { project } = await app.caller(mcpCall({ clientName: 'x', meta: null, env, cwd: where.cwd }));
  if (project === null) throw new Error('a folder is a project');
  const operations = Array.from({ length: 2000 }, (_, at) => ({
    op: 'add' as const,
    memory: newMemory(`Service number ${at} of the shop`, { scope: 'project', project: project.id }),
  }));
  await applied(await app.store(), operations);
  const server = await connect('2025', where);
  const found: string[] = [];
  let pages = 0;
  for (let cursor: string | undefined = ''; cursor !== undefined; pages += 1) {
    const page: Page = await server.page(cursor === '' ? undefined : cursor);
    found.push(
      ...page.resources.map(({ uri }) => uri).filter((uri) => uri.startsWith('midturn://memories/')),
    );
    if (pages === 3) await run(['remember', 'Added while somebody pages'], where);
    cursor = page.nextCursor;
  }
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBe(2000);
  expect(pages).toBe(21);
});
