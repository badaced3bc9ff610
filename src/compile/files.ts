/** Renders the files of memory outside of a compile: after a command that has changed it. */
import type { Caller } from '../model/caller.ts';
import { StoreError } from '../model/errors.ts';
import { acquire } from './lock.ts';
import { type CompileDeps, FileTrouble } from './types.ts';

/** Places of one command, the caller's own among them: what is left is rendered by the next compile. */
const PLACES = 20;

/** Answers what people are told. While a compile runs it is left to that one. @throws StoreError */
export async function renderStale(deps: CompileDeps, caller: Caller): Promise<readonly string[]> {
  const { store, projections } = deps;
  if (projections === null) return [];
  const dirty = await store.projections.dirty();
  if (dirty.length === 0) return [];
  const got = await acquire(deps);
  if (!('lock' in got)) return [];
  const told = new Set<string>();
  try {
    for (const place of await placesOf(deps, caller, dirty)) {
      try {
        for (const words of await projections.render(place, got.lock)) told.add(words);
      } catch (error) {
        // One place that cannot be written keeps none of the others from it.
        if (!(error instanceof StoreError)) throw error;
        if (error instanceof FileTrouble) for (const words of error.told) told.add(words);
        told.add(error.message);
      }
    }
  } finally {
    await got.lock.release();
  }
  return [...told];
}

async function placesOf(
  { store }: CompileDeps,
  caller: Caller,
  dirty: ReadonlyArray<{ readonly project: string | null }>,
): Promise<readonly Caller[]> {
  const stale = new Set(dirty.map(({ project }) => project));
  const own = caller.project?.ids ?? [];
  const others = (await store.projects.list()).filter(
    ({ id, ids }) => !own.includes(id) && ids.some((each) => stale.has(each)),
  );
  const placed = others.map(({ id, ids, name }): Caller => {
    return { ...caller, project: { id, ids, name, root: null, cwd: '', branch: null, commit: null } };
  });
  return [caller, ...placed].slice(0, PLACES);
}
