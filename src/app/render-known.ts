/** Renders every file of the home anew that was rendered before: of the owner, and of each project. */
import { type ProjectionGroup, renderGroup } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { type ProjectionDeskDeps, projectionDeps } from './projection-desk.ts';

export async function renderKnown(over: ProjectionDeskDeps, caller: Caller): Promise<void> {
  const { store } = over;
  const deps = projectionDeps(over, caller);
  const groups = new Map<string, ProjectionGroup>();
  for (const { scope, project } of await store.projections.list()) {
    const known = project === null ? null : await store.projects.get(project);
    if (scope === 'user') groups.set('user', { scope, project: null });
    else if (known !== null) groups.set(known.id, { scope, project: { id: known.id, name: known.name } });
  }
  for (const group of groups.values()) {
    await renderGroup(deps, group, {
      apply: async (operations) => {
        await store.plans.apply({ kind: 'absorb', caller, operations });
      },
    });
  }
}
