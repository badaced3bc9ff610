/** The calls that run or wait for their turn: what ends one besides its answer is its deadline, or the server's end. */
import { CODES, Refusal, stopping } from './refusal.ts';

export class Calls {
  readonly #seconds: number;
  readonly #open = new Set<AbortController>();
  #isEnding = false;

  /** @param seconds the hard end of each */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** From now on the call is aborted, with a Refusal, when it has to end. Answers with what says that it is over. */
  begin(abort: AbortController): () => void {
    if (this.#isEnding) throw stopping();
    const late = new Refusal({
      status: 504,
      code: CODES.session,
      message: `This request was ended after ${this.#seconds} seconds (request_seconds in [http] of config.toml).`,
    });
    const timer = setTimeout(() => abort.abort(late), this.#seconds * 1000);
    this.#open.add(abort);
    return () => {
      clearTimeout(timer);
      this.#open.delete(abort);
    };
  }

  /** Ends those that still run; their clients are told, and no other one begins. */
  giveUp(): void {
    this.#isEnding = true;
    for (const abort of this.#open) abort.abort(stopping());
  }
}
