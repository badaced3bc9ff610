/**
 * What is stored, looked up beforehand for a batch: the records that its items name, repeat or nearly repeat. Only
 * records of the same owner and place are in it, so that no plan can reach another.
 */
import type { MemoryId, ProjectId } from '../model/ids.ts';
import type { Memory, NewMemory, Scope } from '../model/memory.ts';
import type { SuggestionItem } from '../model/suggestion.ts';
import type { Store } from '../store/store.ts';
import { analyse } from '../text/terms.ts';
import type { Existing } from './backends/target.ts';

/** Near duplicates are looked for by so many of the rarest terms, within so many postings. */
const RAREST = 4;
const POSTINGS = 300;
const CANDIDATES = 10;
/** Share of its terms that a near record holds; the rule itself is of `text/near-duplicate.ts`. */
const SIMILAR = 0.8;
/** Of records whose titles hold a part, what is read: enough to say that it is ambiguous. */
const TITLED = 12;
const ID = /^[[#]*(?:m_)?[0-9a-hjkmnp-tv-z]{4,26}\]*$/i;

export type Sought = {
  readonly id: string;
  readonly item: SuggestionItem;
  /** The project of its envelope, and those that count as it. */
  readonly project: ProjectId | null;
  readonly projects: readonly ProjectId[];
  readonly memory: NewMemory | null;
};

export type Known = {
  readonly existing: Existing;
  /** The active or waiting record that has this content in the place of the item's record. */
  readonly holderOf: (memory: NewMemory) => Memory | null;
  readonly byMemoryId: (id: MemoryId) => Memory | null;
};

/** All items of one call have the same project. */
export async function lookUp(store: Store, owner: string, sought: readonly Sought[]): Promise<Known> {
  const named = new Map<string, Memory>();
  const titled = new Map<string, readonly Memory[]>();
  const near = new Map<string, readonly Memory[]>();
  const holders = new Map<string, Memory>();
  const all = new Map<MemoryId, Memory>();
  const titles = new TitleBook(store);
  const candidates = await nearCandidates(store, sought);
  for (const { id, item, project, projects, memory } of sought) {
    const within = (found: Memory) =>
      found.owner === owner &&
      (found.scope === 'user' || (found.project !== null && projects.includes(found.project)));
    const keep = (found: readonly Memory[]) => {
      const own = found.filter(within);
      for (const each of own) all.set(each.id, each);
      return own;
    };
    const target = 'target' in item ? item.target : null;
    if (target !== null) {
      if (ID.test(target.trim())) {
        const active = keep((await store.memories.find(target)).filter(({ state }) => state === 'active'));
        const [only] = active;
        if (only !== undefined && active.length === 1) named.set(target, only);
      }
      const key = placeKey(item.scope, target);
      const found = titled.get(key) ?? keep(await titles.holding(item.scope, project, target));
      titled.set(key, found);
    }
    if (memory === null) continue;
    const holder = await store.memories.byHash(memory.scope, memory.project, memory.contentHash);
    const [own] = holder === null ? [] : keep([holder]);
    if (own !== undefined) holders.set(contentKey(memory), own);
    near.set(id, [
      ...(own === undefined || own.state !== 'active' ? [] : [own]),
      ...keep(candidates.get(id) ?? []),
    ]);
  }
  return {
    existing: {
      byId: (wanted) => named.get(wanted) ?? null,
      byTitle: (scope, text) => titled.get(placeKey(scope, text)) ?? [],
      nearDuplicates: (id) => near.get(id) ?? [],
    },
    holderOf: (memory) => holders.get(contentKey(memory)) ?? null,
    byMemoryId: (id) => all.get(id) ?? null,
  };
}

/** Tells contents of one place apart, as the store's unique index does. */
export function contentKey({
  scope,
  project,
  contentHash,
}: Pick<NewMemory, 'scope' | 'project' | 'contentHash'>): string {
  return `${scope} ${project ?? ''} ${Buffer.from(contentHash).toString('hex')}`;
}

function placeKey(scope: Scope, text: string): string {
  return `${scope} ${text}`;
}

/** Active records that may be near to each item's: they hold its rarest terms, and nearly all of the others. */
async function nearCandidates(
  store: Store,
  sought: readonly Sought[],
): Promise<ReadonlyMap<string, readonly Memory[]>> {
  const termsOf = new Map<string, ReadonlySet<string>>();
  for (const { id, memory } of sought) if (memory !== null) termsOf.set(id, new Set(analyse(memory.content)));
  const words = new Set<string>();
  for (const terms of termsOf.values()) for (const term of terms) words.add(term);
  const { terms } = await store.search.corpus('memories', [...words]);
  const known = new Map(terms.filter(({ documents }) => documents > 0).map((term) => [term.term, term]));
  const rowsOf = new Map<string, readonly number[]>();
  for (const { id, memory } of sought) {
    const own = termsOf.get(id);
    if (memory === null || own === undefined) continue;
    const held = [...own].flatMap((term) => known.get(term) ?? []);
    const enough = SIMILAR * own.size;
    // Terms that no record holds are in none that is near.
    if (held.length === 0 || held.length < enough) continue;
    const rarest = held.toSorted((a, b) => a.documents - b.documents).slice(0, RAREST);
    const scopes = [{ scope: memory.scope, projects: memory.project === null ? null : [memory.project] }];
    const filter = { scopes, states: ['active'] as const };
    const found = await store.memories.matching(rarest, filter, POSTINGS, CANDIDATES);
    const numbers = new Set(held.map(({ number }) => number));
    const near = found.filter((each) => common(each.terms, numbers) >= enough);
    if (near.length > 0) {
      rowsOf.set(
        id,
        near.map(({ row }) => row),
      );
    }
  }
  const memories = await store.memories.byRows([...new Set([...rowsOf.values()].flat())]);
  const byRow = new Map(memories.map((memory) => [memory.row, memory]));
  return new Map([...rowsOf].map(([id, rows]) => [id, rows.flatMap((row) => byRow.get(row) ?? [])]));
}

function common(terms: Uint32Array, numbers: ReadonlySet<number | null>): number {
  const shared = new Set<number>();
  for (const number of terms) if (numbers.has(number)) shared.add(number);
  return shared.size;
}

/** The titles of a place, read once for a batch and only where an item names a part of one. */
class TitleBook {
  readonly #store: Store;
  readonly #places = new Map<string, ReadonlyArray<{ readonly row: number; readonly title: string }>>();

  constructor(store: Store) {
    this.#store = store;
  }

  async holding(scope: Scope, project: ProjectId | null, text: string): Promise<readonly Memory[]> {
    const place = scope === 'user' ? null : project;
    const wanted = fold(text);
    const exact = (await this.#store.memories.byTitle(scope, place, text.trim())).filter(
      ({ state }) => state === 'active',
    );
    if (exact.length > 0 || wanted === '') return exact;
    const rows = (await this.#of(scope, place))
      .filter(({ title }) => title.includes(wanted))
      .slice(0, TITLED)
      .map(({ row }) => row);
    return this.#store.memories.byRows(rows);
  }

  async #of(scope: Scope, project: ProjectId | null) {
    const key = `${scope} ${project ?? ''}`;
    const known =
      this.#places.get(key) ??
      (await this.#store.memories.titles(scope, project)).map(({ row, title }) => ({
        row,
        title: fold(title),
      }));
    this.#places.set(key, known);
    return known;
  }
}

function fold(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}
