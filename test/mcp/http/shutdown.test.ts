import { connect as connectSocket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { endOnSignals } from '../../../src/mcp/http/shutdown.ts';
import { connect, JSON_HEADERS, openSession, openStream, send, until, world } from './world.ts';

const MODERN = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'wait' };
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test-client', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** A connection on which a POST can be sent piece by piece, and whatever is answered on it. */
function rawPost(port: number, headers: Readonly<Record<string, string>>, length: number) {
  const all = { ...JSON_HEADERS, ...headers, host: 'localhost', 'content-length': String(length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connectSocket(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, head: `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n`, text: () => text, over };
}

describe('closing', () => {
  it.each(['2026', '2025'] as const)('lets a running call of %s end, and takes no other', async (era) => {
    const { url, port, waiting, close } = await world();
    const client = await connect(era, url);
    const call = client.call('wait', { name: 'x' });
    await until(() => waiting.has('x'));
    const closed = close();
    await expect(send(port, { method: 'GET', path: '/health' })).rejects.toThrow('ECONNREFUSED');
    waiting.get('x')?.end();
    expect(await call).toBe('waited x');
    await closed;
  });

  it('ends streams and sessions', async () => {
    const { port, close } = await world();
    const session = await openSession(port);
    const stream = await openStream(port, { ...JSON_HEADERS, 'mcp-session-id': session });
    await close();
    await stream.ended;
  });

  it('does not wait for ever for a call', async () => {
    const { url, waiting, close } = await world({ pace: { drainMs: 50 } });
    const client = await connect('2026', url);
    const call = client.call('wait', { name: 'x' });
    const failed = expect(call).rejects.toThrow();
    await until(() => waiting.has('x'));
    await close();
    await failed;
    expect(waiting.get('x')?.signal.aborted).toBe(true);
  });

  it.each(['2026', '2025'] as const)('tells the client of a call that it cuts off: %s', async (kind) => {
    const { port, waiting, close, lines } = await world({ pace: { drainMs: 50 } });
    const params = {
      name: 'wait',
      arguments: { name: 'x' },
      ...(kind === '2026' ? { _meta: ENVELOPE } : {}),
    };
    const session = kind === '2026' ? MODERN : { 'mcp-session-id': await openSession(port) };
    const asked = send(port, {
      headers: { ...JSON_HEADERS, ...session },
      body: { jsonrpc: '2.0', id: 5, method: 'tools/call', params },
    });
    await until(() => waiting.has('x'));
    await close();
    const { status, headers, text } = await asked;
    if (kind === '2026') expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(text).toContain('The server is being stopped.');
    expect(text).toMatch(/"id":5/);
    expect(lines.at(-1)?.status).toBe(status);
  });

  it('answers 503 on a connection that is busy still', async () => {
    const { port, waiting, close } = await world();
    const session = await openSession(port);
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'wait', arguments: { name: 'x' } },
    });
    const { socket, head, text, over } = rawPost(port, { 'mcp-session-id': session }, body.length);
    socket.write(`${head}${body}`);
    await until(() => waiting.has('x'));
    const closed = close();
    socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    waiting.get('x')?.end();
    await Promise.all([closed, over]);
    expect(text()).toContain('waited x');
    expect(text()).toContain('503 Service Unavailable');
    expect(text()).toContain('{"ok":false}');
  });

  it('answers 503 to what was on its way in', async () => {
    const { port, waiting, close } = await world();
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'wait', arguments: { name: 'x' }, _meta: ENVELOPE },
    });
    const { socket, head, text, over } = rawPost(port, MODERN, body.length);
    socket.write(`${head}${body.slice(0, 50)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write(body.slice(50));
    await Promise.all([closed, over]);
    expect(waiting.size).toBe(0);
    expect(text()).toContain('503 Service Unavailable');
  });

  it('is done once, however often it is asked for', async () => {
    const { close } = await world();
    await Promise.all([close(), close()]);
    await close();
  });
});

describe('a signal', () => {
  it('ends the process when everything is closed, and a second one at once', async () => {
    const codes: number[] = [];
    let signal = (): void => {};
    let closed = (): void => {};
    endOnSignals({
      onSignal: (listener) => {
        signal = listener;
      },
      close: () =>
        new Promise((resolve) => {
          closed = resolve;
        }),
      exit: (code) => void codes.push(code),
    });
    signal();
    expect(codes).toEqual([]);
    signal();
    expect(codes).toEqual([1]);
    closed();
    await Promise.resolve();
    await Promise.resolve();
    expect(codes).toEqual([1, 0]);
  });
});
