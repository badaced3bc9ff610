/** Watches over a whole run: many small plans must not do what one large plan may not. */
import type { MemoryId } from '../model/ids.ts';
import type { Memory } from '../model/memory.ts';
import type { Operation } from '../model/plan.ts';
import type { Store } from '../store/store.ts';
import { findShrink, type Place } from './guard.ts';

type Removal = Extract<Operation, { readonly op: 'forget' }>;

export class ShrinkWatch {
  readonly #store: Store;
  readonly #places = new Map<string, Place>();
  readonly #placeOf = new Map<MemoryId, Place>();
  readonly #removed: Removal[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The removals that would go too far, with the words for it: all of the plan's in a place that would shrink beyond
   * the bound.
   * @param recordOf the record as the plan has read it.
   */
  async refused(
    operations: readonly Operation[],
    recordOf: (id: MemoryId) => Memory | null,
  ): Promise<ReadonlyMap<Operation, string>> {
    const refused = new Map<Operation, string>();
    const removals = operations.filter(isRemoval);
    for (const { target } of removals) {
      const memory = recordOf(target);
      if (memory !== null && memory.state === 'active') await this.#note(memory);
    }
    for (;;) {
      const standing = removals.filter((removal) => !refused.has(removal));
      const shrink = findShrink([...this.#removed, ...standing], (id) => this.#placeOf.get(id) ?? null);
      const over =
        shrink === null
          ? []
          : standing.filter(({ target }) => this.#placeOf.get(target)?.name === shrink.place);
      if (shrink === null || over.length === 0) return refused;
      for (const removal of over) refused.set(removal, shrink.words);
    }
  }

  applied(operations: readonly Operation[]): void {
    this.#removed.push(...operations.filter(isRemoval));
  }

  async #note({ id, scope, project, projectName }: Memory): Promise<void> {
    const key = `${scope} ${project ?? ''}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      const { total } = await this.#store.memories.list({
        states: ['active'],
        scope,
        ...(project === null ? {} : { projects: [project] }),
        limit: 1,
      });
      place = { name: scope === 'user' ? 'the user' : `project ${projectName ?? key}`, active: total };
      this.#places.set(key, place);
    }
    this.#placeOf.set(id, place);
  }
}

function isRemoval(operation: Operation): operation is Removal {
  return operation.op === 'forget';
}
