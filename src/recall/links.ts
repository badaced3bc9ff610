/** What a hit points at, as it is shown: the records in force behind its links, and what it replaced. */
import type { Memory, MemoryLink } from '../model/memory.ts';
import type { Store } from '../store/store.ts';
import type { Moment } from './as-of.ts';
import type { Fitting } from './asking.ts';

export type ShownLink = {
  readonly kind: 'part_of' | 'see_also' | 'replaces' | 'replaced_by' | 'whole_of' | 'seen_from';
  /** `m_4f9k2c` */
  readonly id: string;
  readonly title: string;
  /** Since when the other one holds, or held; epoch milliseconds. */
  readonly since: number;
};

/** Records that point at one that was asked for by its id. */
const POINTING = 8;

/** A record that waits is never shown, a replaced one leads to what holds now, and the nearest wording comes first. */
export async function linksOf(
  store: Store,
  one: Fitting,
  asOf: Moment | null,
): Promise<readonly ShownLink[]> {
  const { memory, by } = one;
  if (asOf !== null) return memory.state === 'superseded' ? replacedBy(store, memory) : [];
  const links = memory.links.filter(({ state }) => state !== 'waiting');
  const away = links.filter(({ kind, state }) => kind !== 'replaces' && state === 'superseded');
  const ends = away.length === 0 ? new Map() : await store.memories.inForce(away.map(({ id }) => id));
  const shown: ShownLink[] = [...(await replacedOf(store, one, links))];
  for (const link of links) {
    if (link.kind === 'replaces') continue;
    const end = ends.get(link.id);
    const [current] = end === undefined ? [] : await store.memories.byRows([end]);
    const target = current ?? link;
    if (current === undefined && link.state !== 'active') continue;
    shown.push({ kind: link.kind, id: target.short, title: target.title, since: target.validFrom });
  }
  if (by === 'id') {
    for (const { kind, memory: other } of await store.memories.pointingAt(memory.id, POINTING)) {
      const back = kind === 'part_of' ? 'whole_of' : 'seen_from';
      shown.push({ kind: back, id: other.short, title: other.title, since: other.validFrom });
    }
  }
  return shown;
}

/** What it took the place of; behind that the earlier wording by which the question came to it. */
async function replacedOf(
  store: Store,
  { via }: Fitting,
  links: readonly MemoryLink[],
): Promise<readonly ShownLink[]> {
  const [named] = via === null ? [] : await store.memories.byRows([via.row]);
  const direct = links.find(({ kind }) => kind === 'replaces');
  const replaced = [...(direct === undefined ? [] : [direct]), ...(named === undefined ? [] : [named])];
  return replaced
    .filter(({ id }, at) => at === 0 || id !== direct?.id)
    .map(({ short, title, validFrom }) => ({ kind: 'replaces', id: short, title, since: validFrom }));
}

async function replacedBy(store: Store, memory: Memory): Promise<readonly ShownLink[]> {
  const row = (await store.memories.inForce([memory.id])).get(memory.id);
  const [now] = row === undefined ? [] : await store.memories.byRows([row]);
  return now === undefined
    ? []
    : [{ kind: 'replaced_by', id: now.short, title: now.title, since: now.validFrom }];
}
