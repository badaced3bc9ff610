/**
 * One connection to one file: opening with its refusals, migrations, and the write transaction with its lock rules.
 * SQLite's own busy wait blocks the event loop, so it is kept short and waiting is done outside of it.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { MidturnError, StoreError } from '../../model/errors.ts';
import { newId } from '../../model/ids.ts';
import type { Clock } from '../../model/time.ts';
import type { IndexTerms } from '../health.ts';
import { type BackupProgress, backupsBeside } from './backup.ts';
import { type Migration, migrate } from './migrate.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { asStoreError, isBusy, versionError } from './store-errors.ts';

export type Db = InstanceType<typeof Database>;

/** The longest that one SQLite call may wait for a lock: it blocks the event loop, and all reads with it. */
const BUSY_WAIT_MS = 2;
/** A write gives up after this long; nothing was stored then. */
const WRITE_DEADLINE_MS = 15_000;
const RETRY_MS = { least: 5, spread: 45 };

export type OpenOptions = {
  readonly path: string;
  readonly now: Clock;
  /** How a memory becomes index terms: migrations index with it. */
  readonly memoryTerms: IndexTerms['memory'];
  /** The folder for the backup before a migration. Default: `backups` beside the file. */
  readonly backups?: string | undefined;
  /** Told now and then while that backup is made. */
  readonly onBackup?: ((progress: BackupProgress) => void) | undefined;
  /** What this program knows of the schema; fewer make it an older program, for tests. */
  readonly migrations?: readonly Migration[] | undefined;
  /** False: an older store is refused instead of upgraded. A new one is made all the same. */
  readonly upgrades?: boolean;
  /** How long a write waits for another process's lock, in ms. Default 15,000. */
  readonly writeDeadline?: number;
};

export class Connection {
  readonly db: Db;
  readonly now: Clock;
  readonly path: string;
  readonly backups: string;
  /** The schema that this program reads and writes. */
  readonly schema: number;
  readonly #deadline: number;
  readonly #userVersion: Database.Statement<[], number>;
  readonly #begin: Database.Statement<[]>;
  readonly #commit: Database.Statement<[]>;
  readonly #onRollback: Array<() => void> = [];
  /** Writes wait in one line: only the first of them asks for the lock. */
  #line: Promise<unknown> = Promise.resolve();

  private constructor(db: Db, options: OpenOptions) {
    this.db = db;
    this.now = options.now;
    this.path = options.path;
    this.backups = options.backups ?? backupsBeside(options.path);
    this.schema = (options.migrations ?? MIGRATIONS).length;
    this.#deadline = options.writeDeadline ?? WRITE_DEADLINE_MS;
    this.#userVersion = db.prepare<[], number>('PRAGMA user_version').pluck();
    // Prepared: a question reads a dozen times, and each text would be parsed again.
    this.#begin = db.prepare<[]>('BEGIN');
    this.#commit = db.prepare<[]>('COMMIT');
  }

  /**
   * Opens or creates the store, and upgrades an older one.
   * @throws StoreError for a file that is no database, not midturn's, corrupt, newer than this program, or older and
   * not to be upgraded (no room for the backup).
   */
  static async open(options: OpenOptions): Promise<Connection> {
    const db = openFile(options.path);
    try {
      const connection = new Connection(db, options);
      const version = await connection.#retry('open the store', () => prepare(db, connection.schema));
      if (version > 0 && version < connection.schema && options.upgrades === false)
        throw olderStore(options.path);
      if (version < connection.schema) await connection.#migrate(version, options);
      // Indexes that a migration built have gone with it.
      connection.#onRollback.length = 0;
      return connection;
    } catch (error) {
      db.close();
      throw asStoreError(error, 'The store could not be opened', options.path);
    }
  }

  /** Something to undo in memory when a transaction is rolled back (caches of what it wrote). */
  onRollback(undo: () => void): void {
    this.#onRollback.push(undo);
  }

  /**
   * Runs `body` in one `BEGIN IMMEDIATE` transaction. Waits for other writers without blocking, up to the deadline.
   * @param durable false for bulk import: the last batches may be lost in a power cut (never half of one).
   */
  write<T>(what: string, body: () => T, durable = true): Promise<T> {
    const start = performance.now();
    const turn = this.#line.then(() => this.#retry(what, () => this.#transaction(body, durable), start));
    this.#line = turn.catch(() => undefined);
    return turn;
  }

  /** As {@link write}, for what may be lost: tried once; null when another process holds the lock. */
  async tryWrite<T>(what: string, body: () => T): Promise<T | null> {
    try {
      return this.#transaction(body, false);
    } catch (error) {
      if (isBusy(error)) return null;
      throw asStoreError(error, `Could not ${what}`, this.path);
    }
  }

  /** Runs reads that belong together on one snapshot. */
  read<T>(what: string, body: () => T): Promise<T> {
    return this.#retry(what, () => {
      if (this.db.inTransaction) return body();
      this.#begin.run();
      try {
        this.#checkReadable();
        return body();
      } finally {
        this.#commit.run();
      }
    });
  }

  #migrate(version: number, options: OpenOptions): Promise<void> {
    // A migration is never half on the disk, not even after a power cut.
    this.db.pragma('synchronous = FULL');
    return migrate(this, version, {
      migrations: options.migrations ?? MIGRATIONS,
      memoryTerms: options.memoryTerms,
      applicationId: APPLICATION_ID,
      seed,
      backups: this.backups,
      lock: () =>
        this.#retry('upgrade the store', () => this.db.exec('BEGIN IMMEDIATE')).then(() => undefined),
      onBackup: options.onBackup,
    });
  }

  /** A newer program may have upgraded the store since: reads go on unless its migration says that they cannot. */
  #checkReadable(): void {
    const version = this.#userVersion.get() ?? 0;
    if (version === this.schema) return;
    const from = this.db.prepare("SELECT value FROM meta WHERE key = 'readable_from'").pluck().get();
    if (version < this.schema || Number(from ?? 0) > this.schema)
      throw versionError(version, this.schema, this.path);
  }

  /** What nothing else explains is explained by a newer schema, where there is one. */
  #explain(error: unknown, what: string): Error {
    const known = asStoreError(error, `Could not ${what}`, this.path);
    if (known instanceof MidturnError && known.words.next !== undefined) return known;
    const version = this.db.open ? this.#versionNow() : null;
    return version !== null && version > this.schema
      ? versionError(version, this.schema, this.path, error)
      : known;
  }

  #versionNow(): number | null {
    try {
      return this.#userVersion.get() ?? null;
    } catch {
      // The error that is being explained says more than this one.
      return null;
    }
  }

  close(): void {
    if (this.db.open) this.db.close();
  }

  #transaction<T>(body: () => T, durable: boolean): T {
    this.db.pragma(durable ? 'synchronous = FULL' : 'synchronous = NORMAL');
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const version = this.#userVersion.get() ?? 0;
      if (version !== this.schema) throw versionError(version, this.schema, this.path);
      const result = body();
      this.db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      for (const undo of this.#onRollback) undo();
      throw error;
    }
  }

  async #retry<T>(what: string, body: () => T, start = performance.now()): Promise<T> {
    for (;;) {
      try {
        return body();
      } catch (error) {
        if (!isBusy(error)) throw this.#explain(error, what);
        if (performance.now() - start > this.#deadline) {
          throw new StoreError(
            {
              what: `Could not ${what}`,
              why: `another process has held the store's lock for ${Math.round(this.#deadline / 1000)} s`,
              next: 'Nothing was stored; try again, and see `midturn doctor` if it lasts',
            },
            { cause: error },
          );
        }
      }
      await sleep(RETRY_MS.least + Math.random() * RETRY_MS.spread);
    }
  }
}

function olderStore(path: string): StoreError {
  return new StoreError({
    what: `The store ${path} is of an older midturn`,
    why: 'it has not been upgraded yet',
    next: 'Any command upgrades it, such as `midturn status`',
  });
}

function openFile(path: string): Db {
  try {
    const db = new Database(path, { timeout: BUSY_WAIT_MS });
    return db;
  } catch (error) {
    throw asStoreError(error, 'The store could not be opened', path);
  }
}

/** Makes the connection ready; returns the file's schema, 0 for a new one. */
function prepare(db: Db, known: number): number {
  const id = db.pragma('application_id', { simple: true });
  const version = Number(db.pragma('user_version', { simple: true }));
  const tables = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  if (id !== APPLICATION_ID && (tables > 0 || version > 0)) {
    throw new StoreError({
      what: `${db.name} is not a midturn store`,
      why: 'it is a SQLite file of another program',
      next: 'Point MIDTURN_HOME (or --home) at another folder',
    });
  }
  if (version > known) throw versionError(version, known, db.name);
  // secure_delete first: pages that a later erase frees are overwritten from the very first one.
  db.pragma('secure_delete = ON');
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -8000');
  // 16 MB: an import would otherwise copy the same pages back into the file many times over.
  db.pragma('wal_autocheckpoint = 4000');
  return version;
}

function seed(db: Db, at: number): void {
  const put = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
  put.run('store_id', newId());
  put.run('digest_key', randomBytes(32));
  put.run('created_at', at);
  db.prepare('INSERT INTO owners (id, name, created_at) VALUES (?, ?, ?)').run(newId(), 'owner', at);
}
