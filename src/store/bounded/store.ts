/** The bounded view of a store: every port within the wall. What concerns the store as a whole is closed. */
import type { ProjectId } from '../../model/ids.ts';
import type { CapturePort } from '../capture.ts';
import type { HealthPort } from '../health.ts';
import type { ProjectRecord, ProjectsPort } from '../projects.ts';
import type { ReachPort } from '../reach.ts';
import type { Store } from '../store.ts';
import { boundedMemories, boundedProjections, boundedSkills } from './records.ts';
import { boundedSearch, boundedVectors } from './search.ts';
import { boundedMessages, boundedSessions } from './sessions.ts';
import { closed, Wall } from './wall.ts';
import { boundedPlans, boundedReceipts, boundedSuggestions } from './work.ts';

/** @param projects all ids that count as the projects that are seen */
export function boundedStore(store: Store, projects: readonly ProjectId[]): Store {
  const wall = new Wall(store, projects);
  const messages = boundedMessages(wall);
  return {
    projects: boundedProjects(wall),
    capture: boundedCapture(wall),
    sessions: boundedSessions(wall, messages),
    messages,
    search: boundedSearch(wall),
    memories: boundedMemories(wall),
    plans: boundedPlans(wall),
    suggestions: boundedSuggestions(wall),
    receipts: boundedReceipts(wall),
    skills: boundedSkills(wall),
    projections: boundedProjections(wall),
    health: boundedHealth(wall),
    vectors: boundedVectors(wall),
    reach: boundedReach(wall),
    // What was shown to a session, and one lock for all: neither says anything of a project.
    feedback: store.feedback,
    leases: store.leases,
    // Marks that tell that something was written, not what: whoever watches compares what it sees itself.
    changes: {
      any: () => store.changes.any(),
      memory: () => store.changes.memory(),
      history: () => store.changes.history(),
      inForce: (asked) => store.changes.inForce(wall.narrowed(asked)),
    },
    ...CLOSED,
    digestKey: store.digestKey,
    owner: store.owner,
    changed: () => store.changed(),
    close: closed,
  };
}

function boundedProjects(wall: Wall): ProjectsPort {
  const inner = wall.store.projects;
  const isSeen = ({ id }: Pick<ProjectRecord, 'id'>) => wall.has(id);
  const one = (found: ProjectRecord | null) => (found !== null && isSeen(found) ? found : null);
  return {
    find: async (identity) => one(await inner.find(identity)),
    get: async (id) => one(await inner.get(id)),
    named: async (text) => (await inner.named(text)).filter(isSeen),
    list: async () => (await inner.list()).filter(isSeen),
    withAlias: async (alias) => (await inner.withAlias(alias)).filter(isSeen),
    joined: async () => (await inner.joined()).filter(({ id, into }) => wall.has(id) && wall.has(into)),
    areSplit: async (a, b) => wall.has(a) && wall.has(b) && inner.areSplit(a, b),
    claim: closed,
    replaceAt: closed,
    join: closed,
    joinUnlessSplit: closed,
    split: closed,
  };
}

function boundedCapture(wall: Wall): CapturePort {
  const { capture: inner, reach } = wall.store;
  const seen = async <T extends { readonly row: number }>(found: T | null): Promise<T | null> =>
    found !== null && (await reach.messages([found.row], wall.projects)).has(found.row) ? found : null;
  return {
    findCall: async (callId, session, options) => seen(await inner.findCall(callId, session, options)),
    findTurn: async (session, key) => seen(await inner.findTurn(session, key)),
    append: closed,
    appendAll: closed,
  };
}

/** Notes that a compile leaves for the next one; the others are of the store as a whole. */
const OWN_NOTE = /^compile\.agent/;

function boundedHealth(wall: Wall): HealthPort {
  const { health: inner, messages, reach } = wall.store;
  return {
    counts: async () => {
      const memories = await reach.counts(wall.projects);
      const { sessions, messages: said } = await messages.counts(wall.projects);
      return {
        projects: (await wall.store.projects.list()).filter(({ id }) => wall.has(id)).length,
        sessions,
        messages: said,
        memories: Object.fromEntries(Object.entries(memories).map(([state, count]) => [state, count ?? 0])),
        waiting: memories.waiting ?? 0,
        bytes: 0,
      };
    },
    outdated: () => inner.outdated(),
    note: async (kind) => (OWN_NOTE.test(kind) ? inner.note(kind) : null),
    setNote: (kind, note) => inner.setNote(kind, note),
    tryNote: (kind, note) => inner.tryNote(kind, note),
    count: (counters) => inner.count(counters),
    counters: async () => ({}),
    check: closed,
    rebuild: closed,
  };
}

function boundedReach(wall: Wall): ReachPort {
  const { reach: inner } = wall.store;
  return {
    messages: (rows, asked) => inner.messages(rows, wall.narrowed(asked)),
    refs: (refs, asked) => inner.refs(refs, wall.narrowed(asked)),
    memories: (ids, asked) => inner.memories(ids, wall.narrowed(asked)),
    span: (session, asked) => inner.span(session, wall.narrowed(asked)),
    sessions: (text, asked) => inner.sessions(text, wall.narrowed(asked)),
    corpus: (of, terms, asked) => inner.corpus(of, terms, wall.narrowed(asked)),
    beginning: (prefix, longest, asked) => inner.beginning(prefix, longest, wall.narrowed(asked)),
    years: (asked) => inner.years(wall.narrowed(asked)),
    counts: (asked) => inner.counts(wall.narrowed(asked)),
  };
}

const CLOSED = {
  sources: { find: closed, findMoved: closed, begin: closed, moved: closed, sessions: closed, list: closed },
  eraseJobs: { begin: closed, open: closed, reached: closed, finish: closed },
  erasing: {
    holders: closed,
    words: closed,
    hide: closed,
    condemn: closed,
    overwrite: closed,
    scrub: closed,
    settle: closed,
    stillHeld: closed,
  },
  reviews: {
    outlook: closed,
    reviewedUpTo: closed,
    enqueue: closed,
    find: closed,
    get: closed,
    list: closed,
    counts: closed,
    claim: closed,
    heartbeat: closed,
    keep: closed,
    answered: closed,
    end: closed,
    resume: closed,
    adopt: closed,
    retry: closed,
    snapshot: closed,
    withSnapshot: closed,
    purge: closed,
    reserve: closed,
    stopFor: closed,
    settle: closed,
    reserveRun: closed,
    settleRun: closed,
    spent: closed,
    ledger: closed,
  },
  tokens: {
    create: closed,
    forKey: closed,
    find: closed,
    list: closed,
    revoke: closed,
    discard: closed,
    used: closed,
  },
} as const satisfies Partial<Store>;
