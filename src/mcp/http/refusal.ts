/** A request that is not served: its HTTP status, and the JSON-RPC error that says what to do instead. */
import type { ServerResponse } from 'node:http';

export type RefusalWords = {
  readonly status: number;
  /** The code of JSON-RPC. */
  readonly code?: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The codes of JSON-RPC that the server itself uses; what is outside the protocol has the SDK's general one. */
export const CODES = {
  parse: -32_700,
  request: -32_600,
  params: -32_602,
  inside: -32_603,
  general: -32_000,
  session: -32_001,
} as const;

export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, code = CODES.general, message, headers = {} }: RefusalWords) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A client that is told to wait does so in seconds; at least one. */
export function tryAgain(ms: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))) };
}

export function stopping(): Refusal {
  const headers = { connection: 'close', ...tryAgain(5000) };
  return new Refusal({ status: 503, message: 'The server is being stopped.', headers });
}

/** @param id of the JSON-RPC request; null = none could be told */
export function errorBody(code: number, message: string, id: string | number | null): string {
  return JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id });
}

/** Answers, and tells how many bytes the body has. Does nothing to an answer that has begun. */
export function refuse(res: ServerResponse, refusal: Refusal, id: string | number | null = null): number {
  if (res.headersSent) return 0;
  return sendJson(res, refusal.status, errorBody(refusal.code, refusal.message, id), refusal.headers);
}

export function sendJson(
  res: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): number {
  const bytes = Buffer.byteLength(body);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  res.end(body);
  return bytes;
}
