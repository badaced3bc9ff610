/**
 * The texts of a group's files as they would be rendered now, from the store alone: right also where the files are
 * stale. Only what is in force stands in them.
 */
import { FILE_TITLES } from '../text/memory-file.ts';
import { placeMemories } from './placement.ts';
import { renderStates } from './projection-texts.ts';
import type { ProjectedMemory, ProjectionDeps, ProjectionGroup } from './projection-types.ts';

type ViewDeps = Pick<ProjectionDeps, 'source' | 'projections' | 'budgets'>;

/** What stands in which file, best first. */
export type PlacedGroup = {
  readonly group: ProjectionGroup;
  /** USER.md, or MEMORY.md. */
  readonly injected: readonly ProjectedMemory[];
  /** RECALL.md */
  readonly onDemand: readonly ProjectedMemory[];
};

export type ProjectionView = {
  readonly text: string;
  /** Entries that were left out. */
  readonly left: number;
};

export async function placeGroup(
  { source, budgets }: ViewDeps,
  asked: ProjectionGroup,
): Promise<PlacedGroup> {
  const group = await source.main(asked);
  const active = (await source.memories(group)).filter(({ state }) => state === 'active');
  return { group, ...placeMemories(active, budgets[group.scope]) };
}

/** The text of one file; of one that is larger than `most` bytes, as many of its first entries as fit. */
export async function viewFile(
  { projections, budgets }: ViewDeps,
  { group, ...placed }: PlacedGroup,
  which: 'injected' | 'onDemand',
  most: number,
): Promise<ProjectionView> {
  const isRecall = which === 'onDemand';
  const [user, memory, recall] = FILE_TITLES;
  const heads = await projections.heads(group.scope, group.project?.id ?? null);
  // A project that was joined brought files of its own along, until the next rendering takes them away.
  const paths = heads.map(({ path }) => path).filter((path) => path.endsWith('RECALL.md') === isRecall);
  const rendered = await Promise.all(paths.map((path) => projections.get(path)));
  const order = rendered.flatMap((each) => each?.entries.map(({ record }) => record) ?? []);
  const all = placed[which];
  const memories = firstOf(all, order, most);
  const state = {
    file: {
      path: '',
      name: '',
      kind: isRecall ? ('recall' as const) : ('memory' as const),
      title: isRecall ? recall : group.project === null ? user : memory,
    },
    bytes: null,
    parsed: null,
    base: null,
    order,
    keep: false,
  };
  // They are placed already: without a budget nothing is injected.
  const [view] = renderStates(
    { states: [state], memories },
    group,
    isRecall ? { user: 0, project: 0 } : budgets,
  );
  const { text, shown } = cut(view?.file.text ?? '', memories.length, most);
  return { text, left: all.length - shown };
}

/** Those that the file begins with, a few more than fit: what is never shown is not rendered. */
function firstOf(
  all: readonly ProjectedMemory[],
  order: readonly string[],
  most: number,
): readonly ProjectedMemory[] {
  let bytes = 0;
  for (const { title, content } of all) bytes += title.length + content.length;
  if (bytes <= most / 4) return all;
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = ({ id }: ProjectedMemory): number => places.get(id) ?? order.length;
  const inOrder = all.toSorted((a, b) => placeOf(a) - placeOf(b) || a.createdAt - b.createdAt);
  let seen = 0;
  const over = inOrder.findIndex(({ title, content }) => {
    seen += title.length + content.length;
    return seen > most;
  });
  return over === -1 ? inOrder : inOrder.slice(0, over + 1);
}

/** Between two entries. Headings of level 2 at the beginning of a line are ours: those within texts are escaped. */
function cut(text: string, count: number, most: number): { readonly text: string; readonly shown: number } {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return { text, shown: count };
  const head = bytes.subarray(0, most).toString('utf8');
  const end = head.lastIndexOf('\n## ');
  const kept = end === -1 ? head.replace(/\ufffd+$/, '') : head.slice(0, end + 1);
  return { text: kept, shown: kept.match(/^<!-- midturn:[0-9a-z]{26} -->$/gm)?.length ?? 0 };
}
