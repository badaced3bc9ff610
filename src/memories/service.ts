/** The memories service. */

import { type Undone, undoReceipt } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import type { Memory, MemoryState } from '../model/memory.ts';
import type { MemoryVersion } from '../store/memories.ts';
import type { Receipt } from '../store/receipts.ts';
import type { Store } from '../store/store.ts';
import { storeWithin } from '../store/within.ts';
import { refusalOfForm } from './by-form.ts';
import { decide, type Seen } from './decide.ts';
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
import { oneMemory } from './one-memory.ts';
import {
  type ListedReceipt,
  listReceipts,
  receiptsOfRun,
  type ShownReceipt,
  showReceipt,
} from './receipts.ts';
import { reconsider } from './reconsider.ts';
import { remember } from './remember.ts';
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

const LIVE: readonly MemoryState[] = ['active', 'waiting'];
const EVERY: readonly MemoryState[] = ['active', 'waiting', 'superseded', 'expired', 'forgotten'];

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
      return historyOf(store, await oneMemory(store, target));
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
      const memory = await oneMemory(store, target);
      return { memory, versions: await store.memories.versions(memory.id) };
    },

    waiting: async (caller) =>
      (await (await within(caller)).memories.list({ states: ['waiting'], limit: 500 })).memories,

    wouldReplace: async (caller, memory) => (await within(caller)).memories.wouldReplace(memory.id),

    approvableByForm: async (caller, target) => {
      const store = await within(caller);
      const memory = await oneMemory(store, target);
      if (refusalOfForm(caller, memory) !== null) return null;
      return { memory, replaces: await store.memories.wouldReplace(memory.id) };
    },

    decide: async (caller, target, decision, how, reason, seen = {}) =>
      decide(await within(caller), caller, { target, decision, how, reason, seen }),

    reconsider: async (caller) => reconsider(await within(caller), caller, deps.policy),
  };
}
