import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { mcpCall } from '../../src/app/caller.ts';
import { connectProcess } from '../../src/mcp/roots.ts';
import { buildServer } from '../../src/mcp/server.ts';
import { tempFolder } from '../support/temp-store.ts';

it('holds a call back until the client has answered where its roots are', async () => {
  const home = tempFolder();
  const shop = join(home, 'shop');
  mkdirSync(shop);
  const env = { HOME: home, MIDTURN_HOME: join(home, 'midturn') };
  const app = new App({ env, cwd: home, version: 'test' });
  // The store is open: the call waits for nothing else.
  await app.store();
  const server = buildServer({
    app,
    version: 'test',
    connect: connectProcess({ app, env, cwd: home, asksRoots: true, log: () => {} }),
    log: () => {},
  });
  const client = new Client(
    { name: 'editor', version: '1' },
    { capabilities: { roots: {} }, versionNegotiation: { mode: 'legacy' } },
  );
  let answer = (): void => {};
  const asked = new Promise<void>((told) => {
    client.setRequestHandler('roots/list', async () => {
      told();
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return { roots: [{ uri: pathToFileURL(shop).href }] };
    });
  });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(ours);
  await client.connect(theirs);
  await asked;
  const call = client.callTool({
    name: 'remember',
    arguments: { content: 'The walrus of the shop sleeps on Tuesdays' },
  });
  // Long enough for a call that is not held back to be done.
  await sleep(40);
  answer();
  expect((await call).isError).not.toBe(true);
  const recall = await app.recall();
  const hits = async (cwd: string) => {
    const caller = await app.caller(mcpCall({ clientName: 'editor', meta: null, env, cwd }));
    return (await recall.ask(caller, { query: 'When does the walrus sleep?' })).hits.length;
  };
  expect([await hits(shop), await hits(home)]).toEqual([1, 0]);
  app.close();
});
