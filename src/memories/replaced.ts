/** Finds the record that a new one is to take the place of. */
import type { Caller } from '../model/caller.ts';
import type { Memory, NewMemory } from '../model/memory.ts';
import type { Store } from '../store/store.ts';
import { nearTitles } from './named.ts';
import type { RememberResult } from './types.ts';

/** Of several that fit, those that are named. */
const LISTED = 10;

/**
 * The record of the same scope and project that `replaces` names, by id or by title, or the refusal that lists what
 * it could mean.
 */
export async function findReplaced(
  store: Store,
  caller: Caller,
  record: Pick<NewMemory, 'scope' | 'project'>,
  wanted: string,
): Promise<Memory | RememberResult> {
  const named = (await store.memories.find(wanted)).filter(
    (memory) => memory.state === 'active' || memory.state === 'waiting',
  );
  const projects = caller.project?.ids ?? [];
  const byId = named.filter(
    ({ scope, project }) =>
      scope === record.scope &&
      (project === record.project || (project !== null && projects.includes(project))),
  );
  const found =
    byId.length > 0 ? byId : await store.memories.byTitle(record.scope, record.project, wanted.trim());
  const [only] = found;
  const [elsewhere] = named;
  if (only === undefined && elsewhere !== undefined) {
    const where = elsewhere.scope === record.scope ? 'another project' : `the scope \`${elsewhere.scope}\``;
    return {
      status: 'rejected',
      reason: `nothing was stored: \`replaces\` names no memory of the same scope and project: ${elsewhere.short} belongs to ${where}; send that scope from that project, or leave \`replaces\` out`,
    };
  }
  if (only === undefined) {
    return {
      status: 'rejected',
      reason: `nothing was stored: \`replaces\` names no memory that is in force: ${JSON.stringify(wanted)}; ${await nearTitles(store, caller, record, wanted)}`,
    };
  }
  if (found.length > 1) {
    const shown = found.slice(0, LISTED);
    const list = shown.map(({ short, title }) => `${short} "${title}"`).join(', ');
    const more = found.length > shown.length ? ` and ${found.length - shown.length} more` : '';
    return {
      status: 'rejected',
      reason: `nothing was stored: \`replaces\` fits several memories (${list}${more}); send one id`,
      candidates: shown.map(({ short, title }) => ({ id: short, title })),
    };
  }
  return only;
}
