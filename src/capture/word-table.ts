/**
 * Numbers the terms of many batches: a word is handed over once, and its number from then on. Looking every word of
 * every batch up again costs more than to store it.
 */

/** About 4 MB. Where a store's words are more, the table begins anew now and then. */
const MOST_WORDS = 50_000;
/** From this length on a piece of a text keeps the whole text in memory. */
const SLICED_FROM = 13;

export class WordTable {
  #numbers = new Map<string, number>();
  #list: string[] = [];

  /** The words by number: it only grows, and what follows when the table begins anew is another one. */
  get list(): readonly string[] {
    return this.#list;
  }

  /** To be called before each batch, whose numbers are of one list. */
  begin(): void {
    if (this.#list.length < MOST_WORDS) return;
    this.#numbers = new Map();
    this.#list = [];
  }

  number(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#list.length;
    const own = word.length < SLICED_FROM ? word : copied(word);
    this.#list.push(own);
    this.#numbers.set(own, number);
    return number;
  }
}

function copied(word: string): string {
  return Buffer.from(word, 'utf16le').toString('utf16le');
}
