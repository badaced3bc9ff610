/**
 * The deterministic backend: turns claimed items into operations, in their order. It only ever speaks of records
 * that an item names or repeats; everything else in memory stays as it is.
 */
import type { Memory, NewMemory } from '../../model/memory.ts';
import type { Operation } from '../../model/plan.ts';
import type { SuggestionItem } from '../../model/suggestion.ts';
import { type Comparable, comparable, isEqual, isNear } from '../../text/near-duplicate.ts';
import { passingWords } from '../passing.ts';
import { type Existing, findTarget } from './target.ts';

/** An item with the record that it would become (cleaned, redacted, its origin decided); null where it makes none. */
export type Claimed = {
  readonly id: string;
  readonly item: SuggestionItem;
  readonly memory: NewMemory | null;
  /** The record that it is to be merged into, where somebody has decided that. */
  readonly into?: Memory;
};

export type Proposal = {
  readonly operation: Operation;
  /** The items that it settles. Of several that say the same, the last gave the wording. */
  readonly items: readonly string[];
};

type Discard = {
  readonly item: string;
  readonly reason: 'volatile' | 'no_match' | 'ambiguous_match' | 'overtaken' | 'missing_content';
  /** For people and models. */
  readonly words: string;
  /** The later item that it made way for. */
  readonly by?: string;
};

/** The reason of a removal that an item asked for; a record that makes way for its own words has another. */
export const SUGGESTED_REMOVAL = 'a suggestion removed it';

export type Proposed = {
  readonly proposals: readonly Proposal[];
  readonly discarded: readonly Discard[];
  /** Items of skills, which this backend leaves to the skills' own rules. */
  readonly skills: readonly string[];
};

export function propose(claimed: readonly Claimed[], existing: Existing): Proposed {
  const draft = new Draft(existing);
  const skills: string[] = [];
  for (const { id, item, memory, into } of claimed) {
    if (item.family === 'skill_action') skills.push(id);
    else if (item.action === 'remove') draft.remove(id, item.scope, item.target ?? '');
    else if (memory === null) draft.discard(id, 'missing_content', 'there is nothing to store');
    else draft.store(id, item, memory, into);
  }
  return { ...draft.result(), skills };
}

type Entry = { operation: Operation; items: string[] };
type Storing = Extract<Operation, { readonly memory: NewMemory }>;

/** What the batch has proposed so far; a later item sees what the earlier ones did. */
class Draft {
  readonly #existing: Existing;
  readonly #entries: Entry[] = [];
  readonly #discarded: Discard[] = [];
  readonly #prepared = new Map<string, Comparable>();

  constructor(existing: Existing) {
    this.#existing = existing;
  }

  result(): Pick<Proposed, 'proposals' | 'discarded'> {
    return { proposals: this.#entries, discarded: this.#discarded };
  }

  discard(item: string, reason: Discard['reason'], words: string, by?: string): void {
    this.#discarded.push({ item, reason, words, ...(by === undefined ? {} : { by }) });
  }

  store(
    id: string,
    item: Exclude<SuggestionItem, { family: 'skill_action' }>,
    given: NewMemory,
    into?: Memory,
  ): void {
    const kind = item.family === 'recall_candidate' ? 'recall' : 'memory';
    const memory: NewMemory = { ...given, kind };
    const passing = passingWords(memory.content);
    if (passing !== null) this.discard(id, 'volatile', passing);
    else if (into !== undefined)
      this.#merge(id, into, { ...memory, kind: into.kind, scope: into.scope, project: into.project });
    else if (item.action === 'replace') this.#replace(id, item.target ?? '', memory);
    else this.#add(id, memory);
  }

  remove(id: string, scope: NewMemory['scope'], wanted: string): void {
    const own = this.#addedAs(scope, wanted);
    const target = findTarget(this.#existing, scope, wanted);
    if (own !== undefined && !('memory' in target)) {
      this.#overtake(own, id);
      this.#entries.splice(this.#entries.indexOf(own), 1);
      this.discard(id, 'overtaken', 'what it removes was only proposed in the same batch, and is not stored');
      return;
    }
    if (!('memory' in target)) {
      this.discard(id, target.reason, target.words);
      return;
    }
    const { memory } = target;
    this.#settle(id, memory, {
      op: 'forget',
      target: memory.id,
      version: memory.version,
      reason: SUGGESTED_REMOVAL,
    });
  }

  #add(id: string, memory: NewMemory): void {
    const entry = this.#entries.find(
      ({ operation }) => stores(operation) && this.#same(operation.memory, memory),
    );
    if (entry !== undefined) {
      this.#fold(id, entry, memory);
      return;
    }
    const near = this.#repeated(id, memory);
    if (near === undefined) this.#entries.push({ operation: { op: 'add', memory }, items: [id] });
    else this.#merge(id, near, memory);
  }

  #replace(id: string, wanted: string, given: NewMemory): void {
    const own = this.#addedAs(given.scope, wanted);
    const target = findTarget(this.#existing, given.scope, wanted);
    if (!('memory' in target)) {
      if (own === undefined) this.discard(id, target.reason, target.words);
      else {
        this.#overtake(own, id);
        this.#entries.splice(this.#entries.indexOf(own), 1);
        this.#add(id, given);
      }
      return;
    }
    const old = target.memory;
    // The record keeps its place and kind: an item that left its scope out must not move it.
    const memory: NewMemory = { ...given, kind: old.kind, scope: old.scope, project: old.project };
    const elsewhere = this.#entries.find(
      ({ operation }) =>
        stores(operation) &&
        !('target' in operation && operation.target === old.id) &&
        samePlace(operation.memory, memory) &&
        isEqual(this.#of(operation.memory.content), this.#of(memory.content)),
    );
    if (elsewhere !== undefined) {
      this.#fold(id, elsewhere, memory);
      this.#yield(id, old, 'another record');
      return;
    }
    if (isEqual(this.#of(old.content), this.#of(memory.content))) {
      this.#merge(id, old, memory);
      return;
    }
    const twin = this.#existing
      .nearDuplicates(id)
      .find(
        (other) =>
          other.id !== old.id &&
          this.#stands(other) &&
          samePlace(other, memory) &&
          this.#equal(other, memory),
      );
    if (twin === undefined) {
      this.#settle(id, old, { op: 'replace', target: old.id, version: old.version, memory });
      return;
    }
    // Its words are stored already, and only one record may hold them.
    this.#merge(id, twin, memory);
    this.#yield(id, old, twin.short);
  }

  /** The record goes, as another one holds the words that were to replace its own. */
  #yield(id: string, old: Memory, to: string): void {
    const reason = `${to} says it now`;
    this.#settle(id, old, { op: 'forget', target: old.id, version: old.version, reason });
  }

  #merge(id: string, old: Memory, memory: NewMemory): void {
    const same = this.#entryOf(old);
    const before = same !== undefined && same.operation.op === 'merge' ? same.operation.memory : old;
    const items = same?.operation.op === 'merge' ? same.items : [];
    const operation: Operation = {
      op: 'merge',
      target: old.id,
      version: old.version,
      memory: joined(memory, before),
    };
    if (same === undefined) this.#entries.push({ operation, items: [id] });
    else if (items.length > 0) {
      same.operation = operation;
      same.items.push(id);
    } else this.#settle(id, old, operation);
  }

  /** One more item says what an entry of the batch already does. */
  #fold(id: string, entry: Entry, memory: NewMemory): void {
    if (stores(entry.operation))
      entry.operation = { ...entry.operation, memory: joined(memory, entry.operation.memory) };
    entry.items.push(id);
  }

  /** One operation a record: the last one wins, and those before it are told so. */
  #settle(id: string, old: Memory, operation: Operation): void {
    const before = this.#entryOf(old);
    if (before === undefined) {
      this.#entries.push({ operation, items: [id] });
      return;
    }
    this.#overtake(before, id);
    before.operation = operation;
    before.items = [id];
  }

  #overtake(entry: Entry, by: string): void {
    for (const item of entry.items) {
      const elsewhere = this.#entries.some((other) => other !== entry && other.items.includes(item));
      if (item !== by && !elsewhere)
        this.discard(item, 'overtaken', 'a later item of the same batch changes the same record', by);
    }
  }

  #entryOf({ id }: Memory): Entry | undefined {
    return this.#entries.find(({ operation }) => 'target' in operation && operation.target === id);
  }

  /** What this batch adds under the title that a later item names. */
  #addedAs(scope: NewMemory['scope'], wanted: string): (Entry & { operation: Storing }) | undefined {
    const title = wanted.trim().toLowerCase();
    return this.#entries.find(
      (entry): entry is Entry & { operation: Storing } =>
        entry.operation.op === 'add' &&
        entry.operation.memory.scope === scope &&
        entry.operation.memory.title.toLowerCase() === title,
    );
  }

  /** The stored record that says the same and is still there after what the batch has done; equal before near. */
  #repeated(id: string, memory: NewMemory): Memory | undefined {
    const standing = this.#existing
      .nearDuplicates(id)
      .filter((old) => this.#stands(old) && this.#same(old, memory));
    return standing.find((old) => this.#equal(old, memory)) ?? standing[0];
  }

  /** Nothing in the batch has taken it away or given it another content. */
  #stands(old: Memory): boolean {
    const op = this.#entryOf(old)?.operation.op;
    return op === undefined || op === 'merge';
  }

  #same(one: Memory | NewMemory, other: NewMemory): boolean {
    return (
      one.kind === other.kind &&
      samePlace(one, other) &&
      isNear(this.#of(one.content), this.#of(other.content))
    );
  }

  #equal(one: Memory, other: NewMemory): boolean {
    return isEqual(this.#of(one.content), this.#of(other.content));
  }

  #of(content: string): Comparable {
    const known = this.#prepared.get(content) ?? comparable(content);
    this.#prepared.set(content, known);
    return known;
  }
}

function stores(operation: Operation): operation is Storing {
  return 'memory' in operation;
}

function samePlace(
  one: Pick<NewMemory, 'scope' | 'project'>,
  other: Pick<NewMemory, 'scope' | 'project'>,
): boolean {
  return one.scope === other.scope && one.project === other.project;
}

/** The newer wording with the higher confidence and what both know of sources, files and names. */
function joined(newer: NewMemory, older: NewMemory | Memory): NewMemory {
  return {
    ...newer,
    confidence: Math.max(newer.confidence, older.confidence),
    sources: [...new Set([...older.sources, ...newer.sources])],
    tags: [...new Set([...older.tags, ...newer.tags])],
    aliases: [...new Set([...older.aliases, ...newer.aliases])],
    paths: [
      ...older.paths.filter(({ path }) => !newer.paths.some((own) => own.path === path)),
      ...newer.paths,
    ],
  };
}
