/** Feedback, written off the path of an answer: what a busy store does not take goes along with the next one. */
import type { FeedbackEvent } from '../store/feedback.ts';
import type { Store } from '../store/store.ts';

/** What a busy store leaves unwritten is kept up to this many events. */
const HELD_FEEDBACK = 1000;

type FeedbackDeps = {
  readonly store: () => Promise<Store>;
  readonly onError: () => Promise<void>;
};

export class FeedbackBook {
  readonly #deps: FeedbackDeps;
  readonly #held: FeedbackEvent[] = [];

  constructor(deps: FeedbackDeps) {
    this.#deps = deps;
  }

  note(events: readonly FeedbackEvent[]): void {
    this.#held.push(...events);
    this.#held.splice(0, this.#held.length - HELD_FEEDBACK);
    if (this.#held.length > 0) setImmediate(() => void this.#write());
  }

  async #write(): Promise<void> {
    const events = this.#held.splice(0);
    if (events.length === 0) return;
    try {
      const store = await this.#deps.store();
      // Held back while another process writes: the next answer takes it along.
      if (!(await store.feedback.record(events))) this.#held.unshift(...events);
    } catch {
      await this.#deps.onError();
    }
  }
}
