/**
 * Looks again at the bearers of what stays open. A request is let in by its token; a stream or a session that lives on
 * after it must not outlive the token's revocation or end by more than a few seconds.
 */
import { messageOf } from '../../model/errors.ts';
import type { ListenOptions } from './options.ts';

export type RechecksOptions = Pick<ListenOptions, 'authenticate' | 'onerror'> & { readonly everyMs: number };

export class Rechecks {
  readonly #options: RechecksOptions;
  /** What is to be ended when a token holds no more. Tokens stay in memory as long as something of theirs is open. */
  readonly #open = new Map<string | null, Set<() => void>>();
  #timer: NodeJS.Timeout | undefined;
  /** Told once, however many looks it lasts. */
  #trouble: string | null = null;

  constructor(options: RechecksOptions) {
    this.#options = options;
  }

  /** @param end is called once when the token holds no more. Answers with what stops the looking. */
  add(secret: string | null, end: () => void): () => void {
    const ends = this.#open.get(secret) ?? new Set();
    this.#open.set(secret, ends);
    ends.add(end);
    this.#schedule();
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.#open.get(secret) === ends) this.#open.delete(secret);
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#open.clear();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#open.size === 0) return;
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => {
        this.#timer = undefined;
        this.#schedule();
      });
    }, this.#options.everyMs).unref();
  }

  async #look(): Promise<void> {
    for (const [secret, ends] of [...this.#open]) {
      if (await this.#holds(secret)) continue;
      this.#open.delete(secret);
      for (const end of [...ends]) end();
    }
  }

  /** Where nobody can tell, as with a store that is locked, the next look will. */
  async #holds(secret: string | null): Promise<boolean> {
    try {
      const principal = await this.#options.authenticate(secret, 'recheck');
      this.#trouble = null;
      return principal !== null;
    } catch (error) {
      const trouble = messageOf(error);
      if (trouble !== this.#trouble)
        this.#options.onerror(error instanceof Error ? error : new Error(trouble));
      this.#trouble = trouble;
      return true;
    }
  }
}
