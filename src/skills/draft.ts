/** A draft as it is stored: what was suggested, where it comes from, and why it waits. */
import type { NewMemory } from '../model/memory.ts';
import type { SkillOperation } from '../model/plan.ts';
import type { NewSkill } from '../model/skill.ts';
import type { SkillItem } from '../model/suggestion.ts';
import type { PreparedSkill } from './words.ts';

/** Where a suggestion comes from, its origin decided: all of a new record but its words and its scope. */
export type SkillSource = Pick<
  NewMemory,
  | 'project'
  | 'origin'
  | 'claim'
  | 'evidence'
  | 'confidence'
  | 'paths'
  | 'sources'
  | 'client'
  | 'session'
  | 'externalSession'
  | 'turn'
  | 'callId'
  | 'checkout'
  | 'cwd'
  | 'branch'
  | 'commit'
>;

export function draftOf(
  item: SkillItem,
  from: SkillSource,
  { scope, project }: Pick<NewSkill, 'scope' | 'project'>,
  slug: string,
  { text, redacted, threat }: PreparedSkill,
  revises: NewSkill['revises'],
): Extract<SkillOperation, { op: 'skill_create' }> {
  const reason = [
    threat === null
      ? 'every skill waits for a person'
      : `it reads like an attempt to steer an agent (${threat})`,
    ...(redacted === 0 ? [] : [`${redacted} secret${redacted === 1 ? ' was' : 's were'} cut out`]),
  ].join('; ');
  const { title, description, content, contentHash } = text;
  return {
    op: 'skill_create',
    skill: {
      slug,
      scope,
      project,
      title,
      description,
      content,
      contentHash,
      state: 'draft',
      reason,
      revises,
      origin: from.origin,
      claim: from.claim,
      evidence: from.evidence,
      confidence: Math.min(from.confidence, item.confidence),
      paths: from.paths,
      sources: from.sources,
      client: from.client,
      session: from.session,
      externalSession: from.externalSession,
      turn: from.turn,
      callId: from.callId,
      checkout: from.checkout,
      cwd: from.cwd,
      branch: from.branch,
      commit: from.commit,
    },
  };
}
