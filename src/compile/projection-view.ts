/**
 * The texts of a group's files as they would be rendered now, from the store alone: right also where the files are
 * stale. Only what is in force stands in them.
 */
import { FILE_TITLES } from '../text/memory-file.ts';
import { renderStates } from './projection-texts.ts';
import type { ProjectedMemory, ProjectionDeps, ProjectionGroup } from './projection-types.ts';

export type ProjectionView = {
  readonly text: string;
  /** What stands in it, in no order. */
  readonly memories: readonly ProjectedMemory[];
};

export type GroupView = {
  /** USER.md, or MEMORY.md. */
  readonly injected: ProjectionView;
  /** RECALL.md */
  readonly onDemand: ProjectionView;
};

export async function viewGroup(
  { source, projections, budgets }: Pick<ProjectionDeps, 'source' | 'projections' | 'budgets'>,
  asked: ProjectionGroup,
): Promise<GroupView> {
  const group = await source.main(asked);
  const memories = (await source.memories(group)).filter(({ state }) => state === 'active');
  const heads = await projections.heads(group.scope, group.project?.id ?? null);
  const [user, memory, recall] = FILE_TITLES;
  const stateOf = async (isRecall: boolean) => {
    // A project that was joined brought files of its own along, until the next rendering takes them away.
    const paths = heads.map(({ path }) => path).filter((path) => path.endsWith('RECALL.md') === isRecall);
    const orders = await Promise.all(paths.map((path) => projections.get(path)));
    const kind = isRecall ? ('recall' as const) : ('memory' as const);
    const title = isRecall ? recall : group.project === null ? user : memory;
    return {
      file: { path: '', name: '', kind, title },
      bytes: null,
      parsed: null,
      base: null,
      order: orders.flatMap((order) => order?.entries.map(({ record }) => record) ?? []),
      keep: false,
    };
  };
  const states = [await stateOf(false), await stateOf(true)];
  const byId = new Map(memories.map((each) => [String(each.id), each]));
  const views = renderStates({ states, memories }, group, budgets).map(({ file }) => ({
    text: file.text,
    memories: file.entries.flatMap(({ id }) => byId.get(id) ?? []),
  }));
  const empty = { text: '', memories: [] };
  return { injected: views[0] ?? empty, onDemand: views[1] ?? empty };
}
