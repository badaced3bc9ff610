/** Callers over the network: their project is named, not stood in, and they see no further than their token goes. */
import type { Caller, CallerProject } from '../model/caller.ts';
import type { ProjectId } from '../model/ids.ts';
import type { ProjectRecord } from '../store/projects.ts';
import type { Store } from '../store/store.ts';
import type { CallFacts } from './caller.ts';

/** Calls of one turn share a look at the disk; a branch that was switched is seen by the next one. */
const FRESH_MS = 5000;
const REMEMBERED = 500;

export type CallersAfarDeps = {
  readonly store: Store;
  /** Paths count on this machine only. */
  readonly machine: string;
  /** The project of a directory as it stands now; nothing is recorded. */
  readonly projectAt: (path: string) => Promise<CallerProject | null>;
};

type Look = { readonly at: number; readonly project: Promise<CallerProject | null> };

export class CallersAfar {
  readonly #deps: CallersAfarDeps;
  readonly #looks = new Map<ProjectId, Look>();

  constructor(deps: CallersAfarDeps) {
    this.#deps = deps;
  }

  /**
   * The caller's directory is the root of its project's checkout on this machine, and empty where there is none: paths
   * that it sends are meant from there, and never from where this process happens to run.
   */
  async caller(facts: CallFacts): Promise<Caller> {
    const reach = await this.#widened(facts.reach ?? null);
    const named = facts.projectId ?? null;
    const found = named === null ? null : await this.#project(named);
    const project =
      found === null || reach === null || found.ids.some((id) => reach.includes(id)) ? found : null;
    return { ...facts, owner: this.#deps.store.owner, project, reach, cwd: project?.root ?? '' };
  }

  /** With the projects that count as those that are named. */
  async #widened(reach: readonly ProjectId[] | null): Promise<readonly ProjectId[] | null> {
    if (reach === null) return null;
    const wide = new Set(reach);
    for (const id of reach) {
      const record = await this.#deps.store.projects.get(id);
      for (const joined of record?.ids ?? []) wide.add(joined);
    }
    return [...wide];
  }

  #project(id: ProjectId): Promise<CallerProject | null> {
    const known = this.#looks.get(id);
    if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.project;
    const look = { at: performance.now(), project: this.#look(id) };
    if (this.#looks.size >= REMEMBERED) this.#looks.clear();
    this.#looks.set(id, look);
    look.project.catch(() => this.#looks.delete(id));
    return look.project;
  }

  async #look(id: ProjectId): Promise<CallerProject | null> {
    const record = await this.#deps.store.projects.get(id);
    if (record === null) return null;
    for (const path of this.#places(record)) {
      const found = await this.#deps.projectAt(path);
      // The folder may be gone by now, or be another project's.
      if (found !== null && found.id === record.id && found.root !== null) return { ...found, cwd: '' };
    }
    const { name, ids } = record;
    return { id: record.id, ids, name, root: null, cwd: '', branch: null, commit: null };
  }

  /** Where the project has stood on this machine: the repository itself before its further work trees. */
  #places({ aliases }: ProjectRecord): readonly string[] {
    const own = aliases.filter(({ machine }) => machine === this.#deps.machine);
    const gitDirs = new Set(own.filter(({ kind }) => kind === 'git-dir').map(({ value }) => value));
    const places = own.filter(({ kind }) => kind === 'path').map(({ value }) => value);
    const isMain = (place: string) => gitDirs.has(`${place}/.git`);
    return [...places.filter(isMain), ...places.filter((place) => !isMain(place))];
  }
}
