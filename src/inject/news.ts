/** Lines of our own words at a session's start: what waits for a person, what one has approved, what else is announced. */
import type { Caller } from '../model/caller.ts';
import { memoryId, type ReceiptId, skillId } from '../model/ids.ts';
import { JOIN_REASONS } from '../store/projects.ts';
import { clipEnd } from '../text/clip.ts';
import { fence } from '../text/fence.ts';
import type { InjectDeps } from './types.ts';

/** Receipts looked through, and approvals named. */
const LOOKED_AT = 20;
const NAMED = 5;
/** More of them than anybody looks through. */
const MANY = 1000;

/** @param room UTF-16 units for what is announced */
export async function linesFor(deps: InjectDeps, caller: Caller, room: number): Promise<readonly string[]> {
  const since = await lastStart(deps, caller);
  const found = [
    await waitingLine(deps, caller),
    ...(await approvedLines(deps, caller, since)),
    await announced(deps, caller, since, room),
  ];
  return found.filter((line) => line !== null);
}

/** When the session before this one began, epoch ms: what happened since is news. */
async function lastStart({ store }: InjectDeps, { project, session }: Caller): Promise<number> {
  const sessions = await store.sessions.list({ projects: project?.ids ?? null, limit: 2 });
  const last = sessions.find(({ id }) => id !== session);
  return last?.startedAt ?? last?.lastAt ?? 0;
}

/** Of this project and the user: what waits elsewhere is said there. */
async function waitingLine({ store }: InjectDeps, { project }: Caller): Promise<string | null> {
  const ids: readonly string[] = project?.ids ?? [];
  const isOurs = (record: { readonly scope: string; readonly project: string | null }): boolean =>
    record.scope === 'user' || (record.project !== null && ids.includes(record.project));
  const { memories } = await store.memories.list({ states: ['waiting'], limit: MANY });
  const drafts = await store.skills.list({ states: ['draft'], limit: MANY });
  const ours = [...memories.filter(isOurs), ...drafts.filter(isOurs)];
  const count = ours.length;
  if (count === 0) return null;
  return `${count} ${count === 1 ? 'suggestion waits' : 'suggestions wait'} for the user's review and ${count === 1 ? 'is' : 'are'} not in force (${placesOf(ours)}): they decide with \`midturn review\` in a terminal.`;
}

function placesOf(records: ReadonlyArray<{ readonly scope: string }>): string {
  const own = records.filter(({ scope }) => scope === 'user').length;
  const words = [
    ...(own === 0 ? [] : [`${own} about the user`]),
    ...(own === records.length ? [] : [`${records.length - own} of this project`]),
  ];
  return words.join(', ');
}

/** Approvals are said once, at the start of the session after them: whoever did not make them can object. */
async function approvedLines(deps: InjectDeps, caller: Caller, since: number): Promise<readonly string[]> {
  const atTerminal: string[] = [];
  // An agent has brought the form up: what to do about one that the person does not know is said with it.
  const byForm: string[] = [];
  for (const receipt of await deps.store.receipts.list({ kinds: ['decide'], limit: LOOKED_AT })) {
    if (receipt.at < since || receipt.undoneBy !== null) continue;
    for (const short of await approvedBy(deps, caller, receipt.id)) {
      const known = [...atTerminal, ...byForm].some((each) => each.startsWith(short));
      if (known) continue;
      if (receipt.surface === 'cli') atTerminal.push(short);
      else byForm.push(`${short} (\`midturn undo ${receipt.short}\` takes it back)`);
    }
  }
  return [
    ...(atTerminal.length === 0
      ? []
      : [`Approved by the user since the last session: ${named(atTerminal)}.`]),
    ...(byForm.length === 0
      ? []
      : [`Approved in a form of the client since the last session: ${named(byForm)}.`]),
  ];
}

/** Short forms of what is in force here by this receipt. */
async function approvedBy(
  { store }: InjectDeps,
  { project }: Caller,
  id: ReceiptId,
): Promise<readonly string[]> {
  const shorts: string[] = [];
  for (const { op, record } of (await store.receipts.get(id))?.operations ?? []) {
    const approved =
      op === 'approve'
        ? await store.memories.get(memoryId(record))
        : op === 'skill_activate'
          ? await store.skills.get(skillId(record))
          : null;
    if (approved === null || approved.state !== 'active') continue;
    const { scope, project: of } = approved;
    if (scope === 'user' || (of !== null && project?.ids.includes(of) === true)) shorts.push(approved.short);
  }
  return shorts;
}

function named(approved: readonly string[]): string {
  const more = approved.length - NAMED;
  return `${approved.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Names and paths stand in it: data. */
async function announced(
  { store, notices }: InjectDeps,
  caller: Caller,
  since: number,
  room: number,
): Promise<string | null> {
  const ids = caller.project?.ids ?? [];
  const joined = (await store.projects.joined()).filter(
    ({ into, joinedAt, reason }) =>
      // Who joined them knows it.
      ids.includes(into) && joinedAt !== null && joinedAt >= since && reason !== JOIN_REASONS.person,
  );
  const root = caller.project?.root ?? null;
  const clones = joined.map(({ id, name, reason, aliases }) => {
    const isHere = root !== null && aliases.some(({ kind, value }) => kind === 'path' && value === root);
    const what =
      isHere && reason !== JOIN_REASONS.moved
        ? `This folder is a clone of ${caller.project?.name ?? ''}: its memory counts here`
        : `The project ${name} (${id.slice(0, 8)}) counts as this one now: ${reason}`;
    return `${what}. A person takes it out again with \`midturn project split ${id.slice(0, 8)}\`.`;
  });
  const lines = [...clones, ...((await notices?.(caller)) ?? [])];
  if (lines.length === 0) return null;
  const text = fence(clipEnd(lines.join('\n'), room).text, { kind: 'notice' });
  return text.length <= 2 * room ? text : null;
}
