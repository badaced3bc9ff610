/**
 * Turns what a person (or whoever writes their files) changed by hand into operations for the one writer. Nothing is
 * proposed that the store has already, so absorbing the same file twice changes nothing.
 */
import { UserInputError } from '../model/errors.ts';
import type { MemoryId } from '../model/ids.ts';
import type { MemoryKind } from '../model/memory.ts';
import type { MemoryOperation } from '../model/plan.ts';
import { wordsHash } from '../text/memory-file.ts';
import { scanThreats } from '../text/threats.ts';
import { evidence, newMemory } from './projection-memory.ts';
import type { PreparedWords, ProjectedMemory, ProjectionDeps, ProjectionGroup } from './projection-types.ts';

/** Where an edit was made. */
export type EditedFile = {
  /** Relative to the home. */
  readonly name: string;
  readonly kind: MemoryKind;
  /** No captured tool call since the last rendering names the file. */
  readonly trusted: boolean;
  /** Epoch ms: when it was read. */
  readonly at: number;
  /** Words that the file was rendered with last, by id; absent = the record was changed in the store since. */
  readonly asRendered: (memory: ProjectedMemory) => boolean;
};

type Words = { readonly title: string | null; readonly content: string };

/** As they are stored; `headed`: they were typed with a heading of their own. */
type TypedWords = PreparedWords & { readonly headed: boolean };

type Deferred = {
  readonly memory: ProjectedMemory;
  readonly prepared: TypedWords;
  readonly file: EditedFile;
  readonly holder: MemoryId;
};

export class HandEdits {
  readonly notices: Array<{ readonly path: string; readonly words: string }> = [];
  /** Files of which some words could not be taken over: they are kept as a copy. */
  readonly kept = new Set<string>();
  readonly #deps: ProjectionDeps;
  readonly #group: ProjectionGroup;
  readonly #live: ReadonlyMap<string, ProjectedMemory>;
  /** The words in a record's place that are not in force, by the record's id. */
  readonly #overlays: ReadonlyMap<string, ProjectedMemory>;
  readonly #removals: MemoryOperation[] = [];
  readonly #changes: MemoryOperation[] = [];
  readonly #last: MemoryOperation[] = [];
  readonly #gone = new Set<string>();
  /** Contents that these edits store, with the title that each has. */
  readonly #titles = new Map<string, string>();
  /** Records whose words are to be changed in these files, and those of them that are changed by now. */
  readonly #announced = new Set<string>();
  readonly #edited = new Set<string>();
  /** What takes over words that another record still has, which is to have other words itself. */
  #deferred: readonly Deferred[] = [];

  constructor(deps: ProjectionDeps, group: ProjectionGroup, memories: readonly ProjectedMemory[]) {
    this.#deps = deps;
    this.#group = group;
    this.#live = new Map(memories.map((memory) => [memory.id, memory]));
    this.#overlays = overlaysOf(memories);
  }

  /** What takes words away goes first: its words are free for others then. */
  get operations(): readonly MemoryOperation[] {
    return [...this.#removals, ...this.#changes, ...this.#last];
  }

  /** Says which records will be changed, before the first of them is. */
  announce(id: string): void {
    this.#announced.add(id);
  }

  /**
   * Settles what waited for another record's words, after all else: in the order in which they become free. In a
   * circle of them one makes way, and comes back as a new record.
   */
  settle(): void {
    for (let open = this.#deferred; open.length > 0; ) {
      const waits = ({ holder }: Deferred) =>
        !this.#edited.has(holder) && open.some(({ memory }) => memory.id === holder);
      const next = open.find((each) => !waits(each));
      const [circle] = open;
      if (next !== undefined) {
        open = open.filter((each) => each !== next);
        const { memory, prepared, file, holder } = next;
        if (this.#edited.has(holder) || this.#gone.has(holder)) this.#edit(memory, prepared, file);
        else this.#remove(memory, `changed by hand in ${file.name} to the words of another entry`);
      } else if (circle !== undefined) {
        open = open.slice(1);
        const { memory, prepared, file } = circle;
        this.#remove(memory, `changed by hand in ${file.name} to words that took its own`);
        this.#last.push({ op: 'add', memory: newMemory(this.#group, prepared, memory.kind, file, null) });
      }
    }
    this.#deferred = [];
  }

  #edit(memory: ProjectedMemory, prepared: TypedWords, file: EditedFile): void {
    const hash = Buffer.from(prepared.contentHash).toString('hex');
    const title = this.#titles.get(hash);
    if (title !== undefined) {
      this.#keepTitle(prepared, title, file);
      this.#remove(memory, `changed by hand in ${file.name} to the words of another entry`);
      return;
    }
    this.#titles.set(hash, prepared.title);
    this.#edited.add(memory.id);
    this.#changes.push({
      op: 'edit',
      target: memory.id,
      version: memory.version,
      title: prepared.title,
      content: prepared.content,
      contentHash: prepared.contentHash,
      origin: 'user',
      evidence: evidence(file),
    });
  }

  delete(id: string, file: EditedFile): void {
    const memory = this.#live.get(id);
    if (memory === undefined || this.#gone.has(id)) return;
    if (!file.trusted) {
      this.#tell(
        file,
        `“${memory.title}” was deleted while an agent was at work, or may have been: it is put back`,
      );
    } else if (!file.asRendered(this.#shown(memory))) {
      this.#tell(file, `“${memory.title}” was deleted, but has other words by now: it is put back`);
    } else {
      this.#dropOverlay(memory);
      this.#remove(memory, `deleted by hand in ${file.name}`);
    }
  }

  /** Answers the id that stands for it in the file's order, or null when there is none yet. */
  async change(id: string, words: Words, file: EditedFile): Promise<string | null> {
    const memory = this.#live.get(id);
    if (memory === undefined) return this.add(words, file);
    const prepared = this.#prepare(words, file);
    if (prepared === null || says(memory, prepared)) {
      if (prepared !== null && file.trusted) this.#dropOverlay(memory);
      return id;
    }
    const shown = this.#shown(memory);
    if (says(shown, prepared)) return id;
    if (!file.asRendered(shown)) {
      this.#tell(file, `“${memory.title}” was changed here and in memory: both are kept`);
      return this.#store(prepared, file, null);
    }
    const holder = await this.#holder(prepared);
    const isOther = holder !== null && holder !== memory.id && holder !== shown.id;
    if (memory.state === 'waiting' || this.#waits(prepared, file)) {
      if (holder === memory.id && memory.state === 'active') {
        // Another title for the same text, which is in force: beside it the proposal stands under a hash of both.
        if (shown !== memory) this.#remove(shown, `edited again by hand in ${file.name}`);
        await this.#store({ ...prepared, contentHash: titledHash(prepared) }, file, memory);
        return id;
      }
      if (isOther) {
        // Its text is in memory already: no second record can hold it.
        this.#keep(file, `the change of “${memory.title}” is not taken over: its text is in memory already`);
        return id;
      }
      const old = memory.state === 'waiting' ? memory : shown;
      if (old.state === 'waiting') this.#remove(old, `edited again by hand in ${file.name}`);
      await this.#store(prepared, file, memory.state === 'waiting' ? null : memory);
      return memory.state === 'waiting' ? null : id;
    }
    this.#dropOverlay(memory);
    if (isOther && this.#announced.has(holder) && this.#live.has(holder)) {
      this.#deferred = [...this.#deferred, { memory, prepared, file, holder }];
      return id;
    }
    if (isOther) {
      if (prepared.title !== shown.title)
        this.#keepTitle(prepared, this.#live.get(holder)?.title ?? '', file);
      this.#remove(memory, `changed by hand in ${file.name} to the words of another entry`);
      return holder;
    }
    this.#edit(memory, prepared, file);
    return id;
  }

  /** Answers the id of the record that holds the words already, or null. */
  async add(words: Words, file: EditedFile): Promise<string | null> {
    const prepared = this.#prepare(words, file);
    if (prepared === null) return null;
    const holder = await this.#holder(prepared);
    if (holder === null) return this.#store(prepared, file, null);
    const known = this.#live.get(holder);
    if (known !== undefined) {
      if (this.#shown(known).title !== prepared.title) this.#keepTitle(prepared, known.title, file);
      return holder;
    }
    if (this.#waits(prepared, file) === null) await this.#confirm(prepared, file);
    else this.#keep(file, `“${prepared.title}” waits for review already`);
    return holder;
  }

  #prepare({ title, content }: Words, file: EditedFile): TypedWords | null {
    const heading = title ?? '';
    try {
      const prepared = this.#deps.prepare({
        ...(heading === '' ? {} : { title: heading }),
        content: content === '' ? heading : content,
      });
      if (prepared.redacted > 0) this.#tell(file, `a secret was cut out of “${prepared.title}”`);
      else if (heading.length > prepared.title.length && heading.startsWith(prepared.title))
        this.#keep(file, `the heading “${prepared.title}” was cut to what a title takes`);
      return { ...prepared, headed: heading !== '' };
    } catch (error) {
      if (!(error instanceof UserInputError)) throw error;
      if (heading !== '' || content !== '') {
        this.#keep(file, `“${heading || content.slice(0, 40)}” is not taken over: ${error.words.what}`);
      }
      return null;
    }
  }

  async #store(prepared: TypedWords, file: EditedFile, instead: ProjectedMemory | null): Promise<null> {
    const hash = Buffer.from(prepared.contentHash).toString('hex');
    const { scope, project } = this.#group;
    const holder =
      (await this.#holder(prepared)) === null
        ? null
        : await this.#deps.source.byHash(scope, project?.id ?? null, prepared.contentHash);
    const title = this.#titles.get(hash) ?? holder?.title;
    if (title !== undefined) {
      this.#keepTitle(prepared, title, file);
      return null;
    }
    this.#titles.set(hash, prepared.title);
    const waiting = this.#waits(prepared, file);
    this.#changes.push({
      op: 'add',
      memory: newMemory(this.#group, prepared, instead?.kind ?? file.kind, file, waiting),
      ...(instead === null ? {} : { wouldReplace: [instead.id] }),
    });
    return null;
  }

  /** A person wrote down by themselves what waited for one. */
  async #confirm(prepared: TypedWords, file: EditedFile): Promise<void> {
    const { scope, project } = this.#group;
    const record = await this.#deps.source.byHash(scope, project?.id ?? null, prepared.contentHash);
    if (record?.state !== 'waiting' || this.#gone.has(record.id)) return;
    this.#gone.add(record.id);
    this.#keepTitle(prepared, record.title, file);
    this.#changes.push({
      op: 'reconsider',
      target: record.id,
      version: record.version,
      origin: 'user',
      evidence: evidence(file),
      state: 'active',
      reason: null,
    });
  }

  /** The record that has this content and is to keep it, or null. */
  async #holder({ contentHash }: PreparedWords): Promise<MemoryId | null> {
    const { scope, project } = this.#group;
    const record = await this.#deps.source.byHash(scope, project?.id ?? null, contentHash);
    return record === null || this.#gone.has(record.id) || this.#edited.has(record.id) ? null : record.id;
  }

  #waits(prepared: TypedWords, file: EditedFile): string | null {
    const threat = scanThreats(`${prepared.title}\n${prepared.content}`)[0];
    if (threat !== undefined) return `it reads like an attempt to steer an agent (${threat.rule})`;
    return file.trusted ? null : `${file.name} was edited while an agent was at work, or may have been`;
  }

  #shown(memory: ProjectedMemory): ProjectedMemory {
    const overlay = this.#overlays.get(memory.id);
    return overlay === undefined || this.#gone.has(overlay.id) ? memory : overlay;
  }

  #dropOverlay(memory: ProjectedMemory): void {
    const overlay = this.#overlays.get(memory.id);
    if (overlay !== undefined) this.#remove(overlay, 'other words were written by hand');
  }

  #remove({ id, version }: ProjectedMemory, reason: string): void {
    if (this.#gone.has(id)) return;
    this.#gone.add(id);
    this.#removals.push({ op: 'forget', target: id, version, reason });
  }

  #keep(file: EditedFile, words: string): void {
    this.kept.add(file.name);
    this.#tell(file, words);
  }

  /** A text stands in memory once, under one title: another one that was typed for it must not vanish. */
  #keepTitle({ title, headed }: TypedWords, held: string, file: EditedFile): void {
    if (!headed || title === held) return;
    this.#keep(file, `the heading “${title}” is not taken over: its text is in memory as “${held}”`);
  }

  #tell(file: EditedFile, words: string): void {
    this.notices.push({ path: file.name, words });
  }
}

/** The newest words by hand that wait to take the place of an active record, by its id. */
export function overlaysOf(memories: readonly ProjectedMemory[]): ReadonlyMap<string, ProjectedMemory> {
  const overlays = new Map<string, ProjectedMemory>();
  const waiting = memories.filter(({ state }) => state === 'waiting');
  for (const memory of waiting.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))) {
    for (const target of memory.wouldReplace) overlays.set(target, memory);
  }
  return overlays;
}

function titledHash(words: PreparedWords): Uint8Array {
  return Buffer.from(wordsHash(words), 'hex');
}

function says(memory: ProjectedMemory, words: PreparedWords): boolean {
  return wordsHash(memory) === wordsHash(words);
}
