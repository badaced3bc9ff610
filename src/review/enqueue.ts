/** Puts a review of a session into the queue, where there is something to review: some indexed reads, one write. */
import type { Caller } from '../model/caller.ts';
import { hostOs, isInside } from '../platform/paths.ts';
import type { ReviewedMessage, ReviewJob, ReviewOutlook } from '../store/reviews.ts';
import type { SessionRecord } from '../store/sessions.ts';
import { isPaid } from './reviewers.ts';
import type { ReviewDeps, ReviewRequested } from './types.ts';

/** What a session's end and a compaction are to a paid reviewer: the last time to look. */
const ALWAYS = new Set(['session-end', 'pre-compact', 'manual']);

export async function enqueue(
  deps: ReviewDeps,
  caller: Caller,
  { session: id, trigger }: ReviewRequested,
): Promise<ReviewJob | null> {
  const { store, settings, profile, withheld } = deps;
  if (!settings.enabled || (await withheld.paused())) return null;
  const session = await store.sessions.get(id);
  if (session === null || isForeign(session, deps)) return null;
  const { provider, model } = profile;
  const outlook = await store.reviews.outlook(id, { provider, model });
  if (outlook === null || outlook.last === null) return null;
  if (!(await hasPerson(deps, session, outlook))) return null;
  const { last, elsewhere, newTurns, coveredTo } = outlook;
  if (last.cwd !== null && withheld.path(last.cwd)) return null;
  // What stands before the end of another job was rewound to: it was looked at.
  if (last.number < coveredTo) return null;
  const isDue = ALWAYS.has(trigger) || !isPaid(provider) || newTurns >= settings.every_turns;
  if (!isDue && last.number !== coveredTo) return null;
  const queued = (through: ReviewedMessage) =>
    store.reviews.enqueue({
      owner: caller.owner,
      session: id,
      project: through.project ?? session.project,
      trigger,
      through: through.number,
      throughPosition: through.position,
      throughTurn: through.turn,
      provider,
      model,
    });
  // What was said in one project is no memory of the other: a review ends where the session went elsewhere.
  if (elsewhere !== null && (elsewhere.cwd === null || !withheld.path(elsewhere.cwd)))
    await queued(elsewhere);
  return (await queued(last)).job;
}

/** A sub-agent's session is reviewed with its spawner's; what midturn has started itself is nobody's work. */
function isForeign(session: SessionRecord, { home, withheld }: ReviewDeps): boolean {
  if (session.nature === 'subagent' || session.links.some(({ kind }) => kind === 'spawned_by')) return true;
  const { cwd } = session;
  return cwd !== null && (isInside(cwd, home, hostOs()) || withheld.path(cwd));
}

async function hasPerson(
  { store, withheld }: ReviewDeps,
  { id }: SessionRecord,
  { firstPrompt }: ReviewOutlook,
): Promise<boolean> {
  if (firstPrompt === null) return false;
  const [first] = await store.messages.window(id, firstPrompt, 0, 0);
  if (first === undefined) return false;
  return first.at === null || !withheld.time(first.at);
}
