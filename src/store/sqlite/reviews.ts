/** Reviews in SQLite. */
import { StoreError } from '../../model/errors.ts';
import { bareId, newId } from '../../model/ids.ts';
import { type Lease, type LeaseHolder, staleness } from '../../model/lease.ts';
import {
  type ClaimedReview,
  type KeptSnapshot,
  type NewReviewJob,
  REVIEW_ATTEMPTS,
  type ReviewEnd,
  type ReviewJob,
  type ReviewState,
  type ReviewsPort,
} from '../reviews.ts';
import { packJson, unpackJson } from './blob.ts';
import type { Connection } from './connection.ts';
import { strings } from './record-values.ts';
import { reviewLedger } from './review-ledger.ts';
import { reviewOutlook } from './review-outlook.ts';
import { REVIEW_JOB, type ReviewJobRow, reviewJobOf } from './review-rows.ts';
import { type RunningRow, reviewStatements } from './review-statements.ts';
import { shortIds } from './short-ids.ts';

const NONE: Readonly<Record<ReviewState, number>> = {
  queued: 0,
  running: 0,
  done: 0,
  failed: 0,
  stopped: 0,
};
const ENDED = 'the process that reviewed it ended before its end';
const NO_ITEMS = { memory_updates: 0, recall_candidate: 0, skill_action: 0 };

export function sqliteReviews(connection: Connection): ReviewsPort {
  const { db } = connection;
  const statements = reviewStatements(connection);
  const short = shortIds(connection);
  const { close, ...ledger } = reviewLedger(connection);

  const byRow = (row: number): ReviewJob => {
    const found = statements.byRow.get(row);
    if (found === undefined) throw new StoreError({ what: 'The review was not stored' });
    return reviewJobOf(found);
  };

  const projectRow = (id: NewReviewJob['project']): number | null =>
    id === null ? null : (statements.project.get(id) ?? null);

  const insert = (job: NewReviewJob): ReviewJob => {
    const owner = statements.owner.get(job.owner);
    if (owner === undefined) throw new StoreError({ what: `There is no owner ${job.owner}` });
    const id = newId();
    const { project: named, trigger: cause, ...rest } = job;
    const project = projectRow(named);
    const { lastInsertRowid } = statements.put.run({
      ...rest,
      cause,
      id,
      short: short('review_jobs', id),
      owner,
      project,
      now: connection.now(),
    });
    return byRow(Number(lastInsertRowid));
  };

  /** Takes jobs from processes that are known to have ended; a running one that nobody has judged is answered. */
  const reclaim = (self: LeaseHolder, judged: ReadonlyMap<string, boolean | null>): Lease | null => {
    const now = connection.now();
    for (const running of statements.running.all()) {
      const lease = leaseOf(running);
      if (!judged.has(lease.token)) return lease;
      if (staleness(lease, self, judged.get(lease.token) ?? null, now) === null) continue;
      const end: ReviewEnd =
        running.attempts >= REVIEW_ATTEMPTS
          ? { state: 'failed', error: ENDED, outcome: 'killed' }
          : { state: 'queued', error: ENDED, outcome: 'killed', notBefore: now, counted: true };
      finish(lease.token, end);
    }
    return null;
  };

  const finish = (token: string, end: ReviewEnd): boolean => {
    close(token, end);
    const now = connection.now();
    const [counts, envelope] = end.state === 'done' ? [end.counts, end.envelope] : [NO_ITEMS, null];
    const { changes } = statements.end.run({
      token,
      state: end.state,
      error: end.state === 'done' ? null : end.error,
      notBefore: end.state === 'queued' ? end.notBefore : now,
      finishedAt: end.state === 'done' || end.state === 'failed' ? now : null,
      uncounted: end.state === 'stopped' || (end.state === 'queued' && !end.counted) ? 1 : 0,
      envelope,
      ...counts,
    });
    return changes === 1;
  };

  const begin = (self: LeaseHolder): ClaimedReview | null => {
    const now = connection.now();
    const row = statements.due.get(now);
    if (row === undefined) return null;
    const token = newId();
    statements.begin.run({ ...self, row, token, now });
    const answer = statements.answer.get(row);
    return {
      job: byRow(row),
      token,
      answer: answer === undefined || answer === null ? null : unpackJson(answer),
    };
  };

  return {
    ...reviewOutlook(connection),
    ...ledger,

    enqueue: (job) =>
      connection.write('queue a review', () => {
        const known = statements.same.get(job.session, job.through, job.provider, job.model);
        if (known !== undefined) {
          // A person who asks for it again wants it tried again.
          if (job.trigger === 'manual') statements.again.run(connection.now(), known);
          return { job: byRow(known), created: false };
        }
        const earlier = statements.waiting.get(
          job.session,
          job.throughTurn,
          job.provider,
          job.model,
          projectRow(job.project),
        );
        if (earlier === undefined) return { job: insert(job), created: true };
        const { through, throughPosition, throughTurn, trigger: cause } = job;
        statements.extend.run({ through, throughPosition, throughTurn, cause, row: earlier });
        return { job: byRow(earlier), created: false };
      }),

    find: (text) =>
      connection.read('look up a review', () => {
        const bare = bareId(text);
        if (!/^[0-9a-z]{4,26}$/.test(bare)) return [];
        const exact = statements.named.all(bare, bare).map(reviewJobOf);
        return exact.length > 0 ? exact : statements.prefixed.all(bare).map(reviewJobOf);
      }),

    get: (id) =>
      connection.read('read a review', () => {
        const row = statements.byId.get(id);
        return row === undefined ? null : reviewJobOf(row);
      }),

    list: ({ states, session, limit }) =>
      connection.read('list reviews', () => {
        const where = [
          ...(states === undefined ? [] : ['j.state IN (SELECT value FROM json_each(?))']),
          ...(session === undefined ? [] : ['j.session = ?']),
        ];
        const values = [
          ...(states === undefined ? [] : [JSON.stringify(states)]),
          ...(session === undefined ? [] : [session]),
        ];
        return db
          .prepare<Array<string | number>, ReviewJobRow>(
            `${REVIEW_JOB} ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} ORDER BY j.row DESC LIMIT ?`,
          )
          .all(...values, limit)
          .map(reviewJobOf);
      }),

    counts: () =>
      connection.read('count reviews', () => ({
        ...NONE,
        ...Object.fromEntries(statements.counts.all().map(({ state, count }) => [state, count])),
      })),

    claim: async (self, stillRuns) => {
      // Asking the system takes its time, and is done outside the transaction; the token says whether the answer
      // still speaks of the attempt that stands there.
      const judged = new Map<string, boolean | null>();
      for (;;) {
        const result = await connection.write(
          'begin a review',
          (): { readonly unjudged: Lease } | { readonly claimed: ClaimedReview | null } => {
            const unjudged = reclaim(self, judged);
            return unjudged === null ? { claimed: begin(self) } : { unjudged };
          },
        );
        if ('claimed' in result) return result.claimed;
        const { token, holder } = result.unjudged;
        judged.set(token, await stillRuns(holder));
      }
    },

    heartbeat: (token) =>
      connection.write(
        'go on with a review',
        () => statements.beat.run(connection.now(), token).changes === 1,
      ),

    keep: (token, { snapshot, sources, expiresAt }) =>
      connection.write('keep what is reviewed', () => {
        const { changes } = statements.keep.run({
          token,
          snapshot: packJson(snapshot),
          sources: packJson(sources),
          now: connection.now(),
          expiresAt,
        });
        return changes === 1;
      }),

    answered: (token, answer) =>
      connection.write(
        'keep what a reviewer answered',
        () => statements.answered.run(packJson(answer), token).changes === 1,
      ),

    end: (token, end) => connection.write('end a review', () => finish(token, end)),

    resume: (ids) =>
      connection.write('put reviews back', () => {
        const now = connection.now();
        return ids.reduce((sum, id) => sum + statements.resume.run(now, id).changes, 0);
      }),

    adopt: ({ provider, model }) =>
      connection.write('hand reviews over', () => {
        const now = connection.now();
        let adopted = 0;
        for (const { row, session, through } of statements.foreign.all(provider, model)) {
          if (statements.same.get(session, through, provider, model) === undefined)
            adopted += statements.adopt.run(provider, model, row).changes;
          else statements.supersede.run(now, row);
        }
        return adopted;
      }),

    retry: (since) =>
      connection.write('try reviews again', () => statements.retry.run(connection.now(), since).changes),

    snapshot: (id) =>
      connection.read('read what was reviewed', (): KeptSnapshot | null => {
        const row = statements.snapshot.get(id);
        return row === undefined
          ? null
          : {
              snapshot: unpackJson(row.snapshot),
              answer: row.answer === null ? null : unpackJson(row.answer),
              sources: strings(unpackJson(row.sources)),
              expiresAt: row.expiresAt,
            };
      }),

    withSnapshot: (ids) =>
      connection.read('look up what was reviewed', () => new Set(statements.kept.all(JSON.stringify(ids)))),

    purge: (limit) =>
      connection.write('take away old snapshots', () => {
        const old = statements.expired.all(connection.now(), limit);
        for (const { row } of old) statements.drop.run(row);
        return old.map(({ id }) => id);
      }),
  };
}

function leaseOf({ token, pid, startTime, bootId, host, acquiredAt, heartbeatAt }: RunningRow): Lease {
  return { name: 'review', token, holder: { pid, startTime, bootId, host }, acquiredAt, heartbeatAt };
}
