/** Puts a status together from what the others have stored about themselves. It starts nothing and waits for nobody. */
import { basename } from 'node:path';
import { iso } from '../model/time.ts';
import { homeLayout } from '../project/home.ts';
import type { LogLine } from '../project/log-file.ts';
import { countBroken } from '../project/spool.ts';
import { storeWithin } from '../store/within.ts';
import { withoutPaths } from '../text/absolute-paths.ts';
import { discardedOf } from './discarded.ts';
import { embeddingsOf } from './embeddings.ts';
import { healthOf } from './health.ts';
import { lastTroubles } from './hooks.ts';
import { failedInInbox } from './inbox.ts';
import { lockOf } from './lock.ts';
import { lastOf, upgradeOf } from './notes.ts';
import { reviewsOf } from './reviews.ts';
import type { Last, StatusDeps, StatusReport, StatusService } from './types.ts';
import { wiringOf } from './wiring.ts';

/** More drafts than anybody looks through. */
const MANY = 1000;
/** Under this kind the log tells how a run of the system's scheduler went. */
const SCHEDULED = 'scheduler';

export function statusService(deps: StatusDeps): StatusService {
  const { home } = deps;
  const layout = homeLayout(home);
  return {
    report: async (caller) => {
      const now = deps.now();
      const showPaths = caller.surface !== 'http';
      const isBound = caller.reach !== null && caller.reach !== undefined;
      const store = await storeWithin(deps.store, caller);
      const counts = await store.health.counts();
      // The log, the budgets, the inbox and the spool are those of all projects together.
      const lines = isBound ? [] : await lastTroubles(layout, now);
      const last = {
        capture: lastOf(await store.health.note('capture')),
        review: lastOf(await store.health.note('review')),
        compile: lastOf(await store.health.note('compile')),
        scheduler: scheduled(lines),
      };
      const reviews = isBound ? NO_REVIEWS : await reviewsOf(deps, last.review, showPaths);
      const { pending, processing, failed } = await store.suggestions.counts();
      const drafts = (await store.skills.list({ states: ['draft'], limit: MANY })).length;
      const embeddings = isBound ? null : await embeddingsOf(store, deps.embeddings);
      const paused = await deps.paused();
      // How the clients of this machine are wired is of no use elsewhere.
      const wiring = showPaths ? await wiringOf(store, home) : [];
      const { project } = caller;
      const report: StatusReport = {
        version: deps.version,
        ...(showPaths ? { home } : {}),
        project:
          project === null ? null : { name: project.name, ...(await store.messages.counts(project.ids)) },
        counts: {
          projects: counts.projects,
          sessions: counts.sessions,
          messages: counts.messages,
          memories: counts.memories,
          ...(isBound ? {} : { bytes: counts.bytes }),
        },
        queue: { reviews: reviews.queue, suggestions: { pending, processing, failed } },
        discarded: await discardedOf(store, project, now),
        waiting: counts.waiting + drafts,
        lock: isBound ? null : await lockOf(store),
        capture: { paused },
        last,
        upgrade: upgradeOf(await store.health.note('migration')),
        embeddings,
        spend: reviews.spend,
        counters: await store.health.counters(),
        health: healthOf({
          outdated: await store.health.outdated(),
          warnings: isBound ? [] : deps.warnings,
          paused,
          waiting: { memories: counts.waiting, skills: drafts },
          failedSuggestions: failed,
          inbox: {
            failed: isBound ? 0 : await failedInInbox(layout.inbox),
            folder: showPaths ? layout.inbox : null,
          },
          brokenSpool: isBound ? 0 : countBroken(layout),
          lines,
          last,
          embeddings,
          reviews: reviews.found,
          wiring,
          joined: isBound ? [] : await deps.joined(),
          now,
        }),
        wiring,
      };
      return showPaths ? report : withoutPathsIn(report, [home]);
    },
  };
}

const NO_REVIEWS = { queue: { queued: 0, running: 0 }, spend: null, found: [] } as const;

/** Errors and warnings name files as they came. */
function withoutPathsIn(report: StatusReport, roots: readonly string[]): StatusReport {
  const last = (one: Last): Last =>
    one?.error === undefined ? one : { ...one, error: withoutPaths(one.error, roots) };
  const { capture, review, compile, scheduler } = report.last;
  const { embeddings } = report;
  return {
    ...report,
    last: {
      capture: last(capture),
      review: last(review),
      compile: last(compile),
      scheduler: last(scheduler),
    },
    upgrade: report.upgrade === null ? null : { ...report.upgrade, backup: basename(report.upgrade.backup) },
    embeddings:
      embeddings?.error === undefined
        ? embeddings
        : { ...embeddings, error: withoutPaths(embeddings.error, roots) },
    discarded: {
      ...report.discarded,
      newest: report.discarded.newest.map((one) => ({ ...one, reason: withoutPaths(one.reason, roots) })),
    },
    health: report.health.map(({ words, fix, ...rest }) => ({
      ...rest,
      words: withoutPaths(words, roots),
      ...(fix === undefined ? {} : { fix: withoutPaths(fix, roots) }),
    })),
  };
}

function scheduled(lines: readonly LogLine[]): Last {
  const line = lines.findLast(({ kind }) => kind === SCHEDULED);
  if (line === undefined) return null;
  const { at, ok, error } = line;
  return { at: iso(at), ...(ok ? {} : { error: typeof error === 'string' ? error : 'no word' }) };
}
