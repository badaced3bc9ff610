/** How many streams a token may hold open: they run no call, but each is a connection. */
import { Refusal, tryAgain } from './refusal.ts';

const MOST_OF_ONE = 512;

export class Streams {
  readonly #open = new Map<string, number>();

  /** Answers with what counts it as closed. @throws Refusal 429 */
  open(token: string): () => void {
    const count = this.#open.get(token) ?? 0;
    if (count >= MOST_OF_ONE)
      throw new Refusal({
        status: 429,
        message: `This token has ${MOST_OF_ONE} streams open already.`,
        headers: tryAgain(10_000),
      });
    this.#open.set(token, count + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.#open.get(token) ?? 1) - 1;
      if (left === 0) this.#open.delete(token);
      else this.#open.set(token, left);
    };
  }
}
