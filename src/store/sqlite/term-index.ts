/**
 * One full-text index: its dictionary of terms with document frequencies, its token streams, and the FTS5 table
 * over term numbers. Messages and memories have one each, over a shared dictionary.
 */
import { packTerms, termWords, unpackTerms } from './blob.ts';
import type { Connection } from './connection.ts';

export type CorpusName = 'messages' | 'memories';

/** Dictionary entries kept in memory; about 8 MB at most. */
const DICTIONARY_LIMIT = 60_000;
const FIRST_TERMS = 4096;

type TokenRow = { terms: Buffer; length: number; scope: string; indexed: number };

export class TermIndex {
  readonly name: CorpusName;
  readonly #dictionary = new Map<string, number>();
  /** Changes of document frequencies since the last flush, by term number. */
  #frequencies = new Int32Array(FIRST_TERMS);
  /** The document that a term was last counted for: a term counts once a document. */
  #counted = new Uint32Array(FIRST_TERMS);
  readonly #touched: number[] = [];
  #tallies = 0;
  #documents = 0;
  #terms = 0;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(connection: Connection, name: CorpusName) {
    this.name = name;
    this.#statements = prepareStatements(connection, name);
    connection.onRollback(() => {
      this.#dictionary.clear();
      this.#forget();
    });
  }

  /** The numbers of these terms, new ones entered into the dictionary. Call inside a write transaction. */
  numbers(terms: readonly string[]): number[] {
    return terms.map((term) => this.#number(term));
  }

  /** Indexes a document. Call {@link flush} before the transaction ends. */
  add(document: number, terms: readonly string[], scope: string): void {
    const numbers = this.numbers(terms);
    this.#statements.putTokens.run(document, packTerms(numbers), numbers.length, scope, 1);
    this.#enter(document, numbers, scope);
  }

  /** Indexes a document anew; nothing is written when its terms are the same. */
  replace(document: number, terms: readonly string[], scope: string): void {
    const row = this.#statements.tokens.get(document);
    const numbers = this.numbers(terms);
    if (row !== undefined && row.scope === scope && packTerms(numbers).equals(row.terms)) return;
    this.remove(document);
    if (terms.length > 0) this.add(document, terms, scope);
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
    }
    if (this.#documents !== 0 || this.#terms !== 0)
      this.#statements.addCorpus.run(this.#documents, this.#terms, this.name);
    this.#forget();
  }

  #enter(document: number, numbers: ArrayLike<number> & Iterable<number>, scope: string): void {
    this.#statements.enter.run(document, termWords(numbers), scope);
    this.#tally(numbers, 1);
  }

  #leave(document: number, row: TokenRow): void {
    const numbers = unpackTerms(row.terms, row.length);
    this.#statements.leave.run(document, termWords(numbers), row.scope);
    this.#tally(numbers, -1);
  }

  #tally(numbers: ArrayLike<number> & Iterable<number>, by: 1 | -1): void {
    this.#tallies += 1;
    for (const number of numbers) {
      if (number >= this.#counted.length) this.#grow(number);
      if (this.#counted[number] === this.#tallies) continue;
      this.#counted[number] = this.#tallies;
      if (this.#frequencies[number] === 0) this.#touched.push(number);
      this.#frequencies[number] = (this.#frequencies[number] ?? 0) + by;
    }
    this.#documents += by;
    this.#terms += by * numbers.length;
  }

  #number(term: string): number {
    const known = this.#dictionary.get(term);
    if (known !== undefined) return known;
    const number =
      this.#statements.findTerm.get(term) ?? Number(this.#statements.addTerm.run(term).lastInsertRowid);
    if (this.#dictionary.size >= DICTIONARY_LIMIT) this.#dictionary.clear();
    this.#dictionary.set(term, number);
    return number;
  }

  #grow(number: number): void {
    const [frequencies, counted] = [this.#frequencies, this.#counted];
    this.#frequencies = new Int32Array(number * 2);
    this.#counted = new Uint32Array(number * 2);
    this.#frequencies.set(frequencies);
    this.#counted.set(counted);
  }

  #forget(): void {
    for (const number of this.#touched) this.#frequencies[number] = 0;
    this.#touched.length = 0;
    this.#documents = 0;
    this.#terms = 0;
  }
}

function prepareStatements({ db }: Connection, name: CorpusName) {
  const kind = name === 'messages' ? 'message' : 'memory';
  const index = `${kind}_index`;
  const tokens = `${kind}_tokens`;
  return {
    findTerm: db.prepare<[string], number>('SELECT number FROM terms WHERE term = ?').pluck(),
    addTerm: db.prepare<[string]>('INSERT INTO terms (term) VALUES (?)'),
    addFrequency: db.prepare<[number, number]>(`UPDATE terms SET ${name} = ${name} + ? WHERE number = ?`),
    addCorpus: db.prepare<[number, number, string]>(
      'UPDATE corpora SET documents = documents + ?, terms = terms + ? WHERE name = ?',
    ),
    tokens: db.prepare<[number], TokenRow>(
      `SELECT terms, length, scope, indexed FROM ${tokens} WHERE document = ?`,
    ),
    putTokens: db.prepare<[number, Buffer, number, string, number]>(
      `INSERT INTO ${tokens} (document, terms, length, scope, indexed) VALUES (?, ?, ?, ?, ?)`,
    ),
    markTokens: db.prepare<[number, number]>(`UPDATE ${tokens} SET indexed = ? WHERE document = ?`),
    dropTokens: db.prepare<[number]>(`DELETE FROM ${tokens} WHERE document = ?`),
    enter: db.prepare<[number, string, string]>(`INSERT INTO ${index} (rowid, body, scope) VALUES (?, ?, ?)`),
    leave: db.prepare<[number, string, string]>(
      `INSERT INTO ${index} (${index}, rowid, body, scope) VALUES ('delete', ?, ?, ?)`,
    ),
  };
}
