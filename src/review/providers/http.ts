/**
 * One POST of JSON to a model's server, through the proxy that the environment names. What goes wrong is a value whose
 * words hold no header; redirects are not followed, since they would carry the key elsewhere.
 */
import { request } from 'undici';
import { codeOf } from '../../model/errors.ts';
import { proxyAgent } from '../../platform/proxy-agent.ts';

type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly body: string;
    }
  /** `sent`: the server may have read the request. */
  | {
      readonly kind: 'timeout' | 'unreachable' | 'aborted' | 'invalid_output';
      readonly words: string;
      readonly sent: boolean;
    };

type Environment = Readonly<Record<string, string | undefined>>;

export type HttpClient = {
  readonly post: (
    url: URL,
    options: {
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown;
      readonly timeoutMs: number;
      readonly signal: AbortSignal;
    },
  ) => Promise<HttpAnswer>;
  /** Closes the connections that are kept. */
  readonly close: () => Promise<void>;
};

const MOST_BYTES = 8 * 1024 * 1024;
const CONNECT_MS = 10_000;

export function httpClient(env: Environment): HttpClient {
  const agent = proxyAgent(env, { connectMs: CONNECT_MS, mostBytes: MOST_BYTES });
  return {
    post: async (url, { headers, body, timeoutMs, signal }) => {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
          body: JSON.stringify(body),
          signal: AbortSignal.any([signal, timeout]),
          // The one deadline is `timeoutMs`.
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        return {
          kind: 'answer',
          status: answer.statusCode,
          retryAfterMs: retryAfter(answer.headers['retry-after']),
          body: await answer.body.text(),
        };
      } catch (error) {
        if (signal.aborted) return { kind: 'aborted', words: 'it was called off', sent: true };
        if (timeout.aborted)
          return { kind: 'timeout', words: `it did not answer within ${seconds(timeoutMs)}`, sent: true };
        return troubleOf(error);
      }
    },
    close: () => agent.destroy(),
  };
}

type Trouble = {
  readonly kind: 'timeout' | 'unreachable' | 'invalid_output';
  readonly words: string;
  readonly sent: boolean;
};

const TROUBLE: Readonly<Record<string, Trouble>> = {
  ECONNREFUSED: { kind: 'unreachable', words: 'nothing listens there', sent: false },
  ENOTFOUND: { kind: 'unreachable', words: 'there is no such host', sent: false },
  EAI_AGAIN: { kind: 'unreachable', words: 'its name cannot be looked up now', sent: false },
  UND_ERR_CONNECT_TIMEOUT: { kind: 'timeout', words: 'it cannot be reached', sent: false },
  ECONNRESET: { kind: 'unreachable', words: 'it broke the connection off', sent: true },
  UND_ERR_SOCKET: { kind: 'unreachable', words: 'it broke the connection off', sent: true },
  UND_ERR_ABORTED: { kind: 'unreachable', words: 'the proxy does not let it through', sent: false },
  UND_ERR_RES_EXCEEDED_MAX_SIZE: { kind: 'invalid_output', words: 'its answer is too large', sent: true },
};

/** By the code alone: a message may hold more than it should. */
function troubleOf(error: unknown): Trouble {
  const code = codeOf(error) ?? (error instanceof AggregateError ? codeOf(error.errors[0]) : undefined);
  if (code === undefined) return { kind: 'unreachable', words: 'it could not be asked', sent: true };
  return TROUBLE[code] ?? { kind: 'unreachable', words: `it could not be asked (${code})`, sent: true };
}

/** Seconds or a date; in ms. */
function retryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || header.trim() === '') return null;
  const value = Number(header);
  const ms = Number.isFinite(value) ? value * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}
