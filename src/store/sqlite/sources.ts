/** Source files in SQLite. */

import { StoreError } from '../../model/errors.ts';
import { storedSessionId } from '../../model/ids.ts';
import type { NewSource, SourceRecord, SourcesPort } from '../sources.ts';
import type { Connection } from './connection.ts';

type SourceRow = Omit<SourceRecord, 'modifiedAt'> & { modified_at: number };

const COLUMNS = 'row, client, machine, path, inode, head, tail, offset, lines, modified_at, epoch, state';

export function sqliteSources(connection: Connection): SourcesPort {
  const { db } = connection;
  const byPath = db.prepare<[string, string], SourceRow>(
    `SELECT ${COLUMNS} FROM sources WHERE machine = ? AND path = ?`,
  );
  const byIdentity = db.prepare<[string, string, string], SourceRow>(
    `SELECT ${COLUMNS} FROM sources WHERE machine = ? AND inode = ? AND head = ? ORDER BY row DESC LIMIT 1`,
  );
  const put = db.prepare<[NewSource]>(
    `INSERT INTO sources (client, machine, path, inode, head, tail, offset, lines, modified_at, created_at, epoch, state)
     VALUES (@client, @machine, @path, @inode, @head, @tail, @offset, @lines, @modifiedAt, @createdAt, 1, @state)
     ON CONFLICT (machine, path) DO UPDATE SET client = @client, inode = @inode, head = @head, tail = @tail,
       offset = @offset, lines = @lines, modified_at = @modifiedAt, epoch = epoch + 1, state = @state`,
  );

  const sessions = db
    .prepare<[number], string>(
      'SELECT s.id FROM source_sessions x JOIN sessions s ON s.row = x.session WHERE x.source = ? ORDER BY s.row',
    )
    .pluck();

  return {
    find: (machine, path) =>
      connection.read('look up a source', () => {
        const row = byPath.get(machine, path);
        return row === undefined ? null : record(row);
      }),

    findMoved: (machine, inode, head) =>
      connection.read('look up a source', () => {
        const row = inode === '' ? undefined : byIdentity.get(machine, inode, head);
        return row === undefined ? null : record(row);
      }),

    begin: (source) =>
      connection.write(
        'register a source',
        () => {
          put.run(source);
          const row = byPath.get(source.machine, source.path);
          if (row === undefined) throw new StoreError({ what: 'The source was not registered' });
          return record(row);
        },
        false,
      ),

    moved: (row, path) =>
      connection.write('record that a source has moved', () => {
        db.prepare<[string, number]>('UPDATE sources SET path = ? WHERE row = ?').run(path, row);
      }),

    sessions: (row) => connection.read('list sessions', () => sessions.all(row).map(storedSessionId)),

    list: (client) =>
      connection.read('list sources', () =>
        db
          .prepare<[string | null, string | null], SourceRow>(
            `SELECT ${COLUMNS} FROM sources WHERE ? IS NULL OR client = ? ORDER BY row`,
          )
          .all(client ?? null, client ?? null)
          .map(record),
      ),
  };
}

function record({ modified_at, ...rest }: SourceRow): SourceRecord {
  return { ...rest, modifiedAt: modified_at };
}
