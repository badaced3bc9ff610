/** A person decides on a record: at a terminal, or in a form where one may. */
import { applyPlan } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import { type Memory, REMOVAL_CLAIM } from '../model/memory.ts';
import type { Operation } from '../model/plan.ts';
import type { Store } from '../store/store.ts';
import { BY_FORM, requireApprovableByForm } from './by-form.ts';
import { edited, isUnapproved, needsPerson, notWaiting, rehashed, removal } from './deciding.ts';
import { oneMemory } from './one-memory.ts';

/** What a person decides on. */
export type Seen = {
  /** As it was shown to them: one that was changed since is not decided. */
  readonly version?: number;
  /** Their own wording in its place. */
  readonly words?: { readonly title: string; readonly content: string };
};

export type Decided = {
  readonly target: string;
  readonly decision: 'approve' | 'reject';
  readonly how: string;
  readonly reason: string;
  readonly seen: Seen;
};

/** @throws UserInputError where no person is there to decide, or nothing is to be decided */
export async function decide(
  store: Store,
  caller: Caller,
  { target, decision, how, reason, seen: { version, words } }: Decided,
): Promise<Memory> {
  const byForm = how === BY_FORM && decision === 'approve' && words === undefined;
  if (!caller.personPresent && !byForm) {
    throw needsPerson(decision === 'approve' ? 'Approving' : 'Rejecting', 'midturn review');
  }
  const result = await applyPlan<never>(store, async () => {
    const memory = await oneMemory(store, target);
    if (memory.state !== 'waiting' && !(decision === 'approve' && isUnapproved(memory))) {
      throw notWaiting(memory, decision);
    }
    if (byForm) requireApprovableByForm(caller, memory);
    if (version !== undefined && version !== memory.version) {
      throw new UserInputError({
        what: `${memory.short} was changed since it was shown`,
        next: `Read it again: \`midturn review show ${memory.short}\``,
      });
    }
    const at = { target: memory.id, version: memory.version, how };
    if (decision === 'reject')
      return { plan: { kind: 'decide', caller, operations: [{ op: 'reject', reason, ...at }] } };
    if (memory.claim === REMOVAL_CLAIM) {
      return { plan: { kind: 'decide', caller, operations: await removal(store, memory) } };
    }
    // What it replaces makes way first: the words may be those of the record in whose place it comes.
    const edit = words === undefined ? await rehashed(store, memory) : edited(memory, words);
    const operations: Operation[] = [{ op: 'approve', ...at }, ...(edit === null ? [] : [edit])];
    return { plan: { kind: 'decide', caller, operations } };
  });
  if ('done' in result) return result.done;
  const item = result.applied.items.at(-1);
  if (item === undefined) throw new TypeError('a plan of one operation has one outcome');
  return item.memory;
}
