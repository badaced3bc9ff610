/**
 * How many calls run at once, and whose turn it is: tokens take turns, so that one that sends a thousand calls at once
 * delays its own, and not everybody's.
 */
import { Refusal, tryAgain } from './refusal.ts';

export type TurnstileLimits = {
  /** Of all tokens. */
  readonly running: number;
  /** Of one token; less than all, so that no token holds every place with calls that wait for a person. */
  readonly runningOfOne: number;
  /** Of one token. */
  readonly waitingOfOne: number;
};

const TURNSTILE: TurnstileLimits = { running: 64, runningOfOne: 32, waitingOfOne: 2048 };

type Line = { running: number; readonly waiting: Set<() => void> };

export class Turnstile {
  readonly #limits: TurnstileLimits;
  /** In the order in which their turn comes. */
  readonly #lines = new Map<string, Line>();
  #running = 0;
  readonly #onIdle: (() => void)[] = [];

  constructor(limits: TurnstileLimits = TURNSTILE) {
    this.#limits = limits;
  }

  /** When nothing runs and nobody waits. */
  whenIdle(): Promise<void> {
    return this.#lines.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /**
   * Waits for a place, and answers with what gives it back (once).
   * @throws Refusal 429 when too many of this token wait already; the signal's reason when it is aborted
   */
  async enter(token: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const line = this.#lineOf(token);
    if (line.waiting.size === 0 && this.#hasRoom(line)) return this.#take(token, line);
    if (line.waiting.size >= this.#limits.waitingOfOne)
      throw new Refusal({
        status: 429,
        message: `${this.#limits.waitingOfOne} calls of this token are waiting already.`,
        headers: tryAgain(1000),
      });
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        signal.removeEventListener('abort', leave);
        line.waiting.delete(admit);
        resolve(this.#take(token, line));
      };
      const leave = (): void => {
        line.waiting.delete(admit);
        this.#forget(token, line);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      line.waiting.add(admit);
    });
  }

  #lineOf(token: string): Line {
    const line = this.#lines.get(token) ?? { running: 0, waiting: new Set() };
    this.#lines.set(token, line);
    return line;
  }

  #hasRoom(line: Line): boolean {
    return this.#running < this.#limits.running && line.running < this.#limits.runningOfOne;
  }

  #take(token: string, line: Line): () => void {
    this.#running += 1;
    line.running += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#running -= 1;
      line.running -= 1;
      this.#forget(token, line);
      this.#admitNext();
    };
  }

  #admitNext(): void {
    for (const [token, line] of this.#lines) {
      const [next] = line.waiting;
      if (next === undefined || !this.#hasRoom(line)) continue;
      // To the end: the others come first now.
      this.#lines.delete(token);
      this.#lines.set(token, line);
      next();
      return;
    }
  }

  #forget(token: string, line: Line): void {
    if (line.running > 0 || line.waiting.size > 0) return;
    this.#lines.delete(token);
    if (this.#lines.size === 0) for (const tell of this.#onIdle.splice(0)) tell();
  }
}
