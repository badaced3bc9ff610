/**
 * What speaks for a record beside its words: how near it is to the caller, who said it, and whether it was of use.
 * All of it is bounded, so that it decides between records that fit alike and never lifts one that does not.
 */
import type { Caller } from '../model/caller.ts';
import type { Origin } from '../model/memory.ts';
import type { RecordCandidate } from '../store/memories.ts';

/** In points of the score, of which the words give up to 10: `SCORE` in text/weights.ts. By judgement, not fitted. */
const NEAR = { folder: 0.6, project: 0.4, user: 0.2, elsewhere: 0 } as const;
const TRUST: Readonly<Record<Origin, number>> = { user: 0.2, agent: 0, tool: -0.2 };
/** Times the logarithm of the sessions in which it was used: 0.15 for one, 0.5 from nine on. */
const USED = { step: 0.15, most: 0.5 } as const;

export type Boost = {
  readonly near: keyof typeof NEAR;
  readonly points: { readonly near: number; readonly trust: number; readonly used: number };
  readonly sum: number;
};

export function boostOf(record: RecordCandidate, caller: Caller): Boost {
  const near = nearness(record, caller);
  const points = {
    near: NEAR[near],
    trust: TRUST[record.origin],
    used: Math.min(USED.most, USED.step * Math.log2(1 + record.used)),
  };
  return { near, points, sum: points.near + points.trust + points.used };
}

/** The record was said in the caller's project; for a caller outside of projects, outside of them too. */
export function isOwn({ project }: Pick<RecordCandidate, 'project'>, caller: Caller): boolean {
  if (caller.project === null) return project === null;
  return project !== null && caller.project.ids.includes(project);
}

function nearness(record: RecordCandidate, caller: Caller): keyof typeof NEAR {
  if (record.scope === 'user') return 'user';
  if (!isOwn(record, caller)) return 'elsewhere';
  return sharesFolder(record.cwd ?? '', caller.project?.cwd ?? '') ? 'folder' : 'project';
}

/** One of the two folders stands in the other; the root of a project tells nothing. */
function sharesFolder(a: string, b: string): boolean {
  if (a === '' || b === '') return false;
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
