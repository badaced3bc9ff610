/**
 * A copy of the store from before an upgrade: whole or not there, for the owner alone, page by page so that the
 * process goes on answering. Called with the store's write lock held, so nothing can be committed beside it.
 */
import { open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, MidturnError, messageOf, StoreError } from '../../model/errors.ts';
import { iso } from '../../model/time.ts';
import { publishFile } from '../../platform/atomic.ts';
import { makePrivateDir, makePrivateFile } from '../../platform/permissions.ts';

/** Copied pages, of all pages. */
export type BackupProgress = { readonly done: number; readonly of: number };

export type Backup = { readonly path: string; readonly schema: number; readonly bytes: number };

type BackUpOptions = {
  /** The store's file. */
  readonly source: string;
  readonly folder: string;
  /** The schema of the file, and the one it is to be upgraded to. */
  readonly schema: number;
  readonly target: number;
  /** Part of the name. */
  readonly at: number;
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined;
};

/** Backups of upgrades that are kept. */
const KEPT = 3;
/** Pages of 4 kB between two looks at the event loop: a few milliseconds. */
const PAGES_AT_ONCE = 512;
/** Room for what the upgrade itself writes, beside the copy. */
const SPARE_BYTES = 32 * 1024 * 1024;

/**
 * Copies the store to `<folder>/<store>-schema<N>-<time>.db`.
 * @throws StoreError saying why there is no backup; the folder then holds nothing new.
 */
export async function backUp(options: BackUpOptions): Promise<Backup> {
  const { source, folder, schema } = options;
  let temporary: string | null = null;
  try {
    await makePrivateDir(folder);
    const names = await readdir(folder);
    const { pattern, unfinished } = namesOf(source);
    // Whoever began them is gone: this process holds the lock that they held.
    for (const name of names) if (unfinished.test(name)) await rm(join(folder, name), { force: true });
    const taken = new Set(names.filter((name) => pattern.test(name)));
    const path = join(folder, freeName(source, schema, options.at, taken));
    temporary = `${path}.tmp`;
    const reader = new Database(source, { readonly: true, fileMustExist: true });
    try {
      // One snapshot from the first page to the last.
      reader.exec('BEGIN');
      const pages = Number(reader.pragma('page_count', { simple: true }));
      const pageBytes = Number(reader.pragma('page_size', { simple: true }));
      await checkSpace(options, pages * pageBytes);
      await makePrivateFile(temporary);
      await reader.backup(temporary, {
        progress: ({ totalPages, remainingPages }) => {
          options.onProgress?.({ done: totalPages - remainingPages, of: totalPages });
          return PAGES_AT_ONCE;
        },
      });
      await checkCopy(temporary, schema, pages, pageBytes);
      await publishFile(temporary, path);
      return { path, schema, bytes: pages * pageBytes };
    } finally {
      reader.close();
    }
  } catch (error) {
    if (temporary !== null) await discard(temporary);
    throw failure(error, options);
  }
}

/** Removes a backup, or what there is of one. */
export async function discard(path: string): Promise<void> {
  for (const suffix of ['', '-journal']) await rm(`${path}${suffix}`, { force: true });
}

/**
 * Removes backups of upgrades beyond the newest three; other files are not touched. A second one of the same schema
 * goes first: an upgrade that is interrupted again and again does not push out the store as it was before. The one
 * just made stays, whatever the clock said then.
 */
export async function prune(folder: string, source: string, made: string): Promise<void> {
  const { pattern } = namesOf(source);
  const found = (await readdir(folder)).flatMap((name) => {
    const match = pattern.exec(name);
    return match === null || name === basename(made)
      ? []
      : [{ name, schema: match[1], time: `${match[2]} ${match[3] ?? '1'}` }];
  });
  found.sort((a, b) => a.time.localeCompare(b.time, 'en', { numeric: true }));
  while (found.length >= KEPT) {
    const twice = found.findIndex(
      ({ schema }, at) =>
        schema === namesOf(source).pattern.exec(basename(made))?.[1] ||
        found.slice(at + 1).some((later) => later.schema === schema),
    );
    const [gone] = found.splice(Math.max(twice, 0), 1);
    if (gone !== undefined) await rm(join(folder, gone.name), { force: true });
  }
}

/** The folder for backups of a store that is not told another one. */
export function backupsBeside(source: string): string {
  return join(dirname(source), 'backups');
}

/** The names that backups of this store have, whole and unfinished. Groups: schema, time, number. */
function namesOf(source: string): { pattern: RegExp; unfinished: RegExp } {
  const name = stem(source).replace(/[^\w]/g, '\\$&');
  const whole = `${name}-schema(\\d+)-(\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ)(?:-(\\d+))?\\.db`;
  return { pattern: new RegExp(`^${whole}$`), unfinished: new RegExp(`^${whole}\\.tmp(?:-journal)?$`) };
}

function freeName(source: string, schema: number, at: number, taken: ReadonlySet<string>): string {
  const time = `${iso(at).slice(0, 19).replaceAll(':', '-')}Z`;
  const first = `${stem(source)}-schema${schema}-${time}`;
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `${first}.db` : `${first}-${number}.db`;
    if (!taken.has(name)) return name;
  }
}

function stem(source: string): string {
  return basename(source, '.db');
}

async function checkSpace({ folder }: BackUpOptions, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  // Some network disks say nothing.
  if (bsize === 0 || free >= bytes + SPARE_BYTES) return;
  throw new NoSpace(`${megabytes(bytes + SPARE_BYTES)} are needed in ${folder}, ${megabytes(free)} are free`);
}

class NoSpace extends Error {}

/** Looks at the copy's header, without SQLite: opening it would leave files beside it. */
async function checkCopy(path: string, schema: number, pages: number, pageBytes: number): Promise<void> {
  const { size } = await stat(path);
  const header = Buffer.alloc(100);
  const file = await open(path, 'r');
  try {
    await file.read(header, 0, header.length, 0);
  } finally {
    await file.close();
  }
  const whole =
    header.toString('latin1', 0, 16) === 'SQLite format 3\0' &&
    header.readUInt32BE(28) === pages &&
    header.readUInt32BE(60) === schema &&
    size === pages * pageBytes;
  if (!whole) throw new Error(`the copy of ${pages} pages came out with ${size} bytes`);
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'the permissions do not allow it',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's disk quota is used up",
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'there is a file of that name',
  SQLITE_FULL: 'the disk is full',
  SQLITE_CANTOPEN: 'the file cannot be made there',
};

function failure(error: unknown, { folder, schema, target, source }: BackUpOptions): StoreError {
  const code = codeOf(error);
  // A damaged store says so itself.
  const reason =
    error instanceof NoSpace
      ? `the disk is full (${error.message})`
      : error instanceof MidturnError
        ? error.message
        : `${WHY[code ?? ''] ?? messageOf(error)} (${folder})`;
  const full = error instanceof NoSpace || ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code ?? '');
  return new StoreError(
    {
      what: `The store must be upgraded from schema ${schema} to ${target}, and the backup before that failed`,
      why: reason,
      next: full
        ? `${source} is as it was. Free some space and try again`
        : `${source} is as it was. Make sure that ${folder} is a folder you can write to, and try again`,
    },
    { cause: error },
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
}
