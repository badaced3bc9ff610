/** Finds what a person means and refuses what cannot be: no such skill, no person there, the wrong place. */
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import type { Skill } from '../model/skill.ts';
import type { Store } from '../store/store.ts';
import type { SkillPlace } from './folders.ts';
import { type PlacesDeps, type Publish, repoPlaces, userPlaces } from './places.ts';

/** @throws UserInputError for a place that does not fit the skill. */
export function placesFor(
  deps: PlacesDeps,
  caller: Caller,
  skill: Skill,
  where: Publish,
): readonly SkillPlace[] {
  if (where === 'none') return [];
  if (where === 'user') {
    if (skill.scope === 'user') return userPlaces(skill, deps);
    throw new UserInputError({
      what: `${skill.short} is a skill of the project ${skill.projectName ?? ''}`.trim(),
      why: 'in your own folders it would be offered in every project',
      next: 'Publish it in its repository: `--publish repo`',
    });
  }
  if (skill.scope === 'user') {
    throw new UserInputError({
      what: `${skill.short} is a skill of yours, not of a repository`,
      next: 'Publish it in your own folders: `--publish user`',
    });
  }
  const { project } = caller;
  const isHere = project !== null && skill.project !== null && project.ids.includes(skill.project);
  if (!isHere || project.root === null) {
    throw new UserInputError({
      what: `${skill.short} belongs to the project ${skill.projectName ?? ''}`.trim(),
      why: 'this is not its repository',
      next: 'Run the command inside it',
    });
  }
  return repoPlaces(skill, project.root, deps.os);
}

/** The one skill that a person means. */
export async function findSkill(store: Pick<Store, 'skills'>, target: string): Promise<Skill> {
  const found = await store.skills.find(target);
  const [skill] = found;
  if (skill === undefined) {
    throw new UserInputError({
      what: `There is no skill ${target}`,
      next: 'See `midturn skills list` for the ids',
    });
  }
  const inUse = found.filter(({ state, revises }) => state === 'active' && revises === null);
  if (found.length === 1) return skill;
  if (inUse.length === 1 && inUse[0] !== undefined) return inUse[0];
  throw new UserInputError({
    what: `${target} names several skills`,
    why: found.map(({ short }) => short).join(', '),
    next: 'Give one of these',
  });
}

export function requireDraft(skill: Skill): Skill {
  if (skill.state === 'draft') return skill;
  throw new UserInputError({
    what: `${skill.short} does not wait for review`,
    why: `it is ${skill.state}`,
    next: 'See `midturn review`',
  });
}

export function requirePerson(caller: Caller, what: string, command: string): void {
  if (caller.personPresent) return;
  throw new UserInputError({
    what: `${what} needs a person`,
    why: 'no terminal is attached, or an agent drives it',
    next: `Run \`${command}\` in a terminal of your own`,
  });
}

export function notActive(skill: Skill): UserInputError {
  return new UserInputError({
    what: `${skill.short} is not in use`,
    why: skill.state === 'draft' ? 'it waits for a review' : 'it was retired',
    next: skill.state === 'draft' ? 'See `midturn review`' : 'See `midturn skills list --all`',
  });
}
