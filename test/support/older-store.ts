/** A store as a program of schema 1 left it, with rows in every table that people's data is in. */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { APPLICATION_ID, MIGRATIONS } from '../../src/store/sqlite/schema.ts';

const ROWS = new URL('../fixtures/store/schema-1.sql', import.meta.url);

/** Makes the file at `path`; `megabytes` of ballast make a copy take more than one step. */
export function olderStore(path: string, megabytes = 0): void {
  const db = new Database(path);
  db.pragma('secure_delete = ON');
  db.pragma('journal_mode = WAL');
  db.exec('BEGIN');
  db.exec(MIGRATIONS[0]?.sql ?? '');
  db.exec(readFileSync(ROWS, 'utf8'));
  const ballast = db.prepare("INSERT INTO notes (kind, at, error, detail) VALUES (?, 0, NULL, '{}' || ?)");
  for (let number = 0; number < megabytes; number += 1) ballast.run(`ballast ${number}`, ' '.repeat(1e6));
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('user_version = 1');
  db.exec('COMMIT');
  db.close();
}

/** Every row of the tables that hold the truth, as text; opened without midturn's own code. */
export function truthIn(path: string): Record<string, string[]> {
  const db = new Database(path, { readonly: true });
  try {
    const columns = (table: string) => (COLUMNS[table] ?? ['*']).join(', ');
    return Object.fromEntries(
      TABLES.map((table) => [
        table,
        db
          .prepare(`SELECT ${columns(table)} FROM ${table} ORDER BY 1, 2`)
          .raw()
          .all()
          .map((row) => JSON.stringify(row)),
      ]),
    );
  } finally {
    db.close();
  }
}

const TABLES = [
  'meta',
  'owners',
  'projects',
  'project_aliases',
  'sources',
  'sessions',
  'turns',
  'messages',
  'memories',
  'memory_versions',
  'links',
  'receipts',
  'receipt_operations',
  'tombstones',
];

/** Columns that later schemas may add are left out. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  sessions: ['row', 'id', 'short', 'client', 'external', 'project', 'started_at', 'last_at'],
  turns: ['row', 'session', 'number', 'key', 'state', 'at'],
  messages: ['row', 'session', 'number', 'key', 'digest', 'text', 'state', 'at'],
  memories: ['row', 'id', 'title', 'content', 'state', 'origin', 'version', 'created_at'],
  links: ['source', 'target', 'kind', 'at'],
  receipts: ['row', 'id', 'short', 'kind', 'owner', 'surface', 'client', 'session', 'project', 'at'],
  receipt_operations: ['receipt', 'place', 'op', 'outcome', 'memory', 'version', 'before'],
};
