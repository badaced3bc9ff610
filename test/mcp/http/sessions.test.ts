import { McpServer } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/mcp/http/session.ts';
import { Sessions } from '../../../src/mcp/http/sessions.ts';
import { INITIALIZE, JSON_HEADERS, openSession, openStream, principal, send, until, world } from './world.ts';

const LIST = { jsonrpc: '2.0', id: 7, method: 'tools/list' };
const CHANGE = { jsonrpc: '2.0', id: 8, method: 'tools/call', params: { name: 'change', arguments: {} } };
const inSession = (session: string, more: Record<string, string> = {}) => ({
  ...JSON_HEADERS,
  'mcp-session-id': session,
  ...more,
});

describe('a session', () => {
  it('answers only the token that opened it, and everybody else as if it did not exist', async () => {
    const { port } = await world();
    const session = await openSession(port);
    const asked = (id: string, token: string, method = 'POST') =>
      send(port, {
        method,
        headers: inSession(id, { authorization: `Bearer ${token}` }),
        ...(method === 'POST' ? { body: LIST } : {}),
      });
    const bare = ({ status, text }: { status: number; text: string }) => ({ status, text });
    for (const method of ['POST', 'GET', 'DELETE']) {
      const foreign = bare(await asked(session, 'mtk_two', method));
      expect(foreign.status).toBe(404);
      expect(foreign).toEqual(bare(await asked('no-such-session', 'mtk_two', method)));
    }
    expect((await asked(session, 'mtk_one')).status).toBe(200);
  });

  it('is bound to its project', async () => {
    const { port } = await world();
    const session = await openSession(port, 'mtk_one', { 'midturn-project': 'shop' });
    expect((await send(port, { headers: inSession(session), body: LIST })).status).toBe(404);
    const headers = inSession(session, { 'midturn-project': 'shop' });
    expect((await send(port, { headers, body: LIST })).status).toBe(200);
  });

  it('is never the one whose id a client invents', async () => {
    const { port } = await world();
    const planted = await send(port, { headers: inSession('planted'), body: INITIALIZE });
    expect([planted.status, planted.headers['mcp-session-id']]).toEqual([404, undefined]);
  });

  it('is gone once it is deleted', async () => {
    const { port } = await world();
    const session = await openSession(port);
    expect((await send(port, { method: 'DELETE', headers: inSession(session) })).status).toBe(200);
    for (const method of ['POST', 'GET', 'DELETE']) {
      const body = method === 'POST' ? { body: LIST } : {};
      expect((await send(port, { method, headers: inSession(session), ...body })).status).toBe(404);
    }
  });

  it('is demanded of whoever is not shaking hands', async () => {
    const { port } = await world();
    expect((await send(port, { headers: JSON_HEADERS, body: LIST })).status).toBe(400);
    expect((await send(port, { method: 'GET', headers: JSON_HEADERS })).status).toBe(400);
    expect((await send(port, { method: 'DELETE', headers: JSON_HEADERS })).status).toBe(400);
  });

  it('refuses a second request with the id of one that runs', async () => {
    const { port, waiting } = await world();
    const session = await openSession(port);
    const call = (name: string) => ({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'wait', arguments: { name } },
    });
    const first = send(port, { headers: inSession(session), body: call('first') });
    await until(() => waiting.has('first'));
    expect((await send(port, { headers: inSession(session), body: call('second') })).status).toBe(400);
    waiting.get('first')?.end();
    expect((await first).text).toContain('waited first');
  });

  it('has one stream: a client that comes back before its broken connection is noticed gets it', async () => {
    const { port } = await world();
    const session = await openSession(port);
    const headers = inSession(session, { accept: 'text/event-stream' });
    const broken = await openStream(port, headers);
    const next = await openStream(port, headers);
    expect([broken.status, next.status]).toEqual([200, 200]);
    await broken.ended;
    await send(port, { headers: inSession(session), body: CHANGE });
    await new Promise((resolve) => setTimeout(resolve, 20));
    next.leave();
    expect(await next.ended).toContain('notifications/tools/list_changed');
  });

  it('has its stream again however many calls lie between, and what it has missed', async () => {
    const { port } = await world();
    const session = await openSession(port);
    const headers = inSession(session, { accept: 'text/event-stream' });
    const change = () => send(port, { headers: inSession(session), body: CHANGE });
    const stream = await openStream(port, headers);
    await change();
    await new Promise((resolve) => setTimeout(resolve, 20));
    stream.leave();
    const [last = ''] = [...(await stream.ended).matchAll(/^id: (\d+)$/gm)].map(([, id]) => id).slice(-1);
    await change();
    for (let call = 0; call < 70; call += 1) await send(port, { headers: inSession(session), body: LIST });
    const again = await openStream(port, { ...headers, 'last-event-id': last });
    expect(again.status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    again.leave();
    expect(await again.ended).toContain('list_changed');
  });
});

describe('a token that is revoked while a session is open', () => {
  it('opens nothing any more, and its streams end', async () => {
    const { port, tokens, waiting } = await world();
    const session = await openSession(port);
    const stream = await openStream(port, inSession(session, { accept: 'text/event-stream' }));
    const running = send(port, {
      headers: inSession(session),
      body: {
        jsonrpc: '2.0',
        id: 9,
        method: 'tools/call',
        params: { name: 'wait', arguments: { name: 'x' } },
      },
    });
    await until(() => waiting.has('x'));
    tokens.delete('mtk_one');
    expect((await send(port, { headers: inSession(session), body: LIST })).status).toBe(401);
    await stream.ended;
    expect(waiting.get('x')?.signal.aborted).toBe(true);
    expect((await running).text).not.toContain('waited');
  });

  it('ends subscriptions of 2026-07-28', async () => {
    const { port, tokens, bus } = await world();
    const listening = subscribe(port, 'mtk_one');
    await until(() => bus.listenerCount === 1);
    tokens.delete('mtk_one');
    expect((await listening).status).toBe(200);
    expect(bus.listenerCount).toBe(0);
  });

  it('leaves the streams of others alone', async () => {
    const { port, tokens, bus } = await world();
    const one = subscribe(port, 'mtk_one');
    const two = subscribe(port, 'mtk_two');
    await until(() => bus.listenerCount === 2);
    tokens.delete('mtk_one');
    await one;
    bus.publish({ kind: 'tools_list_changed' });
    tokens.delete('mtk_two');
    expect((await two).text).toContain('notifications/tools/list_changed');
  });

  it('keeps them while nobody can tell whether it still holds', async () => {
    const { port, tokens, bus, errors } = await world();
    const { get } = tokens;
    const listening = subscribe(port, 'mtk_one');
    await until(() => bus.listenerCount === 1);
    let looks = 0;
    tokens.get = () => {
      looks += 1;
      throw new Error('locked');
    };
    await until(() => looks > 2);
    expect(bus.listenerCount).toBe(1);
    // Whatever lasts is told once.
    expect(errors.map(({ message }) => message)).toEqual(['locked']);
    tokens.get = get;
    tokens.delete('mtk_one');
    await listening;
  });
});

function subscribe(port: number, token: string) {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return send(port, {
    headers: {
      ...JSON_HEADERS,
      authorization: `Bearer ${token}`,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'subscriptions/listen',
      params: { _meta: meta, notifications: { toolsListChanged: true } },
    },
  });
}

describe('a token of an identity provider that has expired', () => {
  const identity = { issuer: 'https://id.example.org', scopes: [], usualScopes: [], audience: 'midturn' };

  it('ends what runs and listens, and its session goes on with the next one', async () => {
    const { port, tokens, waiting } = await world({ identity });
    const session = await openSession(port);
    const headers = inSession(session, { accept: 'text/event-stream' });
    const stream = await openStream(port, headers);
    const params = { name: 'wait', arguments: { name: 'x' } };
    const body = { jsonrpc: '2.0', id: 9, method: 'tools/call', params };
    const running = send(port, { headers: inSession(session), body });
    await until(() => waiting.has('x'));
    tokens.delete('mtk_one');
    await stream.ended;
    expect((await running).text).not.toContain('waited');
    expect(waiting.get('x')?.signal.aborted).toBe(true);
    tokens.set('mtk_renewed', principal('a_one'));
    const renewed = { authorization: 'Bearer mtk_renewed' };
    expect((await send(port, { headers: inSession(session, renewed), body: LIST })).status).toBe(200);
    expect((await openStream(port, { ...headers, ...renewed })).status).toBe(200);
    // The looking goes on with it.
    const last = await openStream(port, { ...headers, ...renewed });
    tokens.delete('mtk_renewed');
    await last.ended;
  });
});

describe('too many sessions', () => {
  it('end the one that was used longest ago', async () => {
    const { port } = await world({ settings: { max_sessions: 2 } });
    const first = await openSession(port);
    const second = await openSession(port);
    expect((await send(port, { headers: inSession(first), body: LIST })).status).toBe(200);
    const third = await openSession(port);
    const statuses = [];
    for (const session of [first, second, third])
      statuses.push((await send(port, { headers: inSession(session), body: LIST })).status);
    expect(statuses).toEqual([200, 404, 200]);
  });

  it('are refused while all are in use', async () => {
    const { port } = await world({ settings: { max_sessions: 1 } });
    const session = await openSession(port);
    const headers = inSession(session, { accept: 'text/event-stream' });
    await openStream(port, headers);
    const refused = await send(port, { headers: JSON_HEADERS, body: INITIALIZE });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '30']);
  });
});

describe('sessions that are in use, all of one token', () => {
  it('make room for another token, and not for their own', async () => {
    const { port } = await world({ settings: { max_sessions: 2 } });
    const streams = [];
    for (const project of ['shop', 'b%C3%BCcher']) {
      const more = { 'midturn-project': project };
      const session = await openSession(port, 'mtk_one', more);
      streams.push(await openStream(port, inSession(session, { ...more, accept: 'text/event-stream' })));
    }
    expect((await send(port, { headers: JSON_HEADERS, body: INITIALIZE })).status).toBe(503);
    await openSession(port, 'mtk_two');
    expect(await streams[0]?.ended).toBe('');
  });

  it('make room for nobody while calls run in them', async () => {
    const { port, waiting } = await world({ settings: { max_sessions: 2 } });
    const running = [];
    for (const name of ['x', 'y']) {
      const session = await openSession(port);
      const params = { name: 'wait', arguments: { name } };
      const body = { jsonrpc: '2.0', id: 9, method: 'tools/call', params };
      running.push(send(port, { headers: inSession(session), body }));
      await until(() => waiting.has(name));
    }
    const headers = { ...JSON_HEADERS, authorization: 'Bearer mtk_two' };
    expect((await send(port, { headers, body: INITIALIZE })).status).toBe(503);
    for (const { end } of waiting.values()) end();
    for (const answer of await Promise.all(running)) expect(answer.text).toMatch(/waited [xy]/);
  });
});

describe('the idlest session', () => {
  async function opened(sessions: Sessions, key: string): Promise<Session> {
    const session = await sessions.open(
      { key, token: key },
      () => new McpServer({ name: 'x', version: '1' }),
    );
    const headers = { 'content-type': 'application/json', accept: JSON_HEADERS.accept };
    const { response, settled } = await session.handle(
      new Request('http://localhost/mcp', { method: 'POST', headers }),
      INITIALIZE,
    );
    await settled;
    await response.body?.cancel();
    return session;
  }
  let clock = 0;
  const made = (most: number): Sessions =>
    new Sessions({
      most,
      idleMs: 100,
      retryMs: 10,
      now: () => clock,
      onerror: (error) => {
        throw error;
      },
    });

  it('of the bearer with most of them makes room', async () => {
    const sessions = made(3);
    const quiet = await opened(sessions, 'quiet');
    clock += 1;
    const [first] = [await opened(sessions, 'flood'), await opened(sessions, 'flood')];
    await opened(sessions, 'flood');
    expect(sessions.size).toBe(3);
    expect(sessions.find(quiet.id, 'quiet')).toBe(quiet);
    expect(() => sessions.find(first.id, 'flood')).toThrow('Session not found');
  });

  it('makes room for one only, however many ask for it at once', async () => {
    const sessions = made(3);
    for (const token of ['a', 'b', 'c']) await opened(sessions, token);
    const asked = await Promise.allSettled(['d', 'e', 'f', 'g'].map((token) => opened(sessions, token)));
    expect(sessions.size).toBeLessThanOrEqual(3);
    expect(asked.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(3);
  });

  it('ends after its time, and not while it is in use', async () => {
    const sessions = made(5);
    const [idle, held] = [await opened(sessions, 'a'), await opened(sessions, 'a')];
    const letGo = held.hold();
    clock += 101;
    await sessions.expire();
    expect(() => sessions.find(idle.id, 'a')).toThrow('Session not found');
    letGo();
    clock += 50;
    await sessions.expire();
    expect(sessions.find(held.id, 'a')).toBe(held);
    clock += 51;
    await sessions.expire();
    expect(sessions.size).toBe(0);
  });

  it('whose handshake fails leaves nothing behind', async () => {
    const sessions = made(1);
    for (let turn = 0; turn < 3; turn += 1) {
      await expect(
        sessions.open({ key: 'a', token: 'a' }, () => {
          throw new Error('no server');
        }),
      ).rejects.toThrow('no server');
    }
    await opened(sessions, 'a');
  });
});
