/**
 * The sessions of this process: bounded, ended when nobody uses them, and each found only by the bearer that opened
 * it. For anybody else its id is like one that never was: whoever learns or plants an id gains nothing by it.
 */
import { randomBytes } from 'node:crypto';
import type { McpServer } from '@modelcontextprotocol/server';
import { CODES, Refusal, tryAgain } from './refusal.ts';
import { Session } from './session.ts';

/** `key`: who may use a session; `token`: by what it is counted. */
type Opener = { readonly key: string; readonly token: string };

export type SessionsOptions = {
  readonly most: number;
  readonly idleMs: number;
  readonly retryMs: number;
  readonly now: () => number;
  readonly onerror: (error: Error) => void;
};

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #open = new Map<string, Session>();
  /** Handshakes that are being answered count too. */
  #opening = 0;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws Refusal 404 for an id that is not this bearer's */
  find(id: string, key: string): Session {
    const session = this.#open.get(id);
    if (session !== undefined && session.key === key) return session;
    throw new Refusal({
      status: 404,
      code: CODES.session,
      message: 'Session not found. Send initialize again, without Mcp-Session-Id.',
    });
  }

  /**
   * A session whose handshake is still to be handled: it is kept once that has been answered, and closed otherwise.
   * @throws Refusal 503 where there are too many and all are in use
   */
  async open(opener: Opener, buildServer: () => McpServer | Promise<McpServer>): Promise<Session> {
    this.#opening += 1;
    let counted = true;
    const uncount = (): void => {
      if (counted) this.#opening -= 1;
      counted = false;
    };
    try {
      await this.#makeRoom(opener);
      return await Session.open({
        id: randomBytes(24).toString('base64url'),
        ...opener,
        server: await buildServer(),
        retryMs: this.#options.retryMs,
        now: this.#options.now,
        onOpened: (session) => {
          uncount();
          this.#open.set(session.id, session);
        },
        onClosed: (session) => {
          uncount();
          this.#open.delete(session.id);
        },
      });
    } catch (error) {
      uncount();
      throw error;
    }
  }

  /** Ends those that nobody has used for long. */
  async expire(): Promise<void> {
    const before = this.#options.now() - this.#options.idleMs;
    await Promise.all(
      [...this.#open.values()]
        .filter((session) => session.isIdle && session.lastUsed < before)
        .map((session) => this.end(session)),
    );
  }

  async end(session: Session): Promise<void> {
    this.#open.delete(session.id);
    try {
      await session.close();
    } catch (error) {
      this.#options.onerror(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#open.values()].map((session) => this.end(session)));
  }

  async #makeRoom({ token }: Opener): Promise<void> {
    if (this.#open.size + this.#opening <= this.#options.most) return;
    const victim = givenUp([...this.#open.values()], token);
    if (victim === undefined)
      throw new Refusal({
        status: 503,
        message: `All ${this.#options.most} sessions are in use (max_sessions in [http] of config.toml).`,
        headers: tryAgain(30_000),
      });
    await this.end(victim);
  }
}

/**
 * The session that makes room: an idle one of the token that has most, so that who opens many ends its own; otherwise
 * one that only listens, of a token that has more than the asking one. What runs is never cut off.
 */
function givenUp(sessions: readonly Session[], asking: string): Session | undefined {
  const counts = new Map<string, number>();
  for (const { token } of sessions) counts.set(token, (counts.get(token) ?? 0) + 1);
  const held = (token: string): number => counts.get(token) ?? 0;
  const [first] = sessions
    .filter((session) => session.isIdle || (!session.isRunning && held(session.token) > held(asking) + 1))
    .sort(
      (one, other) =>
        Number(other.isIdle) - Number(one.isIdle) ||
        held(other.token) - held(one.token) ||
        one.lastUsed - other.lastUsed,
    );
  return first;
}
