/** Runs the reviews that are due, one after the other, and hands what they propose to compile. */
import { join } from 'node:path';
import type { Caller, CallerProject } from '../model/caller.ts';
import { StoreError } from '../model/errors.ts';
import { type Reviewed, type Reviewer, ReviewFailure, type ReviewOutput } from '../model/review.ts';
import { processIdentity, stillRuns } from '../platform/process.ts';
import { dropAbandoned } from '../platform/run-agent.ts';
import type { ClaimedReview, FamilyCounts, ReviewEnd, ReviewJob } from '../store/reviews.ts';
import { estimateTokens } from '../text/clip.ts';
import { redactValue } from '../text/redaction.ts';
import { holdOthers, isAway } from './away.ts';
import { limitsAt, stopWords } from './budget.ts';
import { dropDumps } from './dumps.ts';
import { endOf, isReviewerAway } from './failures.ts';
import { Spending, tokensOf } from './ledger.ts';
import { countsOf, isEmpty, readOutput } from './output.ts';
import { isPaid } from './reviewers.ts';
import { takeSnapshot } from './snapshot.ts';
import type { ReviewDeps, ReviewSummary, RunOptions } from './types.ts';

const DAY_MS = 86_400_000;
/** Stopped jobs that are looked at; snapshots that are taken away at once. */
const STOPPED = 200;
const PURGED = 50;
const NO_ITEMS: FamilyCounts = { memory_updates: 0, recall_candidate: 0, skill_action: 0 };

/** `lost` = another process has the job by now. */
type Ended = ReviewEnd['state'] | 'lost';
type Result = {
  readonly ended: Ended;
  readonly envelope: string | null;
  readonly counts: FamilyCounts;
  /** The reviewer cannot do the next one either. */
  readonly away?: true;
};

export async function runQueued(
  deps: ReviewDeps,
  caller: Caller,
  { signal = new AbortController().signal, deadline = Number.POSITIVE_INFINITY }: RunOptions = {},
): Promise<ReviewSummary> {
  const { store, now, settings, profile, withheld } = deps;
  const results: Result[] = [];
  if (settings.enabled && !(await withheld.paused()) && !(await isAway(deps))) {
    // Who reviews was changed while they waited.
    await store.reviews.adopt(profile);
    await resumeStopped(deps);
    const self = await (deps.self ?? processIdentity)();
    while (!signal.aborted && now() < deadline) {
      const claimed = await store.reviews.claim(self, (holder) => stillRuns(holder, self));
      if (claimed === null) break;
      await deps.checkpoint?.('claimed');
      const result = await runOne(deps, caller, claimed, signal);
      results.push(result);
      if (result.away === true) break;
    }
  }
  await purge(deps, signal);
  return summaryOf(results, (await store.reviews.counts()).queued);
}

/** Jobs whose budget allows a call again go back into the queue. */
async function resumeStopped({ store, settings, profile, now }: ReviewDeps): Promise<void> {
  const stopped = await store.reviews.list({ states: ['stopped'], limit: STOPPED });
  const limits = limitsAt(settings, now());
  const allowed: string[] = [];
  for (const job of stopped) {
    const isFree = !isPaid(profile.provider);
    if (isFree || (await store.reviews.stopFor(job.session, 1, limits)) === null) allowed.push(job.id);
  }
  if (allowed.length > 0) await store.reviews.resume(allowed);
}

async function runOne(
  deps: ReviewDeps,
  caller: Caller,
  { job, token, answer }: ClaimedReview,
  signal: AbortSignal,
): Promise<Result> {
  const spending: { calls: Spending | null } = { calls: null };
  try {
    const done = await reviewAndSubmit(deps, caller, { job, token, answer }, signal, spending);
    const kept = await deps.store.reviews.end(token, done.end);
    if (!kept) return lost(deps);
    await note(deps, job, null, { state: done.end.state, counts: done.counts, notes: done.notes });
    return { ended: done.end.state, envelope: done.envelope, counts: done.counts };
  } catch (error) {
    if (error instanceof LostAttempt) return lost(deps);
    // Nothing can be written: whoever comes next takes the job up when this process has ended.
    if (error instanceof StoreError) throw error;
    const end = await endOf(deps, job, error, spending.calls);
    if (!(await deps.store.reviews.end(token, end))) return lost(deps);
    await note(deps, job, 'error' in end ? end.error : null, { state: end.state });
    const result = { ended: end.state, envelope: null, counts: NO_ITEMS };
    if (!isReviewerAway(error)) return result;
    if (error instanceof ReviewFailure && error.passing && end.state === 'queued')
      await holdOthers(deps, end.notBefore);
    return { ...result, away: true };
  }
}

class LostAttempt extends Error {
  override readonly name = 'LostAttempt';
}

type Work = {
  readonly end: Extract<ReviewEnd, { state: 'done' }>;
  readonly envelope: string | null;
  readonly counts: FamilyCounts;
  readonly notes: readonly string[];
};

async function reviewAndSubmit(
  deps: ReviewDeps,
  caller: Caller,
  { job, token, answer }: ClaimedReview,
  signal: AbortSignal,
  spending: { calls: Spending | null },
): Promise<Work> {
  const { store } = deps;
  const session = await store.sessions.get(job.session);
  const outlook = await store.reviews.outlook(job.session, job, job.throughPosition);
  if (session === null || outlook === null) return nothing();
  const place = await placeOf(deps, job, outlook.last?.cwd ?? session.cwd);
  const taken = await takeSnapshot(deps, { job, session, outlook, ...place });
  if (taken === null) return nothing();
  let asked: Reviewed | null = null;
  let output: ReviewOutput;
  if (answer === null) {
    const reviewer = await deps.reviewer();
    const size = tokensOf(taken.snapshot);
    await requireBudget(deps, job, reviewer, size);
    const expiresAt = deps.now() + deps.settings.snapshot_days * DAY_MS;
    if (!(await store.reviews.keep(token, { ...taken, expiresAt }))) throw new LostAttempt();
    await deps.checkpoint?.('kept');
    const calls = new Spending(
      { reviews: store.reviews, settings: deps.settings, now: deps.now },
      token,
      reviewer,
      size,
    );
    spending.calls = calls;
    asked = await reviewer.review(taken.snapshot, {
      signal,
      mayCall: calls.mayCall,
      isAgain: job.attempts > 1,
      spent: calls.spent,
    });
    // Redacted before it is kept, and handed on as it was kept: asked for twice, it is one envelope.
    output = readOutput(redactValue(asked.output).value);
    if (!(await store.reviews.answered(token, output))) throw new LostAttempt();
    await deps.checkpoint?.('answered');
  } else {
    output = readOutput(answer);
  }
  // Erased meanwhile, or another process's by now.
  if (!(await store.reviews.heartbeat(token))) throw new LostAttempt();
  const envelope = isEmpty(output)
    ? null
    : await submitted(deps, caller, { job, output, turn: taken.turn, session, ...place });
  await deps.checkpoint?.('submitted');
  const counts = countsOf(output);
  const outputEstimate = estimateTokens(JSON.stringify(output));
  return {
    end: { state: 'done', envelope: envelope?.id ?? null, counts, outputEstimate },
    envelope: envelope?.short ?? null,
    counts,
    notes: asked?.notes ?? [],
  };
}

function nothing(): Work {
  const end = { state: 'done', envelope: null, counts: NO_ITEMS, outputEstimate: 0 } as const;
  return { end, envelope: null, counts: NO_ITEMS, notes: [] };
}

async function requireBudget(
  { store, settings, now }: ReviewDeps,
  job: ReviewJob,
  { paid }: Reviewer,
  tokens: number,
): Promise<void> {
  if (!paid) return;
  const stop = await store.reviews.stopFor(job.session, tokens, limitsAt(settings, now()));
  if (stop !== null) throw new ReviewFailure('budget', stopWords(stop));
}

type Place = { readonly project: CallerProject | null; readonly cwd: string | null };

/** Where the reviewed turn was: its project by what was captured, its checkout as it is now. */
async function placeOf({ store, projectOf }: ReviewDeps, job: ReviewJob, cwd: string | null): Promise<Place> {
  const here = cwd === null ? null : await projectOf(cwd);
  if (here !== null && (job.project === null || here.ids.includes(job.project)))
    return { project: here, cwd };
  const record = job.project === null ? null : await store.projects.get(job.project);
  if (record === null) return { project: null, cwd };
  const { id, ids, name } = record;
  return { project: { id, ids, name, root: null, cwd: '', branch: null, commit: null }, cwd };
}

async function submitted(
  { store, submit }: ReviewDeps,
  caller: Caller,
  about: Place & {
    readonly job: ReviewJob;
    readonly output: ReviewOutput;
    readonly turn: number | null;
    readonly session: { readonly client: string; readonly external: string };
  },
): Promise<{ readonly id: string; readonly short: string } | null> {
  const { job, output, turn, session, project, cwd } = about;
  const result = await submit(
    {
      ...caller,
      client: session.client,
      session: job.session,
      externalSession: session.external,
      turnKey: null,
      callId: null,
      project,
      cwd: cwd ?? caller.cwd,
      rights: { read: true, write: true, admin: false },
      personPresent: false,
    },
    output,
    { source: 'review', originCap: null, reviewed: { upTo: job.throughPosition, turn } },
  );
  if (result.suggestion_id === null) return null;
  const [envelope] = await store.suggestions.envelopes(result.suggestion_id);
  return envelope === undefined ? null : { id: envelope.id, short: envelope.short };
}

async function note(
  { store, now }: ReviewDeps,
  job: ReviewJob,
  error: string | null,
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { short, provider, model } = job;
  const detail = redactValue({ job: short, provider, model, ...more }).value;
  await store.health.setNote('review', {
    at: now(),
    error,
    detail: typeof detail === 'object' && detail !== null ? { ...detail } : {},
  });
}

async function lost({ store }: ReviewDeps): Promise<Result> {
  await store.health.count({ 'review.lost': 1 });
  return { ended: 'lost', envelope: null, counts: NO_ITEMS };
}

/** Snapshots that are over their time go in small slices, with the dumps that belong to them. */
async function purge({ store, home }: ReviewDeps, signal: AbortSignal): Promise<void> {
  await dropAbandoned(join(home, 'cache'));
  for (;;) {
    const jobs = await store.reviews.purge(PURGED);
    await dropDumps(home, jobs);
    if (jobs.length < PURGED || signal.aborted) return;
  }
}

function summaryOf(results: readonly Result[], queued: number): ReviewSummary {
  const count = (ended: Ended): number => results.filter((result) => result.ended === ended).length;
  const sum = (family: keyof FamilyCounts): number =>
    results.reduce((all, { counts }) => all + counts[family], 0);
  return {
    ran: results.length,
    done: count('done'),
    again: count('queued'),
    failed: count('failed'),
    stopped: count('stopped'),
    envelopes: results.flatMap(({ envelope }) => (envelope === null ? [] : [envelope])),
    counts: {
      memory_updates: sum('memory_updates'),
      recall_candidate: sum('recall_candidate'),
      skill_action: sum('skill_action'),
    },
    queued,
  };
}
