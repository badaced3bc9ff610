/** A compile service on a real store and home, and callers that stand in a project of it. */

import { projectionDesk } from '../../src/app/projection-desk.ts';
import type { CompileDeps } from '../../src/compile/index.ts';
import { compileService } from '../../src/compile/index.ts';
import { admittedText, prepare, sourcePaths } from '../../src/memories/index.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import { homeLayout } from '../../src/project/home.ts';
import { candidateSkill, planSkills } from '../../src/skills/index.ts';
import type { Store } from '../../src/store/store.ts';

function compileDeps(store: Store, home: string, changes: Partial<CompileDeps> = {}): CompileDeps {
  const layout = homeLayout(home);
  const now = changes.now ?? Date.now;
  return {
    store,
    now,
    policy: 'tiered',
    records: { prepare, text: admittedText, sourcePaths },
    findCall: async () => ({ call: null, readable: false }),
    inbox: layout.inbox,
    projectOf: async () => null,
    projections: projectionDesk({ store, layout, now, budgets: { user: 1375, project: 2200 } }),
    skills: { plan: (caller, claims) => planSkills(store, caller, claims), candidate: candidateSkill },
    allowFallback: true,
    ...changes,
  };
}

export function compiler(store: Store, home: string, changes: Partial<CompileDeps> = {}) {
  return compileService(compileDeps(store, home, changes));
}

export function callerIn(
  store: Store,
  project: { readonly id: ProjectId; readonly name: string } | null,
  changes: Partial<Caller> = {},
): Caller {
  return {
    owner: store.owner,
    surface: 'cli',
    client: null,
    session: null,
    externalSession: null,
    turnKey: null,
    callId: null,
    project:
      project === null
        ? null
        : { ...project, ids: [project.id], root: null, cwd: '', branch: null, commit: null },
    cwd: '/home/dev/shop',
    rights: { read: true, write: true, admin: true },
    personPresent: false,
    ...changes,
  };
}
