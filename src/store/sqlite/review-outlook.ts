/** What a session has to review: looked up by its newest and its first messages, never by all of them. */
import { projectId } from '../../model/ids.ts';
import type { ReviewedMessage, ReviewJob, ReviewOutlook, ReviewsPort } from '../reviews.ts';
import type { Connection } from './connection.ts';

type LastRow = {
  number: number;
  position: number;
  turn: number;
  cwd: string | null;
  project: string | null;
  branch: string | null;
  commit: string | null;
};

/** What a reviewer is shown: said in an active turn, or answered by a tool. */
const REVIEWED = `m.session = ? AND m.state = 'kept' AND m.kind = 'said' AND m.role IN ('user', 'assistant', 'tool')
  AND ifnull(t.state, 'active') = 'active'`;
const TABLES = 'messages m LEFT JOIN turns t ON t.session = m.session AND t.number = m.turn';

export function reviewOutlook(connection: Connection): Pick<ReviewsPort, 'outlook' | 'reviewedUpTo'> {
  const { db } = connection;
  const session = db.prepare<[string], number>('SELECT row FROM sessions WHERE id = ?').pluck();
  const newest = (more: string): string =>
    `SELECT m.number, m.position, ifnull(m.turn, 0) AS turn, coalesce(t.cwd, s.cwd) AS cwd, p.id AS project, t.branch,
       t.commit_id AS "commit"
     FROM (SELECT m.row FROM ${TABLES} JOIN sessions s ON s.row = m.session
           WHERE ${REVIEWED} AND m.position <= ? ${more} ORDER BY m.position DESC LIMIT 1) newest
     JOIN messages m ON m.row = newest.row JOIN sessions s ON s.row = m.session
     LEFT JOIN turns t ON t.session = m.session AND t.number = m.turn
     LEFT JOIN projects p ON p.row = coalesce(t.project, m.project, s.project)`;
  const last = db.prepare<[number, number], LastRow>(newest(''));
  const elsewhere = db.prepare<[number, number, number, string | null], LastRow>(
    newest(
      `AND m.turn > ? AND coalesce(t.project, m.project, s.project) IS NOT (SELECT row FROM projects WHERE id = ?)`,
    ),
  );
  // A session has far fewer turns than messages, and most never leave their project.
  const hasMoved = db
    .prepare<[number, number, string | null], number>(
      `SELECT 1 FROM turns WHERE session = ? AND number > ? AND state = 'active' AND project IS NOT NULL
         AND project IS NOT (SELECT row FROM projects WHERE id = ?) LIMIT 1`,
    )
    .pluck();
  const firstPrompt = db
    .prepare<[number], number>(
      `SELECT m.position FROM ${TABLES} WHERE ${REVIEWED} AND m."by" = 'person' AND m.role = 'user'
       ORDER BY m.position LIMIT 1`,
    )
    .pluck();
  const newTurns = db
    .prepare<[number, number], number>(
      "SELECT count(*) FROM turns WHERE session = ? AND number > ? AND state = 'active'",
    )
    .pluck();
  const covered = db.prepare<[string, string, string | null], { turn: number | null; number: number | null }>(
    `SELECT max(through_turn) AS turn, max(through) AS number FROM review_jobs
     WHERE session = ? AND provider = ? AND model IS ? AND state <> 'failed'`,
  );
  const reviewed = db.prepare<[string, string, string | null, number], { turn: number; position: number }>(
    `SELECT through_turn AS turn, through_position AS position FROM review_jobs
     WHERE session = ? AND provider = ? AND model IS ? AND state = 'done' AND through_position < ?
     ORDER BY through_position DESC LIMIT 1`,
  );
  const wentOn = db
    .prepare<[number, number, number], number>(
      `SELECT 1 FROM ${TABLES} WHERE ${REVIEWED} AND m.turn = ? AND m.position > ? LIMIT 1`,
    )
    .pluck();

  return {
    outlook: (id, { provider, model }, upTo = Number.MAX_SAFE_INTEGER) =>
      connection.read('look at a session', (): ReviewOutlook | null => {
        const row = session.get(id);
        if (row === undefined) return null;
        const end = last.get(row, upTo);
        const before = covered.get(id, provider, model);
        const from = before?.turn ?? 0;
        const moved = end !== undefined && hasMoved.get(row, from, end.project) !== undefined;
        const other = moved ? elsewhere.get(row, end.position, from, end.project) : undefined;
        return {
          last: messageOf(end),
          elsewhere: messageOf(other),
          firstPrompt: firstPrompt.get(row) ?? null,
          newTurns: newTurns.get(row, before?.turn ?? 0) ?? 0,
          coveredTo: before?.number ?? 0,
        };
      }),

    reviewedUpTo: (job: ReviewJob) =>
      connection.read('look up reviews', () => {
        const row = session.get(job.session);
        const before = reviewed.get(job.session, job.provider, job.model, job.throughPosition);
        if (row === undefined || before === undefined) return 0;
        return wentOn.get(row, before.turn, before.position) === undefined ? before.turn : before.turn - 1;
      }),
  };
}

function messageOf(row: LastRow | undefined): ReviewedMessage | null {
  return row === undefined ? null : { ...row, project: row.project === null ? null : projectId(row.project) };
}
