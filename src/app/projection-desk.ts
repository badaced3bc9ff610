/** The files that people read and edit, as compile needs them: the owner's, and those of the caller's project. */
import type { BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import {
  absorbGroup,
  applyPlan,
  groupFiles,
  type ProjectionDeps,
  type ProjectionDesk,
  type ProjectionGroup,
  renderGroup,
  storeSource,
} from '../compile/index.ts';
import { prepare } from '../memories/index.ts';
import type { Caller } from '../model/caller.ts';
import { codeOf } from '../model/errors.ts';
import type { MemoryOperation, Plan } from '../model/plan.ts';
import type { Clock } from '../model/time.ts';
import { touchedByTool } from '../policy/index.ts';
import type { HomeLayout } from '../project/home.ts';
import type { ProjectionHead } from '../store/projections.ts';
import type { Store } from '../store/store.ts';
import { decodeMemoryFile, parseMemoryFile } from '../text/memory-parse.ts';

export type ProjectionDeskDeps = {
  readonly store: Store;
  readonly layout: HomeLayout;
  readonly now: Clock;
  readonly budgets: ProjectionDeps['budgets'];
  /** Whether what agents did since then is captured; without it silence counts as none of theirs. */
  readonly caughtUp?: (caller: Caller, since: number | null) => Promise<boolean>;
};

/** What rendering stands on, over the store. */
export function projectionDeps(
  { store, layout, now, budgets, caughtUp }: ProjectionDeskDeps,
  caller: Caller,
): ProjectionDeps {
  return {
    layout,
    projections: store.projections,
    source: storeSource(store),
    budgets,
    prepare,
    touchedByTool: async (path, since) =>
      (caughtUp !== undefined && !(await caughtUp(caller, since))) || touchedByTool(store, path, since),
    now,
  };
}

export function projectionDesk(over: ProjectionDeskDeps): ProjectionDesk {
  const { store } = over;
  const deps = projectionDeps(over);
  const watch = new EditWatch(deps);
  const absorbed = async (
    caller: Caller,
    operations: readonly MemoryOperation[],
    lease: NonNullable<Plan['lease']>,
  ): Promise<void> => {
    await store.plans.apply({ kind: 'absorb', caller, operations, lease });
  };
  return {
    due: async (caller) => {
      const dirty = await store.projections.dirty();
      for (const group of groupsOf(caller)) {
        const id = group.project?.id ?? null;
        if (dirty.some(({ scope, project }) => scope === group.scope && project === id)) return true;
        if (await watch.edited(group)) return true;
      }
      return false;
    },
    absorb: async (caller, lease) => {
      const told: string[] = [];
      for (const group of groupsOf(caller)) {
        if (!(await watch.edited(group))) continue;
        await applyPlan(store, async () => {
          const { operations, notices } = await absorbGroup(deps, group);
          told.push(...notices.map(({ path, words }) => `${path}: ${words}`));
          return operations.length === 0
            ? { done: null }
            : { plan: { kind: 'absorb', caller, operations, lease } };
        });
      }
      return [...new Set(told)];
    },
    render: async (caller, lease) => {
      const told: string[] = [];
      for (const group of groupsOf(caller)) {
        const { notices, conflicts } = await renderGroup(deps, group, {
          apply: (operations) => absorbed(caller, operations, lease),
        });
        told.push(
          ...notices.map(({ path, words }) => `${path}: ${words}`),
          ...conflicts.map((path) => `kept: ${path}`),
        );
      }
      return [...new Set(told)];
    },
  };
}

function groupsOf({ project }: Caller): readonly ProjectionGroup[] {
  return [
    { scope: 'user', project: null },
    ...(project === null
      ? []
      : [{ scope: 'project' as const, project: { id: project.id, name: project.name } }]),
  ];
}

/** Finds files that differ from what was rendered; one that was looked at is read again only when it has changed. */
class EditWatch {
  readonly #deps: ProjectionDeps;
  readonly #seen = new Map<string, string>();

  constructor(deps: ProjectionDeps) {
    this.#deps = deps;
  }

  async edited(group: ProjectionGroup): Promise<boolean> {
    const { projections, budgets } = this.#deps;
    const heads = await projections.heads(group.scope, group.project?.id ?? null);
    for (const { path, name } of await groupFiles(this.#deps, group)) {
      const base = heads.find((head) => head.path === name);
      if (base !== undefined && base.budget !== budgets[group.scope]) return true;
      const info = await orNull(stat(path, { bigint: true }));
      if (info === null && base !== undefined && ((await projections.get(name))?.entries.length ?? 0) > 0)
        return true;
      if (info !== null && (await this.#differs(path, info, base))) return true;
    }
    return false;
  }

  async #differs(
    path: string,
    { ino, size, mtimeNs, ctimeNs }: BigIntStats,
    base: ProjectionHead | undefined,
  ): Promise<boolean> {
    if (base === undefined) return true;
    const hash = Buffer.from(base.hash).toString('hex');
    const look = [ino, size, mtimeNs, ctimeNs, hash].join(' ');
    if (this.#seen.get(path) === look) return false;
    const bytes = await orNull(readFile(path));
    const text = bytes === null ? null : decodeMemoryFile(bytes);
    const parsed = text === null ? null : parseMemoryFile(text);
    if (parsed === null || !parsed.untouched || parsed.checksum !== hash) return true;
    this.#seen.set(path, look);
    return false;
  }
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
