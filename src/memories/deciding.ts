/** A person's decision about a record: what may be decided, and the operations that it comes to. */
import { HAND_CLAIM } from '../compile/index.ts';
import { UserInputError } from '../model/errors.ts';
import type { Memory } from '../model/memory.ts';
import type { Operation } from '../model/plan.ts';
import type { Store } from '../store/store.ts';
import { prepare } from './prepare.ts';

/** In force on an agent's word or a tool's: a person may make it theirs. */
export function isUnapproved({ state, origin, approvedAt }: Memory): boolean {
  return state === 'active' && origin !== 'user' && approvedAt === null;
}

export function notWaiting({ short, state }: Memory, decision: 'approve' | 'reject'): UserInputError {
  const isActive = state === 'active';
  return new UserInputError({
    what: `${short} does not wait for review`,
    why: isActive && decision === 'approve' ? 'it is in force as a person’s own word' : `it is ${state}`,
    next:
      isActive && decision === 'reject'
        ? `\`midturn forget ${short}\` takes it out of force`
        : 'See `midturn review`',
  });
}

/** The record that is to go goes, and with it the one that said so. */
export async function removal(store: Store, { id, version }: Memory): Promise<Operation[]> {
  const reason = 'a person approved a suggestion to remove it';
  const targets = await store.memories.wouldReplace(id);
  return [
    ...targets.map((each) => ({
      op: 'forget' as const,
      target: each.id,
      version: each.version,
      reason,
    })),
    { op: 'forget', target: id, version, reason: 'it was approved' },
  ];
}

/** A person's own words in place of those that were approved just before. @throws UserInputError for words that no record can hold. */
export function edited(
  memory: Memory,
  words: { readonly title: string; readonly content: string },
): Operation {
  const { title, content, contentHash } = prepare(words);
  const evidence = { proven: true, why: 'a person wrote it while reviewing', refs: [] };
  const at = { target: memory.id, version: memory.version + 1 };
  return { op: 'edit', ...at, title, content, contentHash, origin: 'user', evidence };
}

/**
 * Another title for a text that is in force waits under a hash of both, as no two records hold one text. Once it takes
 * the other's place it is found by its text alone, as every record is; null where it is already.
 */
export async function rehashed(store: Store, memory: Memory): Promise<Operation | null> {
  if (memory.claim !== HAND_CLAIM) return null;
  const { id, title, content, evidence, version, scope, project } = memory;
  const { contentHash } = prepare({ title, content }, content.length);
  const holder = await store.memories.byHash(scope, project, contentHash);
  const replaced = await store.memories.wouldReplace(id);
  if (holder === null || !replaced.some((each) => each.id === holder.id)) return null;
  return {
    op: 'edit',
    target: id,
    version: version + 1,
    title,
    content,
    contentHash,
    origin: 'user',
    evidence,
  };
}

export function needsPerson(what: string, command: string): UserInputError {
  return new UserInputError({
    what: `${what} needs a person`,
    why: 'no terminal is attached, or an agent drives it',
    next: `Run \`${command}\` in a terminal of your own`,
  });
}
