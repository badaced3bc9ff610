/**
 * What an agent has decided of an item, written into the item: so all that decides on suggestions afterwards, evidence
 * above all, goes by the words that would be stored.
 */
import type { MemoryItem, SuggestionItem } from '../../model/suggestion.ts';
import type { AgentOperation } from './agent-plan.ts';

export type Decided =
  | {
      readonly kind: 'item';
      readonly item: SuggestionItem;
      /** The record that it is to be merged into, by id. */
      readonly into: string | null;
    }
  | { readonly kind: 'discard'; readonly reason: string };

/** @param operation undefined = the item is left as it is */
export function decided(item: SuggestionItem, operation: AgentOperation | undefined, by: string): Decided {
  if (operation === undefined || operation.op === 'keep') return { kind: 'item', item, into: null };
  if (operation.op === 'discard') {
    const why = operation.reason.trim();
    return { kind: 'discard', reason: `${by} discarded it${why === '' ? '' : `: ${why}`}` };
  }
  if (item.family === 'skill_action') return { kind: 'item', item, into: null };
  if (operation.op === 'remove')
    return { kind: 'item', item: { ...asMemory(item), target: operation.target }, into: null };
  const words = {
    summary: operation.title ?? item.summary,
    content: operation.content ?? item.content,
  };
  if (operation.op === 'add') {
    const added =
      item.family === 'recall_candidate'
        ? { ...item, ...words, content: words.content ?? item.content }
        : { ...item, ...words, action: 'add' as const, target: null };
    return { kind: 'item', item: added, into: null };
  }
  const replacing: MemoryItem = { ...asMemory(item), ...words, action: 'replace', target: operation.target };
  return { kind: 'item', item: replacing, into: operation.op === 'merge' ? operation.target : null };
}

/** Only an item of this family names a record; one of recall keeps the kind of the record that it changes. */
function asMemory(item: Exclude<SuggestionItem, { family: 'skill_action' }>): MemoryItem {
  if (item.family === 'memory_updates') return item;
  const { sourceUpdatedAt: _, ...shared } = item;
  return { ...shared, family: 'memory_updates', action: 'replace', target: null };
}
