/** An identity provider over real HTTP on 127.0.0.1: it publishes metadata and keys, and signs what a test asks for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterEach } from 'vitest';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

type KeyPair = {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
};

type SignOptions = {
  readonly key?: KeyPair;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: JWTPayload;
};

export type IdentityServer = {
  readonly issuer: string;
  readonly origin: string;
  /** What it answers, by path; a test may put others in. */
  readonly answers: Map<string, Answer>;
  readonly asked: string[];
  readonly key: KeyPair;
  readonly newKey: (kid: string, alg?: string) => Promise<KeyPair>;
  readonly publish: (...keys: readonly JWK[]) => void;
  /** A token as it should be, changed by the options; a claim that is undefined is left out. */
  readonly sign: (options?: SignOptions) => Promise<string>;
  readonly stop: () => Promise<void>;
};

export const AUDIENCE = 'https://midturn.example.org/mcp';
export const SUBJECT = '248289761001';

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const stop of open.splice(0)) await stop();
});

export function json(value: unknown, status = 200): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}

export async function identityServer(path = ''): Promise<IdentityServer> {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers.get(request.url ?? '') ?? json({ error: 'not_found' }, 404);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const issuer = `${origin}${path}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  open.push(stop);

  const newKey = async (kid: string, alg = 'ES256'): Promise<KeyPair> => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
  };
  const key = await newKey('first');
  const publish = (...keys: readonly JWK[]): void => void answers.set('/jwks', json({ keys }));
  publish(key.jwk);
  const metadata = { issuer, jwks_uri: `${origin}/jwks`, token_endpoint: `${origin}/token` };
  answers.set(`/.well-known/oauth-authorization-server${path}`, json(metadata));

  return {
    issuer,
    origin,
    answers,
    asked,
    key,
    newKey,
    publish,
    stop,
    sign: async ({ key: by = key, header = {}, claims = {} } = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const all = {
        iss: issuer,
        aud: AUDIENCE,
        sub: SUBJECT,
        iat: now,
        exp: now + 600,
        scope: 'openid midturn:read midturn:write',
        ...claims,
      };
      const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
      return new SignJWT(payload)
        .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: 'at+jwt', ...header })
        .sign(by.privateKey);
    },
  };
}
