/** The marks of changes in SQLite. */
import type { ChangesPort } from '../changes.ts';
import type { Connection } from './connection.ts';

/** An erase is over with the last of its steps, which leaves no other trace. */
const ERASED =
  '(SELECT ifnull(max(row), 0) FROM erase_jobs), (SELECT count(*) FROM erase_jobs WHERE done_at IS NULL)';

export function sqliteChanges(connection: Connection): ChangesPort {
  const { db } = connection;
  // The first number is that of other connections, the second one this connection's own.
  const version = db.prepare<[], number>('PRAGMA data_version').pluck();
  const own = db.prepare<[], number>('SELECT total_changes()').pluck();
  // Whatever changes a memory or a skill leaves a receipt.
  const memory = db.prepare<[], Array<number | null>>(
    `SELECT (SELECT max(row) FROM receipts), ${ERASED}, (SELECT count(*) FROM projects), (SELECT total(joined_to) FROM projects)`,
  );
  const history = db.prepare<[], Array<number | null>>(
    `SELECT (SELECT max(row) FROM messages), (SELECT max(row) FROM turns), (SELECT max(row) FROM sessions),
       (SELECT count(*) FROM rewinds), ${ERASED}`,
  );
  const inForce = (table: 'memories' | 'skills') =>
    db.prepare<[string], Array<number | null>>(
      `SELECT count(*), total(r.row), total(r.version), max(r.updated_at) FROM ${table} r
       WHERE r.state = 'active' AND (r.scope = 'user' OR r.project IN (
         SELECT row FROM projects WHERE id IN (SELECT value FROM json_each(?))))`,
    );
  const [memories, skills] = [inForce('memories'), inForce('skills')];
  memory.raw();
  history.raw();
  memories.raw();
  skills.raw();
  const words = (...rows: ReadonlyArray<Array<number | null> | undefined>): string => rows.flat().join(' ');

  return {
    any: async () => `${version.get() ?? 0} ${own.get() ?? 0}`,
    memory: () => connection.read('look for changes', () => words(memory.get())),
    history: () => connection.read('look for changes', () => words(history.get())),
    inForce: (projects) =>
      connection.read('look for changes', () => {
        const ids = JSON.stringify(projects);
        return words(memories.get(ids), skills.get(ids));
      }),
  };
}
