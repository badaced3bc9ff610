/**
 * Reads a small JSON document of the identity provider, through the proxy that the environment names. Redirects are
 * not followed: whoever can send one elsewhere would choose the keys that tokens are checked against.
 */
import { type Dispatcher, request } from 'undici';
import { codeOf } from '../model/errors.ts';
import { proxyAgent } from '../platform/proxy-agent.ts';
import { IdentityProviderError } from './identity-provider-error.ts';

export type JsonFetcher = {
  /**
   * Null where the provider says that there is no such document (a status of 4xx).
   * @throws IdentityProviderError
   */
  readonly getJson: (url: string, signal: AbortSignal) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The key sets and metadata of large providers are below 20 kB. */
const MOST_BYTES = 512 * 1024;
const CONNECT_MS = 5_000;

export function jsonFetcher(env: Environment): JsonFetcher {
  const agent = proxyAgent(env, { connectMs: CONNECT_MS, mostBytes: MOST_BYTES });
  return {
    getJson: async (url, signal) => {
      const { statusCode, body } = await answerOf(url, signal, agent);
      if (statusCode >= 400 && statusCode < 500) return null;
      if (statusCode >= 300 && statusCode < 400)
        throw new IdentityProviderError(`${url} redirects elsewhere, which is not followed`);
      if (statusCode !== 200) throw new IdentityProviderError(`${url} answered ${statusCode}`);
      try {
        return JSON.parse(body);
      } catch (cause) {
        throw new IdentityProviderError(`${url} answered something that is no JSON`, { cause });
      }
    },
    close: () => agent.destroy(),
  };
}

async function answerOf(
  url: string,
  signal: AbortSignal,
  dispatcher: Dispatcher,
): Promise<{ statusCode: number; body: string }> {
  try {
    const answer = await request(url, {
      dispatcher,
      signal,
      headers: { accept: 'application/json, application/jwk-set+json' },
      // The one deadline is the signal's.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { statusCode: answer.statusCode, body: await answer.body.text() };
  } catch (cause) {
    if (signal.aborted) throw new IdentityProviderError(`${url} does not answer in time`, { cause });
    const code = codeOf(cause);
    const why = code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? 'answers too much' : `is out of reach`;
    const told = code === undefined || why === 'answers too much' ? '' : ` (${code})`;
    throw new IdentityProviderError(`${url} ${why}${told}`, { cause });
  }
}
