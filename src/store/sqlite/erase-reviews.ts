/** Which snapshots of reviews hold what is to be erased: by what they show, and by the words in them. */
import type { ForgetTarget, Holders } from '../erasing.ts';
import { type Packed, unpackJson } from './blob.ts';
import type { Connection } from './connection.ts';
import { type EraseTarget, holdsOne } from './erase-target.ts';
import { strings } from './record-values.ts';

type Shown = {
  job: number;
  session: string;
  snapshot: Packed;
  answer: Packed | null;
  sources: Packed;
};

/**
 * Inside a transaction: takes them away, which overwrites them (`secure_delete`). A review that runs without one, or
 * loses it, is begun again: what its process holds must not be kept after this.
 */
export function eraseReviews({ db }: Connection, rowsOf: EraseTarget) {
  const all = db.prepare<[], Shown>(
    `SELECT s.job, j.session, s.snapshot, s.answer, s.sources FROM review_snapshots s
     JOIN review_jobs j ON j.row = s.job`,
  );
  const drop = db.prepare<[number]>('DELETE FROM review_snapshots WHERE job = ?');
  const again = db.prepare<[]>(
    `UPDATE review_jobs SET state = 'queued', token = NULL WHERE state = 'running'
       AND NOT EXISTS (SELECT 1 FROM review_snapshots s WHERE s.job = review_jobs.row)`,
  );
  return (target: ForgetTarget, holders: Holders, probes: readonly string[]): void => {
    const { own, elsewhere } = rowsOf.messages(target);
    const sessions = new Set(rowsOf.sessions(target));
    const gone = new Set<string>([
      ...rowsOf.refs([...own, ...elsewhere]),
      ...holders.memories,
      ...holders.skills,
    ]);
    const meant: number[] = [];
    for (const { job, session, snapshot, answer, sources } of all.iterate()) {
      const shows = (): boolean => strings(unpackJson(sources)).some((source) => gone.has(source));
      if (sessions.has(session) || shows() || holdsOne([snapshot, answer], probes)) meant.push(job);
    }
    for (const job of meant) drop.run(job);
    again.run();
  };
}
