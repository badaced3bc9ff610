/**
 * Summaries that name the session they describe by one of its messages: the line may stand in another session's file,
 * and may be read before or after that message. Every session that holds the message is described by it.
 */
import { createHash } from 'node:crypto';
import type { Connection, Db } from './connection.ts';

export type SummaryStatements = ReturnType<typeof summaryStatements>;

export function summaryStatements({ db }: Connection) {
  return {
    any: db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM summary_leaves)').pluck(),
    last: db.prepare<[], number>('SELECT ifnull(max(row), 0) FROM messages').pluck(),
    put: db.prepare<[number, Buffer]>(
      'INSERT INTO summary_leaves (message, leaf) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    found: db.prepare<[number, number], Described>(FOUND),
    describe: db.prepare<Described>(DESCRIBE),
    place: db.prepare<Described>(PLACE),
  };
}

/** One batch of capture: summaries told in it find their sessions, and messages stored in it their summaries. */
export class SummaryBook {
  readonly #statements: SummaryStatements;
  /** Messages behind this row are new; null = no summary waits and none was told. */
  #after: number | null;

  constructor(statements: SummaryStatements) {
    this.#statements = statements;
    this.#after = statements.any.get() === 1 ? (statements.last.get() ?? 0) : null;
  }

  /** The message in this row describes the session that holds `leaf`. */
  tell(row: number, leaf: Buffer): void {
    this.#after ??= row - 1;
    this.#statements.put.run(row, leaf);
  }

  settle(): void {
    if (this.#after === null) return;
    for (const one of this.#statements.found.all(this.#after, this.#after)) {
      if (this.#statements.describe.run(one).changes > 0) this.#statements.place.run(one);
    }
  }
}

type Described = { message: number; session: number; leaf: number };

// The order of the tables is forced: both ways begin at what is new.
const FOUND = `SELECT l.message, m.session, m.row AS leaf FROM summary_leaves l CROSS JOIN messages m ON m.key = l.leaf WHERE l.message > ?
  UNION SELECT l.message, m.session, m.row FROM messages m CROSS JOIN summary_leaves l ON l.leaf = m.key WHERE m.row > ?
  ORDER BY leaf`;

const DESCRIBE = `INSERT INTO session_summaries (message, session, leaf) VALUES (@message, @session, @leaf) ON CONFLICT DO NOTHING`;

/** A summary has neither time nor directory: it takes those of what it describes. */
const PLACE = `UPDATE messages SET at = coalesce(at, (SELECT at FROM messages WHERE row = @leaf)),
  project = (SELECT coalesce(m.project, s.project) FROM messages m JOIN sessions s ON s.row = m.session WHERE m.row = @leaf)
  WHERE row = @message AND NOT EXISTS (SELECT 1 FROM session_summaries WHERE message = @message AND session <> @session)`;

/** Summaries that were captured before these tables were there keep the client's id of the leaf in their meta. */
export function findSummaries(db: Db): void {
  const told = db
    .prepare<[], { row: number; leaf: string }>(
      `SELECT row, json_extract(CASE WHEN typeof(meta) = 'text' THEN meta ELSE '{}' END, '$.leaf_uuid') AS leaf
       FROM messages WHERE kind = 'summary' AND leaf IS NOT NULL AND state = 'kept'`,
    )
    .all();
  const put = db.prepare<[number, Buffer]>(
    'INSERT INTO summary_leaves (message, leaf) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  // As capture makes a record's key from the client's id of it.
  for (const { row, leaf } of told) put.run(row, createHash('sha256').update(leaf).digest().subarray(0, 16));
  const describe = db.prepare<Described>(DESCRIBE);
  const place = db.prepare<Described>(PLACE);
  for (const one of db.prepare<[number, number], Described>(FOUND).all(0, Number.MAX_SAFE_INTEGER)) {
    if (describe.run(one).changes > 0) place.run(one);
  }
}

/** The title that the newest of its summaries gives to session `s`, as an expression. */
export const SUMMARY_TITLE = `(SELECT w.text FROM session_summaries u JOIN messages w ON w.row = u.message JOIN messages l ON l.row = u.leaf
  WHERE u.session = s.row AND w.state = 'kept' AND typeof(w.text) = 'text' ORDER BY l.position DESC, w.row DESC LIMIT 1)`;

/** The short id of the session that summary `m` describes, where it is another one, as an expression. */
export const DESCRIBED_SESSION = `CASE WHEN m.kind = 'summary' THEN (SELECT d.short FROM session_summaries u JOIN messages l ON l.row = u.leaf
  JOIN sessions d ON d.row = u.session WHERE u.message = m.row AND u.session <> m.session
  ORDER BY l.copy_of IS NOT NULL, l.row LIMIT 1) END`;
