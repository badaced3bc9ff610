/**
 * The keys of an identity provider: where they are (said by the configuration, or by the issuer's own metadata), and
 * how often they are asked for. A token with an unknown key or a provider that is down never makes a request for each
 * call: what anyone can send must not become traffic to somebody else.
 */
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import type { Clock } from '../model/time.ts';
import { IdentityProviderError } from './identity-provider-error.ts';
import type { JsonFetcher } from './identity-provider-fetch.ts';

export type ProviderKeysOptions = {
  readonly issuer: string;
  /** Null = the issuer's metadata says it. */
  readonly jwksUrl: string | null;
  readonly getJson: JsonFetcher['getJson'];
  readonly now: Clock;
  readonly timeoutMs?: number;
  /** The least time between two requests for keys, and after a failure. */
  readonly cooldownMs?: number;
};

const TIMEOUT_MS = 5_000;
const COOLDOWN_MS = 30_000;
/** A provider that was down is asked again sooner than one whose keys are known. */
const FAILURE_COOLDOWN_MS = 5_000;
/** A key that was withdrawn counts no longer than this. */
const MAX_AGE_MS = 600_000;
/** Providers move their keys to another address, and leave the earlier one in place for longer than this. */
const METADATA_AGE_MS = 86_400_000;

const Metadata = z.looseObject({ issuer: z.string(), jwks_uri: z.string().optional() });
const KeySet = z.looseObject({ keys: z.array(z.looseObject({})) });

type Metadata = z.infer<typeof Metadata>;

/** The key that has signed a token, by the token's header. Throws IdentityProviderError, or what jose says of the token. */
export function providerKeys(options: ProviderKeysOptions): JWTVerifyGetKey {
  const { issuer, getJson, now, timeoutMs = TIMEOUT_MS, cooldownMs = COOLDOWN_MS } = options;
  const failures = { pause: Math.min(cooldownMs, FAILURE_COOLDOWN_MS), now };
  const metadata = kept(() => discovered(issuer, getJson, timeoutMs), failures);

  const keySet = kept(async (): Promise<JWTVerifyGetKey> => {
    const address = options.jwksUrl ?? (await metadata()).jwks_uri;
    if (address === undefined) throw new IdentityProviderError('its metadata names no jwks_uri');
    const get = paused(async (url: string, signal: AbortSignal) => {
      const found = KeySet.safeParse(await getJson(url, signal));
      if (!found.success) throw new IdentityProviderError(`${url} holds no key set`);
      return found.data;
    }, failures);
    return createRemoteJWKSet(safeAddress(address), {
      timeoutDuration: timeoutMs,
      cooldownDuration: cooldownMs,
      cacheMaxAge: MAX_AGE_MS,
      [customFetch]: async (url, { signal }) => Response.json(await get(url, signal)),
    });
  }, failures);

  return async (header, token) => (await keySet())(header, token);
}

/** The issuer's metadata, from the places where RFC 8414 and OpenID Connect put it. */
async function discovered(
  issuer: string,
  getJson: JsonFetcher['getJson'],
  timeoutMs: number,
): Promise<Metadata> {
  const signal = AbortSignal.timeout(timeoutMs);
  for (const url of metadataAddresses(issuer)) {
    const found = await getJson(url, signal);
    if (found === null) continue;
    const metadata = Metadata.safeParse(found);
    if (!metadata.success) throw new IdentityProviderError(`${url} holds no metadata`);
    // RFC 8414, 3.3: otherwise one provider could speak for another one.
    if (metadata.data.issuer !== issuer)
      throw new IdentityProviderError(`${url} is the metadata of another issuer`);
    return metadata.data;
  }
  throw new IdentityProviderError(`${issuer} publishes no metadata`);
}

function metadataAddresses(issuer: string): string[] {
  const { origin, pathname } = safeAddress(issuer);
  const path = pathname.replace(/\/+$/, '');
  return [
    ...new Set([
      `${origin}/.well-known/oauth-authorization-server${path}`,
      `${origin}/.well-known/openid-configuration${path}`,
      `${origin}${path}/.well-known/openid-configuration`,
    ]),
  ];
}

/** Keys that come over an open line can be anybody's; on this machine there is no line. */
function safeAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !isSafe(url))
    throw new IdentityProviderError('an address that it gives is neither https nor on this machine');
  return url;
}

function isSafe({ protocol, hostname, username, password }: URL): boolean {
  if (username !== '' || password !== '') return false;
  if (protocol === 'https:') return true;
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
  return protocol === 'http:' && loopback;
}

type Pause = { readonly pause: number; readonly now: Clock };

/** Made once and kept for a day; what failed is made again after the pause. */
function kept<T>(make: () => Promise<T>, failures: Pause): () => Promise<T> {
  let made: { readonly value: Promise<T>; readonly until: number } | null = null;
  const again = paused(make, failures);
  return () => {
    if (made !== null && failures.now() < made.until) return made.value;
    const value = again();
    made = { value, until: failures.now() + METADATA_AGE_MS };
    value.catch(() => {
      made = null;
    });
    return value;
  };
}

/** After a failure everybody gets the same one until the pause is over. */
function paused<A extends readonly unknown[], T>(
  act: (...args: A) => Promise<T>,
  { pause, now }: Pause,
): (...args: A) => Promise<T> {
  let failed: { readonly error: unknown; readonly until: number } | null = null;
  return async (...args) => {
    if (failed !== null && now() < failed.until) throw failed.error;
    failed = null;
    try {
      return await act(...args);
    } catch (error) {
      failed = { error, until: now() + pause };
      throw error;
    }
  };
}
