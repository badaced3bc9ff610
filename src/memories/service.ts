/** The memories service. */

import { applyPlan } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import type { Memory, MemoryState } from '../model/memory.ts';
import { admit, originOf } from '../policy/index.ts';
import type { MemoryVersion } from '../store/memories.ts';
import type { Store } from '../store/store.ts';
import type { MemoriesDeps } from './deps.ts';
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
  readonly list: (
    caller: Caller,
    request: ListRequest,
  ) => Promise<{ readonly memories: readonly Memory[]; readonly total: number }>;
  readonly show: (
    caller: Caller,
    target: string,
  ) => Promise<{ readonly memory: Memory; readonly versions: readonly MemoryVersion[] }>;
  readonly waiting: (caller: Caller) => Promise<readonly Memory[]>;
  /** Needs a present person. `how` says how they decided (`terminal`). */
  readonly decide: (
    caller: Caller,
    target: string,
    decision: 'approve' | 'reject',
    how: string,
    reason: string,
  ) => Promise<Memory>;
  /** Decides origins again, once transcripts show what they had not shown; returns how many have changed. */
  readonly reconsider: (caller: Caller) => Promise<number>;
};

const LIVE: readonly MemoryState[] = ['active', 'waiting'];
const EVERY: readonly MemoryState[] = ['active', 'waiting', 'superseded', 'expired', 'forgotten'];
const RECONSIDERED_AT_ONCE = 50;

export function memoriesService(deps: MemoriesDeps): MemoriesService {
  const { store } = deps;
  return {
    remember: (caller, request) => remember(deps, caller, request),

    forget: async (caller, target, reason) => {
      const result = await applyPlan<never>(store, async () => {
        const memory = await one(store, target);
        if (memory.state === 'forgotten') throw gone(memory);
        // No agent retires what a person said.
        if (memory.origin === 'user' && !caller.personPresent)
          throw needsPerson('Forgetting what a person said', `midturn forget ${memory.short}`);
        return {
          plan: {
            kind: 'forget',
            caller,
            operations: [{ op: 'forget', target: memory.id, version: memory.version, reason }],
          },
        };
      });
      if ('done' in result) return result.done;
      const [item] = result.applied.items;
      if (item === undefined) throw new TypeError('a plan of one operation has one outcome');
      return { id: item.memory.short, title: item.memory.title, receipt: result.applied.receiptShort };
    },

    list: (caller, { all, scope, limit, offset = 0 }) =>
      store.memories.list({
        states: all === true ? EVERY : LIVE,
        limit,
        offset,
        ...(scope === 'user' || scope === 'project' ? { scope } : {}),
        ...(scope === 'all' || caller.project === null ? {} : { projects: caller.project.ids }),
      }),

    show: async (_caller, target) => {
      const memory = await one(store, target);
      return { memory, versions: await store.memories.versions(memory.id) };
    },

    waiting: async () => (await store.memories.list({ states: ['waiting'], limit: 500 })).memories,

    decide: async (caller, target, decision, how, reason) => {
      if (!caller.personPresent) {
        throw needsPerson(decision === 'approve' ? 'Approving' : 'Rejecting', 'midturn review');
      }
      const result = await applyPlan<never>(store, async () => {
        const memory = await one(store, target);
        if (memory.state !== 'waiting') {
          throw new UserInputError({
            what: `${memory.short} does not wait for review`,
            why: `it is ${memory.state}`,
            next: 'See `midturn review`',
          });
        }
        const at = { target: memory.id, version: memory.version, how };
        const operation =
          decision === 'approve'
            ? { op: 'approve' as const, ...at }
            : { op: 'reject' as const, reason, ...at };
        return { plan: { kind: 'decide', caller, operations: [operation] } };
      });
      if ('done' in result) return result.done;
      const [item] = result.applied.items;
      if (item === undefined) throw new TypeError('a plan of one operation has one outcome');
      return item.memory;
    },

    reconsider: async (caller) => {
      let changed = 0;
      for (const memory of await store.memories.unproven(RECONSIDERED_AT_ONCE)) {
        if (memory.callId === null) continue;
        const call = await store.capture.findCall(memory.callId);
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

function needsPerson(what: string, command: string): UserInputError {
  return new UserInputError({
    what: `${what} needs a person`,
    why: 'no terminal is attached, or an agent drives it',
    next: `Run \`${command}\` in a terminal of your own`,
  });
}

function gone(memory: Memory): UserInputError {
  return new UserInputError({
    what: `${memory.short} was already forgotten`,
    next: 'See `midturn memories list --all`',
  });
}
