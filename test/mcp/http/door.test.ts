import { request } from 'node:http';
import { connect as connectSocket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rightsOf } from '../../../src/model/access.ts';
import { INITIALIZE, JSON_HEADERS, openSession, principal, send, until, world } from './world.ts';

const PATHS = ['/mcp', '/health', '/.well-known/oauth-protected-resource', '/nowhere'];

describe('the guard', () => {
  it.each(PATHS)('refuses a foreign Host and a foreign Origin at %s', async (path) => {
    const { port } = await world();
    const asked = (headers: Record<string, string>) =>
      send(port, {
        method: path === '/mcp' ? 'POST' : 'GET',
        path,
        headers: { ...JSON_HEADERS, ...headers },
      });
    for (const headers of [
      { host: 'evil.example' },
      { host: `evil.example:${port}` },
      { host: '[::ffff:8.8.8.8]' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: '' },
    ]) {
      expect((await asked(headers)).status, JSON.stringify(headers)).toBe(403);
    }
  });

  it('lets clients of this machine in under every name of it', async () => {
    const { port } = await world();
    for (const host of ['localhost', `127.0.0.1:${port}`, '[::1]', '[::ffff:127.0.0.1]:1'])
      expect((await send(port, { method: 'GET', path: '/health', headers: { host } })).status).toBe(200);
    const headers = { ...JSON_HEADERS, host: `localhost:${port}`, origin: `http://localhost:${port}` };
    expect((await send(port, { headers, body: INITIALIZE })).status).toBe(200);
  });

  it('refuses two Hosts and none', async () => {
    const { port } = await world();
    const raw = (head: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connectSocket(port, '127.0.0.1');
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk.toString();
        });
        socket.once('end', () => resolve(text.split('\r\n')[0] ?? ''));
        socket.once('error', reject);
        socket.write(`GET /health HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
      });
    expect(await raw('Host: localhost\r\nHost: evil.example\r\n')).toContain('403');
    expect(await raw('')).toContain('400');
  });
});

describe('tokens', () => {
  it.each([
    ['no token', {}, 'Bearer realm="midturn"'],
    ['a wrong one', { authorization: 'Bearer mtk_wrong' }, 'Bearer realm="midturn", error="invalid_token"'],
    ['another scheme', { authorization: 'Basic bXRrX29uZTo=' }, 'Bearer realm="midturn"'],
  ])('%s is answered with 401', async (_what, headers, challenge) => {
    const { port } = await world();
    const { authorization: _, ...rest } = JSON_HEADERS;
    const answer = await send(port, { headers: { ...rest, ...headers }, body: INITIALIZE });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(challenge);
  });

  it('are never taken from the address', async () => {
    const { port, lines } = await world();
    const { authorization: _, ...headers } = JSON_HEADERS;
    const path = '/mcp?access_token=mtk_one&token=mtk_one';
    expect((await send(port, { path, headers, body: INITIALIZE })).status).toBe(401);
    expect(JSON.stringify(lines)).not.toContain('mtk_');
  });

  it('that give no right are answered with 403', async () => {
    const { port, tokens } = await world();
    tokens.set('mtk_none', principal('a_none', { rights: rightsOf([]) }));
    const headers = { ...JSON_HEADERS, authorization: 'Bearer mtk_none' };
    const answer = await send(port, { headers, body: INITIALIZE });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      403,
      'Bearer realm="midturn", error="insufficient_scope"',
    ]);
  });

  it('that nobody can check at the moment are answered with 503, and no reason', async () => {
    const { port, tokens, errors } = await world();
    tokens.get = () => {
      throw new Error('cannot open /secret/path/midturn.db');
    };
    const answer = await send(port, { headers: JSON_HEADERS, body: INITIALIZE });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
    expect(answer.text).not.toContain('secret');
    expect(errors.map(({ message }) => message)).toEqual(['cannot open /secret/path/midturn.db']);
  });
});

describe('the project header', () => {
  it('that names none of the known ones is answered in the words of the service', async () => {
    const { port } = await world();
    const headers = { ...JSON_HEADERS, 'midturn-project': 'nowhere' };
    const answer = await send(port, { headers, body: INITIALIZE });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32602, message: 'There is no project nowhere.' },
    });
  });
});

describe('paths and methods', () => {
  it('health says that it lives, and nothing else', async () => {
    const { port } = await world();
    const answer = await send(port, { method: 'GET', path: '/health' });
    expect([answer.status, answer.text]).toEqual([200, '{"ok":true}']);
    expect(Object.keys(answer.headers).sort()).toEqual([
      'cache-control',
      'connection',
      'content-length',
      'content-type',
      'date',
      'x-content-type-options',
    ]);
    expect((await send(port, { method: 'HEAD', path: '/health' })).text).toBe('');
    expect((await send(port, { method: 'POST', path: '/health' })).status).toBe(405);
  });

  it('everything else is 404, and 414 where it is long', async () => {
    const { port } = await world();
    for (const path of ['/', '/mcp/', '/mcp/x', '/MCP', '//mcp', '/sse', '/health/..', '/%6dcp'])
      expect((await send(port, { method: 'GET', path, headers: JSON_HEADERS })).status, path).toBe(404);
    expect((await send(port, { method: 'GET', path: `/mcp?${'x'.repeat(2048)}` })).status).toBe(414);
  });

  it.each(['PUT', 'PATCH', 'HEAD', 'OPTIONS'])('%s to /mcp is 405', async (method) => {
    const { port } = await world();
    const answer = await send(port, { method, headers: JSON_HEADERS });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, POST, DELETE']);
  });

  it('headers that are too large are refused', async () => {
    const { port } = await world();
    const headers = { ...JSON_HEADERS, 'x-much': 'x'.repeat(20_000) };
    expect((await send(port, { headers, body: INITIALIZE })).status).toBe(431);
  });
});

describe('bodies', () => {
  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('of %s %j are 415', async (type, more) => {
    const { port } = await world();
    const headers = { ...JSON_HEADERS, 'content-type': type, ...more };
    expect((await send(port, { headers, body: INITIALIZE })).status).toBe(415);
  });

  it.each([
    ['', -32700],
    ['{', -32700],
    ['{"a":"\u00e9', -32700],
    ['[]', -32600],
    [JSON.stringify(Array.from({ length: 51 }, () => INITIALIZE)), -32600],
    ['1', -32600],
    ['null', -32600],
    ['"x"', -32600],
    ['{"jsonrpc":"1.0","method":"x"}', -32600],
  ])('%s is answered with 400', async (body, code) => {
    const { port } = await world();
    const answer = await send(port, { headers: JSON_HEADERS, body });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ id: null, error: { code } });
  });

  it('that are no message of the protocol are refused in a session, too', async () => {
    const { port } = await world();
    const headers = { ...JSON_HEADERS, 'mcp-session-id': await openSession(port) };
    for (const body of ['1', 'null', '{"jsonrpc":"1.0","id":1,"method":"x"}', '[1]'])
      expect((await send(port, { headers, body })).status, body).toBe(400);
  });

  it('that are no UTF-8 are a parse error', async () => {
    const { port } = await world();
    const status = await new Promise((resolve) => {
      const req = request({ port, method: 'POST', path: '/mcp', headers: JSON_HEADERS }, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      req.end(Buffer.from([0x22, 0xff, 0x22]));
    });
    expect(status).toBe(400);
  });

  const large = JSON.stringify({ ...INITIALIZE, much: 'x'.repeat(70_000) });
  it('that are too large are 413, with a length', async () => {
    const { port } = await world();
    const answer = await send(port, { headers: JSON_HEADERS, body: large });
    expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
    expect(answer.text).toContain('max_body_bytes');
  });

  it('that are too large are 413, in chunks without a length', async () => {
    const { port } = await world();
    const headers = { ...JSON_HEADERS, 'transfer-encoding': 'chunked' };
    expect((await send(port, { headers, body: large })).status).toBe(413);
  });

  it('that come too slowly are cut off', async () => {
    const { port, lines } = await world({ pace: { receiveMs: 100 } });
    const status = await new Promise((resolve) => {
      const headers = { ...JSON_HEADERS, 'content-length': '1000' };
      const req = request({ port, method: 'POST', path: '/mcp', headers, agent: false }, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      req.once('error', () => resolve('cut off'));
      req.write('{');
    });
    expect([408, 'cut off']).toContain(status);
    await until(() => lines.length > 0);
    expect(lines[0]).toMatchObject({ status: 499, token: 'a_one' });
  });

  it('are asked for only after the token, where the client waits for that', async () => {
    const { port } = await world();
    const asked = (authorization: string) =>
      new Promise((resolve, reject) => {
        const headers = { ...JSON_HEADERS, authorization, expect: '100-continue' };
        const events: unknown[] = [];
        const req = request({ port, method: 'POST', path: '/mcp', headers, agent: false }, (res) => {
          res.resume();
          res.once('end', () => resolve([...events, res.statusCode]));
          req.destroy();
        });
        req.once('error', reject);
        req.once('continue', () => {
          events.push('continue');
          req.end(JSON.stringify(INITIALIZE));
        });
        req.flushHeaders();
      });
    expect(await asked('Bearer mtk_one')).toEqual(['continue', 200]);
    expect(await asked('Bearer mtk_wrong')).toEqual([401]);
  });
});

describe('CORS', () => {
  const listed = { settings: { allowed_origins: ['https://app.example.org'] } };
  const preflight = (port: number, origin: string) =>
    send(port, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('says nothing where no origin is listed', async () => {
    const { port } = await world();
    const headers = { ...JSON_HEADERS, origin: `http://localhost:${port}` };
    const answer = await send(port, { headers, body: INITIALIZE });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect((await preflight(port, 'http://localhost')).status).toBe(405);
  });

  it('answers a listed origin with itself, and never with a wildcard', async () => {
    const { port } = await world(listed);
    const asked = await preflight(port, 'https://app.example.org');
    expect(asked).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://app.example.org',
        'access-control-allow-methods': 'GET, POST, DELETE',
        vary: 'Origin',
      },
    });
    const headers = { ...JSON_HEADERS, origin: 'https://app.example.org' };
    const answer = await send(port, { headers, body: INITIALIZE });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([
      200,
      'https://app.example.org',
    ]);
    expect(answer.headers['access-control-expose-headers']).toContain('Mcp-Session-Id');
    expect(
      (await preflight(port, 'http://localhost')).headers['access-control-allow-origin'],
    ).toBeUndefined();
  });
});

describe('the metadata of an identity provider', () => {
  const identity = {
    issuer: 'https://id.example.org',
    scopes: ['midturn:read', 'midturn:admin'],
    usualScopes: ['midturn:read'],
    audience: 'midturn',
  };
  it('is served, and named by the challenge', async () => {
    const { port, url } = await world({ identity });
    const well = `http://127.0.0.1:${port}/.well-known/oauth-protected-resource`;
    for (const path of [
      '/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource/mcp',
    ]) {
      const answer = await send(port, { method: 'GET', path });
      expect(JSON.parse(answer.text)).toEqual({
        resource: url,
        authorization_servers: ['https://id.example.org'],
        scopes_supported: ['midturn:read', 'midturn:admin'],
        bearer_methods_supported: ['header'],
        resource_name: 'midturn',
      });
    }
    const { authorization: _, ...headers } = JSON_HEADERS;
    expect((await send(port, { headers, body: INITIALIZE })).headers['www-authenticate']).toBe(
      `Bearer realm="midturn", scope="midturn:read", resource_metadata="${well}/mcp"`,
    );
  });

  it('is served where the challenge says, below a path of a proxy too', async () => {
    const audience = 'https://example.org/memory/mcp';
    const { port } = await world({ identity: { ...identity, audience } });
    const { authorization: _, ...headers } = JSON_HEADERS;
    const challenge = (await send(port, { headers, body: INITIALIZE })).headers['www-authenticate'] ?? '';
    const address = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? '';
    expect(address).toBe('https://example.org/.well-known/oauth-protected-resource/memory/mcp');
    const answer = await send(port, { method: 'GET', path: new URL(address).pathname });
    expect([answer.status, JSON.parse(answer.text).resource]).toEqual([200, audience]);
  });

  // To the letter: a client asks for a token for what stands here, and tokens for anything else are refused.
  it.each(['https://memory.example.org/mcp', 'https://memory.example.org', 'https://memory.example.org/'])(
    'names the audience where that is an address, as it is written: %s',
    async (audience) => {
      const { port } = await world({ identity: { ...identity, audience } });
      const answer = await send(port, { method: 'GET', path: '/.well-known/oauth-protected-resource' });
      expect(JSON.parse(answer.text).resource).toBe(audience);
    },
  );

  it('is not there without one', async () => {
    const { port } = await world();
    expect((await send(port, { method: 'GET', path: '/.well-known/oauth-protected-resource' })).status).toBe(
      404,
    );
  });
});

describe('whatever is sent', () => {
  const json = fc.oneof(
    fc.json(),
    fc.constantFrom(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"who","arguments":null}}',
      '{"jsonrpc":"2.0","id":{},"method":"tools/list"}',
      '{"jsonrpc":"2.0","id":1,"result":{}}',
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":null}',
      '{"__proto__":{"method":"initialize"},"jsonrpc":"2.0","id":1,"method":"initialize"}',
      `[${JSON.stringify(INITIALIZE)},${JSON.stringify(INITIALIZE)}]`,
    ),
  );
  const headers = fc.record(
    {
      'mcp-session-id': fc.constantFrom('', 'x', 'session', '../x'),
      'mcp-protocol-version': fc.constantFrom('2025-11-25', '2026-07-28', '1999-01-01', 'x'),
      'mcp-method': fc.constantFrom('tools/call', 'initialize', 'x'),
      'last-event-id': fc.constantFrom('1', '0', 'x', '-1'),
      accept: fc.constantFrom('*/*', 'text/event-stream', 'application/json, text/event-stream'),
    },
    { requiredKeys: [] },
  );

  it('is answered, and nothing of it is an error inside', async () => {
    const { port, errors } = await world();
    const session = await openSession(port);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('POST', 'DELETE'), headers, json, async (method, more, body) => {
        const own = more['mcp-session-id'] === 'session' ? { 'mcp-session-id': session } : {};
        const answer = await send(port, { method, headers: { ...JSON_HEADERS, ...more, ...own }, body });
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
    expect(errors).toEqual([]);
    expect((await send(port, { method: 'GET', path: '/health' })).status).toBe(200);
  });

  it('is no HTTP at all, and the server lives on', async () => {
    const { port, errors } = await world();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .string({ maxLength: 50 })
        .map((text) => new TextEncoder().encode(`POST /mcp HTTP/1.1\r\nHost: localhost\r\n${text}\r\n\r\n`)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        await new Promise<void>((resolve) => {
          const socket = connectSocket(port, '127.0.0.1', () => socket.end(sent));
          socket.on('error', () => {});
          socket.once('close', () => resolve());
          socket.resume();
        });
      }),
      { numRuns: 100 },
    );
    expect(errors).toEqual([]);
    expect((await send(port, { method: 'GET', path: '/health' })).status).toBe(200);
  });
});
