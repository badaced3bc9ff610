/** What a client with a valid token can send to break a server: slow, endless, large, deep and odd messages. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { INITIALIZE, JSON_HEADERS, send, until, world } from '../mcp/http/world.ts';
import { afterThisTest } from '../support/cleanup.ts';
import { sendRaw } from '../support/raw-http.ts';
import { rpc, type ServedWorld, servedWorld } from '../support/served-world.ts';

const HEAD = Object.entries(JSON_HEADERS)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
const START = `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${HEAD}`;

/** Sends a piece at a time for as long as anybody takes it; resolves when the server ends the connection. */
function drip(port: number, start: string, piece: (turn: number) => string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(start));
    let text = '';
    let turn = 0;
    const timer = setInterval(() => socket.write(piece(turn++)), 20);
    const done = (): void => {
      clearInterval(timer);
      socket.destroy();
      resolve(text);
    };
    afterThisTest(done);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.once('close', done);
    socket.on('error', () => {});
  });
}

const isAlive = async (port: number): Promise<boolean> =>
  (await send(port, { headers: JSON_HEADERS, body: INITIALIZE })).status === 200;

it('headers that never end, lines that never end, chunks that never end are cut off', async () => {
  const { port, lines } = await world({ pace: { receiveMs: 300 } });
  const endless = [
    drip(port, START, (turn) => `x-${turn}: 1\r\n`),
    drip(port, 'POST /', () => 'a'),
    drip(port, `${START}x-long: `, () => 'a'),
    drip(port, `${START}Content-Length: 60000\r\n\r\n`, () => ' '),
    drip(port, `${START}Transfer-Encoding: chunked\r\n\r\n`, () => '1\r\n \r\n'),
    drip(port, `${START}Transfer-Encoding: chunked\r\n\r\n`, () => '0'),
    drip(port, `${START}Transfer-Encoding: chunked\r\n\r\n1;`, () => 'extension'),
    drip(port, `${START}Transfer-Encoding: chunked\r\n\r\n0\r\n`, (turn) => `trailer-${turn}: 1\r\n`),
    drip(port, '', () => '\r\n'),
  ];
  // Meanwhile others are served.
  expect(await isAlive(port)).toBe(true);
  for (const text of await Promise.all(endless)) expect(text).not.toMatch(/^HTTP\/1\.1 2/);
  expect(await isAlive(port)).toBe(true);
  expect(lines.filter(({ status }) => status === 200)).toHaveLength(2);
});

it('connections that say nothing keep nobody else out', async () => {
  const { port } = await world({ pace: { receiveMs: 300 } });
  const silent = Array.from({ length: 300 }, () => connect(port, '127.0.0.1'));
  afterThisTest(() => {
    for (const socket of silent) socket.destroy();
  });
  let ended = 0;
  for (const [at, socket] of silent.entries()) {
    socket.resume();
    socket.on('error', () => {});
    socket.once('close', () => {
      ended += 1;
    });
    if (at % 2 === 0) socket.write('POST /mcp HTTP/1.1\r\n');
  }
  expect(await isAlive(port)).toBe(true);
  await until(() => ended === silent.length);
});

it('nothing compressed is unpacked, however it is announced', async () => {
  const { port } = await world();
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));
  const length = `Content-Length: ${bomb.length}\r\n`;
  for (const [head, statuses] of [
    [`Content-Encoding: gzip\r\n${length}`, [415]],
    [`Content-Encoding: GZIP\r\n${length}`, [415]],
    [`Content-Encoding: identity, gzip\r\n${length}`, [415]],
    [`Content-Encoding: identity\r\nContent-Encoding: gzip\r\n${length}`, [415]],
    [`Content-Encoding: br\r\n${length}`, [415]],
    [`Content-Encoding: x-unknown\r\n${length}`, [415]],
    [length, [400]],
    [`Content-Encoding: identity\r\n${length}`, [400]],
  ] as const) {
    const { status } = await sendRaw(port, [`${START}${head}\r\n`, bomb]);
    expect(statuses, head).toContain(status);
  }
  const chunk = [`${bomb.length.toString(16)}\r\n`, bomb, '\r\n0\r\n\r\n'];
  const packed = await sendRaw(port, [`${START}Transfer-Encoding: gzip, chunked\r\n\r\n`, ...chunk]);
  expect([400, 501]).toContain(packed.status);
  expect(await isAlive(port)).toBe(true);
});

it('only JSON is read as JSON', async () => {
  const { port } = await world();
  const types = [
    'text/plain',
    'text/plain; application/json',
    'text/json',
    'application/jsonp',
    'application/json-seq',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'text/plain, application/json',
    'application/json, text/plain',
    ' ',
  ];
  for (const type of types) {
    const headers = { ...JSON_HEADERS, 'content-type': type };
    expect((await send(port, { headers, body: INITIALIZE })).status, type).toBe(415);
  }
  const { 'content-type': _, ...without } = JSON_HEADERS;
  expect((await send(port, { headers: without, body: INITIALIZE })).status).toBe(415);
  for (const bytes of [
    Buffer.from(JSON.stringify(INITIALIZE), 'utf16le'),
    Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    Buffer.from([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]),
    Buffer.from(`${JSON.stringify(INITIALIZE)}\0`),
    Buffer.from(`${JSON.stringify(INITIALIZE)}${JSON.stringify(INITIALIZE)}`),
  ]) {
    const { status } = await sendRaw(port, [`${START}Content-Length: ${bytes.length}\r\n\r\n`, bytes]);
    expect(status, bytes.toString('hex').slice(0, 40)).toBe(400);
  }
});

type Sent = readonly [what: string, body: string];

const META =
  '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"x","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}';
const call = (name: string, args: string, id = '1', meta = META): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}","arguments":${args},${meta}}}`;
const nested = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth);
const deepObject = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const manyKeys = (count: number): string =>
  `{${Array.from({ length: count }, (_, at) => `"k${at}":${at}`).join(',')}}`;

const ODD: readonly Sent[] = [
  ['deep query', call('recall', `{"query":${nested(100_000)}}`)],
  ['deep arguments', call('recall', deepObject(50_000))],
  ['deep suggestion', call('submit_suggestion', `{"memory_updates":${nested(100_000)}}`)],
  [
    'deep item',
    call('submit_suggestion', `{"memory_updates":[{"summary":"a","content":"b","x":${deepObject(50_000)}}]}`),
  ],
  ['deep list as text', call('submit_suggestion', `{"memory_updates":"${nested(50_000)}"}`)],
  ['deep meta', call('status', '{}', '1', META.replace('{}}', `{"x":${deepObject(50_000)}}}`))],
  ['deep extension of meta', call('status', '{}', '1', `"_meta":{"x":${nested(100_000)},${META.slice(9)}`)],
  [
    'deep params',
    `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":${deepObject(50_000)},${META}}}`,
  ],
  ['10,000 arguments', call('recall', manyKeys(10_000))],
  ['10,000 fields of an item', call('submit_suggestion', `{"memory_updates":[${manyKeys(10_000)}]}`)],
  [
    '10,000 items',
    call('submit_suggestion', `{"memory_updates":[${Array(10_000).fill('{"content":"a"}').join(',')}]}`),
  ],
  [
    '10,000 tags',
    call('remember', `{"content":"many tags","tags":[${Array(10_000).fill('"t"').join(',')}]}`),
  ],
  [
    'a prototype',
    call('remember', '{"__proto__":{"content":"x"},"constructor":{"prototype":{"content":"y"}}}'),
  ],
  [
    'a prototype in params',
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"__proto__":{"name":"status"},${META}}}`,
  ],
  ['the same key twice', call('remember', '{"content":"one","content":{"two":2}}')],
  ['half a character', call('recall', '{"query":"\\ud800"}')],
  ['halves the wrong way round', call('remember', '{"content":"\\udc00\\ud800 tail","title":"\\udfff"}')],
  ['a number beyond all', call('recall', '{"query":"x","limit":1e999}')],
  ['a number beyond safe', call('recall', '{"query":"x","limit":9007199254740993}')],
  ['a negative zero', call('recall_history', '{"last":-0,"since":-0}')],
  ['a tiny number', call('recall_history', '{"since":5e-324}')],
  ['a great time', call('recall_history', '{"query":"x","since":8640000000000001,"until":1e308}')],
  ['a great turn', call('recall_history', '{"session":"aaaaaa","turns":[9007199254740991]}')],
  ['a great id', call('status', '{}', '9007199254740993')],
  ['an id that is no number', call('status', '{}', '1e999')],
  ['an id that is an object', call('status', '{}', '{"a":1}')],
  ['an id that is null', call('status', '{}', 'null')],
  ['a long id', call('status', '{}', `"${'x'.repeat(500_000)}"`)],
  ['a long method', `{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(500_000)}","params":{${META}}}`],
  ['a long tool', call('x'.repeat(500_000), '{}')],
  ['a tool of the prototype', call('__proto__', '{}')],
  ['a tool of every object', call('toString', '{}')],
  ['a long client', call('status', '{}', '1', META.replace('"x"', `"${'x'.repeat(500_000)}"`))],
  ['a long query', call('recall', `{"query":"${'a'.repeat(900_000)}"}`)],
  ['a list', call('recall', '[1,2,3]')],
  ['a text', call('recall', '"query"')],
  ['a batch of lists', '[[],[[]],[{}]]'],
  ['a batch of batches', `[${Array(50).fill('[]').join(',')}]`],
];

async function sentTo(
  world: ServedWorld,
  token: string,
  body: string,
  era: 'modern' | 'legacy',
  session: string,
) {
  const named = /"method":"([^"]{1,40})"/.exec(body)?.[1] ?? 'tools/call';
  const tool = /"name":"([^"]{1,40})","arguments"/.exec(body)?.[1];
  return send(world.port, {
    headers: {
      ...JSON_HEADERS,
      authorization: `Bearer ${token}`,
      ...(era === 'legacy'
        ? { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }
        : {
            'mcp-protocol-version': '2026-07-28',
            'mcp-method': named,
            ...(tool === undefined ? {} : { 'mcp-name': tool }),
          }),
    },
    body,
  });
}

it.each(['modern', 'legacy'] as const)(
  'odd messages of %s are answered with an error of the sender, never one of ours, and nothing breaks',
  async (era) => {
    const world = await servedWorld();
    const { token } = await world.makeToken();
    const headers = { ...JSON_HEADERS, authorization: `Bearer ${token}` };
    const opened = await send(world.port, { headers, body: INITIALIZE });
    const session = String(opened.headers['mcp-session-id']);
    for (const [what, body] of ODD) {
      const { status, text } = await sentTo(world, token, body, era, session);
      expect(status, `${what}: ${text.slice(0, 300)}`).toBeLessThan(500);
      expect(text.length, what).toBeLessThan(1_100_000);
      expect(text, what).not.toMatch(
        /-32603|failed inside|RangeError|TypeError|SyntaxError|\\n {4}at |node:internal|\.cjs|\.ts:\d/,
      );
      const ping = await rpc(world.port, 'tools/list', {}, { token });
      expect(ping.status, `after ${what}`).toBe(200);
    }
    expect(world.lines).toEqual([]);
    expect(Reflect.has({}, 'content')).toBe(false);
  },
);

it('a client that reads nothing holds up nobody', async () => {
  const world = await servedWorld();
  const { token } = await world.makeToken();
  // A hundred answers are asked for on one connection, of which none is ever read.
  const socket = connect(world.port, '127.0.0.1');
  afterThisTest(() => void socket.destroy());
  socket.on('error', () => {});
  socket.pause();
  const body = `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{${META}}}`;
  const one = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMcp-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (let turn = 0; turn < 100; turn += 1) socket.write(one);
  const { message } = await rpc(world.port, 'tools/call', { name: 'status', arguments: {} }, { token });
  expect(message.result).toBeDefined();
});

it('an answer that was not asked for in this session changes nothing', async () => {
  const { port, errors } = await world();
  const headers = { ...JSON_HEADERS };
  const opened = await send(port, { headers, body: INITIALIZE });
  const session = { ...headers, 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  for (const body of [
    { jsonrpc: '2.0', id: 1, result: {} },
    { jsonrpc: '2.0', id: 0, result: { action: 'accept', content: { choice: 'approve' } } },
    { jsonrpc: '2.0', id: 'x', error: { code: 1, message: '' } },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } },
    { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 99, progress: 1 } },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
  ])
    expect((await send(port, { headers: session, body })).status, JSON.stringify(body)).toBeLessThan(500);
  expect(
    (await send(port, { headers: session, body: { jsonrpc: '2.0', id: 2, method: 'ping' } })).status,
  ).toBe(200);
  expect(errors).toEqual([]);
});
