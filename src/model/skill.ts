/** A skill: a reusable procedure. Its words are published as SKILL.md once a person has approved them. */
import type { SkillId } from './ids.ts';
import type { NewMemory } from './memory.ts';

const SKILL_STATES = ['draft', 'active', 'retired'] as const;
export type SkillState = (typeof SKILL_STATES)[number];

/** What a skill says; each change of it is a version. */
export type SkillText = {
  readonly title: string;
  /** Says when to use it. */
  readonly description: string;
  /** The Markdown below the front matter. */
  readonly content: string;
  readonly contentHash: Uint8Array;
};

/** Everything a new skill needs. `reason`: why a draft waits, or null. */
export type NewSkill = SkillText &
  Omit<
    NewMemory,
    | 'kind'
    | 'title'
    | 'content'
    | 'contentHash'
    | 'state'
    | 'tags'
    | 'aliases'
    | 'validFrom'
    | 'validTo'
    | 'links'
  > & {
    /** The normalised name: lower-case letters, digits and hyphens. One active skill has it in a scope and project. */
    readonly slug: string;
    readonly state: 'draft' | 'active';
    /** The skill that a draft would change once it is activated, and its version when the draft was made. */
    readonly revises: { readonly id: SkillId; readonly version: number } | null;
  };

/** A skill as it is read from the store. */
export type Skill = Omit<NewSkill, 'state'> & {
  readonly row: number;
  readonly id: SkillId;
  /** `k_4f9k2c` */
  readonly short: string;
  readonly owner: string;
  readonly projectName: string | null;
  readonly state: SkillState;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly approvedAt: number | null;
  readonly retiredAt: number | null;
  /** Sessions in which it was used, and when last. */
  readonly uses: number;
  readonly lastUsedAt: number | null;
};
