import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { messageTerms } from '../../src/capture/index.ts';
import { memoryTerms } from '../../src/memories/terms.ts';
import type { Connection } from '../../src/store/sqlite/connection.ts';
import { memoryReader } from '../../src/store/sqlite/memory-rows.ts';
import type { Migration } from '../../src/store/sqlite/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import { TermIndex } from '../../src/store/sqlite/term-index.ts';
import { truthIn } from '../support/older-store.ts';
import { tempFolder } from '../support/temp-store.ts';
import { afterwards, FIRST, list, NEWEST, NOW, older, open, schemaOf } from './migrating.ts';

describe('an upgrade', () => {
  it('keeps every row, and the store is in order afterwards', async () => {
    const { path } = older();
    const before = truthIn(path);
    const store = await openSqlite({ path, now: () => NOW, memoryTerms });
    afterwards(() => store.close());
    const findings = await store.health.check({ message: messageTerms, memory: memoryTerms });
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(schemaOf(path)).toBe(NEWEST);
    expect(truthIn(path)).toEqual(before);
    expect(before.memories).toHaveLength(4);
  });

  it('leaves the same schema as a new store has', async () => {
    const { path } = older();
    const upgraded = await open(path);
    const fresh = await open(join(tempFolder(), 'midturn.db'));
    const schema = (connection: Connection) =>
      connection.db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
    expect(schema(upgraded)).toEqual(schema(fresh));
  });

  it('first keeps the store as it was, for the owner alone', async () => {
    const { path, backups } = older();
    const before = truthIn(path);
    await open(path);
    expect(list(backups)).toEqual(['midturn-schema1-2026-11-21T09-30-00Z.db']);
    const backup = join(backups, 'midturn-schema1-2026-11-21T09-30-00Z.db');
    if (process.platform !== 'win32') {
      expect(statSync(backup).mode & 0o777).toBe(0o600);
      expect(statSync(backups).mode & 0o777).toBe(0o700);
    }
    expect(schemaOf(backup)).toBe(1);
    expect(truthIn(backup)).toEqual(before);
  });

  it('gives a backup that is a store: it can be put back and upgraded again', async () => {
    const { path, backups } = older();
    (await open(path)).close();
    const restored = join(tempFolder(), 'midturn.db');
    writeFileSync(restored, readFileSync(join(backups, list(backups)[0] ?? '')));
    const again = await open(restored);
    expect(again.db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(truthIn(restored)).toEqual(truthIn(path));
  });

  it('makes no backup of a new store, and none at the next opening', async () => {
    const folder = tempFolder();
    (await open(join(folder, 'midturn.db'))).close();
    await open(join(folder, 'midturn.db'));
    expect(list(folder)).not.toContain('backups');
    const { path, backups } = older();
    (await open(path)).close();
    await open(path);
    expect(list(backups)).toHaveLength(1);
  });

  it('lets other work of the process go on while it copies', async () => {
    const { path } = older(12);
    let ticks = 0;
    let steps = 0;
    const timer = setInterval(() => (ticks += 1), 0);
    await open(path, { onBackup: () => (steps += 1) });
    clearInterval(timer);
    expect(steps).toBeGreaterThan(3);
    expect(ticks).toBeGreaterThan(3);
  });

  it('is noted: doctor says since when, and where the copy is', async () => {
    const { path, backups } = older();
    const store = await openSqlite({ path, now: () => NOW, memoryTerms });
    afterwards(() => store.close());
    expect(await store.health.note('migration')).toMatchObject({
      at: NOW,
      error: null,
      detail: { from: 1, to: NEWEST, backup: 'midturn-schema1-2026-11-21T09-30-00Z.db' },
    });
    const [schema] = await store.health.check({ message: messageTerms, memory: memoryTerms });
    expect(schema?.words).toContain(join(backups, 'midturn-schema1-2026-11-21T09-30-00Z.db'));
    expect(schema?.words).toContain('upgraded from 1 on 2026-11-21');
  });
});

describe('backups of upgrades', () => {
  const later = (times: number): Migration[] => [
    ...MIGRATIONS,
    ...Array.from({ length: times }, () => ({ sql: '' })),
  ];

  it('are kept three at most, and nothing else in the folder is touched', async () => {
    const { path, backups } = older();
    mkdirSync(backups);
    const foreign = ['midturn-2026.db', 'midturn-schema1-mine.db', 'other-schema1-2026-01-01T00-00-00Z.db'];
    for (const name of foreign) writeFileSync(join(backups, name), 'mine');
    for (let upgrade = 0; upgrade < 5; upgrade += 1) {
      (await open(path, { migrations: later(upgrade), now: () => NOW + upgrade * 86_400_000 })).close();
    }
    const names = list(backups);
    expect(names).toEqual(expect.arrayContaining(foreign));
    expect(names.filter((name) => !foreign.includes(name))).toEqual([
      `midturn-schema${NEWEST + 1}-2026-11-23T09-30-00Z.db`,
      `midturn-schema${NEWEST + 2}-2026-11-24T09-30-00Z.db`,
      `midturn-schema${NEWEST + 3}-2026-11-25T09-30-00Z.db`,
    ]);
  });

  it('of one schema made again and again do not push out the oldest store', async () => {
    const { path, backups } = older();
    (await open(path)).close();
    for (let day = 1; day < 5; day += 1) {
      const db = new Database(path);
      db.pragma(`user_version = ${NEWEST}`);
      db.close();
      (await open(path, { migrations: later(1), now: () => NOW + day * 86_400_000 })).close();
    }
    expect(list(backups).map((name) => name.slice(0, 26))).toEqual([
      'midturn-schema1-2026-11-21',
      `midturn-schema${NEWEST}-2026-11-24`,
      `midturn-schema${NEWEST}-2026-11-25`,
    ]);
  });

  it('made in the same second have names of their own', async () => {
    const { path, backups } = older();
    (await open(path)).close();
    for (let time = 0; time < 2; time += 1) {
      const db = new Database(path);
      db.pragma(`user_version = ${NEWEST}`);
      db.close();
      (await open(path, { migrations: later(1) })).close();
    }
    expect(list(backups)).toContain(`midturn-schema${NEWEST}-2026-11-21T09-30-00Z-2.db`);
  });
});

describe('an upgrade that cannot be made', () => {
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'for a folder that is not writable changes nothing and says what to do',
    async () => {
      const { path, backups } = older();
      mkdirSync(backups, { mode: 0o500 });
      const before = truthIn(path);
      await expect(open(path)).rejects.toThrow(/the permissions do not allow it.*is as it was.*try again/s);
      expect([schemaOf(path), truthIn(path)]).toEqual([1, before]);
      chmodSync(backups, 0o700);
      expect((await open(path)).schema).toBe(NEWEST);
    },
  );

  it('for a file where the folder should be changes nothing, and succeeds once it is gone', async () => {
    const { path, backups } = older();
    writeFileSync(backups, '');
    const before = truthIn(path);
    await expect(open(path)).rejects.toThrow(
      /schema 1 to \d+, and the backup before that failed.*try again/s,
    );
    expect([schemaOf(path), truthIn(path)]).toEqual([1, before]);
    expect((await open(path, { backups: join(tempFolder(), 'backups') })).schema).toBe(NEWEST);
  });

  it('for an error in the middle of a migration changes nothing and leaves no backup behind', async () => {
    const { path, backups } = older();
    const before = truthIn(path);
    const migrations = [...FIRST, { sql: 'DELETE FROM tombstones; INSERT INTO nowhere VALUES (1)' }];
    await expect(open(path, { migrations })).rejects.toThrow(
      /from schema 1 to 2: .*no such table.*as it was/s,
    );
    expect([schemaOf(path), truthIn(path), list(backups)]).toEqual([1, before, []]);
  });

  it('for an error in its data step changes nothing either', async () => {
    const { path } = older();
    const before = truthIn(path);
    const run = async (db: Connection['db']) => {
      db.exec('DELETE FROM messages');
      await Promise.resolve();
      throw new Error('a step that fails');
    };
    await expect(open(path, { migrations: [...FIRST, { sql: '', run }] })).rejects.toThrow(
      'a step that fails',
    );
    expect([schemaOf(path), truthIn(path)]).toEqual([1, before]);
  });

  it('keeps the backup of the first migration when only the second fails', async () => {
    const { path, backups } = older();
    const failing: Migration = { sql: 'INSERT INTO nowhere VALUES (1)' };
    await expect(open(path, { migrations: [...MIGRATIONS, failing] })).rejects.toThrow(
      /no such table.*midturn-schema1-2026-11-21T09-30-00Z\.db is the store from before/,
    );
    expect(schemaOf(path)).toBe(NEWEST);
    expect(list(backups)).toEqual(['midturn-schema1-2026-11-21T09-30-00Z.db']);
  });
});

describe('a data step', () => {
  it('runs in the transaction of its migration, with what it needs to index memories', async () => {
    const { path } = older();
    const seen: unknown[] = [];
    const connection = await open(path, {
      migrations: [
        ...FIRST,
        {
          sql: 'CREATE TABLE made (x)',
          run: async (db, context) => {
            await Promise.resolve();
            db.exec('INSERT INTO made VALUES (1)');
            seen.push(db.inTransaction, context.connection.db === db, context.memoryTerms === memoryTerms);
          },
        },
      ],
    });
    expect(seen).toEqual([true, true, true]);
    expect(connection.db.prepare('SELECT x FROM made').pluck().get()).toBe(1);
  });
});

describe('a data step that indexes', () => {
  it('finds memories through the present reader, and the index knows them afterwards', async () => {
    const { path } = older();
    const connection = await open(path, {
      migrations: [
        ...FIRST,
        {
          sql: MIGRATIONS[1]?.sql ?? '',
          run: (_db, context) => {
            const index = new TermIndex(context.connection, 'memories');
            for (const memory of memoryReader(context.connection).all("r.state = 'superseded'"))
              index.replace(memory.row, context.memoryTerms(memory), '');
            index.flush();
          },
        },
      ],
    });
    const jest = connection.db.prepare("SELECT memories FROM terms WHERE term = 'jest'").pluck().get();
    expect(jest).toBe(2);
    const rows = connection.db.prepare('SELECT document FROM memory_tokens ORDER BY document').pluck().all();
    expect(rows).toEqual([1, 2, 3, 4]);
  });
});
