/**
 * Reads the SQLite file of another program. It is copied first, with its journal: opening a database, even to read,
 * may write beside it, and what belongs to another program is never changed.
 */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, messageOf, SourceError } from '../../model/errors.ts';
import { redact } from '../../text/redaction.ts';
import type { Db } from './connection.ts';

type ForeignRow = Readonly<Record<string, unknown>>;

export type ForeignDatabase = {
  /** Names of its tables, in lower case. */
  readonly tables: readonly string[];
  /** Names of a table's columns; none for a table that it does not have. */
  readonly columns: (table: string) => readonly string[];
  /** The rows of a table in the order of these columns; those that it does not have are left out of each row. */
  readonly rows: (table: string, columns: readonly string[], orderBy: string) => Iterable<ForeignRow>;
  /** Removes the copy. */
  readonly close: () => Promise<void>;
};

/**
 * @param scratch a folder of ours for the copy
 * @throws SourceError for a file that is no database, or was being written while it was copied
 */
export async function openForeign(path: string, scratch: string): Promise<ForeignDatabase> {
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(scratch, 'foreign-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'copy.db');
    await copyFile(path, copy);
    await copyIfThere(`${path}-wal`, `${copy}-wal`);
    const db = opened(copy, path);
    return {
      tables: db
        .prepare<[], string>("SELECT lower(name) FROM sqlite_schema WHERE type = 'table'")
        .pluck()
        .all(),
      columns: (table) => columnsOf(db, table),
      rows: (table, columns, orderBy) => rowsOf(db, table, columns, orderBy),
      close: async () => {
        db.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function opened(copy: string, path: string): Db {
  try {
    const db = new Database(copy, { fileMustExist: true });
    // A trigger or a view of another program's schema may call anything: only tables are read, and none is trusted.
    db.pragma('trusted_schema = OFF');
    const [problem] = db.prepare<[], string>('PRAGMA quick_check(1)').pluck().all();
    if (problem !== 'ok') throw new Error(problem ?? 'it cannot be checked');
    return db;
  } catch (cause) {
    throw new SourceError(
      {
        what: `${path} cannot be read as a database`,
        why: redact(messageOf(cause)).text,
        next: 'Stop the program that writes it, and try again',
      },
      { cause },
    );
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function columnsOf(db: Db, table: string): readonly string[] {
  return db.prepare<[string], string>('SELECT lower(name) FROM pragma_table_info(?)').pluck().all(table);
}

function rowsOf(db: Db, table: string, columns: readonly string[], orderBy: string): Iterable<ForeignRow> {
  const there = columnsOf(db, table);
  const wanted = columns.filter((column) => there.includes(column));
  if (wanted.length === 0) return [];
  const order = there.includes(orderBy) ? ` ORDER BY ${quoted(orderBy)}` : '';
  return db
    .prepare<[], ForeignRow>(`SELECT ${wanted.map(quoted).join(', ')} FROM ${quoted(table)}${order}`)
    .iterate();
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
