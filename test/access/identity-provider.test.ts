import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { exportSPKI, importJWK, type JWTPayload, UnsecuredJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type IdentityDeps,
  type IdentitySettings,
  identityProvider,
} from '../../src/access/identity-provider.ts';
import { IdentityProviderError } from '../../src/access/identity-provider-error.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { newId, projectId } from '../../src/model/ids.ts';
import { AUDIENCE, type IdentityServer, identityServer, json, SUBJECT } from './identity-server.ts';

const SECOND = 1000;
const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0)) await close();
});

function settingsOf(server: IdentityServer, more: Partial<IdentitySettings> = {}): IdentitySettings {
  return {
    oauth_issuer: server.issuer,
    oauth_audience: AUDIENCE,
    oauth_jwks_url: null,
    oauth_subjects: [SUBJECT],
    oauth_projects: [],
    oauth_scope_prefix: 'midturn:',
    ...more,
  };
}

function providerOf(
  server: IdentityServer,
  settings: Partial<IdentitySettings> = {},
  deps: Partial<IdentityDeps> = {},
) {
  const provider = identityProvider(settingsOf(server, settings), {
    env: {},
    now: () => Date.now(),
    owner: async () => 'owner-of-the-store',
    projects: async () => [],
    ...deps,
  });
  closing.push(provider.close);
  return provider;
}

function seconds(fromNow: number): number {
  return Math.floor(Date.now() / SECOND) + fromNow;
}

/** Only the clock stands still: connections and timeouts are real. */
function stopClock(): { forward: (ms: number) => void } {
  vi.useFakeTimers({ toFake: ['Date'] });
  return { forward: (ms) => void vi.setSystemTime(Date.now() + ms) };
}

describe('a token of the identity provider', () => {
  it('becomes a principal with its rights and its end', async () => {
    const server = await identityServer();
    const exp = seconds(300);
    expect(await providerOf(server).verify(await server.sign({ claims: { exp } }))).toEqual({
      id: `oauth:${SUBJECT}`,
      owner: 'owner-of-the-store',
      rights: { read: true, write: true, admin: false },
      projects: null,
      expiresAt: exp * SECOND,
    });
  });

  it.each(['RS256', 'PS384', 'ES512', 'EdDSA'])('is taken when it is signed with %s', async (alg) => {
    const server = await identityServer();
    const key = await server.newKey('another', alg);
    server.publish(key.jwk);
    expect(await providerOf(server).verify(await server.sign({ key }))).not.toBeNull();
  });

  it.each([
    ['a list in scp', { scope: undefined, scp: ['midturn:admin', 'mail'] }, [false, false, true]],
    ['a text in scp', { scope: undefined, scp: 'midturn:read profile' }, [true, false, false]],
    ['names without the prefix', { scope: 'read write admin' }, [false, false, false]],
    ['no scope at all', { scope: undefined }, [false, false, false]],
    ['a scope that only begins alike', { scope: 'midturn:readonly midturn:write' }, [false, true, false]],
  ])('has the rights that it lists: %s', async (_name, claims, [read, write, admin]) => {
    const server = await identityServer();
    const principal = await providerOf(server).verify(await server.sign({ claims }));
    expect(principal?.rights).toEqual({ read, write, admin });
  });

  it('reads another prefix, and none', async () => {
    const server = await identityServer();
    const token = await server.sign({ claims: { scope: 'read api://midturn/write' } });
    const bare = await providerOf(server, { oauth_scope_prefix: '' }).verify(token);
    expect(bare?.rights).toEqual({ read: true, write: false, admin: false });
    const long = providerOf(server, { oauth_scope_prefix: 'api://midturn/' });
    expect((await long.verify(token))?.rights).toEqual({ read: false, write: true, admin: false });
    expect(long.scopes).toEqual(['api://midturn/read', 'api://midturn/write', 'api://midturn/admin']);
  });

  it('is bound to the configured projects, and to none of them when none is known', async () => {
    const server = await identityServer();
    const known = projectId(newId());
    const token = await server.sign();
    const bound = providerOf(server, { oauth_projects: ['app'] }, { projects: async () => [known] });
    expect((await bound.verify(token))?.projects).toEqual([known]);
    const unknown = providerOf(server, { oauth_projects: ['app'] }, { projects: async () => [] });
    expect((await unknown.verify(token))?.projects).toEqual([]);
  });

  it('may be for several audiences, and without a type', async () => {
    const server = await identityServer();
    const claims = { aud: ['https://other.example.org', AUDIENCE] };
    const token = await server.sign({ claims, header: { typ: undefined } });
    expect(await providerOf(server).verify(token)).not.toBeNull();
  });

  it('forgives a clock that is half a minute off, and no more', async () => {
    const server = await identityServer();
    const provider = providerOf(server);
    const verdict = async (claims: JWTPayload) =>
      (await provider.verify(await server.sign({ claims }))) !== null;
    expect(await verdict({ exp: seconds(-20) })).toBe(true);
    expect(await verdict({ exp: seconds(-40) })).toBe(false);
    expect(await verdict({ nbf: seconds(20) })).toBe(true);
    expect(await verdict({ nbf: seconds(60) })).toBe(false);
  });

  it('names its bearer by a hash where the name cannot stand in a log', async () => {
    const server = await identityServer();
    const sub = 'somebody\nelse';
    const provider = providerOf(server, { oauth_subjects: [sub] });
    const principal = await provider.verify(await server.sign({ claims: { sub } }));
    expect(principal?.id).toMatch(/^oauth:sha256-[0-9a-f]{16}$/);
  });
});

describe('a token that is refused', () => {
  it.each([
    ['for another audience', { aud: 'https://other.example.org' }],
    ['for no audience', { aud: undefined }],
    ['from another issuer', { iss: 'https://id.example.org' }],
    ['from an issuer that is written otherwise', { iss: 'HTTP://127.0.0.1' }],
    ['from no issuer', { iss: undefined }],
    ['without an end', { exp: undefined }],
    ['with an end that is no number', { exp: '9999999999' }],
    ['of nobody', { sub: undefined }],
    ['of somebody who is not listed', { sub: '248289761002' }],
    ['of a subject that is no text', { sub: [SUBJECT] }],
    ['that is bound to a key which is not shown', { cnf: { jkt: 'x' } }],
  ])('is one %s', async (_name, claims) => {
    const server = await identityServer();
    const provider = providerOf(server);
    // SignJWT refuses some of these claims: they are signed by hand.
    const token = await signed(server, claims);
    expect(await provider.verify(token)).toBeNull();
    expect(await provider.verify(await signed(server, {}))).not.toBeNull();
  });

  it.each(['logout+jwt', 'dpop+jwt', 'secevent+jwt'])('is one of the type %s', async (typ) => {
    const server = await identityServer();
    expect(await providerOf(server).verify(await server.sign({ header: { typ } }))).toBeNull();
  });

  it('is one that nobody signed', async () => {
    const server = await identityServer();
    const unsigned = new UnsecuredJWT({ scope: 'midturn:admin' })
      .setIssuer(server.issuer)
      .setAudience(AUDIENCE)
      .setSubject(SUBJECT)
      .setExpirationTime('1h')
      .encode();
    expect(await providerOf(server).verify(unsigned)).toBeNull();
    expect(server.asked).toEqual([]);
  });

  it('is one whose HMAC was made with the published key', async () => {
    const server = await identityServer();
    const key = await server.newKey('rsa', 'RS256');
    server.publish(key.jwk);
    const publicKey = await importJWK(key.jwk, 'RS256', { extractable: true });
    if (publicKey instanceof Uint8Array) throw new Error('not a public key');
    const pem = await exportSPKI(publicKey);
    const [, payload] = (await server.sign({ key })).split('.');
    const head = encoded({ alg: 'HS256', kid: 'rsa', typ: 'at+jwt' });
    const mac = createHmac('sha256', pem).update(`${head}.${payload}`).digest('base64url');
    expect(await providerOf(server).verify(`${head}.${payload}.${mac}`)).toBeNull();
  });

  it('is one of which a claim was changed', async () => {
    const server = await identityServer();
    const [head, payload = '', signature] = (await server.sign()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const changed = encoded({ ...claims, scope: 'midturn:admin' });
    expect(await providerOf(server).verify(`${head}.${changed}.${signature}`)).toBeNull();
  });

  it('is one that brings its own key, or the address of one', async () => {
    const server = await identityServer();
    const own = await server.newKey('own');
    const provider = providerOf(server);
    for (const header of [
      { jwk: own.jwk, kid: undefined },
      { jku: `${server.origin}/own` },
      { x5u: `${server.origin}/own` },
    ]) {
      expect(await provider.verify(await server.sign({ key: own, header }))).toBeNull();
    }
    expect(server.asked).not.toContain('/own');
  });

  it('is one that needs an extension', async () => {
    const server = await identityServer();
    const [, payload] = (await server.sign()).split('.');
    const head = encoded({ alg: 'ES256', kid: 'first', crit: ['exp'], exp: 1 });
    expect(await providerOf(server).verify(`${head}.${payload}.AAAA`)).toBeNull();
  });

  it('is whatever is no token, and nobody is asked about it', async () => {
    const server = await identityServer();
    const provider = providerOf(server);
    const piece = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 5 }), async (pieces) => {
        expect(await provider.verify(pieces.join('.'))).toBeNull();
      }),
      { numRuns: 300 },
    );
    expect(await provider.verify(`${'a'.repeat(20_000)}.b.c`)).toBeNull();
    expect(server.asked).toEqual([]);
  });
});

describe('the keys of the identity provider', () => {
  it('are asked for once, whatever the number of tokens', async () => {
    const server = await identityServer();
    const provider = providerOf(server);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => server.sign()));
    const verdicts = await Promise.all(tokens.map((token) => provider.verify(token)));
    expect(verdicts.every((verdict) => verdict !== null)).toBe(true);
    expect(server.asked).toEqual(['/.well-known/oauth-authorization-server', '/jwks']);
  });

  it('are found where the configuration says, without metadata', async () => {
    const server = await identityServer();
    const provider = providerOf(server, { oauth_jwks_url: `${server.origin}/jwks` });
    expect(await provider.verify(await server.sign())).not.toBeNull();
    expect(server.asked).toEqual(['/jwks']);
  });

  it.each([
    '/.well-known/oauth-authorization-server/tenant/a',
    '/.well-known/openid-configuration/tenant/a',
    '/tenant/a/.well-known/openid-configuration',
  ])('are found through metadata at %s', async (place) => {
    const server = await identityServer('/tenant/a');
    server.answers.delete('/.well-known/oauth-authorization-server/tenant/a');
    server.answers.set(place, json({ issuer: server.issuer, jwks_uri: `${server.origin}/jwks` }));
    const provider = providerOf(server);
    expect(await provider.verify(await server.sign())).not.toBeNull();
  });

  it('may be changed: a new one is taken, the former is refused, and an unknown one asks once a cooldown', async () => {
    const clock = stopClock();
    const server = await identityServer();
    const provider = providerOf(server);
    const former = await server.sign({ claims: { exp: seconds(7200) } });
    expect(await provider.verify(former)).not.toBeNull();

    const second = await server.newKey('second');
    const fresh = await server.sign({ key: second, claims: { exp: seconds(7200) } });
    for (let call = 0; call < 5; call += 1) expect(await provider.verify(fresh)).toBeNull();
    expect(server.asked.filter((path) => path === '/jwks')).toHaveLength(1);

    server.publish(second.jwk);
    clock.forward(31 * SECOND);
    expect(await provider.verify(fresh)).not.toBeNull();
    expect(await provider.verify(former)).toBeNull();
    expect(server.asked.filter((path) => path === '/jwks')).toHaveLength(2);
  });

  it('count no longer than ten minutes once they are withdrawn', async () => {
    const clock = stopClock();
    const server = await identityServer();
    const provider = providerOf(server);
    const token = await server.sign({ claims: { exp: seconds(7200) } });
    expect(await provider.verify(token)).not.toBeNull();
    server.publish((await server.newKey('second')).jwk);
    clock.forward(601 * SECOND);
    expect(await provider.verify(token)).toBeNull();
  });

  it('are all tried for a token that does not name one', async () => {
    const server = await identityServer();
    const [one, two, stranger] = await Promise.all(['one', 'two', 'three'].map((kid) => server.newKey(kid)));
    if (one === undefined || two === undefined || stranger === undefined) throw new Error('no keys');
    server.publish(one.jwk, two.jwk);
    const provider = providerOf(server);
    const header = { kid: undefined };
    expect(await provider.verify(await server.sign({ key: two, header }))).not.toBeNull();
    expect(await provider.verify(await server.sign({ key: stranger, header }))).toBeNull();
    const expired = { exp: seconds(-600) };
    expect(await provider.verify(await server.sign({ key: two, header, claims: expired }))).toBeNull();
  });
});

describe('a provider that does not answer as it should', () => {
  const verdict = (server: IdentityServer, deps: Partial<IdentityDeps> = {}) =>
    server.sign().then((token) => providerOf(server, {}, deps).verify(token));

  it('is down: that is told apart from a bad token', async () => {
    const server = await identityServer();
    const token = await server.sign();
    await server.stop();
    const provider = providerOf(server);
    await expect(provider.verify(token)).rejects.toThrow(IdentityProviderError);
    await expect(provider.verify(token)).rejects.toThrow(/cannot be asked: .* is out of reach/);
    expect(await provider.verify('a.b.c')).toBeNull();
  });

  it('is not asked again at once, and is asked again later', async () => {
    const clock = stopClock();
    const server = await identityServer();
    server.answers.set('/jwks', json({}, 500));
    const provider = providerOf(server);
    const token = await server.sign();
    for (let call = 0; call < 5; call += 1)
      await expect(provider.verify(token)).rejects.toThrow(/answered 500/);
    expect(server.asked.filter((path) => path === '/jwks')).toHaveLength(1);
    server.publish(server.key.jwk);
    clock.forward(6 * SECOND);
    expect(await provider.verify(token)).not.toBeNull();
  });

  it('keeps its known keys in force while it is down', async () => {
    const clock = stopClock();
    const server = await identityServer();
    const provider = providerOf(server);
    const token = await server.sign();
    const unknown = await server.sign({ key: await server.newKey('second') });
    await provider.verify(token);
    await server.stop();
    clock.forward(60 * SECOND);
    await expect(provider.verify(unknown)).rejects.toThrow(IdentityProviderError);
    expect(await provider.verify(token)).not.toBeNull();
  });

  it('is slow, with its head and with its body', async () => {
    const server = await identityServer();
    const patience = { timeoutMs: 150 };
    server.answers.set('/jwks', () => {});
    await expect(verdict(server, { patience })).rejects.toThrow(/does not answer in time/);
    server.answers.set('/jwks', (_request, response) => void response.write('{"keys":['));
    await expect(verdict(server, { patience })).rejects.toThrow(/does not answer in time/);
    server.answers.set('/.well-known/oauth-authorization-server', () => {});
    await expect(verdict(server, { patience })).rejects.toThrow(/does not answer in time/);
  });

  it('sends more than keys can be', async () => {
    const server = await identityServer();
    server.answers.set('/jwks', json({ keys: [server.key.jwk], more: 'x'.repeat(600_000) }));
    await expect(verdict(server)).rejects.toThrow(/answers too much/);
    server.answers.set('/jwks', (_request, response) => {
      const write = (): void => {
        while (response.writable && response.write('x'.repeat(65_536)));
        response.once('drain', write);
      };
      write();
    });
    await expect(verdict(server)).rejects.toThrow(/answers too much/);
  });

  it.each(['/jwks', '/.well-known/oauth-authorization-server'])('redirects from %s', async (path) => {
    const server = await identityServer();
    const other = await identityServer();
    const location = `${other.origin}${path}`;
    server.answers.set(path, (_request, response) => void response.writeHead(302, { location }).end());
    await expect(verdict(server)).rejects.toThrow(/redirects elsewhere/);
    expect(other.asked).toEqual([]);
  });

  it.each([
    ['no JSON', (_request: unknown, response: { end: (text: string) => void }) => response.end('<html>')],
    ['no key set', json({ keys: 'none' })],
    ['nothing', json({}, 404)],
  ])('holds %s where its keys should be', async (_name, answer) => {
    const server = await identityServer();
    server.answers.set('/jwks', answer);
    await expect(verdict(server)).rejects.toThrow(IdentityProviderError);
  });

  it('publishes the metadata of another issuer, an open address, or no metadata at all', async () => {
    const server = await identityServer();
    const place = '/.well-known/oauth-authorization-server';
    const jwks_uri = `${server.origin}/jwks`;
    server.answers.set(place, json({ issuer: 'https://id.example.org', jwks_uri }));
    await expect(verdict(server)).rejects.toThrow(/metadata of another issuer/);
    server.answers.set(place, json({ issuer: server.issuer, jwks_uri: 'http://id.example.org/jwks' }));
    await expect(verdict(server)).rejects.toThrow(/neither https nor on this machine/);
    server.answers.set(place, json({ issuer: server.issuer }));
    await expect(verdict(server)).rejects.toThrow(/no jwks_uri/);
    server.answers.delete(place);
    await expect(verdict(server)).rejects.toThrow(/publishes no metadata/);
  });
});

describe('the settings', () => {
  it.each(['oauth_issuer', 'oauth_audience', 'oauth_subjects'])('need %s', async (key) => {
    const server = await identityServer();
    const without = { [key]: key === 'oauth_subjects' ? [] : null };
    expect(() => providerOf(server, without)).toThrow(ConfigError);
  });
});

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Signs claims that a library would not write. */
async function signed(server: IdentityServer, claims: object): Promise<string> {
  const base = { iss: server.issuer, aud: AUDIENCE, sub: SUBJECT, exp: seconds(600), scope: 'midturn:read' };
  const input = `${encoded({ alg: 'ES256', kid: 'first', typ: 'at+jwt' })}.${encoded({ ...base, ...claims })}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(algorithm, server.key.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}
