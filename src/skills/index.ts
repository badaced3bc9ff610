/** Skills: what is suggested of them, what a person decides, and where they are published. */

export type { SkillSource } from './draft.ts';
export type { Publish } from './places.ts';
export { candidateSkill, planSkills, RETIRE_CLAIM, type SkillClaim } from './propose.ts';
export type { Placed } from './publish.ts';
export { type ShownSkill, type SkillsDeps, type SkillsService, skillsService } from './service.ts';
