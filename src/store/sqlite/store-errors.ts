/** What SQLite throws, in words: which errors are worth waiting for, and what a person can do about the others. */
import { codeOf, MidturnError, messageOf, StoreError } from '../../model/errors.ts';

/** True when another process holds the lock: the same call may succeed later. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED');
}

/** The file's schema is not the one this program was made for. */
export function versionError(found: number, known: number, path: string, cause?: unknown): StoreError {
  const newer = found > known;
  return new StoreError(
    {
      what: `${path} has schema ${found}, this program knows schema ${known}`,
      why: newer ? 'a newer midturn has upgraded it' : 'the file was replaced by an older one',
      next: newer
        ? 'Nothing was written. Update midturn (install the newer one as you did this one, then midturn setup) and restart your client'
        : 'Nothing was written. Restart your client',
    },
    { cause },
  );
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
