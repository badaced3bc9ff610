import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { exportSPKI, importJWK, type JWTPayload, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { newId, projectId } from '../../src/model/ids.ts';
import { AUDIENCE, type IdentityServer, identityServer, SUBJECT } from './identity-server.ts';
import { providerOf, SECOND, seconds } from './identity-world.ts';

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
