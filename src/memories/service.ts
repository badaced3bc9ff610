/** The memories service. */

import { applyPlan, type Undone, undoReceipt } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import { type Memory, type MemoryState, REMOVAL_CLAIM } from '../model/memory.ts';
import type { Operation } from '../model/plan.ts';
import { admit, originOf } from '../policy/index.ts';
import type { MemoryVersion } from '../store/memories.ts';
import type { Receipt } from '../store/receipts.ts';
import type { Store } from '../store/store.ts';
import { storeWithin } from '../store/within.ts';
import { BY_FORM, refusalOfForm, requireApprovableByForm } from './by-form.ts';
import { edited, isUnapproved, needsPerson, notWaiting, rehashed, removal } from './deciding.ts';
import type { MemoriesDeps } from './deps.ts';
import {
  type ForgetPreview,
  type ForgetReport,
  type ForgetRequest,
  forgetTarget,
  previewForget,
  resumeErasing,
} from './forgetting.ts';
import { historyOf, type MemoryHistory } from './history.ts';
import {
  type ListedReceipt,
  listReceipts,
  receiptsOfRun,
  type ShownReceipt,
  showReceipt,
} from './receipts.ts';
import { remember } from './remember.ts';
import { admittedText } from './terms.ts';
import type { ForgetResult, RememberRequest, RememberResult } from './types.ts';

type ListRequest = {
  /** Every state; absent = active and waiting. */
  readonly all?: boolean;
  readonly scope?: 'user' | 'project' | 'all';
  readonly limit: number;
  readonly offset?: number;
};

export type MemoriesService = {
  readonly remember: (caller: Caller, request: RememberRequest) => Promise<RememberResult>;
  readonly forget: (caller: Caller, target: string, reason: string) => Promise<ForgetResult>;
  /** Any kind of thing, erased where that is asked for. */
  readonly forgetAny: (caller: Caller, request: ForgetRequest) => Promise<ForgetReport>;
  readonly previewForget: (request: ForgetRequest) => Promise<ForgetPreview>;
  /** Goes on with erasing that was cut off; returns how many jobs there were. */
  readonly resumeErasing: (caller: Caller) => Promise<number>;
  readonly history: (caller: Caller, target: string) => Promise<MemoryHistory>;
  readonly undo: (caller: Caller, receipt: string) => Promise<Undone>;
  readonly receipt: (caller: Caller, target: string) => Promise<ShownReceipt>;
  /** All of the compile that made it, newest first. */
  readonly run: (caller: Caller, target: string) => Promise<readonly Receipt[]>;
  /** Newest first. */
  readonly receipts: (
    caller: Caller,
    query: { readonly limit: number; readonly before?: number },
  ) => Promise<readonly ListedReceipt[]>;
  readonly list: (
    caller: Caller,
    request: ListRequest,
  ) => Promise<{ readonly memories: readonly Memory[]; readonly total: number }>;
  readonly show: (
    caller: Caller,
    target: string,
  ) => Promise<{ readonly memory: Memory; readonly versions: readonly MemoryVersion[] }>;
  readonly waiting: (caller: Caller) => Promise<readonly Memory[]>;
  /** Active records that this one, which waits, takes the place of once it is approved. */
  readonly wouldReplace: (caller: Caller, memory: Memory) => Promise<readonly Memory[]>;
  /**
   * A record that waits and that a form of the client may approve, with the active ones whose place it takes; null for
   * one that is decided on at a terminal only.
   */
  readonly approvableByForm: (
    caller: Caller,
    target: string,
  ) => Promise<{ readonly memory: Memory; readonly replaces: readonly Memory[] } | null>;
  /**
   * Needs a present person. `how` says how they decided: `terminal`, or `form` for what a form may approve. Beside what
   * waits, what is in force on an agent's word can be approved: it is the person's own from then on.
   */
  readonly decide: (
    caller: Caller,
    target: string,
    decision: 'approve' | 'reject',
    how: string,
    reason: string,
    seen?: Seen,
  ) => Promise<Memory>;
  /** Decides origins again, once transcripts show what they had not shown; returns how many have changed. */
  readonly reconsider: (caller: Caller) => Promise<number>;
};

/** What a person decides on. */
type Seen = {
  /** As it was shown to them: one that was changed since is not decided. */
  readonly version?: number;
  /** Their own wording in its place. */
  readonly words?: { readonly title: string; readonly content: string };
};

const LIVE: readonly MemoryState[] = ['active', 'waiting'];
const EVERY: readonly MemoryState[] = ['active', 'waiting', 'superseded', 'expired', 'forgotten'];
const RECONSIDERED_AT_ONCE = 50;

export function memoriesService(deps: MemoriesDeps): MemoriesService {
  const { store: all } = deps;
  /** What stands behind the caller's question: nothing beyond their reach. */
  const within = (caller: Caller): Promise<Store> => storeWithin(all, caller);
  const erasing = { store: all, home: deps.home ?? null, render: deps.render ?? (async () => {}) };
  return {
    remember: async (caller, request) => remember({ ...deps, store: await within(caller) }, caller, request),

    forget: async (caller, target, reason) => {
      const request = { target, erase: false, reason };
      const own = { ...erasing, store: await within(caller) };
      const { id, title, receipt } = await forgetTarget(own, caller, request);
      return { id, title, receipt: receipt ?? '' };
    },

    forgetAny: async (caller, request) =>
      forgetTarget({ ...erasing, store: await within(caller) }, caller, request),
    previewForget: (request) => previewForget(erasing, request),
    resumeErasing: (caller) => resumeErasing(erasing, caller),
    history: async (caller, target) => {
      const store = await within(caller);
      return historyOf(store, await one(store, target));
    },
    undo: async (caller, receipt) => undoReceipt(await within(caller), caller, receipt),
    receipt: async (caller, target) => showReceipt(await within(caller), target),
    run: async (caller, target) => receiptsOfRun(await within(caller), target),
    receipts: async (caller, query) => listReceipts(await within(caller), query),

    list: async (caller, { all: every, scope, limit, offset = 0 }) =>
      (await within(caller)).memories.list({
        states: every === true ? EVERY : LIVE,
        limit,
        offset,
        ...(scope === 'user' || scope === 'project' ? { scope } : {}),
        ...(scope === 'all' || caller.project === null ? {} : { projects: caller.project.ids }),
      }),

    show: async (caller, target) => {
      const store = await within(caller);
      const memory = await one(store, target);
      return { memory, versions: await store.memories.versions(memory.id) };
    },

    waiting: async (caller) =>
      (await (await within(caller)).memories.list({ states: ['waiting'], limit: 500 })).memories,

    wouldReplace: async (caller, memory) => (await within(caller)).memories.wouldReplace(memory.id),

    approvableByForm: async (caller, target) => {
      const store = await within(caller);
      const memory = await one(store, target);
      if (refusalOfForm(caller, memory) !== null) return null;
      return { memory, replaces: await store.memories.wouldReplace(memory.id) };
    },

    decide: async (caller, target, decision, how, reason, { version, words } = {}) => {
      const store = await within(caller);
      const byForm = how === BY_FORM && decision === 'approve' && words === undefined;
      if (!caller.personPresent && !byForm) {
        throw needsPerson(decision === 'approve' ? 'Approving' : 'Rejecting', 'midturn review');
      }
      const result = await applyPlan<never>(store, async () => {
        const memory = await one(store, target);
        if (memory.state !== 'waiting' && !(decision === 'approve' && isUnapproved(memory))) {
          throw notWaiting(memory, decision);
        }
        if (byForm) requireApprovableByForm(caller, memory);
        if (version !== undefined && version !== memory.version) {
          throw new UserInputError({
            what: `${memory.short} was changed since it was shown`,
            next: `Read it again: \`midturn review show ${memory.short}\``,
          });
        }
        const at = { target: memory.id, version: memory.version, how };
        if (decision === 'reject')
          return { plan: { kind: 'decide', caller, operations: [{ op: 'reject', reason, ...at }] } };
        if (memory.claim === REMOVAL_CLAIM) {
          return { plan: { kind: 'decide', caller, operations: await removal(store, memory) } };
        }
        // What it replaces makes way first: the words may be those of the record in whose place it comes.
        const edit = words === undefined ? await rehashed(store, memory) : edited(memory, words);
        const operations: Operation[] = [{ op: 'approve', ...at }, ...(edit === null ? [] : [edit])];
        return { plan: { kind: 'decide', caller, operations } };
      });
      if ('done' in result) return result.done;
      const item = result.applied.items.at(-1);
      if (item === undefined) throw new TypeError('a plan of one operation has one outcome');
      return item.memory;
    },

    reconsider: async (caller) => {
      const store = await within(caller);
      let changed = 0;
      for (const memory of await store.memories.unproven(RECONSIDERED_AT_ONCE)) {
        if (memory.callId === null || memory.claim === REMOVAL_CLAIM) continue;
        const call = await store.capture.findCall(memory.callId, memory.session);
        if (call === null) continue;
        const proven = await originOf(store, {
          content: memory.content,
          session: call.session,
          upTo: call.position,
          turn: call.turn,
        });
        const admission = admit(
          {
            text: admittedText(memory),
            scope: memory.scope,
            origin: proven.origin,
            readable: true,
            keepAsked: proven.keepAsked,
            replaces: await store.memories.wouldReplace(memory.id),
            personPresent: false,
          },
          deps.policy,
        );
        const result = await store.plans.apply({
          kind: 'reconsider',
          caller,
          operations: [
            {
              op: 'reconsider',
              target: memory.id,
              version: memory.version,
              origin: proven.origin,
              evidence: proven.evidence,
              ...admission,
            },
          ],
        });
        // A conflict means that somebody has changed the record meanwhile: the next capture looks again.
        if (result.status === 'applied') changed += 1;
      }
      return changed;
    },
  };
}

/** The one record that a person or a model means. */
async function one(store: Store, target: string): Promise<Memory> {
  const found = await store.memories.find(target);
  const [memory] = found;
  if (memory === undefined) {
    throw new UserInputError({
      what: `There is no memory ${target}`,
      next: 'See `midturn memories list` for the ids',
    });
  }
  if (found.length > 1) {
    throw new UserInputError({
      what: `${target} names several memories`,
      why: found.map(({ short }) => short).join(', '),
      next: 'Give one of these',
    });
  }
  return memory;
}
