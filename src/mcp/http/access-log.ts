/**
 * The lines of the access log: who asked what kind of thing, how it ended, how long it took. Never an argument, an
 * address with its query, a header or a text: names that a client makes up are kept only where they look like names.
 */
import { redact } from '../../text/redaction.ts';

export type AccessLine = {
  readonly method: string;
  /** `/mcp`, `/health` … or `other`. */
  readonly path: string;
  /** The method of JSON-RPC, or `batch`; null = none. */
  readonly rpc: string | null;
  readonly tool: string | null;
  /** 499 = the client was gone before there was an answer. */
  readonly status: number;
  readonly ms: number;
  /** Of the answer's body. */
  readonly bytes: number;
  /** The id of the token, never the token. */
  readonly token: string | null;
  readonly client: string | null;
  readonly era: 'legacy' | 'modern' | null;
};

/** A line of the log file, as `app.log` takes it. */
export type HttpLogLine = {
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly kind: 'http';
  readonly ok: boolean;
  readonly ms: number;
  readonly [field: string]: string | number | boolean | null;
};

const NAME = /^[\w./-]{1,64}$/;
const METHODS = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT', 'PATCH'];
/**
 * The log file of a day takes 64 MB, and everything else that midturn does is noted in it too: past this many lines
 * (about 20 MB), what went well is left out until the next day.
 */
const MOST_LINES_A_DAY = 100_000;
const DAY_MS = 86_400_000;

/** Writes the lines of one process. */
export function accessLog(write: (line: HttpLogLine) => void, now: () => number): (line: AccessLine) => void {
  let day = -1;
  let lines = 0;
  return (line) => {
    const at = now();
    const today = Math.floor(at / DAY_MS);
    if (today !== day) lines = 0;
    day = today;
    const ok = line.status < 400;
    if (lines >= MOST_LINES_A_DAY * (ok ? 1 : 2)) return;
    lines += 1;
    write({
      at,
      level: line.status >= 500 ? 'warn' : 'info',
      kind: 'http',
      ok,
      ms: line.ms,
      method: METHODS.includes(line.method) ? line.method : 'other',
      path: line.path,
      rpc: named(line.rpc),
      tool: named(line.tool),
      status: line.status,
      bytes: line.bytes,
      token: line.token,
      client:
        line.client === null
          ? null
          : redact(line.client)
              .text.replace(/[^\w.-]+/g, '-')
              .slice(0, 40),
      era: line.era,
    });
  };
}

function named(text: string | null): string | null {
  return text === null || (NAME.test(text) && redact(text).text === text) ? text : 'other';
}
