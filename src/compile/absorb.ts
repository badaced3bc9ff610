/** Reads the files of a group and finds what was changed in them by hand since they were rendered. */
import { StoreError } from '../model/errors.ts';
import type { Projection } from '../store/projections.ts';
import { diffMemoryFile, type FileDiff, type OrderMark, type RenderedEntry } from '../text/memory-diff.ts';
import { MEMORY_FILE_FORMAT, wordsHash } from '../text/memory-file.ts';
import {
  decodeMemoryFile,
  isAsWritten,
  type ParsedFile,
  parseHead,
  parseMemoryFile,
} from '../text/memory-parse.ts';
import { type EditedFile, HandEdits, overlaysOf } from './hand-edits.ts';
import { isSame, readOwned } from './projection-files.ts';
import type { GroupFile, ProjectedMemory, ProjectionDeps, ProjectionGroup } from './projection-types.ts';

export type FileState = {
  readonly file: GroupFile;
  /** As read; null = there is no file. */
  readonly bytes: Uint8Array | null;
  readonly parsed: ParsedFile | null;
  readonly base: Projection | null;
  /** Ids in the order that the person has given them. */
  readonly order: readonly string[];
  /** What it holds has to be kept as a copy before it is written over. */
  readonly keep: boolean;
};

export type Reading = {
  readonly states: readonly FileState[];
  readonly memories: readonly ProjectedMemory[];
  readonly edits: HandEdits;
};

/** @throws StoreError when a file cannot be read or was written by a newer version. */
export async function readGroup(
  deps: ProjectionDeps,
  group: ProjectionGroup,
  files: readonly GroupFile[],
  /** An earlier reading of the same files: what has not changed since is not parsed again. */
  earlier: readonly FileState[] = [],
): Promise<Reading> {
  // The files first: a record that is made meanwhile is then not missing from a file that never held it.
  const opened = await Promise.all(
    files.map((file) => open(deps, file, earlier.find((each) => each.file.path === file.path) ?? null)),
  );
  const memories = await deps.source.memories(group);
  const edits = new HandEdits(deps, group, memories);
  const reader = new GroupReader(deps, edits, memories, opened);
  const found: Found[] = [];
  for (const each of opened) found.push(await reader.find(each));
  // Over all files: words that are deleted in one may stand in another now, and those that change may change places.
  for (const each of found) if ('diff' in each) reader.free(each);
  const states: FileState[] = [];
  for (const each of found) states.push('diff' in each ? await reader.absorb(each) : each);
  edits.settle();
  return { states, memories, edits };
}

type Opened = Pick<FileState, 'file' | 'bytes' | 'parsed' | 'base'>;

/** A file that was edited by hand, and how. */
type Edited = {
  readonly opened: Opened;
  readonly edited: EditedFile;
  readonly diff: Extract<FileDiff, { kind: 'edits' }>;
};
type Found = FileState | Edited;

async function open(deps: ProjectionDeps, file: GroupFile, earlier: Opened | null): Promise<Opened> {
  const base = await deps.projections.get(file.name);
  const bytes = await readOwned(deps.layout.root, file.path);
  const isKnown = bytes !== null && earlier !== null && isSame(bytes, earlier.bytes);
  const parsed = isKnown ? earlier.parsed : parsedOf(bytes, base);
  if ((parsed?.format ?? 0) > MEMORY_FILE_FORMAT) {
    throw new StoreError({
      what: `${file.path} was written by a newer version of midturn`,
      next: 'Update midturn, or move the file away',
    });
  }
  return { file, bytes, parsed, base };
}

function parsedOf(bytes: Uint8Array | null, base: Projection | null): ParsedFile | null {
  if (bytes === null) return null;
  const checksum = base === null ? null : hex(base.hash);
  if (checksum !== null && isAsWritten(bytes, checksum)) return parseHead(bytes, checksum);
  const text = decodeMemoryFile(bytes);
  return text === null ? null : parseMemoryFile(text);
}

class GroupReader {
  readonly #deps: ProjectionDeps;
  readonly #edits: HandEdits;
  readonly #opened: readonly Opened[];
  readonly #live: ReadonlyMap<string, ProjectedMemory>;
  readonly #shown: (memory: ProjectedMemory) => ProjectedMemory;

  constructor(
    deps: ProjectionDeps,
    edits: HandEdits,
    memories: readonly ProjectedMemory[],
    opened: readonly Opened[],
  ) {
    this.#deps = deps;
    this.#edits = edits;
    this.#opened = opened;
    this.#live = new Map(memories.map((memory) => [memory.id, memory]));
    const overlays = overlaysOf(memories);
    this.#shown = (memory) => overlays.get(memory.id) ?? memory;
  }

  async find(opened: Opened): Promise<Found> {
    const { file, bytes, parsed, base } = opened;
    const rendered = base?.entries.map(({ record }) => record) ?? [];
    if (bytes === null) return { ...opened, order: rendered, keep: false };
    if (parsed === null) return this.#conflict(opened, rendered, 'it is not UTF-8 text');
    if (isRendered(parsed, base)) {
      return { ...opened, order: rendered, keep: false };
    }
    const isStale = parsed.checksum !== null && (base === null || parsed.checksum !== hex(base.hash));
    const trusted = !(await this.#deps.touchedByTool(file.path, base?.renderedAt ?? null));
    const hashes = new Map(base?.entries.map((entry) => [entry.record, hex(entry.hash)]));
    const edited: EditedFile = {
      name: file.name,
      kind: file.kind,
      trusted,
      at: this.#deps.now(),
      asRendered: (memory) => this.#hashOf(memory, hashes) === wordsHash(memory),
    };
    if (isStale) return this.#stale(opened, parsed, edited);

    const diff = diffMemoryFile(parsed, this.#rendered(base), { movedAway: this.#idsElsewhere(file) });
    if (diff.kind === 'conflict') {
      const why = {
        empty: 'it is empty',
        headerless: 'nothing of it is left',
        shrunk: 'it lacks too many entries',
      };
      return this.#conflict(opened, rendered, why[diff.why]);
    }
    return { opened, edited, diff };
  }

  /** First what takes words away. */
  free({ edited, diff }: Edited): void {
    for (const edit of diff.edits) {
      if (edit.edit === 'deleted') this.#edits.delete(edit.id, edited);
      else if (edit.id !== null) this.#edits.announce(edit.id);
    }
  }

  async absorb({ opened, edited, diff }: Edited): Promise<FileState> {
    const added = new Map<number, string | null>();
    for (const [at, edit] of diff.edits.entries()) {
      if (edit.edit === 'changed') await this.#edits.change(edit.id, edit, edited);
      if (edit.edit === 'added') added.set(at, await this.#added(edit, edited, opened.file));
    }
    return { ...opened, order: orderOf(diff.order, added), keep: false };
  }

  /** An entry of the other file of this memory was moved here; anything else is new. */
  async #added(
    edit: { readonly id: string | null; readonly title: string | null; readonly content: string },
    edited: EditedFile,
    file: GroupFile,
  ): Promise<string | null> {
    const memory = edit.id === null ? undefined : this.#live.get(edit.id);
    if (memory === undefined) return this.#edits.add(edit, edited);
    const shown = this.#shown(memory);
    const words = { title: edit.title ?? shown.title, content: edit.content };
    if ([memory, shown].some((each) => wordsHash(each) === wordsHash(words))) return memory.id;
    const home = this.#opened.find(
      (each) => each.file !== file && each.base?.entries.some(({ record }) => record === memory.id),
    );
    const entry = home?.base?.entries.find(({ record }) => record === memory.id);
    if (entry === undefined) return this.#edits.add(edit, edited);
    const hash = hex(entry.hash);
    return this.#edits.change(memory.id, words, {
      ...edited,
      asRendered: (each) => wordsHash(each) === hash,
    });
  }

  /**
   * Not what was rendered last: written by a rendering that was cut off, or by another store. Nothing is concluded
   * from what it lacks; what is in no store is new, and what was also edited is kept as a copy.
   */
  async #stale(opened: Opened, parsed: ParsedFile, edited: EditedFile): Promise<FileState> {
    const order: string[] = [];
    let differs = false;
    for (const entry of parsed.entries) {
      const memory = entry.id === null ? undefined : this.#live.get(entry.id);
      if (memory !== undefined || (entry.id !== null && (await this.#deps.source.isKnown(entry.id)))) {
        differs ||=
          memory === undefined ||
          wordsHash({ title: entry.title ?? '', content: entry.content }) !== wordsHash(this.#shown(memory));
        if (memory !== undefined) order.push(memory.id);
      } else {
        const id = await this.#edits.add(entry, edited);
        if (id !== null) order.push(id);
      }
    }
    if (!parsed.untouched && differs) {
      return this.#conflict(opened, order, 'it was edited, but is not what was rendered last');
    }
    return { ...opened, order: [...new Set(order)], keep: false };
  }

  #conflict(opened: Opened, order: readonly string[], why: string): FileState {
    const keep = opened.bytes !== null && !isBlank(opened.bytes);
    const rest = keep
      ? 'and what it held is kept in a conflict file beside it'
      : 'and it is written again (`midturn forget` takes entries away)';
    this.#edits.notices.push({ path: opened.file.name, words: `${why}: nothing was deleted, ${rest}` });
    return { ...opened, order, keep };
  }

  #rendered(base: Projection | null): RenderedEntry[] {
    return (base?.entries ?? []).map(({ record, hash }) => {
      const memory = this.#live.get(record);
      const shown = memory === undefined ? undefined : this.#shown(memory);
      return { id: record, hash: hex(hash), title: shown?.title ?? '', content: shown?.content ?? '' };
    });
  }

  #hashOf(memory: ProjectedMemory, hashes: ReadonlyMap<string, string>): string | undefined {
    const target = memory.wouldReplace.find((id) => hashes.has(id));
    return hashes.get(memory.id) ?? (target === undefined ? undefined : hashes.get(target));
  }

  #idsElsewhere(file: GroupFile): ReadonlySet<string> {
    const others = this.#opened.filter((each) => each.file !== file);
    return new Set(
      others.flatMap(({ parsed, base }) =>
        // One that was not touched holds what was rendered into it: its entries were not parsed.
        isRendered(parsed, base)
          ? (base?.entries.map(({ record }) => record) ?? [])
          : (parsed?.entries ?? []).flatMap(({ id }) => (id === null ? [] : [id])),
      ),
    );
  }
}

/** There is nothing in it to be kept. */
function isBlank(bytes: Uint8Array): boolean {
  return (decodeMemoryFile(bytes) ?? 'x').replace('\ufeff', '').trim() === '';
}

function isRendered(parsed: ParsedFile | null, base: Projection | null): boolean {
  return parsed?.untouched === true && base !== null && parsed.checksum === hex(base.hash);
}

function orderOf(marks: readonly OrderMark[], added: ReadonlyMap<number, string | null>): string[] {
  const ids = marks.map((mark) => ('id' in mark ? mark.id : (added.get(mark.added) ?? null)));
  return [...new Set(ids.filter((id) => id !== null))];
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
