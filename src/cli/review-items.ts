/** What waits for a person, memories and skills alike: found by id, shown with its evidence and what it would change. */
import { UserInputError } from '../model/errors.ts';
import { bareId, parseRef } from '../model/ids.ts';
import { type Memory, REMOVAL_CLAIM } from '../model/memory.ts';
import type { Skill } from '../model/skill.ts';
import { iso } from '../model/time.ts';
import { unifiedDiff } from '../text/unified-diff.ts';
import type { Invocation } from './invocation.ts';
import { block, oneLine } from './layout.ts';
import { memoryText } from './memory.ts';
import { placeOf } from './record.ts';
import { skillText } from './skill.ts';

/** Of a message that a record rests on, what is shown beside it, in characters. */
const EVIDENCE_LENGTH = 600;

type Evidence = { readonly ref: string; readonly text: string | null };

export type Waiting = {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly why: string;
  /** Its project's name, or `user`. */
  readonly place: string;
} & (
  | { readonly kind: 'memory'; readonly memory: Memory }
  | { readonly kind: 'skill'; readonly skill: Skill }
);

/** All that waits: memories, newest first, then skills in the order in which they came. */
export async function allWaiting(invocation: Invocation): Promise<readonly Waiting[]> {
  const caller = await invocation.caller();
  const memories = await (await invocation.app.memories()).waiting(caller);
  const skills = await (await invocation.app.skills()).waiting(caller);
  return [...memories.map(ofMemory), ...skills.map(ofSkill)];
}

/**
 * @param inForce also a memory that is in force on an agent's word: a person may approve it
 * @throws UserInputError for an id that nothing has, or that does not wait
 */
export async function waitingOne(
  invocation: Invocation,
  id: string,
  { inForce = false } = {},
): Promise<Waiting> {
  const waiting = (await allWaiting(invocation)).filter((one) => isNamed(one, id));
  const [one] = waiting;
  if (one !== undefined && waiting.length === 1) return one;
  if (waiting.length > 1) {
    throw new UserInputError({
      what: `${id} names several`,
      why: waiting.map((each) => each.id).join(', '),
      next: 'Give one of these',
    });
  }
  const caller = await invocation.caller();
  const isSkill = /^\W*k_/i.test(id.trim());
  const memory = isSkill ? null : (await (await invocation.app.memories()).show(caller, id)).memory;
  if (memory !== null && memory.state === 'active' && memory.origin !== 'user') {
    if (inForce) return { ...ofMemory(memory), why: 'it is in force on an agent’s word' };
    throw new UserInputError({
      what: `${memory.short} does not wait for review`,
      why: 'it is in force, though no word of yours',
      next: `\`midturn review approve ${memory.short}\` makes it yours, \`midturn forget ${memory.short}\` takes it out of force`,
    });
  }
  const { short, state } = memory ?? (await (await invocation.app.skills()).show(caller, id)).skill;
  throw new UserInputError({
    what: `${short} does not wait for review`,
    why: `it is ${state}`,
    next: 'See `midturn review`',
  });
}

function isNamed(one: Waiting, id: string): boolean {
  const prefix = /^\W*([a-z])_/i.exec(id.trim())?.[1]?.toLowerCase();
  if (prefix !== undefined && !one.id.startsWith(`${prefix}_`)) return false;
  const bare = bareId(id);
  const long = one.kind === 'memory' ? one.memory.id : one.skill.id;
  return bareId(one.id) === bare || (bare.length >= 4 && long.startsWith(bare));
}

function ofMemory(memory: Memory): Waiting {
  const { short, version, title, reason } = memory;
  return {
    kind: 'memory',
    id: short,
    version,
    title,
    why: reason ?? 'it needs a review',
    place: placeOf(memory),
    memory,
  };
}

function ofSkill(skill: Skill): Waiting {
  const { short, version, title, reason } = skill;
  return {
    kind: 'skill',
    id: short,
    version,
    title,
    why: reason ?? 'it needs a review',
    place: placeOf(skill),
    skill,
  };
}

/** In the shape that people script against: fields may be added, never renamed. */
export async function itemJson(
  invocation: Invocation,
  one: Waiting,
): Promise<Readonly<Record<string, unknown>>> {
  const record = one.kind === 'memory' ? one.memory : one.skill;
  return {
    id: one.id,
    family: one.kind === 'memory' ? 'memory_updates' : 'skill_action',
    scope: record.scope,
    project: record.projectName,
    title: record.title,
    ...(one.kind === 'skill' ? { name: one.skill.slug, description: one.skill.description } : {}),
    content: record.content,
    origin: record.origin,
    why: record.reason,
    evidence: await evidenceOf(invocation, record),
    diff: await diffOf(invocation, one),
    created_at: iso(record.createdAt),
  };
}

export async function itemText(invocation: Invocation, one: Waiting): Promise<string[]> {
  const messages = await evidenceOf(invocation, one.kind === 'memory' ? one.memory : one.skill);
  const diff = await diffOf(invocation, one);
  return [
    ...(one.kind === 'memory' ? memoryText(one.memory) : skillText(one.skill)),
    ...messages.flatMap(({ ref, text }) => [
      '',
      `What it rests on, ${ref}:`,
      block(oneLine(text ?? 'no longer stored', EVIDENCE_LENGTH)),
    ]),
    ...(diff === null ? [] : ['', 'What it would change:', block(diff)]),
  ];
}

/** What is in force now against what would be; null where nothing is replaced. */
async function diffOf(invocation: Invocation, one: Waiting): Promise<string | null> {
  const caller = await invocation.caller();
  if (one.kind === 'memory') {
    const old = await (await invocation.app.memories()).wouldReplace(caller, one.memory);
    const removes = one.memory.claim === REMOVAL_CLAIM;
    const diffs = old.map((each) =>
      unifiedDiff(wordsOf(each), removes ? '' : wordsOf(one.memory), [
        each.short,
        removes ? 'forgotten' : one.id,
      ]),
    );
    return diffs.length === 0 ? null : diffs.join('\n');
  }
  const { revises, retires } = await (await invocation.app.skills()).show(caller, one.skill.id);
  if (revises === null) return null;
  const after = retires ? '' : skillWords(one.skill);
  return unifiedDiff(skillWords(revises), after, [revises.short, retires ? 'retired' : one.id]);
}

function wordsOf({ title, content }: Memory): string {
  return `${title}\n\n${content}\n`;
}

function skillWords({ title, description, content }: Skill): string {
  return `${title}\n${description}\n\n${content}\n`;
}

/** The messages that it rests on, as far as they are still there. */
async function evidenceOf(
  invocation: Invocation,
  { evidence, sources }: Pick<Memory, 'evidence' | 'sources'>,
): Promise<Evidence[]> {
  const refs = [...new Set([...evidence.refs, ...sources])].filter((ref) => parseRef(ref) !== null);
  if (refs.length === 0) return [];
  const [history, caller] = [await invocation.app.history(), await invocation.caller()];
  const found: Evidence[] = [];
  for (const ref of refs) {
    try {
      const { hits } = await history.ask(caller, { ref, around: 0 });
      found.push({ ref, text: hits.find((hit) => hit.ref === ref)?.text ?? null });
    } catch (error) {
      // A message can be gone: the ref is shown all the same.
      if (!(error instanceof UserInputError)) throw error;
      found.push({ ref, text: null });
    }
  }
  return found;
}
