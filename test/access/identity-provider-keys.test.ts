import { describe, expect, it } from 'vitest';
import type { IdentityDeps } from '../../src/access/identity-provider.ts';
import { IdentityProviderError } from '../../src/access/identity-provider-error.ts';
import { type IdentityServer, identityServer, json } from './identity-server.ts';
import { providerOf, SECOND, seconds, stopClock } from './identity-world.ts';

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
