import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import { afterThisTest } from '../../support/cleanup.ts';
import { connect, ERAS, PROJECTS, until, world } from './world.ts';

it.each(ERAS)('answers a client of %s', async (era) => {
  const { url, lines } = await world();
  const client = await connect(era, url);
  expect(await client.tools()).toEqual(['who', 'wait', 'leave', 'change']);
  expect(await client.call('who', { text: 'hello' })).toBe('a_one - hello');
  expect(lines.find((line) => line.tool === 'who')).toMatchObject({
    method: 'POST',
    path: '/mcp',
    rpc: 'tools/call',
    status: 200,
    token: 'a_one',
    client: 'test-client',
    era: era === '2026' ? 'modern' : 'legacy',
  });
});

it.each(ERAS)('tells tools of %s the project that the header names', async (era) => {
  const { url } = await world();
  const client = await connect(era, url, 'mtk_two', { 'Midturn-Project': 'shop' });
  expect(await client.call('who')).toBe(`a_two ${PROJECTS.shop} `);
});

it.each(ERAS)('aborts a call that a client of %s gives up', async (era) => {
  const { url, waiting } = await world();
  const client = await connect(era, url);
  const controller = new AbortController();
  const call = client.call('wait', { name: 'x' }, controller.signal);
  const failed = expect(call).rejects.toThrow();
  await until(() => waiting.has('x'));
  controller.abort();
  await failed;
  await until(() => waiting.get('x')?.signal.aborted === true);
  expect(await client.call('who')).toBe('a_one - ');
});

it.each(['2025', 'sdk1'] as const)(
  'gives a client of %s the answer when it comes back for it',
  async (era) => {
    const { url } = await world();
    const client = await connect(era, url);
    expect(await client.call('leave')).toBe('back');
  },
);

it.each(['2025', 'sdk1'] as const)('ends the session that a client of %s deletes', async (era) => {
  const { url } = await world();
  const client = await connect(era, url);
  expect(client.session()).toMatch(/^[\w-]{32}$/);
  await client.terminate();
  await expect(connect(era, url).then((next) => next.call('who'))).resolves.toBe('a_one - ');
});

it('has no sessions for a client of 2026-07-28', async () => {
  const { url } = await world();
  expect((await connect('2026', url)).session()).toBeUndefined();
});

it('speaks the newest protocol with a client that leaves the choice', async () => {
  const { url } = await world();
  const client = new Client({ name: 'test-client', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const headers = { authorization: 'Bearer mtk_one' };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  afterThisTest(() => client.close());
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
});

it.each(['2026', '2025'] as const)('tells a subscriber of %s what has changed', async (era) => {
  const { url, bus } = await world();
  const client = new Client(
    { name: 'test-client', version: '1' },
    {
      versionNegotiation: { mode: era === '2026' ? { pin: '2026-07-28' } : 'legacy' },
      listChanged: { tools: { autoRefresh: false, onChanged: () => told() } },
    },
  );
  let told = (): void => {};
  const changed = new Promise<void>((resolve) => {
    told = resolve;
  });
  const headers = { authorization: 'Bearer mtk_one' };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  afterThisTest(() => client.close());
  if (era === '2026') {
    await until(() => bus.listenerCount > 0);
    bus.publish({ kind: 'tools_list_changed' });
  } else await client.callTool({ name: 'change', arguments: {} });
  await changed;
});
