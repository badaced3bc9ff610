/** Erase jobs in SQLite. */
import { newId } from '../../model/ids.ts';
import type { EraseJob, EraseJobsPort } from '../erase-jobs.ts';
import type { Connection } from './connection.ts';

export function sqliteEraseJobs(connection: Connection): EraseJobsPort {
  const { db } = connection;
  const open = db.prepare<[], EraseJob>(
    'SELECT id, kind, target, step, at FROM erase_jobs WHERE done_at IS NULL ORDER BY row',
  );
  const put = db.prepare<[string, string, string, number]>(
    'INSERT INTO erase_jobs (id, kind, target, at) VALUES (?, ?, ?, ?)',
  );
  const step = db.prepare<[string, string]>('UPDATE erase_jobs SET step = ? WHERE id = ?');
  const finish = db.prepare<[number, string]>('UPDATE erase_jobs SET done_at = ? WHERE id = ?');

  return {
    begin: (kind, target) =>
      connection.write('begin an erase', () => {
        const known = open.all().find((job) => job.kind === kind && job.target === target);
        if (known !== undefined) return known;
        const job = { id: newId(), kind, target, step: null, at: connection.now() };
        put.run(job.id, kind, target, job.at);
        return job;
      }),
    open: () => connection.read('list erase jobs', () => open.all()),
    reached: async (id, reached) => {
      await connection.write('go on with an erase', () => step.run(reached, id));
    },
    finish: async (id) => {
      await connection.write('finish an erase', () => finish.run(connection.now(), id));
    },
  };
}
