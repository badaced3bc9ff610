/** How review jobs are read from their rows. */
import { envelopeId, projectId, storedSessionId } from '../../model/ids.ts';
import type { ReviewTrigger } from '../../model/review.ts';
import type { ReviewJob, ReviewState } from '../reviews.ts';

export type ReviewJobRow = Omit<
  ReviewJob,
  'session' | 'project' | 'envelope' | 'counts' | 'short' | 'trigger' | 'state'
> & {
  row: number;
  short: string;
  session: string;
  project: string | null;
  trigger: ReviewTrigger;
  state: ReviewState;
  envelope: string | null;
  memoryUpdates: number;
  recallCandidate: number;
  skillAction: number;
};

export const REVIEW_JOB = `SELECT j.row, j.id, j.short, o.id AS owner, j.session, s.short AS sessionShort, p.id AS project,
    j.cause AS "trigger", j.through, j.through_position AS throughPosition, j.through_turn AS throughTurn, j.provider, j.model,
    j.state, j.attempts, j.not_before AS notBefore, j.error, j.created_at AS createdAt, j.started_at AS startedAt,
    j.finished_at AS finishedAt, j.envelope, j.memory_updates AS memoryUpdates, j.recall_candidate AS recallCandidate,
    j.skill_action AS skillAction
  FROM review_jobs j JOIN owners o ON o.row = j.owner LEFT JOIN sessions s ON s.id = j.session
    LEFT JOIN projects p ON p.row = j.project`;

export function reviewJobOf(row: ReviewJobRow): ReviewJob {
  const {
    row: _,
    memoryUpdates: memory_updates,
    recallCandidate: recall_candidate,
    skillAction: skill_action,
    ...job
  } = row;
  return {
    ...job,
    short: `j_${row.short}`,
    session: storedSessionId(row.session),
    project: row.project === null ? null : projectId(row.project),
    envelope: row.envelope === null ? null : envelopeId(row.envelope),
    counts: { memory_updates, recall_candidate, skill_action },
  };
}
