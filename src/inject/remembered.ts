/** The memories that stand in what a session begins with: those of USER.md and MEMORY.md, from the store, not the files. */
import { type ProjectionGroup, placeMemories, storeSource } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import type { ProjectionRecord } from '../store/projections.ts';
import { mayBeGivenUnasked } from './trusted.ts';
import type { InjectDeps } from './types.ts';

export type Entry = {
  /** `m_4f9k2c` */
  readonly short: string;
  readonly record: ProjectionRecord;
};

export type Remembered = {
  readonly scope: 'user' | 'project';
  /** The project's name; null for the user's own. */
  readonly name: string | null;
  /** Within the file's budget, most worth first. */
  readonly entries: readonly Entry[];
  /** How many more are past that budget. */
  readonly left: number;
};

/** The owner's first, then the project's. Without those that are no person's words, unless they are trusted as well. */
export async function remembered(
  { store, budgets, trust }: Pick<InjectDeps, 'store' | 'budgets' | 'trust'>,
  { project }: Caller,
): Promise<readonly Remembered[]> {
  const source = storeSource(store);
  const groups: ProjectionGroup[] = [
    { scope: 'user', project: null },
    ...(project === null
      ? []
      : [{ scope: 'project' as const, project: { id: project.id, name: project.name } }]),
  ];
  const found: Remembered[] = [];
  for (const asked of groups) {
    const group = await source.main(asked);
    // What waits is not in force: of words edited by hand, the old ones are.
    const records = (await source.memories(group)).filter(
      (record) => record.state === 'active' && mayBeGivenUnasked(record, trust),
    );
    const { injected, onDemand } = placeMemories(records, budgets[group.scope]);
    const left = onDemand.filter(({ kind }) => kind === 'memory').length;
    const entries = await Promise.all(
      injected.map(async (record) => ({ record, short: (await store.memories.get(record.id))?.short ?? '' })),
    );
    found.push({ scope: group.scope, name: group.project?.name ?? null, entries, left });
  }
  return found;
}

/** Oldest first, whatever they are worth: text that stays where it is costs a client's prompt cache nothing. */
export function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted(
    ({ record: a }, { record: b }) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}
