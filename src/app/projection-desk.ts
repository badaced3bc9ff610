/** The files that people read and edit, as compile needs them: the owner's, and those of the caller's project. */
import type { BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import {
  absorbGroup,
  applyPlan,
  FileTrouble,
  groupFiles,
  type ProjectionDeps,
  type ProjectionDesk,
  type ProjectionGroup,
  renderGroup,
  storeSource,
} from '../compile/index.ts';
import { prepare } from '../memories/index.ts';
import type { Caller } from '../model/caller.ts';
import { codeOf, StoreError } from '../model/errors.ts';
import type { PlanResult } from '../model/plan.ts';
import type { Clock } from '../model/time.ts';
import { touchedByTool } from '../policy/index.ts';
import type { HomeLayout } from '../project/home.ts';
import type { ProjectionHead } from '../store/projections.ts';
import type { Store } from '../store/store.ts';
import { decodeMemoryFile, parseMemoryFile } from '../text/memory-parse.ts';
import { noteAbsorbed } from './absorbed-book.ts';

/** Deleted entries that are named. */
const NAMED = 3;

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
  caller: Caller | null = null,
): ProjectionDeps {
  return {
    layout,
    projections: store.projections,
    source: storeSource(store),
    budgets,
    prepare,
    touchedByTool: async (path, since) =>
      (caughtUp !== undefined && caller !== null && !(await caughtUp(caller, since))) ||
      touchedByTool(store, path, since),
    now,
  };
}

export function projectionDesk(over: ProjectionDeskDeps): ProjectionDesk {
  const { store, now } = over;
  const deps = projectionDeps(over);
  const watch = new EditWatch(deps);
  const noted = async (group: ProjectionGroup, since: number | null, applied: Applied): Promise<string> => {
    const files = await groupFiles(deps, await deps.source.main(group));
    await noteAbsorbed(store, now, {
      receipt: applied.receipt,
      since,
      until: now(),
      paths: files.map(({ path }) => path),
    });
    return takenOver(applied);
  };
  const renderedAt = async ({ scope, project }: ProjectionGroup): Promise<number | null> => {
    const heads = await store.projections.heads(scope, project?.id ?? null);
    return heads.length === 0 ? null : Math.min(...heads.map((head) => head.renderedAt));
  };
  return {
    due: async (caller) => {
      const dirty = await store.projections.dirty();
      for (const group of groupsOf(caller)) {
        const id = group.project?.id ?? null;
        if (dirty.some(({ scope, project }) => scope === group.scope && project === id)) return 'stale';
        if (await watch.edited(group)) return 'edited';
      }
      return null;
    },
    absorb: (caller, lease) =>
      eachGroup(caller, async (group, told) => {
        if (!(await watch.edited(group))) return;
        const since = await renderedAt(group);
        const result = await applyPlan(store, async () => {
          const { operations, notices } = await absorbGroup(projectionDeps(over, caller), group);
          told.push(...notices.map(({ path, words }) => `${path}: ${words}`));
          return operations.length === 0
            ? { done: null }
            : { plan: { kind: 'absorb', caller, operations, lease } };
        });
        if ('applied' in result) told.push(await noted(group, since, result.applied));
      }),
    render: (caller, lease) =>
      eachGroup(caller, async (group, told) => {
        const since = await renderedAt(group);
        const { notices, conflicts } = await renderGroup(projectionDeps(over, caller), group, {
          apply: async (operations) => {
            const result = await store.plans.apply({ kind: 'absorb', caller, operations, lease });
            if (result.status === 'applied') told.push(await noted(group, since, result));
          },
        });
        told.push(
          ...notices.map(({ path, words }) => `${path}: ${words}`),
          ...conflicts.map((path) => `kept: ${path}`),
        );
      }),
  };
}

/** A file that cannot be read or written keeps the files of another place from nothing. @throws FileTrouble */
async function eachGroup(
  caller: Caller,
  act: (group: ProjectionGroup, told: string[]) => Promise<void>,
): Promise<readonly string[]> {
  const told: string[] = [];
  const troubles: string[] = [];
  for (const group of groupsOf(caller)) {
    try {
      await act(group, told);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      troubles.push(error.message);
    }
  }
  if (troubles.length > 0) throw new FileTrouble(troubles.join(' '), [...new Set(told)]);
  return [...new Set(told)];
}

type Applied = Extract<PlanResult, { readonly status: 'applied' }>;

/** What a person is told of an absorption. */
function takenOver({ items, receiptShort }: Applied): string {
  const of = (...ops: readonly Applied['items'][number]['op'][]) =>
    items.filter(({ op }) => ops.includes(op));
  const waiting = items.filter(({ memory }) => memory.state === 'waiting').length;
  const gone = of('forget').map(({ memory }) => `“${memory.title}”`);
  const parts = [
    counted(of('edit', 'reconsider').length, 'change', 'changes'),
    counted(of('add').length, 'new entry', 'new entries'),
    counted(gone.length, 'deletion', 'deletions'),
  ].filter((part) => part !== null);
  const more = gone.length > NAMED ? ', …' : '';
  return [
    `Took over ${parts.join(', ')} from your files`,
    ...(gone.length === 0 ? [] : [`: deleted ${gone.slice(0, NAMED).join(', ')}${more}`]),
    ...(waiting === 0 ? [] : [`; ${waiting} of them ${waiting === 1 ? 'waits' : 'wait'} for review`]),
    ` (receipt ${receiptShort})`,
  ].join('');
}

function counted(count: number, one: string, many: string): string | null {
  return count === 0 ? null : `${count} ${count === 1 ? one : many}`;
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
      const info = await stat(path, { bigint: true }).catch((error: unknown) => codeOf(error) ?? 'none');
      // What the system does not let us look at: absorbing it says so.
      if (typeof info === 'string' && info !== 'ENOENT') return true;
      if (
        typeof info === 'string' &&
        base !== undefined &&
        ((await projections.get(name))?.entries.length ?? 0) > 0
      )
        return true;
      if (typeof info !== 'string' && (await this.#differs(path, info, base))) return true;
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
    // A folder of that name, or a file that may not be read: absorbing it says so.
    const bytes = await readFile(path).catch(() => null);
    const text = bytes === null ? null : decodeMemoryFile(bytes);
    const parsed = text === null ? null : parseMemoryFile(text);
    if (parsed === null || !parsed.untouched || parsed.checksum !== hash) return true;
    this.#seen.set(path, look);
    return false;
  }
}
