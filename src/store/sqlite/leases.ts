/** Leases in SQLite. */
import { newId } from '../../model/ids.ts';
import { type Lease, type LeaseHolder, staleness } from '../../model/lease.ts';
import type { Acquired, LeasesPort } from '../leases.ts';
import type { Connection } from './connection.ts';

type Row = {
  name: string;
  token: string;
  pid: number;
  startTime: string | null;
  bootId: string | null;
  host: string;
  acquiredAt: number;
  heartbeatAt: number;
};

export function sqliteLeases(connection: Connection): LeasesPort {
  const { db } = connection;
  const byName = db.prepare<[string], Row>(
    `SELECT name, token, pid, process_start AS startTime, boot AS bootId, host, acquired_at AS acquiredAt,
       heartbeat_at AS heartbeatAt FROM leases WHERE name = ?`,
  );
  const put = db.prepare<[string, string, number, string | null, string | null, string, number, number]>(
    `INSERT OR REPLACE INTO leases (name, token, pid, process_start, boot, host, acquired_at, heartbeat_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const beat = db.prepare<[number, string, string]>(
    'UPDATE leases SET heartbeat_at = ? WHERE name = ? AND token = ?',
  );
  const drop = db.prepare<[string, string]>('DELETE FROM leases WHERE name = ? AND token = ?');

  const read = (name: string): Lease | null => {
    const row = byName.get(name);
    if (row === undefined) return null;
    const { pid, startTime, bootId, host, ...rest } = row;
    return { ...rest, holder: { pid, startTime, bootId, host } };
  };
  const take = (name: string, self: LeaseHolder): string => {
    const token = newId();
    const now = connection.now();
    put.run(name, token, self.pid, self.startTime, self.bootId, self.host, now, now);
    return token;
  };

  return {
    get: async (name, self, stillRuns) => {
      const lease = await connection.read('look up a lease', () => read(name));
      if (lease === null) return null;
      const runs = await stillRuns(lease.holder);
      return { lease, stale: staleness(lease, self, runs, connection.now()) };
    },

    acquire: async (name, self, stillRuns) => {
      // Asking the system takes its time, and is done outside the transaction; the token says whether the answer
      // still speaks of the lease that stands there.
      let judged: { readonly token: string; readonly runs: boolean | null } | null = null;
      for (;;) {
        const known: typeof judged = judged;
        const result = await connection.write('take a lease', (): Acquired | { readonly unjudged: Lease } => {
          const lease = read(name);
          if (lease === null) return { status: 'acquired', token: take(name, self), took: null };
          if (known?.token !== lease.token) return { unjudged: lease };
          const why = staleness(lease, self, known.runs, connection.now());
          if (why === null) return { status: 'held', by: lease };
          return { status: 'acquired', token: take(name, self), took: { lease, why } };
        });
        if (!('unjudged' in result)) return result;
        const { token, holder } = result.unjudged;
        judged = { token, runs: await stillRuns(holder) };
      }
    },

    heartbeat: (name, token) =>
      connection.write('renew a lease', () => beat.run(connection.now(), name, token).changes === 1),

    release: (name, token) => connection.write('release a lease', () => drop.run(name, token).changes === 1),
  };
}
