/** The texts of a group's files: what stands in which, in the person's order. */
import { bareId } from '../model/ids.ts';
import { type FileEntry, type RenderedFile, renderMemoryFile } from '../text/memory-file.ts';
import type { FileState, Reading } from './absorb.ts';
import { overlaysOf } from './hand-edits.ts';
import { type Placement, placeMemories } from './placement.ts';
import type { ProjectedMemory, ProjectionDeps, ProjectionGroup } from './projection-types.ts';

/** The text of each file, from what is in memory and the order that the person has given it. */
export function renderStates(
  { states, memories }: Pick<Reading, 'states' | 'memories'>,
  group: ProjectionGroup,
  budgets: ProjectionDeps['budgets'],
): ReadonlyArray<{ readonly state: FileState; readonly file: RenderedFile }> {
  const overlays = overlaysOf(memories);
  const overlaid = new Set([...overlays.values()].map(({ id }) => id));
  const active = memories.filter(({ state }) => state === 'active');
  const activeIds = new Set<string>(active.map(({ id }) => id));
  // Words that wait and change no record stand where they were written, outside the budget.
  const alone = memories.filter(
    ({ state, id, wouldReplace }) =>
      state === 'waiting' && !overlaid.has(id) && !wouldReplace.some((target) => activeIds.has(target)),
  );
  const placed: Placement<ProjectedMemory> = placeMemories(active, budgets[group.scope]);
  return states.map((state) => {
    const isRecall = state.file.kind === 'recall';
    const own = [
      ...(isRecall ? placed.onDemand : placed.injected),
      ...alone.filter(({ kind }) => (kind === 'recall') === isRecall),
    ];
    const places = placesOf(state.order);
    const entries = own.map((memory): FileEntry => {
      const shown = overlays.get(memory.id) ?? memory;
      const place = places(memory);
      return {
        id: memory.id,
        title: shown.title,
        content: shown.content,
        state: shown.state,
        createdAt: memory.createdAt,
        ...(place === undefined ? {} : { place }),
      };
    });
    const { parsed, file } = state;
    const style = { title: parsed?.title ?? file.title, eol: parsed?.eol ?? '\n', bom: parsed?.bom ?? false };
    return { state, file: renderMemoryFile(entries, style) };
  });
}

/** A record's place: its own, or that of what it has replaced. */
function placesOf(order: readonly string[]): (memory: ProjectedMemory) => number | undefined {
  const places = new Map(order.map((id, place) => [id, place]));
  let sorted: readonly string[] | null = null;
  const byPrefix = (prefix: string): number | undefined => {
    sorted ??= order.toSorted();
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? '') < prefix) low = middle + 1;
      else high = middle;
    }
    const id = sorted[low];
    return id?.startsWith(prefix) === true ? places.get(id) : undefined;
  };
  return ({ id, replaces }) => {
    const own = places.get(id);
    if (own !== undefined) return own;
    for (const short of replaces) {
      const place = byPrefix(bareId(short));
      if (place !== undefined) return place;
    }
    return undefined;
  };
}
