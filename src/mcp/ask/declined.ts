/** What people have declined in a form: it is not shown again for the same words, however often a model sends them. */

/** Beyond that the oldest may be asked again. */
const MOST = 1000;

export class Declined {
  /** Oldest first. */
  readonly #known = new Set<string>();

  /** @param shown hash of what was shown */
  add(shown: string): void {
    this.#known.add(shown);
    for (const oldest of this.#known) {
      if (this.#known.size <= MOST) break;
      this.#known.delete(oldest);
    }
  }

  has(shown: string): boolean {
    return this.#known.has(shown);
  }
}
