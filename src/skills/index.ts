/** Skills: what is suggested of them, what a person decides, and where they are published. */

export type { SkillSource } from './draft.ts';
export { PUBLISH, type Publish } from './places.ts';
export {
  candidateSkill,
  type PlannedSkills,
  planSkills,
  RETIRE_CLAIM,
  type SkillClaim,
  type SkillDiscard,
} from './propose.ts';
export type { Placed } from './publish.ts';
export {
  type Decided,
  type ShownSkill,
  type SkillsDeps,
  type SkillsService,
  skillsService,
} from './service.ts';
