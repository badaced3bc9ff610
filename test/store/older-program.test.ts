import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { memoryTerms } from '../../src/memories/terms.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import { afterwards, FIRST, list, NOW, older, open } from './migrating.ts';

describe('an older program that has the store open', () => {
  it('stops writing and says what to restart, while its reads go on', async () => {
    const { path } = older();
    const old = await open(path, { migrations: FIRST });
    await open(path);
    await expect(old.write('remember', () => old.db.exec('DELETE FROM memories'))).rejects.toThrow(
      /has schema \d+, this program knows schema 1: a newer midturn has upgraded it\. Nothing was written\. .*restart/,
    );
    await expect(old.tryWrite('note', () => 1)).rejects.toThrow(/a newer midturn has upgraded it/);
    expect(await old.read('count', () => old.db.prepare('SELECT count(*) FROM memories').pluck().get())).toBe(
      4,
    );
  });

  it('says what to restart when what it reads is gone', async () => {
    const { path } = older();
    const old = await open(path, { migrations: FIRST });
    const statement = old.db.prepare('SELECT count(*) FROM feedback').pluck();
    await open(path, { migrations: [...FIRST, { sql: 'DROP TABLE feedback' }] });
    await expect(old.read('count', () => statement.get())).rejects.toThrow(
      /newer midturn.*restart your client/,
    );
  });

  it('stops reading where the newer schema gives another meaning to what it reads', async () => {
    const { path } = older();
    const old = await open(path, { migrations: FIRST });
    await open(path, { migrations: [...FIRST, { sql: '', readableFrom: 2 }] });
    await expect(old.read('count', () => 1)).rejects.toThrow(/newer midturn.*restart your client/);
  });

  it('is told so by its status', async () => {
    const { path } = older();
    const store = await openSqlite({ path, now: () => NOW, memoryTerms });
    afterwards(() => store.close());
    expect(await store.health.outdated()).toBe(false);
    await open(path, { migrations: [...MIGRATIONS, { sql: '' }] });
    expect(await store.health.outdated()).toBe(true);
  });

  it('is refused when it opens the upgraded file', async () => {
    const { path } = older();
    (await open(path)).close();
    await expect(open(path, { migrations: FIRST })).rejects.toThrow(
      /knows schema 1: a newer midturn has upgraded it\. Nothing was written\. Update midturn/,
    );
  });

  it('loses nothing that it wrote just before: the backup has it too', async () => {
    const { path, backups } = older();
    const old = await open(path, { migrations: FIRST });
    // Long in the write-ahead log, not in the file: a copy of the file alone would miss it.
    await old.write('count', () => old.db.exec("INSERT INTO counters VALUES ('last moment', 7)"));
    await open(path);
    const backup = new Database(join(backups, list(backups)[0] ?? ''), { readonly: true });
    afterwards(() => backup.close());
    expect(backup.prepare("SELECT value FROM counters WHERE name = 'last moment'").pluck().get()).toBe(7);
  });

  it('cannot write between the backup and the migration', async () => {
    const { path } = older(12);
    const old = await open(path, { migrations: FIRST, writeDeadline: 0 });
    const tried: Promise<unknown>[] = [];
    await open(path, {
      onBackup: () =>
        tried.push(old.write('count', () => old.db.exec("INSERT INTO counters VALUES ('x', 1)"))),
    });
    const outcomes = await Promise.allSettled(tried);
    expect(outcomes.length).toBeGreaterThan(1);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  });
});
