/** The one record that a person or a model means. */
import { UserInputError } from '../model/errors.ts';
import type { Memory } from '../model/memory.ts';
import type { Store } from '../store/store.ts';

export async function oneMemory(store: Store, target: string): Promise<Memory> {
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
