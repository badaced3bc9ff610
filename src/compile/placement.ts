/**
 * Placement: which memories stand in the file that is injected, within its budget, and which are recalled on demand.
 * Computed at each rendering; the record and its kind never change by it, and nothing is dropped.
 */
import type { MemoryKind, Origin } from '../model/memory.ts';

export type Placeable = {
  readonly id: string;
  readonly kind: MemoryKind;
  readonly title: string;
  readonly content: string;
  readonly origin: Origin;
  readonly approved: boolean;
  /** Sessions in which it was used. */
  readonly uses: number;
  /** Epoch ms of the last change. */
  readonly updatedAt: number;
};

export type Placement<T> = { readonly injected: readonly T[]; readonly onDemand: readonly T[] };

/**
 * Takes away what is not a person's word, then the least used, then the oldest, until the rest fits. What is longer
 * than the whole budget, and recall records, are never injected. Both lists come best first, the same for any order
 * of the input.
 */
export function placeMemories<T extends Placeable>(memories: readonly T[], budget: number): Placement<T> {
  const injected: T[] = [];
  const onDemand: T[] = [];
  let left = budget;
  const worth = memories.map((memory) => ({ memory, isPersons: isPersons(memory) }));
  for (const { memory } of worth.sort(byWorth)) {
    if (memory.kind === 'recall' || left === 0) {
      onDemand.push(memory);
      continue;
    }
    const size = placedSize(memory);
    if (size > budget) onDemand.push(memory);
    else if (size > left) {
      // From here on everything is worth less: nothing small slips in before what is worth more.
      left = 0;
      onDemand.push(memory);
    } else {
      left -= size;
      injected.push(memory);
    }
  }
  return { injected, onDemand };
}

/** What an entry costs of a budget: its heading and its text, without the id comment. Code points. */
export function placedSize({ title, content }: { readonly title: string; readonly content: string }): number {
  return codePoints(title) + codePoints(content) + '## \n\n'.length;
}

type Worth = { readonly memory: Placeable; readonly isPersons: boolean };

function byWorth({ memory: a, isPersons }: Worth, { memory: b, isPersons: other }: Worth): number {
  if (isPersons !== other) return isPersons ? -1 : 1;
  if (a.uses !== b.uses) return b.uses - a.uses;
  if (a.updatedAt !== b.updatedAt) return b.updatedAt - a.updatedAt;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function isPersons({ origin, approved }: Placeable): boolean {
  return origin === 'user' || approved;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
