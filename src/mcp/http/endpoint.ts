/**
 * A request to /mcp: whose it is, whether it may come in now, which of the two protocol eras answers it, and what ends
 * it: its answer, its client's leaving, its deadline, or the end of its token.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type NodeIncomingMessageLike, toWebRequest } from '@modelcontextprotocol/node';
import { isLegacyRequest, type RequestId } from '@modelcontextprotocol/server';
import { UserInputError } from '../../model/errors.ts';
import { writeResponse } from './answer.ts';
import {
  type Bearer,
  bearerKey,
  bearerToken,
  challenge,
  mayNothing,
  namedProject,
  type TokenSource,
} from './bearer.ts';
import { type BodyRoom, BodyTooLarge, readBody, refuseTooLarge, requireJson } from './body.ts';
import type { Calls } from './calls.ts';
import { answeredId, countMessages, requestIds, rpcMethod, sentClientName } from './message.ts';
import type { ModernDesks } from './modern.ts';
import type { Note } from './note.ts';
import type { ListenOptions } from './options.ts';
import type { Rates } from './rates.ts';
import type { Rechecks } from './rechecks.ts';
import { CODES, errorBody, Refusal, tryAgain } from './refusal.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Streams } from './streams.ts';
import type { Turnstile } from './turnstile.ts';

export type EndpointParts = {
  readonly options: ListenOptions;
  readonly rates: Rates;
  readonly room: BodyRoom;
  readonly turnstile: Turnstile;
  readonly calls: Calls;
  readonly streams: Streams;
  readonly sessions: Sessions;
  readonly desks: ModernDesks;
  readonly rechecks: Rechecks;
  /** Null without an identity provider. */
  readonly tokenSource: () => TokenSource | null;
};

type End = () => void;

/** A request that has come in. */
type Visit = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly note: Note;
  readonly bearer: Bearer;
  readonly secret: string | null;
  /** Undefined for GET and DELETE. */
  readonly message: unknown;
  /** Aborted by the deadline and by the end of the token, with a Refusal; when the client has left, with nothing. */
  readonly abort: AbortController;
  readonly request: Request;
};

/** Protocols from here on begin a stream with an event id: their clients can come back for the answer. */
const RESUMABLE_SINCE = '2025-11-25';

export class Endpoint {
  readonly #parts: EndpointParts;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
  }

  /** Answers with the number of bytes of the body. @throws Refusal */
  async serve(req: IncomingMessage, res: ServerResponse, note: Note): Promise<number> {
    if (!['GET', 'POST', 'DELETE'].includes(req.method ?? ''))
      throw new Refusal({
        status: 405,
        message: 'Method not allowed.',
        headers: { allow: 'GET, POST, DELETE' },
      });
    const { options, rates, room, rechecks } = this.#parts;
    // Of two headers a proxy may have checked the other one.
    if ((req.headersDistinct.authorization ?? []).length > 1)
      throw new Refusal({ status: 400, message: 'Send one Authorization header.' });
    const secret = bearerToken(req.headers.authorization);
    const bearer = await this.#letIn(req, secret, note);
    if (req.method === 'POST') requireJson(req);
    let held = 0;
    const abort = new AbortController();
    const leave = (): void => abort.abort();
    res.once('close', leave);
    const forget = rechecks.add(secret, () => abort.abort(this.#unauthorized('invalid_token')));
    try {
      let message: unknown;
      if (req.method === 'POST') {
        const body = await this.#body(req, res);
        held = body.bytes;
        message = body.value;
        note.read(message);
        await rates.spend(bearer.principal.id, countMessages(message) - 1);
      }
      const request = await toWebRequest(withoutBody(req), undefined, {
        signal: abort.signal,
        maxRequestBodySize: options.settings.max_body_bytes,
      });
      const visit: Visit = { req, res, note, bearer, secret, message, abort, request };
      if (await isLegacyRequest(request, message)) return await this.#legacy(visit);
      return await this.#modern(visit);
    } catch (error) {
      if (error instanceof BodyTooLarge)
        return await refuseTooLarge(req, res, options.settings.max_body_bytes);
      throw error;
    } finally {
      room.release(held);
      res.off('close', leave);
      forget();
    }
  }

  async #letIn(req: IncomingMessage, secret: string | null, note: Note): Promise<Bearer> {
    const { options, rates } = this.#parts;
    const principal = await options
      .authenticate(secret, 'request')
      .catch((error: unknown) => this.#unavailable(error));
    if (principal === null) throw this.#unauthorized(secret === null ? null : 'invalid_token');
    note.token = principal.id;
    if (mayNothing(principal))
      throw new Refusal({
        status: 403,
        message: 'This token gives no right to anything here: it needs the scope read, write or admin.',
        headers: { 'www-authenticate': challenge('insufficient_scope', this.#parts.tokenSource()) },
      });
    await rates.spend(principal.id, 1);
    const named = namedProject(single(req.headers['midturn-project']));
    const project = await options.projectFor(principal, named).catch((error: unknown) => {
      if (error instanceof UserInputError)
        throw new Refusal({ status: 400, code: CODES.params, message: error.message });
      return this.#unavailable(error);
    });
    return { principal, project };
  }

  async #body(req: IncomingMessage, res: ServerResponse): Promise<{ value: unknown; bytes: number }> {
    if (req.headers.expect !== undefined) res.writeContinue();
    return readBody(req, { mostBytes: this.#parts.options.settings.max_body_bytes, room: this.#parts.room });
  }

  async #modern({ bearer, note, message, abort, request, res }: Visit): Promise<number> {
    const { calls, turnstile, streams, desks } = this.#parts;
    const { id } = bearer.principal;
    note.era = 'modern';
    note.client = sentClientName(message);
    const isSubscription = note.rpc === 'subscriptions/listen';
    const ends: End[] = [];
    try {
      if (isSubscription) ends.push(streams.open(id));
      else {
        ends.push(calls.begin(abort));
        ends.push(await turnstile.enter(id, abort.signal));
      }
      const desk = desks.take(bearer);
      ends.push(desk.release);
      const response = await desk.fetch(request, message);
      const refusal = refusalOf(abort.signal);
      if (refusal !== null) {
        await response.body?.cancel();
        throw refusal;
      }
      const called = isSubscription ? null : answeredId(message);
      return await writeResponse(res, response, () => lastWord(refusalOf(abort.signal), called));
    } finally {
      endAll(ends);
    }
  }

  async #legacy(visit: Visit): Promise<number> {
    const { req, res, note, message, bearer, abort, request } = visit;
    const { calls, turnstile, streams, sessions } = this.#parts;
    const { id } = bearer.principal;
    note.era = 'legacy';
    const ids = requestIds(message);
    const ends: End[] = [];
    /** A session's request runs on when its connection is gone. */
    const endsOfCall: End[] = [];
    try {
      if (req.method === 'GET') ends.push(streams.open(id));
      if (ids.length > 0) {
        endsOfCall.push(calls.begin(abort));
        endsOfCall.push(await turnstile.enter(id, abort.signal));
      }
      const session = await this.#session(visit);
      note.client = session.client;
      ends.push(session.hold());
      const { response, settled } = await session.handle(request, message);
      void settled.then(() => endAll(endsOfCall));
      // The handshake was refused.
      if (!session.isOpened) await sessions.end(session);
      if (ids.length > 0) this.#giveUpInTime(visit, session, ids);
      return await writeResponse(res, response);
    } catch (error) {
      endAll(endsOfCall);
      throw error;
    } finally {
      endAll(ends);
    }
  }

  async #session({ req, message, bearer, secret }: Visit): Promise<Session> {
    const { sessions, rechecks, options } = this.#parts;
    const key = bearerKey(bearer);
    const sent = single(req.headers['mcp-session-id']);
    if (sent === undefined && rpcMethod(message) !== 'initialize')
      throw new Refusal({
        status: 400,
        message:
          'There is no Mcp-Session-Id: send initialize first, and then the id that its answer carries.',
      });
    const session =
      sent === undefined
        ? await sessions.open({ key, token: bearer.principal.id }, () => options.buildServer(bearer))
        : sessions.find(sent, key);
    if (sent === undefined) session.client = sentClientName(message);
    session.borneBy(secret, () => rechecks.add(secret, () => this.#lapse(session)));
    return session;
  }

  /**
   * The token that a session was last used with holds no more. An identity provider's lives for minutes and is renewed
   * by a client that may have been idle meanwhile: its session waits for the next one, which has to be of the same bearer.
   */
  #lapse(session: Session): void {
    const { sessions, options } = this.#parts;
    const over = (options.identity ?? null) === null ? sessions.end(session) : session.lapse();
    over.catch((error: unknown) => this.#report(error));
  }

  /** What ends a session's request besides its answer. */
  #giveUpInTime({ req, res, abort: { signal } }: Visit, session: Session, ids: readonly RequestId[]): void {
    const canResume = (single(req.headers['mcp-protocol-version']) ?? '') >= RESUMABLE_SINCE;
    const end = (): void => {
      const refusal = refusalOf(signal);
      if (refusal === null && (canResume || res.writableFinished)) return;
      session
        .giveUp(ids, refusal?.message ?? 'The client has left.')
        .catch((error: unknown) => this.#report(error));
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  }

  #unauthorized(error: 'invalid_token' | null): Refusal {
    return new Refusal({
      status: 401,
      message:
        error === null
          ? 'Send a token, as in Authorization: Bearer mtk_… . `midturn token create` makes one.'
          : 'This token is unknown, revoked or expired. `midturn token create` makes another.',
      headers: { 'www-authenticate': challenge(error, this.#parts.tokenSource()) },
    });
  }

  /** Nothing of the reason goes to the client: it could name files. */
  #unavailable(error: unknown): never {
    this.#report(error);
    throw new Refusal({
      status: 503,
      message: 'It cannot be told at the moment who you are and what you may see. Try again.',
      headers: tryAgain(2000),
    });
  }

  #report(error: unknown): void {
    this.#parts.options.onerror(error instanceof Error ? error : new Error(String(error)));
  }
}

function endAll(ends: readonly End[]): void {
  for (const end of ends) end();
}

function refusalOf({ reason }: AbortSignal): Refusal | null {
  return reason instanceof Refusal ? reason : null;
}

/** The end of an event stream whose call was ended from outside. */
function lastWord(refusal: Refusal | null, id: RequestId | null): string {
  return refusal === null || id === null
    ? ''
    : `event: message\ndata: ${errorBody(refusal.code, refusal.message, id)}\n\n`;
}

/** The body has been read and parsed, and goes its own way. */
function withoutBody({ method = 'GET', url = '/', headers }: IncomingMessage): NodeIncomingMessageLike {
  return { method, url, headers, async *[Symbol.asyncIterator]() {} };
}

function single(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
