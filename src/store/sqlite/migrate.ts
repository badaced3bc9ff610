/**
 * Brings an opened file to this program's schema: one transaction for each migration, a backup before the first one
 * that touches what somebody has stored. A kill at any point leaves a whole file at some schema, and whoever opens
 * it next goes on from there.
 */
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../../model/errors.ts';
import type { IndexTerms } from '../health.ts';
import { type Backup, type BackupProgress, backUp, discard, prune } from './backup.ts';
import type { Connection, Db } from './connection.ts';
import { asStoreError, versionError } from './store-errors.ts';

/** What the code of a migration gets. */
type MigrationContext = {
  /** For what is built over a connection (`TermIndex`, `memoryReader`). Its `write` and `read` must not be called. */
  readonly connection: Connection;
  /** How a memory becomes index terms. */
  readonly memoryTerms: IndexTerms['memory'];
};

/** A data step. May be async: nothing else uses the connection until the store is open. */
type MigrationStep = (db: Db, context: MigrationContext) => void | Promise<void>;

export type Migration = {
  readonly sql: string;
  /**
   * Data steps that need code, in order; they run after `sql`, in the same transaction, on stores of every age (also
   * on a new one, which is empty). The lock is held meanwhile: a long one should let the event loop breathe.
   * Derived data made with the program's present code (an index filled through `TermIndex` and `memoryReader`)
   * is read with present statements, which fail on the schema of an older migration. So such a step always stands in
   * the newest migration that changes what it reads: when a later one does, move it there. It may run twice on one
   * store and must not mind (`TermIndex.replace`, then `flush`). What belongs to one migration alone is done with
   * statements of its own.
   */
  readonly run?: MigrationStep | readonly MigrationStep[];
  /**
   * The oldest schema whose running programs may go on reading after this migration: for one that drops, renames or
   * gives another meaning to what they read. Left out, their reads go on (writes never do).
   */
  readonly readableFrom?: number;
};

type MigrateOptions = {
  readonly migrations: readonly Migration[];
  readonly memoryTerms: IndexTerms['memory'];
  readonly applicationId: number;
  /** Fills what a new store starts with; called in the first migration's transaction. */
  readonly seed: (db: Db, at: number) => void;
  /** The folder for backups. */
  readonly backups: string;
  /** Begins a write transaction, after waiting for other processes. */
  readonly lock: () => Promise<void>;
  readonly onBackup?: ((progress: BackupProgress) => void) | undefined;
};

/**
 * Between two migrations of one process others get the lock. They look twice at what has been begun before them, and
 * leave the rest to whoever goes on with it, unless nobody does.
 */
const LOOKS = 20;
const LOOK_MS = 50;

/**
 * Applies every migration above `version`, the file's schema when it was opened.
 * The write lock is held from before the backup until the first migration is committed: the backup holds every row
 * that was ever acknowledged, no other process can make a second one meanwhile, and those wait as for any write.
 * @throws StoreError when a backup or a migration fails; the store is then as the last whole migration left it.
 */
export async function migrate(
  connection: Connection,
  version: number,
  options: MigrateOptions,
): Promise<void> {
  const { db, path } = connection;
  const target = options.migrations.length;
  let backup: Backup | null = null;
  /** A store that this very opening makes holds nothing yet. */
  let made = false;
  let looks = LOOKS;
  for (let schema = version; schema < target; ) {
    await options.lock();
    const before = backup;
    try {
      // Read again under the lock: another process may have come first.
      const reached = schemaOf(db);
      const isOthers = reached > version || (version > 0 && looks === LOOKS);
      if (isOthers && backup === null && !made && reached < target && looks > 0) {
        db.exec('COMMIT');
        looks = reached > schema ? LOOKS - 1 : looks - 1;
        schema = reached;
        await sleep(LOOK_MS);
        continue;
      }
      schema = reached;
      if (schema > target) throw versionError(schema, target, path);
      const next = options.migrations[schema];
      if (next !== undefined) {
        made ||= schema === 0;
        if (!made) backup ??= await saved(connection, schema, options);
        await apply(connection, schema, next, backup, options);
        schema += 1;
      }
      db.exec('COMMIT');
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      // Nothing was changed since it was made: it would only take the space that the next attempt needs.
      if (before === null && backup !== null) await discard(backup.path);
      throw failure(error, schema, before, connection, target);
    }
  }
  if (backup !== null) await pruneBackups(connection, options.backups, backup);
}

async function saved(connection: Connection, schema: number, options: MigrateOptions): Promise<Backup> {
  return backUp({
    source: connection.path,
    folder: options.backups,
    schema,
    target: options.migrations.length,
    at: connection.now(),
    onProgress: options.onBackup,
  });
}

async function apply(
  connection: Connection,
  schema: number,
  migration: Migration,
  backup: Backup | null,
  options: MigrateOptions,
): Promise<void> {
  const { db } = connection;
  const at = connection.now();
  db.exec(migration.sql);
  if (schema === 0) options.seed(db, at);
  for (const step of [migration.run ?? []].flat())
    await step(db, { connection, memoryTerms: options.memoryTerms });
  if (migration.readableFrom !== undefined) {
    db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('readable_from', ?)").run(
      migration.readableFrom,
    );
  }
  if (backup !== null) {
    const detail = {
      from: backup.schema,
      to: schema + 1,
      backup: basename(backup.path),
      bytes: backup.bytes,
    };
    db.prepare<[string, number, string]>(
      `INSERT INTO notes (kind, at, error, detail) VALUES (?, ?, NULL, ?)
       ON CONFLICT DO UPDATE SET at = excluded.at, error = NULL, detail = excluded.detail`,
    ).run(MIGRATION_NOTE, at, JSON.stringify(detail));
  }
  db.pragma(`application_id = ${options.applicationId}`);
  db.pragma(`user_version = ${schema + 1}`);
}

/** The kind of the note that says when the store was upgraded, from which schema, and how its backup is named. */
export const MIGRATION_NOTE = 'migration';

function schemaOf(db: Db): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function failure(
  error: unknown,
  schema: number,
  kept: Backup | null,
  { path }: Connection,
  target: number,
): Error {
  const known = asStoreError(error, `The store could not be upgraded to schema ${target}`, path);
  if (known instanceof StoreError && known.words.next !== undefined) return known;
  return new StoreError(
    {
      what: `The store could not be upgraded from schema ${schema} to ${schema + 1}`,
      why: known instanceof StoreError ? (known.words.why ?? known.words.what) : known.message,
      next:
        kept === null
          ? `${path} is as it was. Use the midturn that you had before, and report this`
          : `Nothing is lost: what is stored has schema ${schema}, and ${kept.path} is the store from before. Report this`,
    },
    { cause: error },
  );
}

/** A backup too many does no harm: it is counted, and the next upgrade tries again. */
async function pruneBackups(connection: Connection, folder: string, made: Backup): Promise<void> {
  try {
    await prune(folder, connection.path, made.path);
  } catch {
    await connection.write('count', () =>
      connection.db
        .prepare<[string]>(
          'INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1',
        )
        .run('backup.failures'),
    );
  }
}
