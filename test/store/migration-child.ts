/** A process that upgrades a store and stops in the middle, to be killed there. Arguments: the file, what to do. */
import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { memoryTerms } from '../../src/memories/terms.ts';
import { Connection } from '../../src/store/sqlite/connection.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';

const [path = '', act = ''] = process.argv.slice(2);
const base = { path, now: Date.now, memoryTerms };
const say = (word: string) => writeSync(1, `${word}\n`);

/** Says so and stops for good, the process with it. */
function stop(): void {
  say('here');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const acts: Record<string, () => Promise<unknown>> = {
  'stops in the backup': () => Connection.open({ ...base, onBackup: ({ done }) => done > 0 && stop() }),
  'stops in the migration': () =>
    Connection.open({
      ...base,
      migrations: [...MIGRATIONS.slice(0, 1), { sql: MIGRATIONS[1]?.sql ?? '', run: stop }],
    }),
  'stops between two migrations': () =>
    Connection.open({ ...base, migrations: [...MIGRATIONS, { sql: '', run: stop }] }),
  opens: async () => {
    const connection = await Connection.open(base);
    say(`opened ${connection.schema}`);
    connection.close();
  },
  'holds the lock for 3 s': async () => {
    const db = new Database(path);
    db.exec("BEGIN IMMEDIATE; INSERT INTO counters VALUES ('written by the holder', 1)");
    say('here');
    setTimeout(() => {
      db.exec('COMMIT');
      db.close();
    }, 3000);
  },
};
await acts[act]?.();
