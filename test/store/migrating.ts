/** Opening older stores, for the tests of upgrades. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach } from 'vitest';
import { memoryTerms } from '../../src/memories/terms.ts';
import { Connection, type OpenOptions } from '../../src/store/sqlite/connection.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { olderStore } from '../support/older-store.ts';
import { tempFolder } from '../support/temp-store.ts';

export const NOW = Date.UTC(2026, 10, 21, 9, 30);
export const NEWEST = MIGRATIONS.length;
export const FIRST = MIGRATIONS.slice(0, 1);

const cleanups: Array<() => void> = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** Runs it after the test. */
export function afterwards(cleanup: () => void): void {
  cleanups.push(cleanup);
}

export async function open(path: string, more: Partial<OpenOptions> = {}): Promise<Connection> {
  const connection = await Connection.open({ path, now: () => NOW, memoryTerms, ...more });
  cleanups.push(() => connection.close());
  return connection;
}

export function older(megabytes = 0): { path: string; backups: string } {
  const folder = tempFolder();
  const path = join(folder, 'midturn.db');
  olderStore(path, megabytes);
  return { path, backups: join(folder, 'backups') };
}

export function schemaOf(path: string): unknown {
  const db = new Database(path, { readonly: true });
  try {
    return db.pragma('user_version', { simple: true });
  } finally {
    db.close();
  }
}

export function list(folder: string): string[] {
  return readdirSync(folder).sort();
}
