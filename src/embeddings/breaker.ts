/** Stops asking an endpoint that fails: a question must not wait for it again and again. */
import type { Clock } from '../model/time.ts';

const FAILURES = 3;
const CLOSED_MS = 30_000;

export class Breaker {
  readonly #now: Clock;
  #failures = 0;
  #until = Number.NEGATIVE_INFINITY;

  constructor(now: Clock) {
    this.#now = now;
  }

  /** False for 30 s after three failures in a row; then one question may try. */
  get mayAsk(): boolean {
    return this.#now() >= this.#until;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures >= FAILURES) this.#until = this.#now() + CLOSED_MS;
  }
}
