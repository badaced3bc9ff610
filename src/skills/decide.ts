/** What approving a draft does, as operations for the one writer. */
import { UserInputError } from '../model/errors.ts';
import type { Evidence } from '../model/memory.ts';
import type { SkillOperation } from '../model/plan.ts';
import type { Skill } from '../model/skill.ts';
import type { Store } from '../store/store.ts';
import { RETIRE_CLAIM } from './propose.ts';
import { type GivenWords, prepareSkill } from './words.ts';

/** What a person wrote in place of a draft's words. */
export type Words = GivenWords;

type Decision = {
  readonly how: string;
  /** Of the draft, as the person saw it. */
  readonly version: number;
  readonly words: Words | null;
};

const BY_HAND: Evidence = { proven: true, why: 'a person wrote it while reviewing', refs: [] };

/** @throws UserInputError for a draft that cannot be put in force as it is. */
export async function decision(
  store: Pick<Store, 'skills'>,
  draft: Skill,
  { how, version, words }: Decision,
): Promise<readonly SkillOperation[]> {
  if (draft.state !== 'draft') {
    throw new UserInputError({
      what: `${draft.short} does not wait for review`,
      why: `it is ${draft.state}`,
      next: 'See `midturn review`',
    });
  }
  if (draft.version !== version) {
    throw new UserInputError({
      what: `${draft.short} was changed since it was shown`,
      next: `Read it again: \`midturn review show ${draft.short}\``,
    });
  }
  const revised = draft.revises === null ? null : await store.skills.get(draft.revises.id);
  if (draft.revises !== null && revised?.state !== 'active') {
    throw new UserInputError({
      what: `${draft.short} would change a skill that is not in use any more`,
      next: `Reject it: \`midturn review reject ${draft.short}\``,
    });
  }
  if (revised !== null && draft.claim === RETIRE_CLAIM) {
    const reason = draft.reason ?? 'a suggestion retires it';
    const others = (await store.skills.revising(revised.id)).filter(({ id }) => id !== draft.id);
    return [
      { op: 'skill_retire', target: revised.id, version: revised.version, reason, how },
      { op: 'skill_retire', target: draft.id, version, reason: `${revised.short} was retired` },
      ...others.map((other) => ({
        op: 'skill_retire' as const,
        target: other.id,
        version: other.version,
        reason: `${revised.short} was retired`,
        how,
      })),
    ];
  }
  if (revised === null) await requireFreeName(store, draft);
  const text = words === null ? null : textOf(words, draft);
  const evidence = text === null ? draft.evidence : BY_HAND;
  // The skill was changed since the draft was made: the person has seen what it would become of it as it is now.
  if (revised !== null && draft.revises?.version !== revised.version) {
    const { title, description, content, contentHash } = text ?? draft;
    const { id: target, version: current, short } = revised;
    const at = { target, version: current, origin: 'user' as const, evidence, sources: draft.sources, how };
    return [
      { op: 'skill_edit', ...at, title, description, content, contentHash },
      { op: 'skill_retire', target: draft.id, version, reason: `its words were taken over by ${short}` },
    ];
  }
  if (text === null) return [{ op: 'skill_activate', target: draft.id, version, how }];
  return [
    { op: 'skill_edit', target: draft.id, version, ...text, origin: 'user', evidence, sources: [] },
    { op: 'skill_activate', target: draft.id, version: version + 1, how },
  ];
}

async function requireFreeName(store: Pick<Store, 'skills'>, draft: Skill): Promise<void> {
  const { scope, project, slug } = draft;
  const held = (await store.skills.bySlug(scope, project, slug)).find(({ state }) => state === 'active');
  if (held === undefined) return;
  throw new UserInputError({
    what: `${held.short} is named ${slug} already`,
    why: 'a client lists one skill of a name',
    next: `Reject ${draft.short}, or retire ${held.short} first`,
  });
}

function textOf(words: Words, draft: Skill): ReturnType<typeof prepareSkill>['text'] {
  const { text, problems } = prepareSkill(words, draft.slug);
  if (problems.length === 0) return text;
  throw new UserInputError({
    what: `${draft.short} cannot be put in force like this`,
    why: problems.map((problem) => problem.words).join('; '),
    next: 'Nothing was changed: edit it again',
  });
}
