/**
 * One session of the protocols up to 2025-11-25: one server and one transport, for one client with one token. Requests
 * outlive the connection they came over (a client may come back for the answer), so they are counted here.
 */
import {
  isJSONRPCErrorResponse,
  isJSONRPCResultResponse,
  type McpServer,
  type RequestId,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { EventLog } from './event-log.ts';
import { cancelledRequest, requestIds } from './message.ts';
import { CODES, Refusal } from './refusal.ts';

/** The SDK's name, among the streams of a session, for the one that belongs to no request. */
const OWN_STREAM = '_GET_stream';

export type SessionOptions = {
  readonly id: string;
  /** Who may use it: `bearerKey`. */
  readonly key: string;
  /** The token's id: what its sessions are counted by. */
  readonly token: string;
  readonly server: McpServer;
  readonly retryMs: number;
  readonly now: () => number;
  /** Once the client's handshake is answered. */
  readonly onOpened: (session: Session) => void;
  readonly onClosed: (session: Session) => void;
};

export type Exchange = {
  readonly response: Response;
  /** When every request of the message has been answered or given up; the response may be over long before. */
  readonly settled: Promise<unknown>;
};

export class Session {
  readonly id: string;
  readonly key: string;
  readonly token: string;
  /** `clientInfo.name`; null until the handshake. */
  client: string | null = null;
  lastUsed: number;
  readonly #now: () => number;
  readonly #server: McpServer;
  readonly #transport: WebStandardStreamableHTTPServerTransport;
  readonly #log = new EventLog();
  /** Requests without an answer yet, and who waits for it. */
  readonly #pending = new Map<RequestId, () => void>();
  #streams = 0;
  /** The token that came last, and what ends the looking after it. */
  #borne: { readonly secret: string | null; readonly stop: () => void } | null = null;

  private constructor({ id, key, token, server, retryMs, now, onOpened, onClosed }: SessionOptions) {
    this.id = id;
    this.key = key;
    this.token = token;
    this.lastUsed = now();
    this.#now = now;
    this.#server = server;
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessioninitialized: () => onOpened(this),
      eventStore: this.#log,
      retryInterval: retryMs,
    });
    transport.onclose = () => {
      for (const settle of [...this.#pending.values()]) settle();
      this.#log.clear();
      this.#borne?.stop();
      onClosed(this);
    };
    const send = transport.send.bind(transport);
    transport.send = (message, options) => {
      if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) this.#settle(message.id);
      return send(message, options);
    };
    this.#transport = transport;
  }

  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options);
    await options.server.connect(session.#transport);
    return session;
  }

  get isRunning(): boolean {
    return this.#pending.size > 0;
  }

  /** Nobody reads from it and nothing runs in it. */
  get isIdle(): boolean {
    return this.#streams === 0 && !this.isRunning;
  }

  get isOpened(): boolean {
    return this.#transport.sessionId !== undefined;
  }

  /** @param message the parsed body of a POST; undefined for GET and DELETE. @throws Refusal for an id in use */
  async handle(request: Request, message: unknown): Promise<Exchange> {
    this.lastUsed = this.#now();
    const ids = requestIds(message);
    if (ids.some((id) => this.#pending.has(id)) || new Set(ids).size < ids.length)
      throw new Refusal({
        status: 400,
        code: CODES.request,
        message: 'Invalid request: a request with this id is still running in this session.',
      });
    const settled = Promise.all(ids.map((id) => this.#awaited(id)));
    if (request.method === 'GET') await this.#leaveStream(request.headers.get('last-event-id'));
    try {
      const response = await this.#transport.handleRequest(
        request,
        message === undefined ? {} : { parsedBody: message },
      );
      if (!response.ok) for (const id of ids) this.#settle(id);
      const cancelled = cancelledRequest(message);
      if (cancelled !== null) await this.#endCancelled(cancelled);
      return { response, settled };
    } catch (error) {
      for (const id of ids) this.#settle(id);
      throw error;
    }
  }

  /** Tokens of an identity provider are renewed: the session lives on with the one that came last. */
  borneBy(secret: string | null, lookAfter: () => () => void): void {
    if (this.#borne?.secret === secret) return;
    this.#borne?.stop();
    this.#borne = { secret, stop: lookAfter() };
  }

  /** Nothing goes on with a token that holds no more. */
  async lapse(): Promise<void> {
    this.#borne = null;
    this.#transport.closeStandaloneSSEStream();
    await this.giveUp([...this.#pending.keys()], 'The token of this request has expired or was revoked.');
  }

  /** While a connection of this session is open. Answers with what ends that. */
  hold(): () => void {
    this.#streams += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#streams -= 1;
      this.lastUsed = this.#now();
    };
  }

  /** Aborts what is still running of these requests, and answers them with an error. */
  async giveUp(ids: readonly RequestId[], message: string): Promise<void> {
    for (const id of ids) {
      if (!this.#pending.has(id)) continue;
      this.#transport.onmessage?.({
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId: id, reason: message },
      });
      await this.#transport.send({ jsonrpc: '2.0', id, error: { code: CODES.session, message } });
    }
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.#transport.close();
  }

  /**
   * A client that asks for its stream has no other one. Its former connection may have gone with a network or the sleep
   * of a laptop, which is noticed here a quarter of an hour later; the client would be refused until then, and give up.
   */
  async #leaveStream(lastEvent: string | null): Promise<void> {
    const stream = lastEvent === null ? OWN_STREAM : await this.#log.getStreamIdForEventId(lastEvent);
    if (stream === OWN_STREAM) this.#transport.closeStandaloneSSEStream();
  }

  #awaited(id: RequestId): Promise<void> {
    return new Promise((resolve) => {
      this.#pending.set(id, () => {
        this.#pending.delete(id);
        resolve();
      });
    });
  }

  #settle(id: RequestId | undefined): void {
    if (id !== undefined) this.#pending.get(id)?.();
  }

  /**
   * What a client has cancelled gets no answer from the server, and so its stream would never end. The stream is closed
   * first: nothing of the error reaches a client that does not ask for it.
   */
  async #endCancelled(id: RequestId): Promise<void> {
    if (!this.#pending.has(id)) return;
    this.#transport.closeSSEStream(id);
    const error = { code: CODES.general, message: 'The client has cancelled this request.' };
    await this.#transport.send({ jsonrpc: '2.0', id, error });
  }
}
