/** The skills that a plan looks at, read once: whose they are, and what they are called. */
import type { Caller } from '../model/caller.ts';
import { bareId, type ProjectId } from '../model/ids.ts';
import type { NewSkill, Skill } from '../model/skill.ts';
import type { Store } from '../store/store.ts';
import { skillSlug } from '../text/skill-id.ts';

/** More than a home holds: clients list far fewer. */
const ALL = 100_000;

type Place = Pick<NewSkill, 'scope' | 'project'>;

export class SkillBook {
  readonly #skills: readonly Skill[];
  readonly #caller: Caller;

  private constructor(skills: readonly Skill[], caller: Caller) {
    this.#skills = skills;
    this.#caller = caller;
  }

  static async read(store: Store, caller: Caller): Promise<SkillBook> {
    const states = ['draft', 'active', 'retired'] as const;
    return new SkillBook(await store.skills.list({ states, limit: ALL }), caller);
  }

  owns(skill: Skill): boolean {
    return skill.owner === this.#caller.owner;
  }

  /** The project is the caller's, under any of its ids. */
  isCallers(project: ProjectId | null): boolean {
    return project !== null && this.#caller.project?.ids.includes(project) === true;
  }

  /** Of this name and place, in any state; drafts that would change a skill are that skill's. */
  named(slug: string, place: Place): readonly Skill[] {
    return this.#skills.filter(
      (skill) => skill.slug === slug && skill.revises === null && this.#isAt(skill, place),
    );
  }

  /** Drafts and active skills that a client would list beside one of this place. */
  beside(place: Place): readonly Skill[] {
    return this.#skills.filter(
      (skill) =>
        skill.state !== 'retired' &&
        skill.revises === null &&
        this.owns(skill) &&
        (skill.scope === 'user' || this.#isAt(skill, place)),
    );
  }

  /** Drafts that would change this skill. */
  revising({ id }: Skill): readonly Skill[] {
    return this.#skills.filter(({ revises, state }) => revises?.id === id && state === 'draft');
  }

  /** By id, short id or name; a name means the one of this place before any other, and one in use before a retired one. */
  find(wanted: string, place: Place): readonly Skill[] {
    const bare = bareId(wanted);
    const own = this.#skills.filter(({ revises }) => revises === null);
    const byId = own.filter(({ id, short }) => id === bare || bareId(short) === bare);
    if (byId.length > 0) return byId;
    const slug = skillSlug(wanted);
    const reachable = own.filter(
      (skill) =>
        skill.slug === slug && (skill.scope === 'user' || this.#isAt(skill, { ...place, scope: 'project' })),
    );
    for (const pick of [
      (skill: Skill) => skill.state !== 'retired' && skill.scope === place.scope,
      (skill: Skill) => skill.state !== 'retired',
      (skill: Skill) => skill.scope === place.scope,
      () => true,
    ]) {
      const picked = reachable.filter(pick);
      if (picked.length > 0) return picked;
    }
    // Somebody else's is found too, so that it can be said whose it is.
    return own.filter((skill) => skill.slug === slug && skill.state !== 'retired').slice(0, 1);
  }

  #isAt({ scope, project }: Skill, place: Place): boolean {
    if (scope !== place.scope) return false;
    return (
      scope === 'user' ||
      project === place.project ||
      (this.isCallers(project) && this.isCallers(place.project))
    );
  }
}
