/** What projections read of memory, from the store's ports. */
import { memoryId } from '../model/ids.ts';
import type { Store } from '../store/store.ts';
import { HAND_CLAIM, type ProjectionSource } from './projection-types.ts';

export function storeSource(store: Pick<Store, 'memories' | 'projects' | 'projections'>): ProjectionSource {
  return {
    main: async (group) => {
      const record = group.project === null ? null : await store.projects.get(group.project.id);
      return group.project === null || record === null || record.id === group.project.id
        ? group
        : { scope: 'project', project: { id: record.id, name: record.name } };
    },
    memories: ({ scope, project }) => store.projections.records(scope, project?.id ?? null, HAND_CLAIM),
    isKnown: async (id) => (await store.memories.get(memoryId(id))) !== null,
    byHash: async (scope, project, hash) => {
      const record = project === null ? null : await store.projects.get(project);
      for (const id of record === null ? [project] : record.ids) {
        const found = await store.memories.byHash(scope, id, hash);
        if (found !== null) return found;
      }
      return null;
    },
  };
}
