/** Puts a status together from what the others have stored about themselves. It starts nothing and waits for nobody. */
import { iso } from '../model/time.ts';
import { homeLayout } from '../project/home.ts';
import type { LogLine } from '../project/log-file.ts';
import { countBroken } from '../project/spool.ts';
import { discardedOf } from './discarded.ts';
import { embeddingsOf } from './embeddings.ts';
import { healthOf } from './health.ts';
import { lastTroubles } from './hooks.ts';
import { failedInInbox } from './inbox.ts';
import { lockOf } from './lock.ts';
import { lastOf, upgradeOf } from './notes.ts';
import { reviewsOf } from './reviews.ts';
import type { Last, StatusDeps, StatusService } from './types.ts';
import { wiringOf } from './wiring.ts';

/** More drafts than anybody looks through. */
const MANY = 1000;
/** Under this kind the log tells how a run of the system's scheduler went. */
const SCHEDULED = 'scheduler';

export function statusService(deps: StatusDeps): StatusService {
  const { store, home } = deps;
  const layout = homeLayout(home);
  return {
    report: async (caller) => {
      const now = deps.now();
      const showPaths = caller.surface !== 'http';
      const counts = await store.health.counts();
      const lines = await lastTroubles(layout, now);
      const last = {
        capture: lastOf(await store.health.note('capture')),
        review: lastOf(await store.health.note('review')),
        compile: lastOf(await store.health.note('compile')),
        scheduler: scheduled(lines),
      };
      const reviews = await reviewsOf(deps, last.review, showPaths);
      const { pending, processing, failed } = await store.suggestions.counts();
      const drafts = (await store.skills.list({ states: ['draft'], limit: MANY })).length;
      const embeddings = await embeddingsOf(store, deps.embeddings);
      const paused = await deps.paused();
      const wiring = await wiringOf(store, home);
      const { project } = caller;
      return {
        version: deps.version,
        ...(showPaths ? { home } : {}),
        project:
          project === null ? null : { name: project.name, ...(await store.messages.counts(project.ids)) },
        counts: {
          projects: counts.projects,
          sessions: counts.sessions,
          messages: counts.messages,
          memories: counts.memories,
          bytes: counts.bytes,
        },
        queue: { reviews: reviews.queue, suggestions: { pending, processing, failed } },
        discarded: await discardedOf(store, project, now),
        waiting: counts.waiting + drafts,
        lock: await lockOf(store),
        capture: { paused },
        last,
        upgrade: upgradeOf(await store.health.note('migration')),
        embeddings,
        spend: reviews.spend,
        counters: await store.health.counters(),
        health: healthOf({
          outdated: await store.health.outdated(),
          warnings: deps.warnings,
          paused,
          waiting: { memories: counts.waiting, skills: drafts },
          failedSuggestions: failed,
          inbox: {
            failed: await failedInInbox(layout.inbox),
            folder: showPaths ? layout.inbox : null,
          },
          brokenSpool: countBroken(layout),
          lines,
          last,
          embeddings,
          reviews: reviews.found,
          wiring,
          joined: await deps.joined(),
          now,
        }),
        wiring,
      };
    },
  };
}

function scheduled(lines: readonly LogLine[]): Last {
  const line = lines.findLast(({ kind }) => kind === SCHEDULED);
  if (line === undefined) return null;
  const { at, ok, error } = line;
  return { at: iso(at), ...(ok ? {} : { error: typeof error === 'string' ? error : 'no word' }) };
}
