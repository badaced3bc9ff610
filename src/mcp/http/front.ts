/** Every request comes by here: the guard, the paths there are, errors as answers, and a line for the access log. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessLine } from './access-log.ts';
import { ClientLeft } from './body.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import type { Endpoint } from './endpoint.ts';
import { type GuardRule, isHostAllowed, isOriginAllowed } from './guard.ts';
import { answeredId } from './message.ts';
import { Note } from './note.ts';
import { CODES, Refusal, refuse, sendJson, stopping } from './refusal.ts';

export type FrontParts = {
  readonly endpoint: Endpoint;
  readonly rule: GuardRule;
  readonly isClosing: () => boolean;
  /** The protected resource metadata; null where it is not at this path, as without an identity provider. */
  readonly metadata: (path: string) => string | null;
  readonly accessLog: (line: AccessLine) => void;
  readonly onerror: (error: Error) => void;
};

/** No address that this server knows is longer; template expressions have been fed with longer ones. */
const MOST_URL = 2048;
const OWN_PATHS = ['/mcp', '/health'];
const METADATA = '/.well-known/oauth-protected-resource';
/** No answer had begun when the client left. */
const CLIENT_LEFT = 499;

export class Front {
  readonly #parts: FrontParts;
  /** Answers that are not over. */
  readonly open = new Set<ServerResponse>();

  constructor(parts: FrontParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const started = performance.now();
    const note = new Note();
    const path = (req.url ?? '').split('?', 1)[0] ?? '';
    let bytes = 0;
    this.open.add(res);
    res.once('close', () => this.open.delete(res));
    try {
      bytes = await this.#route(req, res, path, note);
    } catch (error) {
      // Node ends the connection by itself.
      const isGone = error instanceof ClientLeft || res.destroyed;
      if (!isGone) bytes = refuse(res, this.#refusalFor(error), answeredId(note.message));
    }
    this.#parts.accessLog({
      method: req.method ?? '',
      path: logged(path),
      rpc: note.rpc,
      tool: note.tool,
      status: res.headersSent ? res.statusCode : CLIENT_LEFT,
      ms: performance.now() - started,
      bytes,
      token: note.token,
      client: note.client,
      era: note.era,
    });
  }

  async #route(req: IncomingMessage, res: ServerResponse, path: string, note: Note): Promise<number> {
    this.#guard(req);
    const { rule, isClosing, metadata, endpoint } = this.#parts;
    const { origin } = req.headers;
    for (const [name, value] of Object.entries(corsHeaders(origin, rule.origins))) res.setHeader(name, value);
    res.setHeader('x-content-type-options', 'nosniff');
    if (isClosing()) {
      const refusal = stopping();
      if (path === '/health') return sendJson(res, 503, '{"ok":false}', refusal.headers);
      throw refusal;
    }
    const document = path === '/mcp' ? null : path === '/health' ? '{"ok":true}' : metadata(path);
    if (path !== '/mcp' && document === null) throw notFound();
    const preflight = req.method === 'OPTIONS' ? preflightHeaders(origin, rule.origins) : null;
    if (preflight !== null) {
      res.writeHead(204, { ...preflight, 'content-length': '0' }).end();
      return 0;
    }
    if (document === null) return endpoint.serve(req, res, note);
    if (req.method !== 'GET' && req.method !== 'HEAD')
      throw new Refusal({ status: 405, message: 'Method not allowed.', headers: { allow: 'GET, HEAD' } });
    return sendJson(res, 200, document);
  }

  #guard({ headers, headersDistinct, url = '' }: IncomingMessage): void {
    const { rule } = this.#parts;
    if ((headersDistinct.host ?? []).length !== 1 || !isHostAllowed(headers.host, rule))
      throw new Refusal({
        status: 403,
        message:
          'This Host is not one of this server. A name by which clients call it belongs in allowed_hosts in [http] of config.toml.',
      });
    if (!isOriginAllowed(headers.origin, rule))
      throw new Refusal({
        status: 403,
        message:
          'Pages of this Origin may not call this server. One that may belongs in allowed_origins in [http] of config.toml.',
      });
    if (url.length > MOST_URL) throw new Refusal({ status: 414, message: 'The address is too long.' });
  }

  #refusalFor(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    this.#parts.onerror(error instanceof Error ? error : new Error(String(error)));
    return new Refusal({
      status: 500,
      code: CODES.inside,
      message: 'midturn failed inside. Run `midturn doctor` on its machine if it happens again.',
    });
  }
}

/** What anybody makes up stays out of the log. */
function logged(path: string): string {
  if (OWN_PATHS.includes(path)) return path;
  return path === METADATA || path.startsWith(`${METADATA}/`) ? METADATA : 'other';
}

function notFound(): Refusal {
  return new Refusal({ status: 404, message: 'Not found. The server answers at /mcp.' });
}
