/**
 * How many calls run at once, and whose turn it is: tokens take turns, so that one that sends a thousand calls at once
 * delays its own, and not everybody's. Calls share one processor: the more of them run by turns, the later all of them
 * are done. Only few are let in at a time, therefore, and more while those wait: for a person, a model, another process.
 */
import { Refusal, tryAgain } from './refusal.ts';

export type TurnstileLimits = {
  /** Of all tokens. */
  readonly running: number;
  /** Of one token; less than all, so that no token holds every place with calls that wait for a person. */
  readonly runningOfOne: number;
  /** Of those that have run for less than `workMs`: what takes longer is taken to wait. Default: all that run. */
  readonly working?: number;
  readonly workingOfOne?: number;
  readonly workMs?: number;
  /** Of one token. */
  readonly waitingOfOne: number;
};

/** Calls take some 10 ms of the processor, and a few of them files and the disk, for which the others make use of it. */
const TURNSTILE: TurnstileLimits = {
  running: 64,
  runningOfOne: 32,
  waitingOfOne: 2048,
  working: 8,
  workingOfOne: 4,
  workMs: 250,
};

type Line = { running: number; working: number; readonly waiting: Set<() => void> };

export class Turnstile {
  readonly #limits: Required<TurnstileLimits>;
  /** In the order in which their turn comes. */
  readonly #lines = new Map<string, Line>();
  #running = 0;
  #working = 0;
  readonly #onIdle: (() => void)[] = [];

  constructor(limits: TurnstileLimits = TURNSTILE) {
    const { running: working, runningOfOne: workingOfOne } = limits;
    this.#limits = { working, workingOfOne, workMs: 0, ...limits };
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
    const line = this.#lines.get(token) ?? { running: 0, working: 0, waiting: new Set() };
    this.#lines.set(token, line);
    return line;
  }

  #hasRoom(line: Line): boolean {
    const { running, runningOfOne, working, workingOfOne } = this.#limits;
    return (
      this.#running < running &&
      line.running < runningOfOne &&
      this.#working < working &&
      line.working < workingOfOne
    );
  }

  #take(token: string, line: Line): () => void {
    this.#running += 1;
    line.running += 1;
    this.#working += 1;
    line.working += 1;
    let works = true;
    const rest = (): void => {
      if (!works) return;
      works = false;
      this.#working -= 1;
      line.working -= 1;
    };
    const { workMs } = this.#limits;
    const timer = workMs === 0 ? undefined : setTimeout(() => this.#after(rest), workMs);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      clearTimeout(timer);
      rest();
      this.#running -= 1;
      line.running -= 1;
      this.#forget(token, line);
      this.#admitNext();
    };
  }

  #after(rest: () => void): void {
    rest();
    this.#admitNext();
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
