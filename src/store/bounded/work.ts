/** Suggestions, receipts and plans within a wall. */
import { StoreError } from '../../model/errors.ts';
import { memoryId, skillId } from '../../model/ids.ts';
import type { Operation, Plan, PlanResult } from '../../model/plan.ts';
import type { PlansPort } from '../plans.ts';
import type { FullReceipt, Receipt, ReceiptsPort, RecordSnapshot } from '../receipts.ts';
import type { Envelope, Item, SuggestionsPort } from '../suggestions.ts';
import { maskedMemories, maskedSkills } from './masks.ts';
import type { Wall } from './wall.ts';

export function boundedSuggestions(wall: Wall): SuggestionsPort {
  const inner = wall.store.suggestions;
  const isSeen = ({ project }: Pick<Item | Envelope, 'project'>) => project === null || wall.has(project);
  const one = <T extends Envelope>(found: T | null) => (found !== null && isSeen(found) ? found : null);
  return {
    put: async (envelope) => {
      if (!isSeen(envelope)) throw beyond('Nothing was stored');
      const { envelope: kept, created } = await inner.put(envelope);
      if (!isSeen(kept)) throw beyond('Nothing was stored');
      return { envelope: kept, created };
    },
    envelopes: async (text) => (await inner.envelopes(text)).filter(isSeen),
    items: async (text) => (await inner.items(text)).filter(isSeen),
    get: async (id) => one(await inner.get(id)),
    byKey: async (key) => one(await inner.byKey(key)),
    byIds: async (ids) => new Map([...(await inner.byIds(ids))].filter(([, envelope]) => isSeen(envelope))),
    list: (query) => inner.list({ ...query, projects: wall.orNone(query.projects) }),
    ofTarget: async (id) => (await inner.ofTarget(id)).filter(isSeen),
    counts: (projects) => inner.counts(wall.orNone(projects)),
    open: async () => (await inner.open()).filter(isSeen),
    submitted: (session, since) => inner.submitted(session, since),
    transitions: async (id) => ((await inner.items(id)).some(isSeen) ? inner.transitions(id) : []),
    claim: (request) => inner.claim({ ...request, projects: wall.orNone(request.projects) }),
    retry: async (ids) => {
      const found = await Promise.all(ids.map((id) => inner.items(id)));
      return inner.retry(
        found
          .flat()
          .filter(isSeen)
          .map(({ id }) => id),
      );
    },
    release: (token, reason) => inner.release(token, reason),
  };
}

/** Pages of the list that are read to fill one: receipts of other projects stand between those that are seen. */
const PAGES = 40;

export function boundedReceipts(wall: Wall): ReceiptsPort {
  const { receipts: inner, suggestions } = wall.store;
  const recordSeen = async (kind: string, id: string): Promise<boolean> => {
    const found =
      kind === 'skill'
        ? await wall.store.skills.get(skillId(id))
        : await wall.store.memories.get(memoryId(id));
    return found !== null && wall.sees(found);
  };
  const get = async (id: Receipt['id']): Promise<FullReceipt | null> => {
    const found = await inner.get(id);
    if (found === null || (found.project !== null && !wall.has(found.project))) return null;
    const seen = new Set<string>();
    for (const { kind, record } of found.changes) if (await recordSeen(kind, record)) seen.add(record);
    for (const { op, record } of found.operations)
      if (!seen.has(record) && (await recordSeen(op.startsWith('skill_') ? 'skill' : 'memory', record)))
        seen.add(record);
    const items = [];
    for (const item of found.items) {
      const [own] = await suggestions.items(item.item);
      if (own !== undefined && (own.project === null || wall.has(own.project))) items.push(item);
    }
    const isWhole =
      items.length === found.items.length && found.operations.every(({ record }) => seen.has(record));
    // What belongs to no project is seen by what it did.
    if (found.project === null && seen.size + items.length === 0) return null;
    return {
      ...(await masked(found)),
      ...(isWhole ? {} : { stats: null }),
      operations: found.operations.filter(({ record }) => seen.has(record)),
      changes: found.changes
        .filter(({ record }) => seen.has(record))
        .map((change) => ({
          ...change,
          before: change.before === null ? null : bare(change.before),
          after: bare(change.after),
        })),
      items,
    };
  };
  const masked = async <T extends Receipt>(receipt: T): Promise<T> => ({
    ...receipt,
    undoes: receipt.undoes === null ? null : await seenId(receipt.undoes),
    undoneBy: receipt.undoneBy === null ? null : await seenId(receipt.undoneBy),
  });
  const seenId = async (id: Receipt['id']): Promise<Receipt['id'] | null> => {
    const found = await inner.get(id);
    return found !== null && (found.project === null || wall.has(found.project)) ? id : null;
  };
  const seen = async (found: readonly Receipt[]): Promise<Receipt[]> => {
    const shown: Receipt[] = [];
    for (const receipt of found) {
      const own = await get(receipt.id);
      if (own === null) continue;
      const { operations: _, changes: __, items: ___, ...head } = own;
      shown.push(head);
    }
    return shown;
  };
  return {
    get,
    find: async (text) => seen(await inner.find(text)),
    list: async ({ projects, ...query }) => {
      const shown: Receipt[] = [];
      const only = projects === undefined ? {} : { projects: wall.narrowed(projects) };
      let before = query.before;
      for (let page = 0; page < PAGES && shown.length < query.limit; page += 1) {
        const found = await inner.list({ ...query, ...only, ...(before === undefined ? {} : { before }) });
        shown.push(...(await seen(found)));
        before = found.at(-1)?.row;
        if (found.length < query.limit) break;
      }
      return shown.slice(0, query.limit);
    },
    ofRecord: async (id, limit) => seen(await inner.ofRecord(id, limit)),
    dependents: async (id) => {
      if ((await get(id)) === null) return [];
      const found = [];
      for (const { receipt, records } of await inner.dependents(id)) {
        const [own] = await seen([receipt]);
        if (own !== undefined) found.push({ receipt: own, records });
      }
      return found;
    },
  };
}

/** Without what leads to where it was said. */
function bare(snapshot: RecordSnapshot): RecordSnapshot {
  const { sources: _, evidence: __, links: ___, paths: ____, ...rest } = snapshot;
  return rest;
}

/** A plan that was made of what is seen touches nothing else; should one ever do, nothing of it is applied. */
export function boundedPlans(wall: Wall): PlansPort {
  const { plans, memories, skills, receipts, reach } = wall.store;
  const check = async (operation: Operation): Promise<boolean> => {
    if ('target' in operation) {
      const ofSkill = operation.op.startsWith('skill_');
      const found = ofSkill
        ? await skills.get(skillId(operation.target))
        : await memories.get(memoryId(operation.target));
      if (found !== null && !wall.sees(found)) return false;
    }
    if ('skill' in operation && !wall.sees(operation.skill)) return false;
    if ('memory' in operation) {
      if (!wall.sees(operation.memory)) return false;
      const pointed = (operation.memory.links ?? []).map(({ target }) => target);
      const replaced = operation.op === 'add' ? (operation.wouldReplace ?? []) : [];
      const named = [...new Set<string>([...pointed, ...replaced])];
      const seen = await reach.memories(named, wall.projects);
      if (!named.every((id) => seen.has(id))) return false;
    }
    return true;
  };
  return {
    apply: async (plan: Plan): Promise<PlanResult> => {
      for (const operation of plan.operations)
        if (!(await check(operation))) throw beyond('Nothing was changed');
      const undone = plan.undoes === undefined ? null : await receipts.get(plan.undoes);
      if (undone !== null && undone.project !== null && !wall.has(undone.project))
        throw beyond('Nothing was changed');
      const result = await plans.apply(plan);
      if (result.status === 'conflict') return result;
      const items = [];
      for (const item of result.items) {
        const [memory] = await maskedMemories(wall, [item.memory]);
        const [superseded = null] =
          item.superseded === null ? [] : await maskedMemories(wall, [item.superseded]);
        if (memory !== undefined) items.push({ ...item, memory, superseded });
      }
      const done = [];
      for (const item of result.skills) {
        const [skill] = await maskedSkills(wall, [item.skill]);
        if (skill !== undefined) done.push({ ...item, skill });
      }
      return { ...result, items, skills: done };
    },
  };
}

function beyond(what: string): StoreError {
  return new StoreError({ what, why: 'it reaches beyond the projects of this token' });
}
