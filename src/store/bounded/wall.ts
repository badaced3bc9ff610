/** The wall of a bounded view: which projects are seen, and what follows from that for one thing. */
import { StoreError } from '../../model/errors.ts';
import type { ProjectId } from '../../model/ids.ts';
import type { Scope } from '../../model/memory.ts';
import type { MemoryScope } from '../memories.ts';
import type { Store } from '../store.ts';

export class Wall {
  readonly store: Store;
  readonly projects: readonly ProjectId[];
  readonly #known: ReadonlySet<ProjectId>;

  constructor(store: Store, projects: readonly ProjectId[]) {
    this.store = store;
    this.projects = projects;
    this.#known = new Set(projects);
  }

  has(project: ProjectId | null): boolean {
    return project !== null && this.#known.has(project);
  }

  /** Of a record: the owner's own, or a project's that is seen. */
  sees({ scope, project }: { readonly scope: Scope; readonly project: ProjectId | null }): boolean {
    return scope === 'user' || this.has(project);
  }

  /** Projects that a query names; none named = all that are seen. */
  narrowed(projects: readonly ProjectId[] | null | undefined): readonly ProjectId[] {
    return projects === null || projects === undefined
      ? this.projects
      : projects.filter((id) => this.has(id));
  }

  /** The same where null stands for what belongs to no project. */
  orNone(projects: ReadonlyArray<ProjectId | null> | undefined): ReadonlyArray<ProjectId | null> {
    return projects === undefined
      ? [...this.projects, null]
      : projects.filter((id) => id === null || this.has(id));
  }

  scopes(scopes: readonly MemoryScope[] | null): readonly MemoryScope[] {
    if (scopes === null) {
      return [
        { scope: 'user', projects: null },
        { scope: 'project', projects: this.projects },
      ];
    }
    return scopes.map((one) =>
      one.scope === 'user'
        ? { scope: 'user', projects: null }
        : { ...one, projects: this.narrowed(one.projects) },
    );
  }
}

/** For what nobody asks for who is bound to projects. */
export function closed(): never {
  throw new StoreError({
    what: 'That was not done',
    why: 'it concerns the store as a whole, and this token is bound to projects',
  });
}
