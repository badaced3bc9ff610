/**
 * The store as a caller may see it. Whoever is bound to projects gets a view of it in which nothing of any other project
 * is there: services work with it as with the store, so that a foreign id, name or reference is answered as an unknown
 * one is, and what is new in a port has to be given a rule here before it compiles.
 */
import type { Caller } from '../model/caller.ts';
import type { ProjectId } from '../model/ids.ts';
import type { Store } from './store.ts';

/** Views that are kept: one for each set of projects that callers of this process are bound to. */
const KEPT = 64;
const views = new WeakMap<Store, Map<string, Store>>();

/** The store itself for a caller without bounds; nothing of the view is loaded then. */
export async function storeWithin(store: Store, { reach }: Pick<Caller, 'reach'>): Promise<Store> {
  if (reach === null || reach === undefined) return store;
  const known = views.get(store) ?? new Map<string, Store>();
  views.set(store, known);
  const key = [...reach].sort().join(' ');
  const view = known.get(key);
  if (view !== undefined) return view;
  const { boundedStore } = await import('./bounded/store.ts');
  const made = boundedStore(store, [...reach]);
  if (known.size >= KEPT) known.clear();
  known.set(key, made);
  return made;
}

/** The same for projects that somebody asks for: null = all that the caller may see. */
export function projectsWithin(
  { reach }: Pick<Caller, 'reach'>,
  projects: readonly ProjectId[] | null,
): readonly ProjectId[] | null {
  if (reach === null || reach === undefined) return projects;
  return projects === null ? reach : projects.filter((id) => reach.includes(id));
}
