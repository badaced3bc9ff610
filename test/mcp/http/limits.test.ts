import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  connect,
  ERAS,
  INITIALIZE,
  JSON_HEADERS,
  openSession,
  openStream,
  PROJECTS,
  principal,
  send,
  until,
  world,
} from './world.ts';

const callOf = (id: number, name: string, more: Record<string, unknown> = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'wait', arguments: { name, ...more } },
});

describe('the rate of a token', () => {
  it('is its own: another one is not held up', async () => {
    const { port } = await world({ settings: { requests_per_minute: 3 } });
    const ask = (token: string) =>
      send(port, { headers: { ...JSON_HEADERS, authorization: `Bearer ${token}` }, body: INITIALIZE });
    const statuses = [];
    for (let turn = 0; turn < 4; turn += 1) statuses.push((await ask('mtk_one')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await ask('mtk_one');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.text).toContain('requests_per_minute');
    expect((await ask('mtk_two')).status).toBe(200);
  });

  it('counts every message of a batch', async () => {
    const { port } = await world({ settings: { requests_per_minute: 10 } });
    const session = await openSession(port);
    const headers = { ...JSON_HEADERS, 'mcp-session-id': session };
    const batch = Array.from({ length: 10 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }));
    expect((await send(port, { headers, body: batch })).status).toBe(429);
  });
});

describe('a request that takes too long', () => {
  it('of 2026-07-28 is ended with 504, and its call aborted', async () => {
    const { url, waiting } = await world({ settings: { request_seconds: 1 } });
    const client = await connect('2026', url);
    await expect(client.call('wait', { name: 'x' })).rejects.toThrow('request_seconds');
    expect(waiting.get('x')?.signal.aborted).toBe(true);
  });

  it('of 2026-07-28 that has sent progress ends with an error on its stream', async () => {
    const { port, waiting } = await world({ settings: { request_seconds: 1 } });
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
      progressToken: 1,
    };
    const answer = await send(port, {
      headers: {
        ...JSON_HEADERS,
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'wait',
      },
      body: {
        ...callOf(5, 'x'),
        params: { name: 'wait', arguments: { name: 'x', progress: true }, _meta },
      },
    });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream']);
    expect(answer.text).toContain('notifications/progress');
    const [last] = answer.text.trim().split('\n').slice(-1);
    expect(JSON.parse((last ?? '').replace('data: ', ''))).toMatchObject({ id: 5, error: { code: -32001 } });
    expect(waiting.get('x')?.signal.aborted).toBe(true);
  });

  it.each(['2025', 'sdk1'] as const)('of %s is ended with an error', async (era) => {
    const { url, waiting } = await world({ settings: { request_seconds: 1 } });
    const client = await connect(era, url);
    await expect(client.call('wait', { name: 'x' })).rejects.toThrow('request_seconds');
    expect(waiting.get('x')?.signal.aborted).toBe(true);
    // The session goes on.
    expect(await client.call('who')).toBe('a_one - ');
  });
});

describe('a client that leaves', () => {
  const leaveDuring = (port: number, headers: Record<string, string>, body: unknown) => {
    const req = request({ port, method: 'POST', path: '/mcp', headers, agent: false }, (res) => res.resume());
    req.on('error', () => {});
    req.end(JSON.stringify(body));
    return req;
  };

  it('aborts its call where it cannot come back for the answer', async () => {
    const { port, waiting } = await world();
    const session = await openSession(port);
    const headers = { ...JSON_HEADERS, 'mcp-session-id': session, 'mcp-protocol-version': '2025-06-18' };
    const req = leaveDuring(port, headers, callOf(1, 'old'));
    await until(() => waiting.has('old'));
    req.destroy();
    await until(() => waiting.get('old')?.signal.aborted === true);
  });

  it('gets its answer later where it can', async () => {
    const { port, waiting } = await world();
    const session = await openSession(port);
    const headers = { ...JSON_HEADERS, 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
    const lastEvent = new Promise<string>((resolve) => {
      const req = request({ port, method: 'POST', path: '/mcp', headers, agent: false }, (res) => {
        res.once('data', (chunk: Buffer) => {
          resolve(/^id: (\S+)$/m.exec(chunk.toString())?.[1] ?? '');
          req.destroy();
        });
        res.on('error', () => {});
      });
      req.end(JSON.stringify(callOf(1, 'new')));
    });
    await until(() => waiting.has('new'));
    const id = await lastEvent;
    waiting.get('new')?.end();
    const stream = await openStream(port, { ...headers, 'last-event-id': id });
    expect(await stream.ended).toContain('waited new');
  });

  it('leaves its stream free for its next one', async () => {
    const { port } = await world();
    const session = await openSession(port);
    const headers = { ...JSON_HEADERS, 'mcp-session-id': session };
    const first = await openStream(port, headers);
    expect(first.status).toBe(200);
    first.leave();
    let status: number | undefined = 409;
    while (status === 409) status = (await openStream(port, headers)).status;
    expect(status).toBe(200);
  });
});

describe('many calls at once', () => {
  it('of several tokens, eras and projects never get each other’s answers', async () => {
    const { url, tokens, errors } = await world();
    for (let at = 0; at < 8; at += 1) tokens.set(`mtk_${at}`, principal(`a_${at}`));
    const clients = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const project = at % 3 === 0 ? 'shop' : null;
        const era = ERAS[at % ERAS.length] ?? '2026';
        const headers: Record<string, string> = project === null ? {} : { 'midturn-project': project };
        return { at, project, client: await connect(era, url, `mtk_${at}`, headers) };
      }),
    );
    const answers = await Promise.all(
      clients.flatMap(({ at, project, client }) =>
        Array.from({ length: 25 }, async (_, turn) => ({
          got: await client.call('who', { text: `${at}/${turn}` }),
          wanted: `a_${at} ${project === null ? '-' : PROJECTS[project]} ${at}/${turn}`,
        })),
      ),
    );
    expect(answers).toHaveLength(200);
    for (const { got, wanted } of answers) expect(got).toBe(wanted);
    expect(errors).toEqual([]);
  });

  it('of one token all get an answer, a thousand of them', async () => {
    const { port, errors } = await world();
    const session = await openSession(port);
    const headers = { ...JSON_HEADERS, 'mcp-session-id': session };
    const statuses = await Promise.all(
      Array.from({ length: 1000 }, async (_, id) => {
        const body = { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'who', arguments: {} } };
        const { status, text } = await send(port, { headers, body });
        return status === 200 && text.includes(`"id":${id}}`);
      }),
    );
    expect(statuses.filter((ok) => ok)).toHaveLength(1000);
    expect(errors).toEqual([]);
  });

  it('that wait for a person do not keep another token out', async () => {
    const { url, waiting } = await world();
    const [flood, quiet] = [await connect('2026', url), await connect('2026', url, 'mtk_two')];
    const calls = Array.from({ length: 80 }, (_, at) => flood.call('wait', { name: `w${at}` }));
    await until(() => waiting.size === 32);
    expect(await quiet.call('who')).toBe('a_two - ');
    expect(waiting.size).toBe(32);
    const ended = new Set<string>();
    while (ended.size < 80) {
      for (const [name, { end }] of waiting) {
        end();
        ended.add(name);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await Promise.all(calls)).toHaveLength(80);
  });
});
