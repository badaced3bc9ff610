/** What a plan does to each of its items, in words and numbers. */
import type { Operation } from '../model/plan.ts';
import type { Item } from '../store/suggestions.ts';
import type { BatchPlan } from './batch.ts';
import { NO_ACTIONS, NO_SCOPES, type ScopeCounts } from './statuses.ts';
import type { ActionCounts, PlannedItem } from './types.ts';

export type PlannedBatch = {
  readonly items: readonly PlannedItem[];
  readonly actions: ActionCounts;
  /** Of what changes memory. */
  readonly scopes: ScopeCounts;
};

/** One line an item. What goes back into the queue is counted once it has ended. */
export function planned(items: readonly Item[], { operations, ends }: BatchPlan): PlannedBatch {
  const outcomes = new Map<string, Omit<PlannedItem, 'id' | 'family' | 'index' | 'title'>>();
  for (const operation of operations) {
    const outcome = outcomeOf(operation);
    const target = targetOf(operation);
    const at = target === null ? {} : { target };
    if (operation.item !== undefined) outcomes.set(operation.item, { outcome, ...at });
    const other = outcome === 'added' ? 'merged' : outcome;
    for (const item of operation.also ?? []) outcomes.set(item, { outcome: other, ...at });
  }
  for (const { item, state, reason } of ends) {
    if (state === 'discarded' || state === 'failed')
      outcomes.set(item, { outcome: state, ...(reason === null ? {} : { reason }) });
  }
  const actions = { ...NO_ACTIONS };
  const scopes = { ...NO_SCOPES };
  const list: PlannedItem[] = [];
  for (const { id, short, family, index, summary, scope } of items) {
    const end = outcomes.get(id);
    if (end === undefined) continue;
    actions[end.outcome] += 1;
    if (end.outcome !== 'discarded' && end.outcome !== 'failed') scopes[scope] += 1;
    list.push({ id: short, family, index, title: summary, ...end });
  }
  return { items: list, actions, scopes };
}

function outcomeOf(operation: Operation): keyof ActionCounts {
  switch (operation.op) {
    case 'add':
      return operation.memory.state === 'waiting' ? 'waiting' : 'added';
    case 'replace':
    case 'edit':
      return 'replaced';
    case 'forget':
    case 'expire':
    case 'skill_retire':
      return 'removed';
    case 'skill_create':
      return operation.skill.state === 'draft' ? 'waiting' : 'added';
    case 'skill_edit':
    case 'skill_patch':
      return 'replaced';
    default:
      return 'merged';
  }
}

function targetOf(operation: Operation): string | null {
  return 'target' in operation ? operation.target : null;
}
