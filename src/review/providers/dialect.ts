/**
 * How the servers of models are asked over HTTP. A dialect says where, with which headers and body, and how its answers
 * are read; what a status means is the same for all of them.
 */
import type { ReviewFailureKind, ReviewProfile } from '../../model/review.ts';
import { isRecord } from '../../text/first-object.ts';
import { redact } from '../../text/redaction.ts';
import {
  type Ask,
  type CallOptions,
  type CallResult,
  type FailedCall,
  failed,
  NO_TOKENS,
  type Quirk,
  type Tokens,
} from './calls.ts';
import type { HttpClient } from './http.ts';

export type Json = Readonly<Record<string, unknown>>;

export type Prompted = {
  /** How to review. */
  readonly instructions: string;
  /** What to review, JSON. */
  readonly snapshot: string;
};

export type Dialect = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: (options: Pick<CallOptions, 'maxTokens' | 'quirks'>) => Json;
  /** An answer of status 200. Null = it holds neither an answer nor an error. */
  readonly read: (answer: Json) => Extract<CallResult, { kind: 'text' }> | ServerError | null;
};

/** An error that a server tells in its body, whatever the status. */
export type ServerError = {
  readonly kind: 'error';
  readonly failure: ReviewFailureKind;
  readonly words: string;
  readonly again: boolean;
  /** Of a model that has read the session before it refused; by default nothing was charged. */
  readonly tokens?: Tokens;
};

/** Statuses that may pass. 529 is Anthropic's "overloaded". */
const AGAIN = new Set([408, 425, 429, 500, 502, 503, 504, 529]);
/** A key, a balance or an address: what only a person can mend, and nothing of this session. */
const FOR_A_PERSON = new Set([401, 402, 403, 404]);
const LONGEST_WORDS = 200;
const LONGEST_RAW = 20_000;

export function askOver(
  http: HttpClient,
  dialect: Dialect,
  { timeoutMs }: Pick<ReviewProfile, 'timeoutMs'>,
  key: string | null,
): Ask {
  const shown = (text: string) => cut(masked(text, key).replace(/\s+/g, ' '), LONGEST_WORDS);
  return async (options) => {
    const { url, headers } = dialect;
    const answer = await http.post(url, {
      headers,
      body: dialect.body(options),
      timeoutMs,
      signal: options.signal,
    });
    if (answer.kind === 'aborted') return failed('aborted', answer.words);
    if (answer.kind !== 'answer')
      return failed(answer.kind, answer.words, {
        again: answer.kind !== 'invalid_output',
        ...(answer.sent ? {} : { tokens: NO_TOKENS }),
      });
    const body = parsed(answer.body);
    if (answer.status !== 200) return refused(answer, body, options, shown);
    const read = body === null ? null : dialect.read(body);
    if (read === null) {
      const raw = cut(masked(answer.body, key), LONGEST_RAW);
      // No model writes this: a gateway, a login page, a server of something else.
      const words = body === null ? 'its answer is no JSON' : 'its answer holds no answer of a model';
      return failed('unreachable', words, { again: true, raw });
    }
    if (read.kind === 'text') return read;
    return failed(read.failure, shown(read.words), {
      again: read.again,
      tokens: read.tokens ?? NO_TOKENS,
    });
  };
}

function refused(
  { status, retryAfterMs }: { readonly status: number; readonly retryAfterMs: number | null },
  body: Json | null,
  options: CallOptions,
  shown: (text: string) => string,
): FailedCall {
  const again = AGAIN.has(status);
  const said = errorWords(body);
  // What is said of a refused key may repeat it.
  const why = said === null || status === 401 || status === 403 ? '' : `: ${shown(said)}`;
  return failed(
    kindOf(status),
    `${STATUS_WORDS[status] ?? (again ? 'it is out of order' : 'it refused')} (${status})${why}`,
    {
      again,
      retryAfterMs,
      quirk: status === 400 || status === 422 ? quirkOf(said, options.quirks) : null,
      tokens: NO_TOKENS,
    },
  );
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  401: 'it refuses the key',
  402: 'it wants to be paid first',
  403: 'it refuses the key, or what it may do',
  404: 'it knows no such address or model',
  408: 'it took too long',
  413: 'the session is too long for it',
  429: 'it is asked too much',
  529: 'it is overloaded',
};

function kindOf(status: number): ReviewFailureKind {
  if (status === 429 || status === 529) return 'rate_limited';
  if (status === 408 || status === 504) return 'timeout';
  if (FOR_A_PERSON.has(status)) return 'not_configured';
  return AGAIN.has(status) ? 'unreachable' : 'refused';
}

/** Servers of one dialect take different parameters; the error names the one that is not taken. */
function quirkOf(said: string | null, tried: ReadonlySet<Quirk>): Quirk | null {
  if (said === null) return null;
  const wanted: ReadonlyArray<readonly [Quirk, RegExp]> = [
    ['completion-tokens', /max_completion_tokens/i],
    ['no-temperature', /temperature/i],
    ['no-format', /response_format|json_object|json mode/i],
  ];
  return wanted.find(([quirk, words]) => !tried.has(quirk) && words.test(said))?.[0] ?? null;
}

/** `{error: {message}}`, `{error: "…"}`, `{message}`, `{detail}`: all of them are met. */
function errorWords(body: Json | null): string | null {
  if (body === null) return null;
  const { error, message, detail } = body;
  const said = isRecord(error) ? (error.message ?? error.type ?? error.code) : (error ?? message ?? detail);
  return typeof said === 'string' && said.trim() !== '' ? said.trim() : null;
}

/** An error in a body of status 200, as proxies and gateways send it. */
export function bodyError({ error }: Json): ServerError | null {
  if (error === undefined || error === null || error === false) return null;
  const type = isRecord(error) ? [error.type, error.code, error.status].join(' ') : '';
  const words = errorWords({ error }) ?? 'no words for it';
  const status = /\b(\d{3})\b/.exec(type)?.[1];
  const failure = /overloaded|rate.?limit|too_many|resource_exhausted/i.test(type)
    ? 'rate_limited'
    : status !== undefined
      ? kindOf(Number(status))
      : /server_error|api_error|internal|unavailable/i.test(type)
        ? 'unreachable'
        : /timeout/i.test(type)
          ? 'timeout'
          : /auth|permission|api.?key|not_found|billing|quota|balance/i.test(type)
            ? 'not_configured'
            : 'refused';
  return {
    kind: 'error',
    failure,
    words: `it answered with an error: ${words}`,
    again: failure !== 'refused' && failure !== 'not_configured',
  };
}

export function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** Without the key, and without anything else that looks like one. */
function masked(text: string, key: string | null): string {
  const without = key === null || key === '' ? text : text.replaceAll(key, '[key]');
  return redact(without).text;
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

function parsed(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
