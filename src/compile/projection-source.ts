/** What projections read of memory, from the store's ports. */
import { memoryId } from '../model/ids.ts';
import type { Memory } from '../model/memory.ts';
import type { Store } from '../store/store.ts';
import { HAND_CLAIM, type ProjectedMemory, type ProjectionSource } from './projection-types.ts';

/** More than a home holds: one read of everything, so that a rendering sees one state. */
const ALL = 1_000_000;

export function storeSource(store: Pick<Store, 'memories'>): ProjectionSource {
  return {
    memories: async (group) => {
      const { memories } = await store.memories.list({
        scope: group.scope,
        ...(group.project === null ? {} : { projects: [group.project.id] }),
        states: ['active', 'waiting'],
        limit: ALL,
      });
      const shown = memories.filter((memory) => memory.state === 'active' || memory.claim === HAND_CLAIM);
      const candidates = await store.memories.candidates(shown.map(({ row }) => row));
      const used = new Map(candidates.map((candidate) => [candidate.row, candidate.used]));
      return Promise.all(
        shown.map(async (memory) => ({
          ...(await projected(store, memory)),
          uses: used.get(memory.row) ?? 0,
        })),
      );
    },
    isKnown: async (id) => (await store.memories.get(memoryId(id))) !== null,
    byHash: (scope, project, hash) => store.memories.byHash(scope, project, hash),
  } satisfies ProjectionSource;
}

async function projected(
  store: Pick<Store, 'memories'>,
  memory: Memory,
): Promise<Omit<ProjectedMemory, 'uses'>> {
  const { id, kind, title, content, origin, version, claim, createdAt, updatedAt, replaces } = memory;
  const isWaiting = memory.state === 'waiting';
  const targets = isWaiting ? await store.memories.wouldReplace(id) : [];
  return {
    id,
    kind,
    title,
    content,
    origin,
    approved: memory.approvedAt !== null,
    updatedAt,
    version,
    state: isWaiting ? 'waiting' : 'active',
    claim,
    createdAt,
    replaces,
    wouldReplace: targets.map((target) => target.id),
  };
}
