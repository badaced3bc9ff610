/** Writes skills into their folders and takes them away again; what a person changed there is never written over. */
import type { Skill } from '../model/skill.ts';
import type { SkillFolder } from '../store/skills.ts';
import type { Store } from '../store/store.ts';
import { renderSkill } from '../text/skill-file.ts';
import { hashOf, readFolder, removeFolder, type SkillPlace, sameBytes, writeFolder } from './folders.ts';
import { homePlace, knownPlace, type PlacesDeps } from './places.ts';

export type PublishDeps = PlacesDeps & {
  readonly store: Pick<Store, 'skills'>;
  /** The id of this machine: folders of another one are not looked at. */
  readonly machine: string;
};

/** What became of one folder. `why`: a clause for a person, where it is not as wanted. */
export type Placed = {
  readonly path: string;
  readonly status: 'written' | 'unchanged' | 'removed' | 'kept' | 'refused';
  readonly why: string | null;
};

/** Puts a skill into a folder as it reads now. A hand-edited one is `kept`: it has to be absorbed first. */
export async function put(deps: PublishDeps, skill: Skill, place: SkillPlace): Promise<Placed> {
  const { store, machine, os } = deps;
  const path = place.folder;
  const text = renderSkill(skill);
  const hash = hashOf(text);
  const found = await readFolder(place, os);
  if (found.state === 'foreign') return { path, status: 'refused', why: found.why };
  const known = await knownFolder(deps, path);
  const record = () =>
    store.skills.published({ machine, path, skill: skill.id, version: skill.version, hash });
  if (found.state === 'ours') {
    if (found.id !== skill.id) return { path, status: 'refused', why: 'it holds another skill' };
    if (sameBytes(found.hash, hash)) {
      if (known === null || known.version !== skill.version || !sameBytes(known.hash, hash)) await record();
      return { path, status: 'unchanged', why: null };
    }
    if (known === null || !sameBytes(found.hash, known.hash))
      return { path, status: 'kept', why: 'its SKILL.md was changed by hand' };
  }
  const why = await writeFolder(place, text, found.state === 'ours' ? found.bytes : null, os);
  if (why !== null) return { path, status: 'refused', why };
  await record();
  return { path, status: 'written', why: null };
}

/** Takes a folder of ours away. One that was changed by hand stays, unless `force` says otherwise. */
export async function take(deps: PublishDeps, known: SkillFolder, force: boolean): Promise<Placed> {
  const { store, machine, os } = deps;
  const { path } = known;
  const place = knownPlace(path, deps);
  const found = await readFolder(place, os);
  const gone = async (why: string | null): Promise<Placed> => {
    await store.skills.withdrawn(machine, path);
    return { path, status: 'removed', why };
  };
  if (found.state === 'absent') return gone(null);
  // A link may be put right again: it is looked at the next time.
  if (found.state === 'foreign') return { path, status: 'refused', why: found.why };
  if (found.id !== known.skill) return { path, status: 'refused', why: 'it holds another skill' };
  if (!force && !sameBytes(found.hash, known.hash))
    return { path, status: 'kept', why: 'its SKILL.md was changed by hand' };
  const { removed, left, why } = await removeFolder(place, os);
  if (!removed) return { path, status: 'refused', why };
  return gone(left.length === 0 ? null : `other files in it were left: ${left.slice(0, 5).join(', ')}`);
}

export async function putHome(deps: PublishDeps, skill: Skill): Promise<Placed> {
  return put(deps, skill, await homePlace(skill, deps));
}

export async function foldersOf(deps: PublishDeps, skill: Skill): Promise<readonly SkillFolder[]> {
  return (await deps.store.skills.folders(deps.machine)).filter((folder) => folder.skill === skill.id);
}

async function knownFolder({ store, machine }: PublishDeps, path: string): Promise<SkillFolder | null> {
  return (await store.skills.folders(machine)).find((folder) => folder.path === path) ?? null;
}
