/** Which records a question looks at: by scope, kind and time. */
import type { Caller } from '../model/caller.ts';
import type { MemoryScope, RecordCandidate, RecordFilter } from '../store/memories.ts';
import { projectsWithin } from '../store/within.ts';
import type { Moment } from './as-of.ts';
import { isOwn } from './boosts.ts';
import type { RecallRequest } from './types.ts';

/** Records of these states lead to an answer: what was replaced leads to what holds now. */
export function filterOf(caller: Caller, request: RecallRequest, asOf: Moment | null): RecordFilter {
  const scopes = scopesOf(caller, request);
  return asOf === null
    ? { scopes, states: ['active', 'superseded'] }
    : { scopes, states: ['active', 'superseded', 'expired'], at: asOf.at };
}

/** Null = every scope. A caller without a project sees, beside the user's, what was stored without one. */
function scopesOf(caller: Caller, { scope }: RecallRequest): readonly MemoryScope[] | null {
  const user: MemoryScope = { scope: 'user', projects: null };
  const reach = projectsWithin(caller, null);
  if (scope === 'all') return reach === null ? null : [user, { scope: 'project', projects: reach }];
  const own: MemoryScope = {
    scope: 'project',
    projects: projectsWithin(caller, caller.project?.ids ?? null),
  };
  if (scope === 'user') return [user];
  return scope === 'project' ? [own] : [own, user];
}

/** The record is one that the caller asked about, whatever its words and its state. */
export function isAsked(record: RecordCandidate, caller: Caller, { scope, kinds }: RecallRequest): boolean {
  if (kinds !== undefined && kinds.length > 0 && !kinds.includes(record.kind)) return false;
  if (scope === 'all') return true;
  if (record.scope === 'user') return scope !== 'project';
  return scope !== 'user' && isOwn(record, caller);
}

export function isInForce({ state, validTo }: RecordCandidate, now: number): boolean {
  return state === 'active' && (validTo === null || validTo > now);
}
