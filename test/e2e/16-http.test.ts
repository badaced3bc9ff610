import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type Caller,
  connect,
  ERAS,
  type Era,
  INITIALIZE,
  JSON_HEADERS,
  openSession,
  openStream,
  send,
} from '../mcp/http/world.ts';
import { finished, run, start } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

type Place = { readonly home: string; readonly cwd: string };

function place(config = ''): Place {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  mkdirSync(join(home, '.midturn'), { mode: 0o700 });
  if (config !== '') writeFileSync(join(home, '.midturn', 'config.toml'), `schema_version = 1\n${config}`);
  return { home, cwd };
}

async function serve(at: Place, args: readonly string[] = []) {
  const child = start(['serve', '--port', '0', '--json', ...args], at);
  const done = finished(child);
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    void done.then(({ stderr }) => reject(new Error(`it ended: ${stderr}`)));
  });
  const { url, pid, token_file } = JSON.parse(line);
  return {
    url: String(url),
    port: Number(new URL(url).port),
    pid: Number(pid),
    file: String(token_file),
    token: readFileSync(token_file, 'utf8').trim(),
    end: (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal);
      return done;
    },
    done,
  };
}

/** The token, and its id. */
async function makeToken(at: Place, ...args: readonly string[]): Promise<{ token: string; id: string }> {
  const { stdout, stderr, code } = await run(['token', 'create', '--json', ...args], at);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const bearer = (token: string) => ({ ...JSON_HEADERS, authorization: `Bearer ${token}` });

async function remember(client: Caller, text: string): Promise<string> {
  return client.call('remember', { content: text, scope: 'user' });
}

describe('midturn serve', () => {
  it('says on one line where it is and where the token is, and never the token', async () => {
    const at = place();
    const server = await serve(at);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    expect(server.file).toBe(join(at.home, '.midturn', 'http-token'));
    expect(statSync(server.file).mode & 0o777).toBe(0o600);
    const { code, stdout, stderr } = await server.end();
    expect([code, stderr]).toEqual([0, `midturn: serving ${server.url}, token in ${server.file}\n`]);
    expect(stdout).not.toContain(server.token);
  });

  it.each(ERAS)('answers a client of %s with every tool', async (era) => {
    const at = place();
    const { url, token } = await serve(at);
    const client = await connect(era, url, token);
    expect([...(await client.tools())].sort()).toEqual([
      'compile',
      'recall',
      'recall_history',
      'remember',
      'status',
      'submit_suggestion',
    ]);
    expect(await remember(client, 'The walrus of the harbour sleeps on Tuesdays')).toMatch(/^\w/);
    expect(await client.call('recall', { query: 'When does the walrus sleep?' })).toContain('Tuesdays');
    expect(await client.call('recall_history', { query: 'walrus' })).toMatch(/^\w/);
    expect(await client.call('status')).not.toContain(at.home);
  });

  it('leaves no address, argument or text in its log', async () => {
    const at = place();
    const { url, token, port } = await serve(at);
    const client = await connect('2025', url, token);
    await remember(client, 'The walrus of the harbour sleeps on Tuesdays');
    await send(port, { path: '/mcp?walrus=1', headers: bearer(token), body: INITIALIZE });
    await client.close();
    const day = new Date().toISOString().slice(0, 10);
    const log = readFileSync(join(at.home, '.midturn', 'logs', `midturn-${day}.ndjson`), 'utf8');
    const lines = log.split('\n').filter((line) => line.includes('"kind":"http"'));
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.map((line) => JSON.parse(line)).find(({ tool }) => tool === 'remember')).toMatchObject({
      method: 'POST',
      path: '/mcp',
      rpc: 'tools/call',
      status: 200,
      client: 'test-client',
      era: 'legacy',
    });
    for (const secret of ['walrus', token, 'Tuesdays']) expect(log).not.toContain(secret);
  });

  it('refuses foreign pages, tokens that are none, and what is too large', async () => {
    const { port, token } = await serve(place());
    const ask = (headers: Record<string, string>, body: unknown = INITIALIZE) =>
      send(port, { headers: { ...bearer(token), ...headers }, body });
    expect((await ask({ host: 'evil.example' })).status).toBe(403);
    expect((await ask({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask({ origin: 'null' })).status).toBe(403);
    expect((await ask({ authorization: '' })).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${token.slice(0, -1)}x` })).status).toBe(401);
    expect((await ask({ authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' })).status).toBe(401);
    expect((await ask({}, 'x'.repeat(1_100_000))).status).toBe(413);
    expect((await ask({ 'midturn-project': 'no-such-project' })).status).toBe(400);
    expect((await ask({})).status).toBe(200);
    const health = await send(port, { method: 'GET', path: '/health' });
    expect([health.status, health.text]).toEqual([200, '{"ok":true}']);
  });

  it('ends what a token has open when it is revoked, and refuses one that has expired', async () => {
    const at = place();
    const { url, port } = await serve(at);
    const made = await makeToken(at, '--label', 'laptop');
    const session = await openSession(port, made.token);
    const headers = { ...bearer(made.token), 'mcp-session-id': session };
    const stream = await openStream(port, headers);
    expect((await run(['token', 'revoke', made.id], at)).code).toBe(0);
    expect((await send(port, { headers, body: { jsonrpc: '2.0', id: 2, method: 'ping' } })).status).toBe(401);
    await stream.ended;

    const short = await makeToken(at, '--expires', new Date(Date.now() + 3000).toISOString());
    const client = await connect('2026', url, short.token);
    await client.tools();
    let isRefused = false;
    while (!isRefused) {
      isRefused = (await send(port, { headers: bearer(short.token), body: INITIALIZE })).status === 401;
      await sleep(100);
    }
  });

  it('gives a session to nobody but the token that opened it', async () => {
    const at = place();
    const { port, token } = await serve(at);
    const other = await makeToken(at);
    const session = await openSession(port, token);
    const ping = (secret: string, method = 'POST') =>
      send(port, {
        method,
        headers: { ...bearer(secret), 'mcp-session-id': session },
        ...(method === 'POST' ? { body: { jsonrpc: '2.0', id: 2, method: 'ping' } } : {}),
      });
    expect((await ping(other.token)).status).toBe(404);
    expect((await ping(other.token, 'DELETE')).status).toBe(404);
    expect((await ping(token)).status).toBe(200);
    expect((await ping(token, 'DELETE')).status).toBe(200);
    expect((await ping(token)).status).toBe(404);
  });

  it.each(['2026', '2025'] as const)('lets a token that may only read write nothing (%s)', async (era) => {
    const at = place();
    const { url } = await serve(at);
    const client = await connect(era, url, (await makeToken(at, '--scope', 'read')).token);
    expect(await remember(client, 'The walrus is a spy')).toContain('write');
    expect(await client.call('recall', { query: 'walrus spy' })).not.toContain('is a spy');
  });

  it('holds a token to its rate', async () => {
    const at = place('[http]\nrequests_per_minute = 5\n');
    const { port, token } = await serve(at);
    const statuses = [];
    for (let turn = 0; turn < 6; turn += 1)
      statuses.push((await send(port, { headers: bearer(token), body: INITIALIZE })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('keeps apart 200 calls of several tokens that come at once', async () => {
    const at = place();
    const { url } = await serve(at);
    const beasts = ['walrus', 'heron', 'badger', 'lynx'];
    const clients = await Promise.all(
      beasts.map(async (beast, index) => {
        const cwd = join(at.home, beast);
        mkdirSync(cwd);
        const told = `The ${beast} of the harbour sleeps on day ${index}`;
        expect((await run(['remember', told, '--scope', 'project'], { ...at, cwd })).code).toBe(0);
        const era: Era = ERAS[index % ERAS.length] ?? '2026';
        const { token } = await makeToken(at, '--project', cwd);
        return { beast, client: await connect(era, url, token) };
      }),
    );
    await Promise.all(
      clients.flatMap(({ beast, client }) =>
        Array.from({ length: 50 }, async () => {
          const answer = await client.call('recall', { query: 'Who of the harbour sleeps on which day?' });
          expect(answer).toContain(beast);
          for (const other of beasts) if (other !== beast) expect(answer).not.toContain(other);
        }),
      ),
    );
    // Eight commands and two hundred calls, on a machine that has other work.
  }, 120_000);

  it('lets running calls end on SIGTERM, and keeps what it has answered', async () => {
    const at = place();
    const server = await serve(at);
    const client = await connect('2026', server.url, server.token);
    const calls = Array.from({ length: 40 }, (_, index) =>
      remember(client, `Ferry number ${index} leaves the harbour at ${index} past noon`).then(
        () => index,
        () => null,
      ),
    );
    await Promise.race(calls);
    const { code } = await server.end();
    expect(code).toBe(0);
    const kept = (await Promise.all(calls)).filter((index) => index !== null);
    expect(kept.length).toBeGreaterThan(0);
    const again = await serve(at);
    const next = await connect('2026', again.url, again.token);
    for (const index of kept) {
      const answer = await next.call('recall', {
        query: `When does ferry number ${index} leave?`,
        limit: 20,
      });
      expect(answer).toContain(`${index} past noon`);
    }
  });

  it('loses nothing that it has answered when it is killed, and starts again with the same token', async () => {
    const at = place();
    const first = await serve(at);
    await remember(await connect('2025', first.url, first.token), 'The heron reads the tide tables');
    await first.end('SIGKILL');
    const second = await serve(at);
    expect(second.token).toBe(first.token);
    const client = await connect('2025', second.url, second.token);
    expect(await client.call('recall', { query: 'heron tide tables' })).toContain('The heron reads');
  });

  it('shares its home with another one', async () => {
    const at = place();
    const [one, two] = await Promise.all([serve(at), serve(at)]);
    expect(one.token).toBe(two.token);
    await remember(await connect('2026', one.url, one.token), 'The badger owns two umbrellas');
    const client = await connect('2025', two.url, two.token);
    expect(await client.call('recall', { query: 'badger umbrellas' })).toContain('two umbrellas');
  });

  it('says what to do when its port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { code, stderr, stdout } = await run(['serve', '--port', port], place());
    taken.close();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`port ${port}: another program listens there`);
    expect(stderr).toContain('--port');
  });

  it('warns of an address that other machines reach', async () => {
    const server = await serve(place(), ['--host', '0.0.0.0']);
    expect(server.url).toContain('//localhost:');
    const { stderr } = await server.end();
    expect(stderr).toContain('cross the network in the clear');
    expect(stderr).toContain('allowed_hosts is empty');
  });

  it('warns of a key that it does not know', async () => {
    const server = await serve(place('[http]\nprot = 4127\n'));
    const { stderr } = await server.end();
    expect(stderr).toContain('Unknown key http.prot');
  });

  it('takes another token file, and refuses one that others may read', async () => {
    const at = place();
    const server = await serve(at, ['--token-file', 'here']);
    expect(server.file).toBe(join(at.cwd, 'here'));
    await server.end();
    writeFileSync(join(at.cwd, 'open'), 'mtk_abcdef_x', { mode: 0o644 });
    const { code, stderr } = await run(['serve', '--port', '0', '--token-file', 'open'], at);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be the token file');
  });

  it('explains itself', async () => {
    const at = place();
    const { code, stdout } = await run(['serve', '--help'], at);
    expect(code).toBe(0);
    expect(stdout).toContain('--token-file');
    expect((await run(['serve', '--prot', '1'], at)).code).toBe(2);
  });
});
