/**
 * One full-text index: its dictionary of terms with document frequencies, its token streams, and the FTS5 table
 * over term numbers. Messages and memories have one each, over a shared dictionary.
 */
import { novelty, withNovelty } from '../../text/cues.ts';
import { packTerms, TermWords, unpackTerms } from './blob.ts';
import type { Connection } from './connection.ts';
import type { MessageCues } from './message-cues.ts';

export type CorpusName = 'messages' | 'memories';

/** Dictionary entries kept in memory; about 8 MB at most. */
const DICTIONARY_LIMIT = 60_000;
const FIRST_TERMS = 4096;

type Numbers = ArrayLike<number>;
/** Words, or numbers that the index gave for them in this transaction. */
type Terms = readonly string[] | Uint32Array;

type TokenRow = {
  terms: Buffer;
  length: number;
  scope: string;
  indexed: number;
  cues: number;
  author: number;
};

type Listed = { readonly words: readonly string[]; readonly numbers: Uint32Array };
const NO_LIST: Listed = { words: [], numbers: new Uint32Array() };
/** A record that stands alone has none. */
const NO_CUES: MessageCues = { cues: 0, author: 0 };

export class TermIndex {
  readonly name: CorpusName;
  readonly #dictionary = new Map<string, number>();
  /** Changes of document frequencies since the last flush, by term number. */
  #frequencies = new Int32Array(FIRST_TERMS);
  /** The document that a term was last counted for: a term counts once a document. */
  #counted = new Uint32Array(FIRST_TERMS);
  /** 1 for terms that a document is known to hold: what holds others is new. */
  #held = new Uint8Array(FIRST_TERMS);
  /** The dictionary's numbers of the last list of words that was given; 0 = not looked up. */
  #listed: Listed = NO_LIST;
  readonly #touched: number[] = [];
  readonly #words = new TermWords();
  #tallies = 0;
  /** How often words had left the dictionary when this one was last looked at; null = to be looked up. */
  #erasures: number | null = null;
  #known = 0;
  #documents = 0;
  #terms = 0;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(connection: Connection, name: CorpusName) {
    this.name = name;
    this.#statements = prepareStatements(connection, name);
    connection.onRollback(() => {
      this.#dictionary.clear();
      this.#listed = NO_LIST;
      this.#held.fill(0);
      this.#forget();
    });
  }

  /** To be called when the index was emptied, or words left the dictionary. */
  emptied(): void {
    this.#dictionary.clear();
    this.#listed = NO_LIST;
    this.#held.fill(0);
  }

  /** The numbers of these terms, new ones entered into the dictionary. Call inside a write transaction. */
  numbers(terms: readonly string[]): number[] {
    return terms.map((term) => this.#number(term));
  }

  /**
   * As {@link numbers}, for terms that are given as places in `words`. Each of these is looked up once as long as the
   * list stays the same; it may grow.
   */
  numbersIn(words: readonly string[], places: Uint32Array): Uint32Array {
    this.#keepUp();
    if (this.#listed.words !== words) this.#listed = { words, numbers: new Uint32Array(words.length) };
    if (this.#listed.numbers.length < words.length) {
      const { numbers } = this.#listed;
      this.#listed = { words, numbers: new Uint32Array(words.length * 2) };
      this.#listed.numbers.set(numbers);
    }
    const known = this.#listed.numbers;
    const out = new Uint32Array(places.length);
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at] ?? 0;
      let number = known[place] ?? 0;
      if (number === 0) {
        number = this.#number(words[place] ?? '');
        known[place] = number;
      }
      out[at] = number;
    }
    return out;
  }

  /** Indexes a document by its terms, or their numbers. Call {@link flush} before the transaction ends. */
  add(document: number, terms: Terms, scope: string, marks: MessageCues = NO_CUES): void {
    this.#put(document, this.#numbersOf(terms), scope, marks, 0);
  }

  /** Indexes a document anew; nothing is written when its terms are the same. */
  replace(document: number, terms: Terms, scope: string, marks: MessageCues = NO_CUES): void {
    const row = this.#statements.tokens.get(document);
    const numbers = this.#numbersOf(terms);
    if (row !== undefined && row.scope === scope && packTerms(numbers).equals(row.terms)) return;
    this.remove(document);
    // Its own first form has made its terms known: it stays as new as it was.
    if (terms.length > 0) this.#put(document, numbers, scope, marks, novelty(row?.cues ?? 0));
  }

  /** Takes a document out of the index and forgets its tokens. */
  remove(document: number): void {
    const row = this.#statements.tokens.get(document);
    if (row === undefined) return;
    if (row.indexed === 1) this.#leave(document, row);
    this.#statements.dropTokens.run(document);
  }

  /** Hides a document from search, or shows it again; its tokens stay. */
  show(document: number, shown: boolean): void {
    const row = this.#statements.tokens.get(document);
    if (row === undefined || (row.indexed === 1) === shown) return;
    if (shown) this.#enter(document, unpackTerms(row.terms, row.length), row.scope);
    else this.#leave(document, row);
    this.#statements.markTokens.run(shown ? 1 : 0, document);
  }

  /** Writes the document frequencies gathered since the last flush. */
  flush(): void {
    // In the order of the table: neighbouring terms share a page.
    this.#touched.sort((a, b) => a - b);
    for (const number of this.#touched) {
      const change = this.#frequencies[number] ?? 0;
      if (change !== 0) this.#statements.addFrequency.run(change, number);
      // A term whose changes cancelled out in between was touched more than once.
      this.#frequencies[number] = 0;
    }
    if (this.#documents !== 0 || this.#terms !== 0)
      this.#statements.addCorpus.run(this.#documents, this.#terms, this.name);
    this.#forget();
  }

  #put(document: number, numbers: Numbers, scope: string, marks: MessageCues, least: number): void {
    const { body, novelty } = this.#count(numbers, 1);
    const cues = withNovelty(marks.cues, Math.max(least, novelty));
    this.#statements.putTokens.run(
      document,
      packTerms(numbers),
      numbers.length,
      scope,
      1,
      cues,
      marks.author,
    );
    this.#statements.enter.run(document, body, scope);
  }

  #enter(document: number, numbers: Numbers, scope: string): void {
    this.#statements.enter.run(document, this.#count(numbers, 1).body, scope);
  }

  #leave(document: number, row: TokenRow): void {
    const numbers = unpackTerms(row.terms, row.length);
    this.#statements.leave.run(document, this.#count(numbers, -1).body, row.scope);
  }

  /**
   * Counts a document's distinct terms. Gives the body that the table holds of it, each term once: it only finds
   * candidates, how often a term stands in them is in their token streams. And the share of terms that no document
   * held before.
   */
  #count(numbers: Numbers, by: 1 | -1): { readonly body: string; readonly novelty: number } {
    this.#tallies += 1;
    this.#words.begin(numbers.length);
    let distinct = 0;
    let fresh = 0;
    for (let at = 0; at < numbers.length; at += 1) {
      const number = numbers[at] ?? 0;
      if (number >= this.#counted.length) this.#grow(number);
      if (this.#counted[number] === this.#tallies) continue;
      this.#counted[number] = this.#tallies;
      distinct += 1;
      if (this.#held[number] !== 1) {
        fresh += 1;
        this.#held[number] = 1;
      }
      if (this.#frequencies[number] === 0) this.#touched.push(number);
      this.#frequencies[number] = (this.#frequencies[number] ?? 0) + by;
      this.#words.put(number);
    }
    this.#documents += by;
    this.#terms += by * numbers.length;
    return { body: this.#words.text(), novelty: distinct === 0 ? 0 : fresh / distinct };
  }

  #numbersOf(terms: Terms): Numbers {
    return terms instanceof Uint32Array ? terms : this.numbers(terms);
  }

  #number(term: string): number {
    this.#keepUp();
    const known = this.#dictionary.get(term);
    if (known !== undefined) return known;
    const stored = this.#statements.findTerm.get(term);
    const number = stored?.number ?? Number(this.#statements.addTerm.run(term).lastInsertRowid);
    if (number >= this.#counted.length) this.#grow(number);
    if (stored !== undefined && stored.documents > 0) this.#held[number] = 1;
    if (this.#dictionary.size >= DICTIONARY_LIMIT) this.#dictionary.clear();
    this.#dictionary.set(term, number);
    return number;
  }

  /** Another process may have erased words: their numbers stand for nothing any more. Looked up once a transaction. */
  #keepUp(): void {
    if (this.#erasures !== null) return;
    this.#erasures = this.#statements.erasures.get() ?? 0;
    if (this.#erasures !== this.#known) this.emptied();
    this.#known = this.#erasures;
  }

  #grow(number: number): void {
    const [frequencies, counted, held] = [this.#frequencies, this.#counted, this.#held];
    this.#frequencies = new Int32Array(number * 2);
    this.#counted = new Uint32Array(number * 2);
    this.#held = new Uint8Array(number * 2);
    this.#frequencies.set(frequencies);
    this.#counted.set(counted);
    this.#held.set(held);
  }

  #forget(): void {
    for (const number of this.#touched) this.#frequencies[number] = 0;
    this.#touched.length = 0;
    this.#documents = 0;
    this.#terms = 0;
    this.#erasures = null;
  }
}

function prepareStatements({ db }: Connection, name: CorpusName) {
  const kind = name === 'messages' ? 'message' : 'memory';
  const index = `${kind}_index`;
  const tokens = `${kind}_tokens`;
  return {
    erasures: db.prepare<[], number>("SELECT value FROM counters WHERE name = 'terms.erased'").pluck(),
    findTerm: db.prepare<[string], { number: number; documents: number }>(
      `SELECT number, ${name} AS documents FROM terms WHERE term = ?`,
    ),
    addTerm: db.prepare<[string]>('INSERT INTO terms (term) VALUES (?)'),
    addFrequency: db.prepare<[number, number]>(`UPDATE terms SET ${name} = ${name} + ? WHERE number = ?`),
    addCorpus: db.prepare<[number, number, string]>(
      'UPDATE corpora SET documents = documents + ?, terms = terms + ? WHERE name = ?',
    ),
    tokens: db.prepare<[number], TokenRow>(
      `SELECT terms, length, scope, indexed, cues, author FROM ${tokens} WHERE document = ?`,
    ),
    putTokens: db.prepare<[number, Buffer, number, string, number, number, number]>(
      `INSERT INTO ${tokens} (document, terms, length, scope, indexed, cues, author) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    markTokens: db.prepare<[number, number]>(`UPDATE ${tokens} SET indexed = ? WHERE document = ?`),
    dropTokens: db.prepare<[number]>(`DELETE FROM ${tokens} WHERE document = ?`),
    enter: db.prepare<[number, string, string]>(`INSERT INTO ${index} (rowid, body, scope) VALUES (?, ?, ?)`),
    leave: db.prepare<[number, string, string]>(
      `INSERT INTO ${index} (${index}, rowid, body, scope) VALUES ('delete', ?, ?, ?)`,
    ),
  };
}
