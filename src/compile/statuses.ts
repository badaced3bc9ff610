/** How suggestions stand, in the words of the tools. */
import type { Item } from '../store/suggestions.ts';
import type { ActionCounts, ItemStatus, SubmitResult } from './types.ts';

const OF_OUTCOME = {
  added: 'accepted',
  merged: 'merged',
  replaced: 'replaced',
  removed: 'removed',
  waiting: 'needs_review',
} as const;

export function statusOf({ state, outcome }: Pick<Item, 'state' | 'outcome'>): ItemStatus {
  if (state === 'discarded') return 'rejected';
  if (state === 'failed') return 'failed';
  return state === 'done' && outcome !== null ? OF_OUTCOME[outcome] : 'pending';
}

/** Of an envelope: pending while one of its items is. */
export function stateOf(statuses: readonly ItemStatus[]): SubmitResult['state'] {
  if (statuses.includes('pending')) return 'pending';
  if (statuses.includes('failed')) return 'failed';
  return statuses.every((status) => status === 'rejected') ? 'discarded' : 'done';
}

export const NO_ACTIONS: ActionCounts = {
  added: 0,
  merged: 0,
  replaced: 0,
  removed: 0,
  waiting: 0,
  discarded: 0,
  failed: 0,
};

export function sumActions(a: ActionCounts, b: ActionCounts): ActionCounts {
  return {
    added: a.added + b.added,
    merged: a.merged + b.merged,
    replaced: a.replaced + b.replaced,
    removed: a.removed + b.removed,
    waiting: a.waiting + b.waiting,
    discarded: a.discarded + b.discarded,
    failed: a.failed + b.failed,
  };
}

export type ScopeCounts = Readonly<Record<'user' | 'project', number>>;

export const NO_SCOPES: ScopeCounts = { user: 0, project: 0 };

export function sumScopes(a: ScopeCounts, b: ScopeCounts): ScopeCounts {
  return { user: a.user + b.user, project: a.project + b.project };
}
