/** What midturn says of itself: counts, queue, what waits, what went wrong last. */
import type { Caller } from '../model/caller.ts';
import { type Clock, iso } from '../model/time.ts';
import { processIdentity, stillRuns } from '../platform/process.ts';
import { embeddingsKey } from '../project/embeddings-key.ts';
import { homeLayout } from '../project/home.ts';
import type { Note } from '../store/health.ts';
import type { Store } from '../store/store.ts';
import { failedInInbox, inboxFinding } from './inbox.ts';

type StatusDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly version: string;
  readonly home: string;
  readonly warnings: readonly string[];
  /** As they are configured now; off unless both are set. */
  readonly embeddings: { readonly url: string | null; readonly model: string | null };
  readonly paused: () => Promise<boolean>;
};

type Last = { readonly at: string; readonly error?: string; readonly fallback?: string } | null;

/** The shape that people script against: fields may be added, never renamed. */
export type StatusReport = {
  readonly version: string;
  /** Absent where paths must not be shown. */
  readonly home?: string;
  readonly project: { readonly name: string; readonly sessions: number; readonly messages: number } | null;
  readonly counts: {
    readonly projects: number;
    readonly sessions: number;
    readonly messages: number;
    readonly memories: Readonly<Record<string, number>>;
    readonly bytes: number;
  };
  readonly queue: {
    readonly reviews: { readonly queued: number; readonly running: number };
    readonly suggestions: { readonly pending: number; readonly processing: number; readonly failed: number };
  };
  /** Memories and skills that need a person's review. */
  readonly waiting: number;
  /** Who compiles now; `stale`: why the lock does not count any more. */
  readonly lock: {
    readonly pid: number;
    readonly host: string;
    readonly since: string;
    readonly heartbeat_at: string;
    readonly stale?: string;
  } | null;
  readonly capture: { readonly paused: boolean };
  readonly last: { readonly capture: Last; readonly review: Last; readonly compile: Last };
  /** The last upgrade of the store's schema; `backup` is the file in the home's `backups` from before it. */
  readonly upgrade: {
    readonly at: string;
    readonly from: number;
    readonly to: number;
    readonly backup: string;
  } | null;
  /** Optional vectors; null where no endpoint is configured. */
  readonly embeddings: {
    readonly model: string | null;
    readonly dimensions: number | null;
    /** What compares them: `sqlite-vec` or `exact`. */
    readonly engine: string | null;
    readonly memories: Filled;
    readonly messages: Filled;
    readonly at: string | null;
    readonly error?: string;
    readonly fallback?: string;
  } | null;
  readonly spend: { readonly calls: number; readonly tokens: number };
  readonly counters: Readonly<Record<string, number>>;
  readonly health: ReadonlyArray<{
    readonly id: string;
    readonly status: 'warn' | 'fail';
    readonly words: string;
    readonly fix?: string;
  }>;
  readonly wiring: ReadonlyArray<{ readonly client: string; readonly status: string }>;
};

type Filled = { readonly done: number; readonly total: number };

export type StatusService = { readonly report: (caller: Caller) => Promise<StatusReport> };

export function statusService(deps: StatusDeps): StatusService {
  const { store } = deps;
  return {
    report: async (caller) => {
      const counts = await store.health.counts();
      const paused = await deps.paused();
      const last = {
        capture: lastOf(await store.health.note('capture')),
        review: lastOf(await store.health.note('review')),
        compile: lastOf(await store.health.note('compile')),
      };
      const embeddings = await embeddingsOf(store, deps.embeddings);
      const project = caller.project;
      const { pending, processing, failed } = await store.suggestions.counts();
      const drafts = (await store.skills.list({ states: ['draft'], limit: MANY })).length;
      const waiting = counts.waiting + drafts;
      const { inbox } = homeLayout(deps.home);
      const undelivered = await failedInInbox(inbox);
      return {
        version: deps.version,
        ...(caller.surface === 'http' ? {} : { home: deps.home }),
        project:
          project === null ? null : { name: project.name, ...(await store.messages.counts(project.ids)) },
        counts: {
          projects: counts.projects,
          sessions: counts.sessions,
          messages: counts.messages,
          memories: counts.memories,
          bytes: counts.bytes,
        },
        queue: { reviews: { queued: 0, running: 0 }, suggestions: { pending, processing, failed } },
        waiting,
        lock: await lockOf(store),
        capture: { paused },
        last,
        upgrade: upgradeOf(await store.health.note('migration')),
        embeddings,
        spend: { calls: 0, tokens: 0 },
        counters: await store.health.counters(),
        health: [
          ...((await store.health.outdated()) ? [OUTDATED] : []),
          ...deps.warnings.map((words) => ({ id: 'config', status: 'warn' as const, words })),
          ...(paused
            ? [{ id: 'capture', status: 'warn' as const, words: 'Capture is paused', fix: 'midturn resume' }]
            : []),
          ...(waiting > 0 ? [reviewFinding(counts.waiting, drafts)] : []),
          ...(failed > 0 ? [failedFinding(failed)] : []),
          ...(undelivered > 0 ? [inboxFinding(undelivered, caller.surface === 'http' ? null : inbox)] : []),
          ...(last.compile === null ? [] : compileFindings(last.compile)),
          ...(last.capture?.error === undefined
            ? []
            : [{ id: 'capture', status: 'warn' as const, words: last.capture.error, fix: 'midturn doctor' }]),
          ...(embeddings?.error === undefined
            ? []
            : [
                {
                  id: 'embeddings',
                  status: 'warn' as const,
                  words: `Embeddings: ${embeddings.error}; questions are answered by their words`,
                },
              ]),
        ],
        wiring: [],
      };
    },
  };
}

type Found = StatusReport['health'][number];

/** More drafts than anybody looks through. */
const MANY = 1000;

function reviewFinding(memories: number, skills: number): Found {
  const parts = [
    ...(memories > 0 ? [`${memories} ${memories === 1 ? 'memory' : 'memories'}`] : []),
    ...(skills > 0 ? [`${skills} ${skills === 1 ? 'skill' : 'skills'}`] : []),
  ];
  const words = `${parts.join(' and ')} ${memories + skills === 1 ? 'needs' : 'need'} a person's review`;
  return { id: 'review', status: 'warn', words, fix: 'midturn review' };
}

function failedFinding(failed: number): Found {
  const words = `${failed} ${failed === 1 ? 'suggestion has' : 'suggestions have'} failed`;
  return { id: 'compile.failed', status: 'warn', words, fix: 'midturn suggest --retry-failed' };
}

/** A compile that did not do what it was asked to must not go unseen. */
function compileFindings({ error, fallback }: NonNullable<Last>): Found[] {
  return [
    ...(error === undefined
      ? []
      : [
          {
            id: 'compile',
            status: 'warn' as const,
            words: `The last compile failed: ${error}`,
            fix: 'midturn compile',
          },
        ]),
    ...(fallback === undefined
      ? []
      : [
          {
            id: 'compile.fallback',
            status: 'warn' as const,
            words: `The last compile fell back to ${fallback}`,
          },
        ]),
  ];
}

async function lockOf(store: Store): Promise<StatusReport['lock']> {
  const self = await processIdentity();
  const found = await store.leases.get('compile', self, (holder) => stillRuns(holder, self));
  if (found === null) return null;
  const { holder, acquiredAt, heartbeatAt } = found.lease;
  return {
    pid: holder.pid,
    host: holder.host,
    since: iso(acquiredAt),
    heartbeat_at: iso(heartbeatAt),
    ...(found.stale === null ? {} : { stale: found.stale }),
  };
}

const OUTDATED = {
  id: 'store.schema',
  status: 'fail' as const,
  words: 'A newer midturn has upgraded the store: this process still reads it, and writes nothing',
  fix: 'restart your client',
};

/** A note that was written under another address or model says nothing of the one that is configured now. */
async function embeddingsOf(
  store: Store,
  configured: StatusDeps['embeddings'],
): Promise<StatusReport['embeddings']> {
  const { url, model } = configured;
  if (url === null && model === null) return null;
  const stored = url === null || model === null ? null : await store.health.note('embeddings');
  const note = stored?.detail.configuration === embeddingsKey(configured) ? stored : null;
  const known = url === null || model === null ? null : await store.vectors.model(model);
  const filled = url === null || model === null ? null : await store.vectors.progress(known);
  const { dimensions, engine } = note?.detail ?? {};
  return {
    model,
    dimensions: typeof dimensions === 'number' ? dimensions : (known?.dimensions ?? null),
    engine: typeof engine === 'string' ? engine : null,
    memories: filled?.memories ?? NONE_FILLED,
    messages: filled?.messages ?? NONE_FILLED,
    ...(lastOf(note) ?? { at: null }),
    ...(url === null ? { error: 'model is set, and url is not' } : {}),
    ...(model === null ? { error: 'url is set, and model is not' } : {}),
  };
}

const NONE_FILLED: Filled = { done: 0, total: 0 };

function lastOf(note: Note | null): Last {
  if (note === null) return null;
  const fallback = note.detail.fallback;
  return {
    at: iso(note.at),
    ...(note.error === null ? {} : { error: note.error }),
    ...(typeof fallback === 'string' ? { fallback } : {}),
  };
}

function upgradeOf(note: Note | null): StatusReport['upgrade'] {
  if (note === null) return null;
  const { from, to, backup } = note.detail;
  return { at: iso(note.at), from: Number(from), to: Number(to), backup: String(backup) };
}
