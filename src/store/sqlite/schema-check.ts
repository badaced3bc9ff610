/** What `doctor` says of the schema, and of the backup that the last upgrade made. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { day } from '../../model/time.ts';
import type { Finding } from '../health.ts';
import type { Connection } from './connection.ts';
import { recordOf } from './message-rows.ts';
import { MIGRATION_NOTE } from './migrate.ts';
import { asStoreError, versionError } from './store-errors.ts';

export async function checkSchema(connection: Connection): Promise<Finding> {
  const { db, schema, path } = connection;
  const id = 'store.schema';
  try {
    return await connection.read('check the schema', (): Finding => {
      const version = Number(db.pragma('user_version', { simple: true }));
      if (version !== schema) {
        return { id, status: 'fail', words: versionError(version, schema, path).message };
      }
      const note = db
        .prepare<[string], { at: number; detail: string }>('SELECT at, detail FROM notes WHERE kind = ?')
        .get(MIGRATION_NOTE);
      const words = `The store has schema ${schema}, the one this program knows`;
      if (note === undefined) return { id, status: 'ok', words };
      const { from, backup } = recordOf(JSON.parse(note.detail));
      const file = join(connection.backups, String(backup));
      const kept = statSync(file, { throwIfNoEntry: false });
      const copy =
        kept === undefined
          ? 'the backup from before that is gone'
          : `the store from before that is kept in ${file} (${Math.ceil(kept.size / 1e6)} MB)`;
      return {
        id,
        status: 'ok',
        words: `${words}; upgraded from ${String(from)} on ${day(note.at)}, ${copy}`,
      };
    });
  } catch (error) {
    return {
      id,
      status: 'fail',
      words: asStoreError(error, 'The schema could not be checked', path).message,
    };
  }
}
