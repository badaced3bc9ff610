/** `midturn serve` in front of an identity provider: what a client with its token gets, over real HTTP. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { serve } from '../../src/mcp/http/serve.ts';
import { afterThisTest } from '../support/cleanup.ts';
import { AUDIENCE, type IdentityServer, identityServer, SUBJECT } from './identity-server.ts';

let provider: IdentityServer;
let url = '';
let lines: string[] = [];

beforeEach(async () => {
  provider = await identityServer();
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-identity-')));
  afterThisTest(() => rmSync(home, { recursive: true, force: true }));
  const settings = {
    oauth_issuer: provider.issuer,
    oauth_audience: AUDIENCE,
    oauth_subjects: [SUBJECT],
  };
  const written = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  writeFileSync(join(home, 'config.toml'), ['schema_version = 1', '[http]', ...written, ''].join('\n'));
  const env = { HOME: home, USERPROFILE: home };
  const app = new App({ env, cwd: home, version: '0.0.0', home });
  lines = [];
  const log = (line: string): void => void lines.push(line);
  const server = await serve({
    ...{ app, env, version: '0.0.0', log },
    ...{ host: undefined, port: 0, tokenFile: undefined },
  });
  afterThisTest(async () => {
    await server.close();
    app.close();
  });
  url = server.url;
});

describe('a server with an identity provider', () => {
  it('tells a client without a token where it gets one', async () => {
    const { status, headers } = await asked(null);
    expect(status).toBe(401);
    const challenge = headers.get('www-authenticate') ?? '';
    const metadata = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? '';
    // The address by which clients know the server; here it is reached by another one.
    const { pathname } = new URL(metadata);
    // `admin` approves on the owner's behalf: no client asks for it by itself.
    expect(challenge).toContain('scope="midturn:read midturn:write"');
    expect(metadata).toBe('https://midturn.example.org/.well-known/oauth-protected-resource/mcp');
    expect(await (await fetch(new URL(pathname, url))).json()).toMatchObject({
      resource: AUDIENCE,
      authorization_servers: [provider.issuer],
      scopes_supported: ['midturn:read', 'midturn:write', 'midturn:admin'],
    });
    expect(provider.asked).toEqual([]);
  });

  it('answers its tokens, and no others', async () => {
    expect((await asked(await provider.sign())).status).toBe(200);
    const bad = [
      await provider.sign({ claims: { aud: 'https://other.example.org' } }),
      await provider.sign({ claims: { sub: 'somebody-else' } }),
      await provider.sign({ key: await provider.newKey('own') }),
      'mtk_234567_abcdefghijklmnopqrstuvwxyz',
      'no.token.atall',
    ];
    for (const token of bad) {
      const { status, headers } = await asked(token);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });

  it('refuses a token without a right', async () => {
    const { status, headers } = await asked(await provider.sign({ claims: { scope: 'openid' } }));
    expect(status).toBe(403);
    expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  });

  it('lets a token read that is for reading, and write nothing', async () => {
    const token = await provider.sign({ claims: { scope: 'midturn:read' } });
    expect(await called(token, 'recall', { query: 'Which port does the database use?' })).not.toHaveProperty(
      'isError',
    );
    const refused = await called(token, 'remember', { content: 'The database uses port 5433.' });
    expect(refused).toMatchObject({ isError: true });
  });

  it('says that it cannot tell, where the provider does not answer', async () => {
    const token = await provider.sign();
    await provider.stop();
    const { status, headers } = await asked(token);
    expect(status).toBe(503);
    expect(headers.get('www-authenticate')).toBeNull();
    expect((await asked(await provider.sign())).status).toBe(503);
    // Once for all requests, in one line.
    expect(lines).toEqual([expect.stringMatching(/^midturn: The identity provider cannot be asked: .+$/)]);
  });
});

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

function asked(token: string | null, method = 'tools/list', params: Record<string, unknown> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof params.name === 'string' ? { 'mcp-name': params.name } : {}),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: META } }),
  });
}

async function called(token: string, name: string, args: Record<string, unknown>): Promise<unknown> {
  const answer = await asked(token, 'tools/call', { name, arguments: args });
  const text = await answer.text();
  const line = text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(text)?.[1] ?? '');
  return JSON.parse(line).result;
}
