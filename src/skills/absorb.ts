/**
 * What a person changed in a SKILL.md of ours: taken over as their words, or kept as a draft that waits where an
 * agent may have written it. The file keeps what it says either way.
 */
import type { Caller } from '../model/caller.ts';
import { type Evidence, FROM_NO_SESSION } from '../model/memory.ts';
import type { Plan, SkillOperation } from '../model/plan.ts';
import type { Skill } from '../model/skill.ts';
import { pathsOf } from '../platform/paths.ts';
import type { SkillFolder } from '../store/skills.ts';
import type { Store } from '../store/store.ts';
import { renderSkill } from '../text/skill-file.ts';
import { hashOf, readFolder, SKILL_FILE, sameBytes } from './folders.ts';
import { isInHome, knownPlace } from './places.ts';
import type { PublishDeps } from './publish.ts';
import { prepareSkill, sameWords } from './words.ts';

export type AbsorbDeps = PublishDeps & {
  readonly store: Pick<Store, 'skills' | 'plans'>;
  /** Whether a captured tool call since then names the file (absolute path). */
  readonly touchedByTool: (path: string, since: number | null) => Promise<boolean>;
};

/** The claim of a draft that holds words found in a published file. */
const HAND_EDIT_CLAIM = 'hand-edit';

/** Something a person is told. */
export type SkillNotice = { readonly path: string; readonly words: string };

/** Looks into every folder of this machine; a file as it was written costs one read. */
export async function absorb(deps: AbsorbDeps, caller: Caller): Promise<readonly SkillNotice[]> {
  const { store, machine, os } = deps;
  const notices: SkillNotice[] = [];
  const edited = new Set<string>();
  for (const known of await store.skills.folders(machine)) {
    const found = await readFolder(knownPlace(known.path, deps), os);
    if (found.state === 'absent') {
      // Taken away by hand: it is published there no more. The copy in the home is written anew.
      if (!isInHome({ folder: known.path }, deps)) await store.skills.withdrawn(machine, known.path);
      continue;
    }
    if (found.state === 'foreign') {
      if (found.why !== TAKEN_OVER) continue;
      await store.skills.withdrawn(machine, known.path);
      notices.push({
        path: known.path,
        words: `${known.path} is yours now: it has no mark of midturn's any more`,
      });
      continue;
    }
    if (found.id !== known.skill || sameBytes(found.hash, known.hash)) continue;
    const skill = await store.skills.get(known.skill);
    if (skill === null || skill.state !== 'active') continue;
    notices.push(...(await takeOver(deps, caller, { skill, known, found, first: !edited.has(skill.id) })));
    edited.add(skill.id);
  }
  return notices;
}

/** Whether a file was changed by hand, or one of the home's own is missing, and nobody knows of it yet. */
export async function isDue(deps: AbsorbDeps): Promise<boolean> {
  const { store, machine, os } = deps;
  const active = await store.skills.list({ states: ['active'], limit: 100_000 });
  const known = await store.skills.folders(machine);
  const inUse = new Set<string>(active.map(({ id }) => id));
  const atHome = new Set(
    known.filter(({ path }) => isInHome({ folder: path }, deps)).map(({ skill }) => skill),
  );
  if (active.some(({ id }) => !atHome.has(id)) || known.some(({ skill }) => !inUse.has(skill))) return true;
  for (const folder of known) {
    const found = await readFolder(knownPlace(folder.path, deps), os);
    if (found.state === 'absent') return true;
    if (found.state === 'foreign' || found.id !== folder.skill || sameBytes(found.hash, folder.hash))
      continue;
    const drafts = await store.skills.revising(folder.skill);
    if (!drafts.some(({ claim }) => claim === HAND_EDIT_CLAIM)) return true;
  }
  return false;
}

const TAKEN_OVER = 'it was not written by midturn';

type Edit = {
  readonly skill: Skill;
  readonly known: SkillFolder;
  readonly found: Extract<Awaited<ReturnType<typeof readFolder>>, { state: 'ours' }>;
  /** No other copy of this skill was changed as well. */
  readonly first: boolean;
};

async function takeOver(deps: AbsorbDeps, caller: Caller, edit: Edit): Promise<SkillNotice[]> {
  const { store, os } = deps;
  const { skill, known, found, first } = edit;
  const path = pathsOf(os).join(known.path, SKILL_FILE);
  const tell = (words: string): SkillNotice[] => [{ path, words }];
  const { title, description, content } = found.parsed;
  const given = { title: title ?? skill.title, description: description ?? skill.description, content };
  const prepared = prepareSkill(given, skill.slug);
  if (sameWords(prepared.text, skill)) {
    await recordAsIs(deps, skill, edit);
    return [];
  }
  const settled = await decidedBefore(deps, skill, prepared.text.contentHash);
  if (settled === 'waits') return [];
  if (settled === 'rejected') {
    // The words are kept with the draft that a person has rejected: the file may be written over.
    await store.skills.published({ ...known, version: 0, hash: found.hash });
    return [];
  }
  const [problem] = prepared.problems;
  if (problem !== undefined)
    return tell(`The change of ${skill.short} is not taken over: ${problem.words}. The file stays as it is`);
  const touched = await deps.touchedByTool(path, known.at);
  const why = !first
    ? 'another copy of it was changed by hand as well'
    : touched
      ? 'a tool call names the file since it was written'
      : prepared.threat !== null
        ? `it reads like an attempt to steer an agent (${prepared.threat})`
        : null;
  const evidence: Evidence = { proven: true, why: `edited by hand in ${SKILL_FILE}`, refs: [] };
  const operation: SkillOperation =
    why === null
      ? {
          op: 'skill_edit',
          target: skill.id,
          version: skill.version,
          ...prepared.text,
          origin: 'user',
          evidence,
          sources: [],
        }
      : { op: 'skill_create', skill: draftOf(skill, prepared.text, why, touched, evidence) };
  const plan: Plan = { kind: 'absorb', caller, operations: [operation] };
  const result = await store.plans.apply(plan);
  // Changed meanwhile by another process: it is looked at again the next time.
  if (result.status === 'conflict') return [];
  const [done] = result.skills;
  if (done === undefined) throw new TypeError('a plan of one operation has one outcome');
  if (why !== null) return tell(`The change of ${skill.short} waits as ${done.skill.short}: ${why}`);
  await recordAsIs(deps, done.skill, edit);
  return prepared.redacted === 0 ? [] : tell(`A secret in ${path} was not taken over`);
}

/**
 * The file says what the store says. Where it is written otherwise (blank lines, another front matter) it stays so
 * until the skill changes.
 */
async function recordAsIs({ store }: AbsorbDeps, skill: Skill, { known, found }: Edit): Promise<void> {
  await store.skills.published({ ...known, skill: skill.id, version: skill.version, hash: found.hash });
}

async function decidedBefore(
  { store }: AbsorbDeps,
  { id }: Skill,
  hash: Uint8Array,
): Promise<'waits' | 'rejected' | null> {
  const drafts = await store.skills.list({ states: ['draft', 'retired'], limit: 100_000 });
  const same = drafts.filter(
    (draft) =>
      draft.revises?.id === id && draft.claim === HAND_EDIT_CLAIM && sameBytes(draft.contentHash, hash),
  );
  if (same.some(({ state }) => state === 'draft')) return 'waits';
  return same.length > 0 ? 'rejected' : null;
}

function draftOf(
  skill: Skill,
  text: ReturnType<typeof prepareSkill>['text'],
  why: string,
  touched: boolean,
  evidence: Evidence,
): Extract<SkillOperation, { op: 'skill_create' }>['skill'] {
  const { slug, scope, project, confidence, paths, checkout, cwd, branch, commit } = skill;
  return {
    ...{ slug, scope, project, confidence, paths, checkout, cwd, branch, commit },
    title: text.title,
    description: text.description,
    content: text.content,
    contentHash: text.contentHash,
    state: 'draft',
    reason: why,
    origin: touched ? 'agent' : 'user',
    claim: HAND_EDIT_CLAIM,
    evidence,
    ...FROM_NO_SESSION,
    revises: { id: skill.id, version: skill.version },
  };
}

/** True where the folder's text is what the store would write. */
export function isAsRendered(skill: Skill, known: SkillFolder): boolean {
  return known.version === skill.version || sameBytes(known.hash, hashOf(renderSkill(skill)));
}
