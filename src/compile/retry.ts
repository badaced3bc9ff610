/** Puts suggestions that have failed back into the queue: what made them fail may have passed. */
import { UserInputError } from '../model/errors.ts';
import type { ItemId } from '../model/ids.ts';
import type { Store } from '../store/store.ts';

const AT_ONCE = 500;

/**
 * By id, or all there are, of every project (null). Returns how many it were.
 * @throws UserInputError for an id that names no failed suggestion; nothing is put back then.
 */
export async function retry(
  { store }: { readonly store: Store },
  targets: readonly string[] | null,
): Promise<number> {
  if (targets !== null) {
    const ids: ItemId[] = [];
    for (const target of targets) ids.push(await failed(store, target));
    return store.suggestions.retry([...new Set(ids)]);
  }
  let count = 0;
  for (;;) {
    const items = await store.suggestions.list({ states: ['failed'], limit: AT_ONCE });
    if (items.length === 0) return count;
    count += await store.suggestions.retry(items.map(({ id }) => id));
  }
}

async function failed(store: Store, target: string): Promise<ItemId> {
  const [item, ...more] = await store.suggestions.items(target);
  if (item !== undefined && more.length === 0 && item.state === 'failed') return item.id;
  const state = item === undefined || more.length > 0 ? null : item.state;
  throw new UserInputError({
    what: state === null ? `No one suggestion is named ${target}` : `${target} has not failed`,
    ...(state === null ? {} : { why: `it is ${state}` }),
    next: 'Give the id of a suggestion that has failed, as in i_4f9k2c',
  });
}
