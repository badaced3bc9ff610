/**
 * One connection to one file: opening with its refusals, migrations, and the write transaction with its lock rules.
 * SQLite's own busy wait blocks the event loop, so it is kept short and waiting is done outside of it.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { codeOf, MidturnError, messageOf, StoreError } from '../../model/errors.ts';
import { newId } from '../../model/ids.ts';
import type { Clock } from '../../model/time.ts';
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './schema.ts';

export type Db = InstanceType<typeof Database>;

/** The longest that one SQLite call may wait for a lock: it blocks the event loop, and all reads with it. */
const BUSY_WAIT_MS = 2;
/** A write gives up after this long; nothing was stored then. */
const WRITE_DEADLINE_MS = 15_000;
const RETRY_MS = { least: 5, spread: 45 };

export type OpenOptions = {
  readonly path: string;
  readonly now: Clock;
  /** How long a write waits for another process's lock, in ms. Default 15,000. */
  readonly writeDeadline?: number;
};

export class Connection {
  readonly db: Db;
  readonly now: Clock;
  readonly path: string;
  readonly #deadline: number;
  readonly #userVersion: Database.Statement<[], number>;
  readonly #onRollback: Array<() => void> = [];
  /** Writes wait in one line: only the first of them asks for the lock. */
  #line: Promise<unknown> = Promise.resolve();

  private constructor(db: Db, options: OpenOptions) {
    this.db = db;
    this.now = options.now;
    this.path = options.path;
    this.#deadline = options.writeDeadline ?? WRITE_DEADLINE_MS;
    this.#userVersion = db.prepare<[], number>('PRAGMA user_version').pluck();
  }

  /**
   * Opens or creates the store.
   * @throws StoreError for a file that is no database, not midturn's, corrupt, or newer than this program.
   */
  static async open(options: OpenOptions): Promise<Connection> {
    const db = openFile(options.path);
    try {
      const connection = new Connection(db, options);
      await connection.#retry('open the store', () => prepare(db, options.now));
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
      this.db.exec('BEGIN');
      try {
        return body();
      } finally {
        this.db.exec('COMMIT');
      }
    });
  }

  close(): void {
    if (this.db.open) this.db.close();
  }

  #transaction<T>(body: () => T, durable: boolean): T {
    this.db.pragma(durable ? 'synchronous = FULL' : 'synchronous = NORMAL');
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const version = this.#userVersion.get() ?? 0;
      if (version !== SCHEMA_VERSION) throw versionError(version, this.path);
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
        if (!isBusy(error)) throw asStoreError(error, `Could not ${what}`, this.path);
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

function openFile(path: string): Db {
  try {
    const db = new Database(path, { timeout: BUSY_WAIT_MS });
    return db;
  } catch (error) {
    throw asStoreError(error, 'The store could not be opened', path);
  }
}

function prepare(db: Db, now: Clock): void {
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
  if (version > SCHEMA_VERSION) throw versionError(version, db.name);
  // secure_delete first: pages that a later erase frees are overwritten from the very first one.
  db.pragma('secure_delete = ON');
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -8000');
  // 16 MB: an import would otherwise copy the same pages back into the file many times over.
  db.pragma('wal_autocheckpoint = 4000');
  if (version < SCHEMA_VERSION) migrate(db, now);
}

function migrate(db: Db, now: Clock): void {
  for (;;) {
    db.exec('BEGIN IMMEDIATE');
    try {
      // Read again under the lock: another process may have come first.
      const version = Number(db.pragma('user_version', { simple: true }));
      const next = MIGRATIONS[version];
      if (next === undefined) {
        db.exec('COMMIT');
        return;
      }
      db.exec(next);
      if (version === 0) seed(db, now());
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${version + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

function seed(db: Db, at: number): void {
  const put = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
  put.run('store_id', newId());
  put.run('digest_key', randomBytes(32));
  put.run('created_at', at);
  db.prepare('INSERT INTO owners (id, name, created_at) VALUES (?, ?, ?)').run(newId(), 'owner', at);
}

function versionError(version: number, path: string): StoreError {
  return new StoreError({
    what: `${path} has schema ${version}, this program knows schema ${SCHEMA_VERSION}`,
    why:
      version > SCHEMA_VERSION ? 'a newer midturn has upgraded it' : 'the file was replaced by an older one',
    next:
      version > SCHEMA_VERSION
        ? 'Nothing was written. Update midturn (npm install -g midturn@latest) and restart your client'
        : 'Nothing was written. Restart your client',
  });
}

function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED');
}

const CURES: ReadonlyArray<readonly [prefix: string, why: string, next: string]> = [
  ['SQLITE_FULL', 'the disk is full', 'Nothing was stored; free some space and try again'],
  ['SQLITE_READONLY', 'the file or its folder is read-only', 'Give yourself write permission to it'],
  ['SQLITE_CANTOPEN', 'the file or its folder cannot be opened', 'Check that the folder exists and is yours'],
  [
    'SQLITE_NOTADB',
    'the file is not a SQLite database',
    'Move it away (midturn starts a new one) or restore a backup',
  ],
  [
    'SQLITE_CORRUPT',
    'the file is damaged',
    'Copy the home folder, then run `midturn doctor`; restore a backup if it fails',
  ],
  ['SQLITE_IOERR', 'the disk answered with an error', 'Nothing was stored; check the disk and free space'],
];

/** Turns what SQLite throws into words; errors of our own pass through. */
export function asStoreError(error: unknown, what: string, path: string): Error {
  if (error instanceof MidturnError) return error;
  const code = codeOf(error) ?? '';
  const cure = CURES.find(([prefix]) => code.startsWith(prefix));
  if (cure !== undefined) {
    return new StoreError({ what, why: `${cure[1]} (${path})`, next: cure[2] }, { cause: error });
  }
  if (
    /NODE_MODULE_VERSION|bindings file|invalid ELF|dlopen|ERR_DLOPEN/i.test(`${code} ${messageOf(error)}`)
  ) {
    return new StoreError(
      {
        what: "SQLite's native addon does not fit this Node",
        why: `Node ${process.version} on ${process.platform}-${process.arch}`,
        next: 'Run `npm rebuild better-sqlite3` where midturn is installed, or reinstall midturn with this Node',
      },
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_'))
    return new StoreError({ what, why: `${code}: ${messageOf(error)}` }, { cause: error });
  return error instanceof Error ? error : new StoreError({ what, why: String(error) });
}
