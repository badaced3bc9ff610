/**
 * What is kept of a message beside its terms: what its text is like, and who wrote it. Fixed when it is indexed. The
 * words of authors' names are kept apart, so that a question can name one.
 */

import { nameWord, wordsOfName } from '../../text/asked-author.ts';
import { type CueBits, cuesOf, type TextCues, textCues } from '../../text/cues.ts';
import type { Connection } from './connection.ts';

/** `author` is 0 where nobody is known. */
export type MessageCues = { readonly cues: CueBits; readonly author: number };

export type CueMessage = {
  readonly text: string;
  /** What its text is like, where that was found out before. */
  readonly textCues?: TextCues | undefined;
  readonly role: string;
  readonly author: string | null;
  /** The program of the session: it speaks as the assistant where no author is given. */
  readonly client: string;
  /** Its number in the session, from 1. */
  readonly number: number;
};

/** The first two of a session. */
const HEAD = 2;
/** Authors kept in memory. */
const REMEMBERED = 4_000;

export class MessageCueBook {
  readonly #authors = new Map<string, number>();
  #names: Set<string> | null = null;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(connection: Connection) {
    this.#statements = prepareStatements(connection);
    connection.onRollback(() => this.#authors.clear());
  }

  /** Enters an author who is new. Call inside a write transaction. */
  of({ text, textCues: known, role, author, client, number }: CueMessage): MessageCues {
    const program = author === null;
    const names = this.#knownNames();
    const name = author ?? (role === 'assistant' ? client : '');
    const cues = known ?? textCues(text, role === 'user' || role === 'assistant');
    return {
      author: name === '' ? 0 : this.#author(name, program),
      cues: cuesOf(cues, { head: number <= HEAD, isName: (word) => names.has(nameWord(word)) }),
    };
  }

  #knownNames(): Set<string> {
    this.#names ??= new Set(this.#statements.names.all(REMEMBERED));
    return this.#names;
  }

  #author(name: string, program: boolean): number {
    const key = `${program ? 1 : 0}${name}`;
    const known = this.#authors.get(key);
    if (known !== undefined) return known;
    if (this.#authors.size >= REMEMBERED) this.#authors.clear();
    const words = wordsOfName(name);
    let number = this.#statements.find.get(name, program ? 1 : 0);
    if (number === undefined) {
      number = Number(this.#statements.add.run(name, program ? 1 : 0).lastInsertRowid);
      // Of a program's name the first word alone is its own: `claude` of `claude-code`.
      for (const word of program ? words.slice(0, 1) : words) this.#statements.addWord.run(word, number);
    }
    const names = this.#knownNames();
    if (!program && names.size < REMEMBERED) for (const word of words) names.add(word);
    this.#authors.set(key, number);
    return number;
  }
}

function prepareStatements({ db }: Connection) {
  return {
    find: db
      .prepare<[string, number], number>('SELECT number FROM authors WHERE name = ? AND program = ?')
      .pluck(),
    add: db.prepare<[string, number]>('INSERT INTO authors (name, program) VALUES (?, ?)'),
    names: db
      .prepare<[number], string>(
        `SELECT DISTINCT w.word FROM authors a JOIN author_words w ON w.author = a.number
         WHERE a.program = 0 ORDER BY a.number DESC LIMIT ?`,
      )
      .pluck(),
    addWord: db.prepare<[string, number]>('INSERT INTO author_words (word, author) VALUES (?, ?)'),
  };
}
