/** Memories, skills and rendered files within a wall. */
import type { ProjectId } from '../../model/ids.ts';
import type { Memory, Scope } from '../../model/memory.ts';
import type { MemoriesPort } from '../memories.ts';
import type { ProjectionsPort } from '../projections.ts';
import type { SkillsPort } from '../skills.ts';
import { maskedMemories, maskedSkills } from './masks.ts';
import { closed, type Wall } from './wall.ts';

export function boundedMemories(wall: Wall): MemoriesPort {
  const inner = wall.store.memories;
  const masked = (found: readonly Memory[]) => maskedMemories(wall, found);
  const one = async (found: Memory | null) => (found === null ? null : ((await masked([found]))[0] ?? null));
  const isOf = (scope: Scope, project: ProjectId | null) => wall.sees({ scope, project });
  const candidates: MemoriesPort['candidates'] = async (rows) =>
    (await inner.candidates(rows)).filter((record) => wall.sees(record));
  const isSeen = async (id: string) => (await wall.store.reach.memories([id], wall.projects)).has(id);
  return {
    matching: (terms, filter, budget, limit) =>
      inner.matching(terms, { ...filter, scopes: wall.scopes(filter.scopes) }, budget, limit),
    candidates,
    inForce: async (ids) => {
      const ends = await inner.inForce(ids);
      const seen = new Set((await candidates([...new Set(ends.values())])).map(({ row }) => row));
      return new Map([...ends].filter(([, row]) => seen.has(row)));
    },
    beside: async (messages, limit) => {
      const own = await wall.store.reach.messages(messages, wall.projects);
      const found = await inner.beside(
        messages.filter((row) => own.has(row)),
        limit,
      );
      const seen = new Set(
        (await candidates([...new Set(found.map(({ row }) => row))])).map(({ row }) => row),
      );
      return found.filter(({ row }) => seen.has(row));
    },
    versionsAt: async (rows, at) =>
      inner.versionsAt(
        (await candidates(rows)).map(({ row }) => row),
        at,
      ),
    pointingAt: async (id, limit) => {
      const found = (await isSeen(id)) ? await inner.pointingAt(id, limit) : [];
      const seen = new Map(
        (await masked(found.map(({ memory }) => memory))).map((memory) => [memory.id, memory]),
      );
      return found.flatMap(({ kind, memory }) => {
        const shown = seen.get(memory.id);
        return shown === undefined ? [] : [{ kind, memory: shown }];
      });
    },
    get: async (id) => one(await inner.get(id)),
    find: async (text) => masked(await inner.find(text)),
    byRows: async (rows) => masked(await inner.byRows(rows)),
    byHash: async (scope, project, hash) =>
      isOf(scope, project) ? one(await inner.byHash(scope, project, hash)) : null,
    byTitle: async (scope, project, title) =>
      isOf(scope, project) ? masked(await inner.byTitle(scope, project, title)) : [],
    titles: async (scope, project) => (isOf(scope, project) ? inner.titles(scope, project) : []),
    page: async (projects, before, limit) => masked(await inner.page(wall.narrowed(projects), before, limit)),
    names: (projects, limit) => inner.names(wall.narrowed(projects), limit),
    expired: async (at, projects, limit) => masked(await inner.expired(at, wall.narrowed(projects), limit)),
    list: async (query) => {
      const { memories, total } = await inner.list({ ...query, projects: wall.narrowed(query.projects) });
      return { memories: await masked(memories), total };
    },
    versions: async (id) => ((await isSeen(id)) ? inner.versions(id) : []),
    replacedBy: async (id) => masked(await inner.replacedBy(id)),
    wouldReplace: async (id) => masked(await inner.wouldReplace(id)),
    unproven: async (limit) => masked(await inner.unproven(limit)),
  };
}

export function boundedSkills(wall: Wall): SkillsPort {
  const inner = wall.store.skills;
  const find: SkillsPort['find'] = async (text) => maskedSkills(wall, await inner.find(text));
  const get: SkillsPort['get'] = async (id) => {
    const found = await inner.get(id);
    return found === null ? null : ((await maskedSkills(wall, [found]))[0] ?? null);
  };
  return {
    get,
    find,
    list: async (query) =>
      maskedSkills(wall, await inner.list({ ...query, projects: wall.narrowed(query.projects) })),
    bySlug: async (scope, project, slug) =>
      wall.sees({ scope, project }) ? maskedSkills(wall, await inner.bySlug(scope, project, slug)) : [],
    versions: async (id) => ((await get(id)) === null ? [] : inner.versions(id)),
    revising: async (id) => maskedSkills(wall, await inner.revising(id)),
    // Folders of the machine, by their absolute paths.
    folders: async () => [],
    published: closed,
    withdrawn: closed,
  };
}

/** Files are rendered for nobody in particular: they are only read here. */
export function boundedProjections(wall: Wall): ProjectionsPort {
  const inner = wall.store.projections;
  return {
    get: async (path) => {
      const found = await inner.get(path);
      return found !== null && wall.sees(found) ? found : null;
    },
    heads: async (scope, project) => (wall.sees({ scope, project }) ? inner.heads(scope, project) : []),
    records: async (scope, project, claim) =>
      wall.sees({ scope, project }) ? inner.records(scope, project, claim) : [],
    list: async () => (await inner.list()).filter((one) => wall.sees(one)),
    dirty: async () => (await inner.dirty()).filter((one) => wall.sees(one)),
    rendered: closed,
    dropped: closed,
  };
}
