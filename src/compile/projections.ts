/**
 * Renders the files of a home. What was edited by hand is absorbed first, a file is replaced only while it still holds
 * what was read, and only files that differ are written.
 */
import { basename, dirname, join, relative } from 'node:path';
import { StoreError } from '../model/errors.ts';
import type { MemoryOperation } from '../model/plan.ts';
import { projectFolder } from '../project/home.ts';
import type { Dirty } from '../store/projections.ts';
import { FILE_TITLES, MEMORY_FILE_FORMAT, type RenderedFile } from '../text/memory-file.ts';
import { isAsWritten } from '../text/memory-parse.ts';
import { type FileState, hex, readGroup } from './absorb.ts';
import {
  existingFolder,
  FileChanged,
  isSame,
  keepConflict,
  readOwned,
  removeLeftovers,
  removeOwned,
  type WriteOptions,
  writeOwned,
} from './projection-files.ts';
import { renderStates } from './projection-texts.ts';
import type {
  Absorbed,
  GroupFile,
  ProjectionDeps,
  ProjectionGroup,
  ProjectionNotice,
} from './projection-types.ts';

/** A file that changes this often while it is rendered is kept as it is, and then replaced. */
const ATTEMPTS = 5;
/** A file is written within milliseconds: what lies half-written for longer was left by a process that is gone. */
const LEFTOVER_MS = 60_000;

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
  const main = await deps.source.main(group);
  const files = await groupFiles(deps, main);
  const { edits } = await readGroup(deps, main, [...files, ...(await formerFiles(deps, main, files))]);
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
  const main = await deps.source.main(group);
  const files = await groupFiles(deps, main);
  const run = new Rendering(deps, main, options, files, await formerFiles(deps, main, files));
  if (await run.isCurrent()) return run.result();
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

/** Files of a project that was joined to this one since they were rendered. */
async function formerFiles(
  { layout, projections }: ProjectionDeps,
  { scope, project }: ProjectionGroup,
  files: readonly GroupFile[],
): Promise<readonly GroupFile[]> {
  const heads = await projections.heads(scope, project?.id ?? null);
  return heads
    .filter(({ path }) => files.every(({ name }) => name !== path))
    .map(({ path }) => {
      const isRecall = path.endsWith('RECALL.md');
      return {
        path: join(layout.root, ...path.split('/')),
        name: path,
        kind: isRecall ? 'recall' : 'memory',
        title: '',
      };
    });
}

async function projectFolderOf(
  projects: string,
  { id, name }: { id: string; name: string },
): Promise<string> {
  return join(projects, await existingFolder(projects, projectFolder(name, id), `-${id.slice(0, 8)}`));
}

class Rendering {
  readonly files: readonly GroupFile[];
  readonly #former: readonly GroupFile[];
  #states: readonly FileState[] = [];
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
    former: readonly GroupFile[],
  ) {
    this.#former = former;
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

  /** True when memory has not changed since the files were rendered, and they are as they were: nothing else is read. */
  async isCurrent(): Promise<boolean> {
    const { projections, layout, budgets } = this.#deps;
    const { scope, project } = this.#group;
    if (this.#former.length > 0 || (await projections.dirty()).some((mark) => this.#isOurs(mark)))
      return false;
    const heads = await projections.heads(scope, project?.id ?? null);
    for (const { path, name } of this.files) {
      const head = heads.find((each) => each.path === name);
      const bytes = await readOwned(layout.root, path);
      if (head === undefined ? bytes !== null : head.budget !== budgets[scope]) return false;
      if (head !== undefined && (bytes === null || !isAsWritten(bytes, hex(head.hash)))) return false;
    }
    if (project === null || heads.length === 0) return true;
    const text = descriptionOf(project);
    return isSame(await readOwned(layout.root, this.#description()), Buffer.from(text));
  }

  /** Answers false when there were edits to absorb: what they made is read again. */
  async once(isLast: boolean): Promise<boolean> {
    const { projections } = this.#deps;
    const seen = (await projections.dirty()).filter((mark) => this.#isOurs(mark));
    const all = [...this.files, ...this.#former];
    const reading = await readGroup(this.#deps, this.#group, all, this.#states);
    this.#states = reading.states;
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
    const own = reading.states.filter(({ file }) => this.files.includes(file));
    const rendered = renderStates({ ...reading, states: own }, this.#group, this.#deps.budgets);
    for (const { state, file } of rendered) {
      // What could not be absorbed in the last attempt is kept beside it.
      const keep = state.keep || reading.edits.kept.has(state.file.name) || operations.length > 0;
      await this.#write(state, file, keep);
    }
    await this.#describe();
    for (const folder of new Set(all.map(({ path }) => dirname(path))))
      await removeLeftovers(this.#deps.layout.root, folder, this.#deps.now() - LEFTOVER_MS);
    const budget = this.#deps.budgets[this.#group.scope];
    const versions = new Map(reading.memories.map(({ id, version }) => [String(id), version]));
    const changed = rendered.filter(({ state, file }) =>
      state.base === null
        ? file.entries.length > 0 || state.bytes !== null
        : !isRecorded(state, file, versions) || state.base.budget !== budget,
    );
    await this.#retire(reading.states, operations.length > 0);
    if (changed.length === 0 && seen.length === 0) return true;
    await projections.rendered(
      changed.map(({ state, file }) => ({
        path: state.file.name,
        scope: this.#group.scope,
        project: this.#group.project?.id ?? null,
        hash: Buffer.from(file.checksum, 'hex'),
        budget,
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
    const isCurrentFormat = parsed?.format === MEMORY_FILE_FORMAT;
    if (isCurrentFormat && parsed.untouched && parsed.checksum === rendered.checksum) return;
    await this.#replace(file.path, rendered.text, bytes);
    this.#written.add(file.name);
  }

  #description(): string {
    return join(dirname(this.files[0]?.path ?? ''), 'project.json');
  }

  /** Takes away the files of a project that was joined: what was edited in them is absorbed, or kept as a copy. */
  async #retire(states: readonly FileState[], isOpen: boolean): Promise<void> {
    const { layout, projections, now } = this.#deps;
    for (const { file, bytes, parsed, base, keep } of states) {
      if (!this.#former.includes(file)) continue;
      if (bytes !== null) {
        const untouched =
          parsed?.untouched === true && parsed.checksum === hex(base?.hash ?? new Uint8Array());
        if (keep || isOpen || !untouched) {
          const beside = join(dirname(this.files[0]?.path ?? ''), basename(file.path));
          this.#conflicts.add(await keepConflict(layout.root, beside, bytes, now()));
        }
        await removeOwned(layout.root, file.path, bytes);
      }
      await projections.dropped(file.name);
    }
  }

  /** `project.json`: which project a folder belongs to, for people and programs. */
  async #describe(): Promise<void> {
    const { project } = this.#group;
    if (project === null) return;
    const path = this.#description();
    const text = descriptionOf(project);
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

function descriptionOf({ id, name }: { readonly id: string; readonly name: string }): string {
  return `${JSON.stringify({ schema_version: 1, id, name }, null, 2)}\n`;
}

function isRecorded({ base }: FileState, file: RenderedFile, versions: ReadonlyMap<string, number>): boolean {
  if (base === null || hex(base.hash) !== file.checksum || base.entries.length !== file.entries.length)
    return false;
  return base.entries.every(({ record, version }) => versions.get(record) === version);
}
