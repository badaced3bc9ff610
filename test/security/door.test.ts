/**
 * Who comes in over HTTP: names of other sites (DNS rebinding), and whatever is no token, byte by byte on real sockets,
 * for the server that `midturn serve` is.
 */
import { expect, it } from 'vitest';
import { INITIALIZE } from '../mcp/http/world.ts';
import { type RawAnswer, sendRaw } from '../support/raw-http.ts';
import { rpc, type ServedWorld, servedWorld } from '../support/served-world.ts';

const TARGETS = ['/mcp', '/health', '/.well-known/oauth-protected-resource', '/', '/nowhere', '/mcp?x=1'];
const METHODS = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT'];
const HELLO = JSON.stringify(INITIALIZE);

type Lines = readonly string[];

/** A request with a valid token and body, but for what is under test. */
function asked(
  { port }: ServedWorld,
  { line, head, body = HELLO }: { line: string; head: Lines; body?: string },
): Promise<RawAnswer> {
  const common = ['Content-Type: application/json', 'Accept: application/json, text/event-stream'];
  const lines = [line, ...head, ...common, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'];
  return sendRaw(port, `${lines.join('\r\n')}\r\n\r\n${body}`);
}

const FOREIGN_HOSTS = [
  'evil.example',
  'evil.example:4127',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'localhost.',
  '127.0.0.1.',
  '127.0.0.1.:4127',
  'localhost@evil.example',
  'evil.example@localhost',
  'evil.example%00.localhost',
  'localhost%2eevil.example',
  'localhost\\@evil.example',
  'localhost#.evil.example',
  'localhost?.evil.example',
  'localhost/.evil.example',
  'localhost,evil.example',
  'localhost evil.example',
  'localhost:99999',
  'localhost:',
  'localhost:4127:80',
  '',
  '.',
  '*',
  '0.0.0.0',
  '0',
  '0x0',
  '8.8.8.8',
  '134744072',
  '0x08080808',
  '010.8.8.8',
  '128.0.0.1',
  '[::]',
  '[::1',
  '::1',
  '[::1%25lo]',
  '[::ffff:8.8.8.8]',
  '[::ffff:0808:0808]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[fe80::1]',
  'ⅼocalhost',
  'xn--localhost-',
  'l\u00f6calhost',
];

it('no request for another name is answered, on any path, whatever else is right about it', async () => {
  const world = await servedWorld();
  const { token } = await world.makeToken();
  const auth = `Authorization: Bearer ${token}`;
  for (const host of FOREIGN_HOSTS) {
    for (const target of TARGETS) {
      const { status } = await asked(world, {
        line: `POST ${target} HTTP/1.1`,
        head: [`Host: ${host}`, auth],
      });
      expect(status, `${host} at ${target}`).toBe(403);
    }
  }
  for (const method of METHODS) {
    const { status, text } = await asked(world, {
      line: `${method} /mcp HTTP/1.1`,
      head: ['Host: evil.example', auth],
    });
    expect([method, status]).toEqual([method, 403]);
    expect(text).not.toMatch(/^access-control|^mcp-session-id|^www-authenticate/im);
  }
});

it('a page of another origin is answered nothing, on any path', async () => {
  const world = await servedWorld();
  const { token } = await world.makeToken();
  const origins = [
    'null',
    'http://evil.example',
    'https://127.0.0.1.evil.example',
    'http://localhost.',
    'http://localhost.evil.example:4127',
    'http://localhost@evil.example',
    'http://evil.example#@localhost',
    'http://evil.example\\@localhost',
    'http://0.0.0.0:4127',
    'http://[::]',
    'http://[::ffff:8.8.8.8]',
    'file://',
    'about:blank',
    'chrome-extension://localhost',
    'localhost',
    '*',
    '',
    'http://localhost, http://evil.example',
  ];
  for (const origin of origins) {
    for (const target of TARGETS) {
      const head = ['Host: localhost', `Origin: ${origin}`, `Authorization: Bearer ${token}`];
      const { status, text } = await asked(world, { line: `POST ${target} HTTP/1.1`, head });
      expect([status, /access-control/i.test(text)], `${origin} at ${target}`).toEqual([403, false]);
    }
  }
  const two = ['Host: localhost', 'Origin: http://localhost', 'Origin: http://evil.example'];
  expect((await asked(world, { line: 'GET /health HTTP/1.1', head: two })).status).toBe(403);
});

it('an address of this machine is let in however it is written, and only with a token', async () => {
  const world = await servedWorld();
  const own = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:7f00:1]',
    'LOCALHOST:1',
  ];
  for (const host of own) {
    expect((await asked(world, { line: 'GET /health HTTP/1.1', head: [`Host: ${host}`] })).status, host).toBe(
      200,
    );
    expect((await asked(world, { line: 'POST /mcp HTTP/1.1', head: [`Host: ${host}`] })).status, host).toBe(
      401,
    );
  }
});

it('one Host is demanded, and the one in the address counts for nothing', async () => {
  const world = await servedWorld();
  const { token } = await world.makeToken();
  const auth = `Authorization: Bearer ${token}`;
  const refused: ReadonlyArray<readonly [string, Lines, readonly number[]]> = [
    ['GET /health HTTP/1.1', [], [400]],
    ['GET /health HTTP/1.0', [], [403]],
    ['GET /health HTTP/1.1', ['Host: localhost', 'Host: localhost'], [400, 403]],
    ['GET /health HTTP/1.1', ['Host: localhost', 'HOST: evil.example'], [400, 403]],
    ['GET /health HTTP/1.1', ['Host: evil.example', 'Host: localhost'], [400, 403]],
    ['GET /health HTTP/1.1', ['Host : localhost'], [400]],
    ['GET /health HTTP/1.1', ['Host: localhost', ' evil.example'], [400, 403]],
    ['GET http://localhost/health HTTP/1.1', ['Host: evil.example'], [403]],
    ['POST http://localhost/mcp HTTP/1.1', ['Host: evil.example', auth], [403]],
    ['GET http://evil.example/health HTTP/1.1', ['Host: localhost'], [404]],
    ['POST http://evil.example/mcp HTTP/1.1', ['Host: localhost', auth], [404]],
    ['POST //evil.example/mcp HTTP/1.1', ['Host: localhost', auth], [404]],
    ['POST /nowhere/../mcp HTTP/1.1', ['Host: localhost', auth], [404]],
    ['POST /%6dcp HTTP/1.1', ['Host: localhost', auth], [404]],
    ['OPTIONS * HTTP/1.1', ['Host: localhost'], [404]],
    ['GET /health HTTP/9.9', ['Host: localhost'], [400]],
  ];
  for (const [line, head, statuses] of refused) {
    const { status } = await asked(world, { line, head });
    expect(statuses, `${line} ${head.join(' | ')}`).toContain(status);
  }
  // Neither a tunnel nor another protocol: the connection is ended, or the request is one like any other.
  expect(
    (await asked(world, { line: 'CONNECT localhost:22 HTTP/1.1', head: ['Host: localhost'] })).status,
  ).toBe(0);
  const upgrade = [
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
  ];
  expect((await asked(world, { line: 'GET /mcp HTTP/1.1', head: upgrade })).status).not.toBe(101);
});

it('a request that two programs could read as two is refused', async () => {
  const world = await servedWorld();
  const { token } = await world.makeToken();
  const head = ['Host: localhost', `Authorization: Bearer ${token}`, 'Content-Type: application/json'].join(
    '\r\n',
  );
  const smuggled = `GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  for (const lengths of [
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nContent-Length: 5',
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length: +5',
    'Content-Length: 0x5',
    'Content-Length: -1',
    'Content-Length: 99999999999999999999999',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding : chunked',
    'Transfer-Encoding: xchunked',
  ]) {
    const { status, text } = await sendRaw(
      world.port,
      `POST /mcp HTTP/1.1\r\n${head}\r\n${lengths}\r\n\r\n0\r\n\r\n${smuggled}`,
    );
    expect([400, 413, 501, 0], lengths).toContain(status);
    expect(text.match(/^HTTP\/1\.1/gm)?.length ?? 0, lengths).toBeLessThanOrEqual(1);
    expect(text).not.toContain('{"ok":true}');
  }
});

it('nothing but a token in one Authorization header lets anybody in', async () => {
  const world = await servedWorld();
  const { token, id } = await world.makeToken();
  const parts = /^mtk_([0-9a-z]+)_([0-9a-z]{52})$/.exec(token);
  const [, key = '', secret = ''] = parts ?? [];
  const other = await world.makeToken();
  const otherSecret = other.token.split('_')[2] ?? '';
  const flipped = `${secret.startsWith('0') ? '1' : '0'}${secret.slice(1)}`;
  const right = ['Host: localhost', `Authorization: Bearer ${token}`];
  expect((await asked(world, { line: 'POST /mcp HTTP/1.1', head: right })).status).toBe(200);
  const lines: Lines[] = [
    [],
    ['Authorization: '],
    ['Authorization: Bearer'],
    ['Authorization: Bearer '],
    [`Authorization: ${token}`],
    [`Authorization: Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`],
    [`Authorization: Digest ${token}`],
    [`Authorization: Bearer ${token}x`],
    [`Authorization: Bearer ${token.slice(0, -1)}`],
    [`Authorization: Bearer ${token.toUpperCase()}`],
    [`Authorization: Bearer "${token}"`],
    [`Authorization: Bearer ${token}, Bearer ${token}`],
    [`Authorization: Bearer ${token} ${token}`],
    [`Authorization: Bearer token=${token}`],
    [`Authorization: Bearer mtk_${key}_${flipped}`],
    [`Authorization: Bearer mtk_${key}_${otherSecret}`],
    [`Authorization: Bearer mtk_${key}_${'0'.repeat(52)}`],
    [`Authorization: Bearer mtk__${secret}`],
    [`Authorization: Bearer mtk_%_${secret}`],
    [`Authorization: Bearer mtk_______${secret}`],
    [`Authorization: Bearer ${key}_${secret}`],
    [`Authorization: Bearer ${id}`],
    [`Authorization: Bearer ${'a'.repeat(14_000)}`],
    [`Authorization: Bearer mtk_${'0'.repeat(7000)}_${'0'.repeat(6000)}`],
    [`Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.`],
    [`Cookie: authorization=Bearer ${token}; token=${token}; mtk=${token}`],
    [`X-Authorization: Bearer ${token}`],
    [`Proxy-Authorization: Bearer ${token}`],
    [`Mcp-Session-Id: ${token}`],
    [`X-Api-Key: ${token}`],
  ];
  for (const head of lines) {
    const { status, text } = await asked(world, {
      line: 'POST /mcp HTTP/1.1',
      head: ['Host: localhost', ...head],
    });
    expect(status, head.join()).toBe(401);
    expect(text).toMatch(/^www-authenticate: Bearer realm="midturn"/im);
  }
  for (const query of [`access_token=${token}`, `token=${token}`, `Authorization=Bearer%20${token}`]) {
    const { status } = await asked(world, { line: `POST /mcp?${query} HTTP/1.1`, head: ['Host: localhost'] });
    expect(status, query).toBe(401);
  }
  // Of several headers a proxy may have looked at another one than the server does.
  for (const [one, two] of [
    [token, 'mtk_wrong'],
    ['mtk_wrong', token],
    [token, other.token],
  ]) {
    const head = ['Host: localhost', `Authorization: Bearer ${one}`, `Authorization: Bearer ${two}`];
    const { status } = await asked(world, { line: 'POST /mcp HTTP/1.1', head });
    expect([400, 401], `${one} ${two}`).toContain(status);
  }
});

it('a token that is expired, revoked or for less is refused for what it does not open', async () => {
  const world = await servedWorld();
  const call = (token: string, name: string, args: object) =>
    rpc(world.port, 'tools/call', { name, arguments: args }, { token });
  const dying = await world.makeToken({ expiresAt: Date.now() + 400 });
  expect((await call(dying.token, 'status', {})).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 450));
  expect((await call(dying.token, 'status', {})).status).toBe(401);

  const gone = await world.makeToken();
  expect((await call(gone.token, 'status', {})).status).toBe(200);
  await world.revoke(gone.id);
  expect((await call(gone.token, 'status', {})).status).toBe(401);

  const fact = { content: 'I use pnpm in every project', scope: 'user' };
  const reader = await world.makeToken({ scopes: ['read'] });
  for (const [name, args] of [
    ['remember', fact],
    ['submit_suggestion', { memory_updates: [{ action: 'add', ...fact }] }],
    ['compile', {}],
    ['remember', { ...fact, hook: true }],
  ] as const) {
    const { message } = await call(reader.token, name, args);
    expect(message.result?.isError, name).toBe(true);
    expect(JSON.stringify(message.result)).toContain('right to write');
  }
  const writer = await world.makeToken({ scopes: ['write'] });
  for (const [name, args] of [
    ['recall', { query: 'pnpm' }],
    ['recall_history', {}],
    ['status', {}],
  ] as const) {
    const { message } = await call(writer.token, name, args);
    expect(message.result?.isError, name).toBe(true);
  }
  for (const [method, params] of [
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['resources/read', { uri: 'midturn://user' }],
    ['prompts/get', { name: 'recall_contract' }],
    [
      'completion/complete',
      { ref: { type: 'ref/resource', uri: 'midturn://memories/{id}' }, argument: { name: 'id', value: '' } },
    ],
  ] as const) {
    const { message } = await rpc(world.port, method, params, { token: writer.token });
    expect(message.error?.message, method).toContain('right to read');
  }
  expect((await world.store.memories.list({ states: ['active', 'waiting'], limit: 10 })).total).toBe(0);
});
