/**
 * Which row of a message and its copies the index holds: the original while its turn stands, else the first copy in
 * a turn that stands. Text that was rewound in one session is still found where another one went on from it.
 */
import { unpackTerms } from './blob.ts';
import type { Connection } from './connection.ts';
import type { MessageCueBook } from './message-cues.ts';
import { MESSAGE_COLUMNS, MESSAGE_TABLES, type MessageRow, messageOf } from './message-rows.ts';
import type { TermIndex } from './term-index.ts';

const STANDS = "m.state = 'kept' AND ifnull(t.state, 'active') = 'active'";
const OF_TURN = 'messages m LEFT JOIN turns t ON t.session = m.session AND t.number = m.turn';

/** Rows that the index holds beside their original, or lacks though the original is hidden: 0 in a whole index. */
export const MISPLACED_COPIES = `SELECT count(*) FROM (
  SELECT o.document FROM message_tokens o JOIN messages m ON m.copy_of = o.document
    LEFT JOIN turns t ON t.session = m.session AND t.number = m.turn
    LEFT JOIN message_tokens c ON c.document = m.row AND c.indexed = 1
  GROUP BY o.document
  HAVING count(c.document) <> CASE WHEN o.indexed = 1 THEN 0 ELSE max(${STANDS}) END
)`;

export class CopyIndex {
  readonly #index: TermIndex;
  readonly #cues: MessageCueBook;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(connection: Connection, index: TermIndex, cues: MessageCueBook) {
    this.#index = index;
    this.#cues = cues;
    this.#statements = prepareStatements(connection);
  }

  /** Shows and hides a message and its copies as their turns stand now; `row` is any of them. */
  settle(row: number): void {
    const original = this.#statements.original.get(row);
    if (original === undefined) return;
    const holder = original.stands === 1 ? undefined : this.#statements.standing.get(original.row);
    for (const copy of this.#statements.indexed.all(original.row)) {
      if (copy !== holder) this.#index.remove(copy);
    }
    this.#index.show(original.row, original.stands === 1);
    if (holder !== undefined) this.#show(holder, original.row);
  }

  /** The text of the original has changed: what a copy was indexed with is out of date. */
  refresh(row: number): void {
    for (const copy of this.#statements.indexed.all(row)) this.#index.remove(copy);
    this.settle(row);
  }

  #show(copy: number, original: number): void {
    if (this.#statements.isIndexed.get(copy) !== undefined) return;
    const tokens = this.#statements.tokens.get(original);
    const row = this.#statements.message.get(copy);
    if (tokens === undefined || row === undefined) return;
    const terms = [...unpackTerms(tokens.terms, tokens.length)].flatMap(
      (number) => this.#statements.term.get(number) ?? [],
    );
    this.#index.add(copy, terms, `s${row.sessionRow}`, this.#cues.of(messageOf(row)));
  }
}

function prepareStatements({ db }: Connection) {
  return {
    original: db.prepare<[number], { row: number; stands: number }>(
      `SELECT m.row, ${STANDS} AS stands FROM ${OF_TURN}
       WHERE m.row = (SELECT ifnull(copy_of, row) FROM messages WHERE row = ?)`,
    ),
    standing: db
      .prepare<[number], number>(
        `SELECT m.row FROM ${OF_TURN} WHERE m.copy_of = ? AND ${STANDS} ORDER BY m.row LIMIT 1`,
      )
      .pluck(),
    indexed: db
      .prepare<[number], number>(
        'SELECT m.row FROM messages m JOIN message_tokens k ON k.document = m.row WHERE m.copy_of = ?',
      )
      .pluck(),
    isIndexed: db.prepare<[number], number>('SELECT 1 FROM message_tokens WHERE document = ?').pluck(),
    tokens: db.prepare<[number], { terms: Buffer; length: number }>(
      'SELECT terms, length FROM message_tokens WHERE document = ?',
    ),
    term: db.prepare<[number], string>('SELECT term FROM terms WHERE number = ?').pluck(),
    message: db.prepare<[number], MessageRow & { sessionRow: number }>(
      `SELECT ${MESSAGE_COLUMNS}, s.row AS sessionRow FROM ${MESSAGE_TABLES} WHERE m.row = ?`,
    ),
  };
}
