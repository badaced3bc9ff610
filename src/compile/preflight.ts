/** Whether there is anything to compile: the lock first, then the work. Reads only, and little. */
import type { Caller } from '../model/caller.ts';
import type { ProjectId } from '../model/ids.ts';
import { inboxFiles } from './inbox.ts';
import { lookAtLock } from './lock.ts';
import type { CompileDeps, Preflight } from './types.ts';

export async function preflight(deps: CompileDeps, caller: Caller): Promise<Preflight> {
  const { store, projections, now } = deps;
  const { lock, stale } = await lookAtLock(deps);
  const { pending, processing } = await store.suggestions.counts(projectsOf(caller));
  if (lock !== null && stale === null) return { status: 'skip_locked', pending, lock };
  // Nobody holds the lock: what is in process was left there by one that died.
  const open = pending + processing;
  const dropped = deps.inbox === null ? 0 : (await inboxFiles(deps.inbox, now())).length;
  const expired = (await store.memories.expired(now(), caller.project?.ids ?? [], 1)).length > 0;
  const files = (await projections?.due(caller)) ?? null;
  const due = open > 0 || dropped > 0 || expired || files !== null;
  return {
    status: due ? 'run' : 'skip_empty',
    pending: open + dropped,
    lock,
    ...(due ? { due: { suggestions: open, inbox: dropped, expired, files } } : {}),
    ...(stale === null ? {} : { stale }),
  };
}

/** Whose queue a caller compiles: its project's, and what belongs to none. */
export function projectsOf({ project }: Caller): ReadonlyArray<ProjectId | null> {
  return [...(project?.ids ?? []), null];
}
