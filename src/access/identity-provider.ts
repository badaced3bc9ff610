/**
 * Access tokens of an identity provider (OAuth 2.1, midturn as the resource server): a JSON Web Token is checked
 * against the provider's published keys and becomes a Principal. midturn issues no token, and passes none on.
 */
import { createHash } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from 'jose';
import { ACCESS_SCOPES, type Principal, rightsOf, USUAL_SCOPES } from '../model/access.ts';
import { ConfigError } from '../model/errors.ts';
import type { ProjectId } from '../model/ids.ts';
import type { Clock } from '../model/time.ts';
import type { HttpSettings } from '../project/configuration-http.ts';
import { IdentityProviderError } from './identity-provider-error.ts';
import { jsonFetcher } from './identity-provider-fetch.ts';
import { providerKeys } from './identity-provider-keys.ts';

export type IdentitySettings = Pick<
  HttpSettings,
  | 'oauth_issuer'
  | 'oauth_audience'
  | 'oauth_jwks_url'
  | 'oauth_subjects'
  | 'oauth_projects'
  | 'oauth_scope_prefix'
>;

export type IdentityDeps = {
  /** Names the proxy, where there is one. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Clock;
  /** Whose memory this is. */
  readonly owner: () => Promise<string>;
  /** The known ones among `oauth_projects`; asked with every token, since a project may become known meanwhile. */
  readonly projects: (named: readonly string[]) => Promise<readonly ProjectId[]>;
  /** Shorter in tests. */
  readonly patience?: { readonly timeoutMs?: number; readonly cooldownMs?: number };
};

export type IdentityProvider = {
  /** As the provider writes it: what RFC 9728 calls an authorization server of this resource. */
  readonly issuer: string;
  /** What a client asks the provider for: `midturn:read` … */
  readonly scopes: readonly string[];
  /** Those that a client asks for without a reason for more: `admin` approves on the owner's behalf. */
  readonly usualScopes: readonly string[];
  /** What a token must be made for. */
  readonly audience: string;
  /**
   * Null for a token that is not good for this server, whatever is wrong with it.
   * @throws IdentityProviderError when nobody can tell, because the provider does not answer as it should
   */
  readonly verify: (token: string) => Promise<Principal | null>;
  /** Closes the connections that are kept. */
  readonly close: () => Promise<void>;
};

/** Signatures that only the provider can make: never `none`, and no HMAC, whose key could be the published one. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** RFC 9068 names access tokens `at+jwt`; many providers write `JWT` or nothing. Logout and proof tokens have other names. */
const TYPES = new Set(['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt']);
/** How far the clocks of the provider and of this machine may be apart. */
const CLOCK_TOLERANCE_S = 30;
/** Tokens with many groups in them reach 4 kB; 16 kB is what Node takes of all headers. */
const MOST_CHARACTERS = 16_384;
/** Names that can stand in a log line and a receipt as they are. */
const PLAIN_SUBJECT = /^[\w.@|:+=-]{1,64}$/;

/** @throws ConfigError where issuer, audience or subjects are missing */
export function identityProvider(settings: IdentitySettings, deps: IdentityDeps): IdentityProvider {
  const { issuer, audience, subjects } = required(settings);
  const prefix = settings.oauth_scope_prefix;
  const fetcher = jsonFetcher(deps.env);
  const keyOf = providerKeys({
    issuer,
    jwksUrl: settings.oauth_jwks_url,
    getJson: fetcher.getJson,
    now: deps.now,
    ...deps.patience,
  });

  const principalOf = async ({ payload, protectedHeader }: JWTVerifyResult): Promise<Principal | null> => {
    const { sub, exp } = payload;
    const type: unknown = protectedHeader.typ;
    if (type !== undefined && !TYPES.has(String(type).toLowerCase())) return null;
    // Bound to a key that the bearer has to prove (DPoP, mutual TLS): without the proof it may be a stolen one.
    if (payload.cnf !== undefined) return null;
    if (typeof sub !== 'string' || !subjects.has(sub) || exp === undefined) return null;
    const named = settings.oauth_projects;
    return {
      id: `oauth:${PLAIN_SUBJECT.test(sub) ? sub : hashed(sub)}`,
      owner: await deps.owner(),
      rights: rightsOf(scopesOf(payload, prefix)),
      projects: named.length === 0 ? null : await deps.projects(named),
      expiresAt: Math.min(Math.floor(exp * 1000), Number.MAX_SAFE_INTEGER),
    };
  };

  return {
    issuer,
    scopes: ACCESS_SCOPES.map((scope) => `${prefix}${scope}`),
    usualScopes: USUAL_SCOPES.map((scope) => `${prefix}${scope}`),
    audience,
    close: fetcher.close,
    verify: async (token) => {
      if (token.length > MOST_CHARACTERS) return null;
      const options = {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(deps.now()),
      };
      const verified = await verifiedOrNull(() => signedByOne(token, keyOf, options));
      return verified === null ? null : principalOf(verified);
    },
  };
}

type VerifyOptions = NonNullable<Parameters<typeof jwtVerify>[2]>;

/** Where the token does not say which of several keys signed it, each is tried. */
async function signedByOne(
  token: string,
  keyOf: JWTVerifyGetKey,
  options: VerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, keyOf, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options);
      } catch (other) {
        if (!(other instanceof errors.JWSSignatureVerificationFailed)) throw other;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** What jose finds wrong with a token is its answer; every other error is the provider's. */
async function verifiedOrNull(verify: () => Promise<JWTVerifyResult>): Promise<JWTVerifyResult | null> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof IdentityProviderError) throw error;
    if (REFUSALS.some((refusal) => error instanceof refusal)) return null;
    throw new IdentityProviderError('its keys cannot be used', { cause: error });
  }
}

const REFUSALS = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
] as const;

/** `scope` is a text with spaces (RFC 8693); some providers write `scp`, a text or a list. */
function scopesOf({ scope, scp }: JWTPayload, prefix: string): string[] {
  return [scope, scp]
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .flatMap((value) => (typeof value === 'string' ? value.split(' ') : []))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
}

function required({ oauth_issuer, oauth_audience, oauth_subjects }: IdentitySettings): {
  issuer: string;
  audience: string;
  subjects: ReadonlySet<string>;
} {
  const missing = (key: string, why: string): ConfigError =>
    new ConfigError({ what: `http.${key} is not set`, why, next: `Write ${key} into [http] of config.toml` });
  if (oauth_issuer === null) throw missing('oauth_issuer', 'tokens are checked against its keys');
  if (oauth_audience === null)
    throw missing('oauth_audience', 'a token for another service would open this one');
  if (oauth_subjects.length === 0)
    throw missing('oauth_subjects', 'everybody with an account there would read this memory');
  return { issuer: oauth_issuer, audience: oauth_audience, subjects: new Set(oauth_subjects) };
}

function hashed(subject: string): string {
  return `sha256-${createHash('sha256').update(subject).digest('hex').slice(0, 16)}`;
}
