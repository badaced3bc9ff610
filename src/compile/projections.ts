/**
 * Renders the files of a home. What was edited by hand is absorbed first, a file is replaced only while it still holds
 * what was read, and only files that differ are written.
 */
import { dirname, join, relative } from 'node:path';
import { StoreError } from '../model/errors.ts';
import { bareId } from '../model/ids.ts';
import type { MemoryOperation } from '../model/plan.ts';
import { projectFolder } from '../project/home.ts';
import type { Dirty } from '../store/projections.ts';
import { FILE_TITLES, type FileEntry, type RenderedFile, renderMemoryFile } from '../text/memory-file.ts';
import { type FileState, hex, type Reading, readGroup } from './absorb.ts';
import { overlaysOf } from './hand-edits.ts';
import { type Placement, placeMemories } from './placement.ts';
import {
  existingFolder,
  FileChanged,
  isSame,
  keepConflict,
  readOwned,
  type WriteOptions,
  writeOwned,
} from './projection-files.ts';
import type {
  Absorbed,
  GroupFile,
  ProjectedMemory,
  ProjectionDeps,
  ProjectionGroup,
  ProjectionNotice,
} from './projection-types.ts';

/** A file that changes this often while it is rendered is kept as it is, and then replaced. */
const ATTEMPTS = 5;

export type RenderResult = {
  /** Relative to the home, those that were written. */
  readonly written: readonly string[];
  /** Copies of what files held, absolute. */
  readonly conflicts: readonly string[];
  readonly notices: readonly ProjectionNotice[];
};

export type RenderOptions = WriteOptions & {
  /**
   * Applies absorbed edits as one plan of kind `absorb`. On a conflict it may return with nothing applied: the files
   * and memory are read again, and it is called with what is still missing.
   */
  readonly apply: (operations: readonly MemoryOperation[], group: ProjectionGroup) => Promise<void>;
};

/** What the files of a group hold that the store does not. Changes nothing. @throws StoreError */
export async function absorbGroup(deps: ProjectionDeps, group: ProjectionGroup): Promise<Absorbed> {
  const { edits } = await readGroup(deps, group, await groupFiles(deps, group));
  return { operations: edits.operations, notices: edits.notices };
}

/**
 * Absorbs what was edited by hand, then renders. A group that was rendered is no longer dirty, unless memory changed
 * meanwhile.
 * @throws StoreError when a file cannot be read or written: the group stays dirty, and its files are whole.
 */
export async function renderGroup(
  deps: ProjectionDeps,
  group: ProjectionGroup,
  options: RenderOptions,
): Promise<RenderResult> {
  const run = new Rendering(deps, group, options, await groupFiles(deps, group));
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (await run.once(attempt >= ATTEMPTS)) return run.result();
    } catch (error) {
      if (!(error instanceof FileChanged)) throw error;
    }
    if (attempt > ATTEMPTS) {
      throw new StoreError({
        what: `The files in ${dirname(run.files[0]?.path ?? deps.layout.root)} were not rendered`,
        why: 'they are being changed all the time',
        next: 'They are rendered again by the next compile',
      });
    }
  }
}

/** The files of a group: where they lie, and what an entry written into them becomes. */
export async function groupFiles(
  { layout }: Pick<ProjectionDeps, 'layout'>,
  group: ProjectionGroup,
): Promise<readonly GroupFile[]> {
  const folder = group.project === null ? layout.root : await projectFolderOf(layout.projects, group.project);
  const [user, memory, recall] = FILE_TITLES;
  const file = (name: string, kind: GroupFile['kind'], title: string): GroupFile => {
    const path = join(folder, name);
    return { path, name: relative(layout.root, path).replaceAll('\\', '/'), kind, title };
  };
  const injected =
    group.project === null ? file('USER.md', 'memory', user) : file('MEMORY.md', 'memory', memory);
  return [injected, file('RECALL.md', 'recall', recall)];
}

async function projectFolderOf(
  projects: string,
  { id, name }: { id: string; name: string },
): Promise<string> {
  return join(projects, await existingFolder(projects, projectFolder(name, id), `-${id.slice(0, 8)}`));
}

class Rendering {
  readonly files: readonly GroupFile[];
  readonly #deps: ProjectionDeps;
  readonly #group: ProjectionGroup;
  readonly #options: RenderOptions;
  readonly #written = new Set<string>();
  readonly #conflicts = new Set<string>();
  readonly #notices = new Map<string, ProjectionNotice>();

  constructor(
    deps: ProjectionDeps,
    group: ProjectionGroup,
    options: RenderOptions,
    files: readonly GroupFile[],
  ) {
    this.#deps = deps;
    this.#group = group;
    this.#options = options;
    this.files = files;
  }

  result(): RenderResult {
    return {
      written: [...this.#written],
      conflicts: [...this.#conflicts],
      notices: [...this.#notices.values()],
    };
  }

  /** Answers false when there were edits to absorb: what they made is read again. */
  async once(isLast: boolean): Promise<boolean> {
    const { projections } = this.#deps;
    const seen = (await projections.dirty()).filter((mark) => this.#isOurs(mark));
    const reading = await readGroup(this.#deps, this.#group, this.files);
    for (const notice of reading.edits.notices) {
      this.#notices.set(`${notice.path}\n${notice.words}`, notice);
    }
    const { operations } = reading.edits;
    if (operations.length > 0 && !isLast) {
      await this.#options.apply(operations, this.#group);
      return false;
    }
    if (operations.length > 0) {
      const path = this.files[0]?.name ?? '';
      const words =
        'it was being changed all the time: what was typed last is kept in a conflict file beside it';
      this.#notices.set(words, { path, words });
    }
    const rendered = renderStates(reading, this.#group, this.#deps.budgets);
    for (const { state, file } of rendered) {
      // What could not be absorbed in the last attempt is kept beside it.
      const keep = state.keep || reading.edits.kept.has(state.file.name) || operations.length > 0;
      await this.#write(state, file, keep);
    }
    await this.#describe();
    const versions = new Map(reading.memories.map(({ id, version }) => [String(id), version]));
    const changed = rendered.filter(({ state, file }) =>
      state.base === null
        ? file.entries.length > 0 || state.bytes !== null
        : !isRecorded(state, file, versions),
    );
    if (changed.length === 0 && seen.length === 0) return true;
    await projections.rendered(
      changed.map(({ state, file }) => ({
        path: state.file.name,
        scope: this.#group.scope,
        project: this.#group.project?.id ?? null,
        hash: Buffer.from(file.checksum, 'hex'),
        entries: file.entries.map(({ id, hash }) => ({
          record: id,
          version: versions.get(id) ?? 0,
          hash: Buffer.from(hash, 'hex'),
        })),
      })),
      seen,
    );
    return true;
  }

  async #write({ file, bytes, parsed }: FileState, rendered: RenderedFile, keep: boolean): Promise<void> {
    if (bytes === null && rendered.entries.length === 0) return;
    if (keep && bytes !== null) {
      this.#conflicts.add(await keepConflict(this.#deps.layout.root, file.path, bytes, this.#deps.now()));
    }
    // Other line ends or blanks at line ends are the person's own business.
    if (parsed?.untouched === true && parsed.checksum === rendered.checksum) return;
    await this.#replace(file.path, rendered.text, bytes);
    this.#written.add(file.name);
  }

  /** `project.json`: which project a folder belongs to, for people and programs. */
  async #describe(): Promise<void> {
    const { project } = this.#group;
    const first = this.files[0];
    if (project === null || first === undefined) return;
    const path = join(dirname(first.path), 'project.json');
    const text = `${JSON.stringify({ schema_version: 1, id: project.id, name: project.name }, null, 2)}\n`;
    const bytes = await readOwned(this.#deps.layout.root, path);
    if (isSame(bytes, Buffer.from(text))) return;
    await this.#replace(path, text, bytes);
    this.#written.add(relative(this.#deps.layout.root, path).replaceAll('\\', '/'));
  }

  async #replace(path: string, text: string, read: Uint8Array | null): Promise<void> {
    const { rename } = this.#options;
    const os = this.#options.os ?? this.#deps.os;
    await writeOwned(this.#deps.layout.root, path, text, read, {
      ...(os === undefined ? {} : { os }),
      ...(rename === undefined ? {} : { rename }),
    });
  }

  #isOurs({ scope, project }: Dirty): boolean {
    return scope === this.#group.scope && project === (this.#group.project?.id ?? null);
  }
}

function isRecorded({ base }: FileState, file: RenderedFile, versions: ReadonlyMap<string, number>): boolean {
  if (base === null || hex(base.hash) !== file.checksum || base.entries.length !== file.entries.length)
    return false;
  return base.entries.every(({ record, version }) => versions.get(record) === version);
}

/** The text of each file, from what is in memory and the order that the person has given it. */
function renderStates(
  { states, memories }: Reading,
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
