/** The statements of review jobs and snapshots, prepared once. */
import type { LeaseHolder } from '../../model/lease.ts';
import type { NewReviewJob, ReviewState } from '../reviews.ts';
import type { Packed } from './blob.ts';
import type { Connection } from './connection.ts';
import { REVIEW_JOB, type ReviewJobRow } from './review-rows.ts';

export type RunningRow = {
  row: number;
  token: string;
  pid: number;
  startTime: string | null;
  bootId: string | null;
  host: string;
  acquiredAt: number;
  heartbeatAt: number;
  attempts: number;
};
type SnapshotRow = { snapshot: Packed; answer: Packed | null; sources: Packed; expiresAt: number };

export function reviewStatements({ db }: Connection) {
  type Same = [string, number, string, string | null];
  return {
    owner: db.prepare<[string], number>('SELECT row FROM owners WHERE id = ?').pluck(),
    project: db.prepare<[string], number>('SELECT row FROM projects WHERE id = ?').pluck(),
    byRow: db.prepare<[number], ReviewJobRow>(`${REVIEW_JOB} WHERE j.row = ?`),
    byId: db.prepare<[string], ReviewJobRow>(`${REVIEW_JOB} WHERE j.id = ?`),
    named: db.prepare<[string, string], ReviewJobRow>(`${REVIEW_JOB} WHERE j.short = ? OR j.id = ? LIMIT 5`),
    prefixed: db.prepare<[string], ReviewJobRow>(`${REVIEW_JOB} WHERE j.id GLOB ? || '*' LIMIT 5`),
    same: db
      .prepare<Same, number>(
        'SELECT row FROM review_jobs WHERE session = ? AND through = ? AND provider = ? AND model IS ?',
      )
      .pluck(),
    // Of a session that a budget has stopped, or whose reviewer was away, the same call can look at what came since.
    waiting: db
      .prepare<[...Same, number | null], number>(
        `SELECT row FROM review_jobs WHERE session = ? AND (state = 'stopped' OR (state = 'queued' AND (through_turn = ? OR error IS NOT NULL)))
           AND provider = ? AND model IS ? AND project IS ? AND attempts = 0 ORDER BY row DESC LIMIT 1`,
      )
      .pluck(),
    extend: db.prepare<
      Pick<NewReviewJob, 'through' | 'throughPosition' | 'throughTurn'> & { cause: string; row: number }
    >(
      `UPDATE review_jobs SET through = @through, through_position = @throughPosition, through_turn = @throughTurn,
         cause = @cause WHERE row = @row`,
    ),
    put: db.prepare<
      Omit<NewReviewJob, 'owner' | 'project' | 'trigger'> & {
        cause: string;
        id: string;
        short: string;
        owner: number;
        project: number | null;
        now: number;
      }
    >(
      `INSERT INTO review_jobs (id, short, owner, session, project, cause, through, through_position, through_turn, provider,
         model, state, attempts, not_before, created_at, memory_updates, recall_candidate, skill_action)
       VALUES (@id, @short, @owner, @session, @project, @cause, @through, @throughPosition, @throughTurn, @provider, @model,
         'queued', 0, @now, @now, 0, 0, 0)`,
    ),
    counts: db.prepare<[], { state: ReviewState; count: number }>(
      'SELECT state, count(*) AS count FROM review_jobs GROUP BY state',
    ),
    running: db.prepare<[], RunningRow>(
      `SELECT row, token, pid, process_start AS startTime, boot AS bootId, host, acquired_at AS acquiredAt,
         heartbeat_at AS heartbeatAt, attempts FROM review_jobs WHERE state = 'running'`,
    ),
    due: db
      .prepare<[number], number>(
        `SELECT row FROM review_jobs j WHERE state = 'queued' AND not_before <= ?
           AND NOT EXISTS (SELECT 1 FROM review_jobs r WHERE r.session = j.session AND r.state = 'running')
         ORDER BY row LIMIT 1`,
      )
      .pluck(),
    begin: db.prepare<LeaseHolder & { row: number; token: string; now: number }>(
      `UPDATE review_jobs SET state = 'running', attempts = attempts + 1, token = @token, pid = @pid,
         process_start = @startTime, boot = @bootId, host = @host, acquired_at = @now, heartbeat_at = @now,
         started_at = @now, finished_at = NULL WHERE row = @row`,
    ),
    beat: db.prepare<[number, string]>(
      "UPDATE review_jobs SET heartbeat_at = ? WHERE token = ? AND state = 'running'",
    ),
    end: db.prepare<{
      token: string;
      state: ReviewState;
      error: string | null;
      notBefore: number;
      finishedAt: number | null;
      uncounted: number;
      envelope: string | null;
      memory_updates: number;
      recall_candidate: number;
      skill_action: number;
    }>(
      `UPDATE review_jobs SET state = @state, error = @error, not_before = @notBefore, finished_at = @finishedAt,
         attempts = attempts - @uncounted, envelope = @envelope, memory_updates = @memory_updates,
         recall_candidate = @recall_candidate, skill_action = @skill_action, token = NULL
       WHERE token = @token AND state = 'running'`,
    ),
    again: db.prepare<[number, number]>(
      `UPDATE review_jobs SET state = 'queued', attempts = 0, not_before = ?, finished_at = NULL
       WHERE row = ? AND state = 'failed'`,
    ),
    resume: db.prepare<[number, string]>(
      "UPDATE review_jobs SET state = 'queued', not_before = ? WHERE id = ? AND state = 'stopped'",
    ),
    foreign: db.prepare<[string, string | null], { row: number; session: string; through: number }>(
      `SELECT row, session, through FROM review_jobs
       WHERE state IN ('queued', 'stopped') AND NOT (provider = ? AND model IS ?) ORDER BY row`,
    ),
    adopt: db.prepare<[string, string | null, number]>(
      'UPDATE review_jobs SET provider = ?, model = ? WHERE row = ?',
    ),
    supersede: db.prepare<[number, number]>(
      "UPDATE review_jobs SET state = 'done', error = NULL, finished_at = ? WHERE row = ?",
    ),
    retry: db.prepare<[number, number]>(
      `UPDATE review_jobs SET state = 'queued', attempts = 0, not_before = ?, finished_at = NULL
       WHERE (state = 'failed' AND finished_at >= ?) OR (state = 'queued' AND error IS NOT NULL)`,
    ),
    keep: db.prepare<{
      token: string;
      snapshot: Packed;
      sources: Packed;
      now: number;
      expiresAt: number;
    }>(
      `INSERT INTO review_snapshots (job, snapshot, sources, created_at, expires_at)
       SELECT row, @snapshot, @sources, @now, @expiresAt FROM review_jobs WHERE token = @token AND state = 'running'
       ON CONFLICT DO UPDATE SET snapshot = excluded.snapshot, sources = excluded.sources, answer = NULL,
         created_at = excluded.created_at, expires_at = excluded.expires_at`,
    ),
    answered: db.prepare<[Packed, string]>(
      `UPDATE review_snapshots SET answer = ?
       WHERE job = (SELECT row FROM review_jobs WHERE token = ? AND state = 'running')`,
    ),
    answer: db.prepare<[number], Packed | null>('SELECT answer FROM review_snapshots WHERE job = ?').pluck(),
    snapshot: db.prepare<[string], SnapshotRow>(
      `SELECT s.snapshot, s.answer, s.sources, s.expires_at AS expiresAt FROM review_snapshots s
       JOIN review_jobs j ON j.row = s.job WHERE j.id = ?`,
    ),
    kept: db
      .prepare<[string], string>(
        `SELECT j.id FROM review_snapshots s JOIN review_jobs j ON j.row = s.job
         WHERE j.id IN (SELECT value FROM json_each(?))`,
      )
      .pluck(),
    // What runs or waits for its next attempt may still need what it was answered.
    expired: db.prepare<[number, number], { row: number; id: string }>(
      `SELECT s.job AS row, j.id FROM review_snapshots s JOIN review_jobs j ON j.row = s.job
       WHERE s.expires_at <= ? AND j.state <> 'running' ORDER BY s.expires_at LIMIT ?`,
    ),
    drop: db.prepare<[number]>('DELETE FROM review_snapshots WHERE job = ?'),
  };
}
