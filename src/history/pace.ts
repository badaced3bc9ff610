/** How long an answer may be worked on: it can be cancelled, told how far it has come, and ended with what is there. */
import { setImmediate as turn } from 'node:timers/promises';
import { UserInputError } from '../model/errors.ts';

export type Pace = {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
  /** Aborted when the time is up: what was found by then is the answer. */
  readonly deadline?: AbortSignal;
  readonly onProgress?: (step: { readonly done: number; readonly total: number }) => void;
};

/** The store answers without leaving this process: others in it, and a cancellation, get their turn this often. */
const TURN_MS = 10;
/** An answer that takes less is not worth a word about how far it has come. */
const QUIET_MS = 1000;

export class Steps {
  readonly #pace: Pace;
  readonly #total: number;
  readonly #began = performance.now();
  #turned = this.#began;
  #done = 0;
  #cut = false;

  /** @param total the steps that there are at most */
  constructor(pace: Pace, total: number) {
    this.#pace = pace;
    this.#total = total;
  }

  /** True once something was left out because the time was up. */
  get cut(): boolean {
    return this.#cut;
  }

  /**
   * Between two steps. False = the time is up: the step that would come is left out.
   * @throws UserInputError when the call was cancelled
   */
  async next(): Promise<boolean> {
    const now = performance.now();
    if (now - this.#turned >= TURN_MS) {
      await turn();
      this.#turned = performance.now();
    }
    const { signal, deadline, onProgress } = this.#pace;
    if (signal?.aborted === true) throw new UserInputError({ what: 'The search was cancelled' });
    if (deadline?.aborted === true) {
      this.#cut = true;
      return false;
    }
    if (now - this.#began >= QUIET_MS)
      onProgress?.({ done: Math.min(this.#done, this.#total), total: this.#total });
    this.#done += 1;
    return true;
  }
}
