/** The skills service: what there is, what a person decides, and keeping the published folders as the store has them. */
import { applyPlan } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import type { Scope } from '../model/memory.ts';
import type { SkillOperation } from '../model/plan.ts';
import type { Skill, SkillState } from '../model/skill.ts';
import type { SkillFolder, SkillVersion } from '../store/skills.ts';
import type { Store } from '../store/store.ts';
import { type AbsorbDeps, absorb, isAsRendered, isDue, type SkillNotice } from './absorb.ts';
import { findSkill, notActive, placesFor, requireDraft, requirePerson } from './asked.ts';
import { decision, type Words } from './decide.ts';
import { isInHome, knownPlace, type Publish } from './places.ts';
import { RETIRE_CLAIM } from './propose.ts';
import { foldersOf, type Placed, put, putHome, take } from './publish.ts';

export type SkillsDeps = AbsorbDeps & {
  readonly store: Store;
};

export type ShownSkill = {
  readonly skill: Skill;
  readonly versions: readonly SkillVersion[];
  /** The skill that a draft would change, as it is now. */
  readonly revises: Skill | null;
  /** A draft that would retire that one. */
  readonly retires: boolean;
  /** Drafts that would change it: retiring it rejects them. */
  readonly drafts: readonly Skill[];
  /** Where it is published on this machine, midturn's own home left out. */
  readonly folders: readonly SkillFolder[];
};

type Decided = {
  readonly skill: Skill;
  readonly receipt: string;
  readonly places: readonly Placed[];
  /** Proposals that would have changed a skill that was retired: rejected with it. */
  readonly rejected: readonly Skill[];
};

type Synced = { readonly notices: readonly SkillNotice[]; readonly places: readonly Placed[] };

type Approval = {
  /** How they decided: `terminal`. */
  readonly how: string;
  /** As it was shown to them: one that was changed since is not approved. */
  readonly version?: number;
  /** Their own wording in its place. */
  readonly words?: Words;
  /** Absent = `user` for a skill of theirs, `none` for one of a project. */
  readonly publish?: Publish;
};

export type SkillsService = {
  readonly list: (
    caller: Caller,
    request: { readonly all?: boolean; readonly scope?: Scope | 'all' },
  ) => Promise<readonly Skill[]>;
  readonly show: (caller: Caller, target: string) => Promise<ShownSkill>;
  /** Drafts: all of them wait. */
  readonly waiting: (caller: Caller) => Promise<readonly Skill[]>;
  /** These need a present person. */
  readonly approve: (caller: Caller, target: string, approval: Approval) => Promise<Decided>;
  readonly reject: (caller: Caller, target: string, reason: string, how: string) => Promise<Decided>;
  readonly retire: (
    caller: Caller,
    target: string,
    options: { readonly reason: string; readonly how: string; readonly force?: boolean },
  ) => Promise<Decided>;
  readonly publish: (caller: Caller, target: string, where: Publish) => Promise<readonly Placed[]>;
  readonly unpublish: (
    caller: Caller,
    target: string,
    options: { readonly force?: boolean },
  ) => Promise<readonly Placed[]>;
  /** Whether `sync` has anything to do, as far as one read of each file tells. */
  readonly due: () => Promise<boolean>;
  /** Takes hand edits over, then brings every folder of this machine to what the store says. */
  readonly sync: (caller: Caller) => Promise<Synced>;
  /** Takes every published folder of this machine away, midturn's own home left as it is: for uninstalling. */
  readonly withdrawAll: (caller: Caller, options: { readonly force?: boolean }) => Promise<readonly Placed[]>;
};

const MOST = 100_000;

export function skillsService(deps: SkillsDeps): SkillsService {
  const { store } = deps;
  return {
    list: (caller, { all, scope }) =>
      store.skills.list({
        states: all === true ? EVERY : LIVE,
        limit: MOST,
        ...(scope === 'user' || scope === 'project' ? { scope } : {}),
        ...(scope === 'all' ? {} : { projects: caller.project?.ids ?? [] }),
      }),

    show: async (_caller, target) => {
      const skill = await findSkill(store, target);
      const revises = skill.revises === null ? null : await store.skills.get(skill.revises.id);
      const folders = await foldersOf(deps, skill);
      return {
        skill,
        versions: await store.skills.versions(skill.id),
        revises,
        retires: skill.claim === RETIRE_CLAIM,
        drafts: await store.skills.revising(skill.id),
        folders: folders.filter(({ path }) => !isInHome({ folder: path }, deps)),
      };
    },

    waiting: () => store.skills.list({ states: ['draft'], limit: MOST }),

    approve: async (caller, target, { how, version, words, publish }) => {
      requirePerson(caller, 'Approving', 'midturn review');
      const draft = await findSkill(store, target);
      const where = publish ?? (draft.scope === 'user' ? 'user' : 'none');
      // Said before anything is stored: what cannot be published as asked is not approved by the way.
      placesFor(deps, caller, draft, where);
      const { skills, receipt } = await apply(deps, caller, async () => {
        const now = await findSkill(store, draft.id);
        return decision(store, now, { how, version: version ?? now.version, words: words ?? null });
      });
      const skill = skills.find(({ state }) => state === 'active') ?? skills[0];
      if (skill === undefined) throw new TypeError('a decision has an outcome');
      const synced = await sync(deps, caller);
      if (skill.state !== 'active') {
        const rejected = skills.filter(({ id }) => id !== skill.id && id !== draft.id);
        return { skill, receipt, places: synced.places, rejected };
      }
      return { skill, receipt, places: await publishTo(deps, caller, skill, where), rejected: [] };
    },

    reject: async (caller, target, reason, how) => {
      requirePerson(caller, 'Rejecting', 'midturn review');
      const { skills, receipt } = await apply(deps, caller, async () => {
        const draft = requireDraft(await findSkill(store, target));
        return [{ op: 'skill_retire', target: draft.id, version: draft.version, reason, how }];
      });
      const [skill] = skills;
      if (skill === undefined) throw new TypeError('a decision has an outcome');
      return { skill, receipt, places: [], rejected: [] };
    },

    retire: async (caller, target, { reason, how, force = false }) => {
      const { short } = await findSkill(store, target);
      requirePerson(caller, 'Retiring a skill', `midturn skills retire ${short}`);
      await absorb(deps, caller);
      const { skills, receipt } = await apply(deps, caller, async () => {
        const now = await findSkill(store, target);
        if (now.state === 'retired') throw notActive(now);
        const drafts = await store.skills.revising(now.id);
        return [now, ...drafts].map((one) => ({
          op: 'skill_retire' as const,
          target: one.id,
          version: one.version,
          reason: one.id === now.id ? reason : `${now.short} was retired`,
          how,
        }));
      });
      const [skill, ...rejected] = skills;
      if (skill === undefined) throw new TypeError('a decision has an outcome');
      const places: Placed[] = [];
      for (const folder of await foldersOf(deps, skill)) places.push(await take(deps, folder, force));
      return { skill, receipt, places, rejected };
    },

    publish: async (caller, target, where) => {
      requirePerson(caller, 'Publishing a skill', 'midturn skills publish');
      const skill = await findSkill(store, target);
      if (skill.state !== 'active') throw notActive(skill);
      placesFor(deps, caller, skill, where);
      await sync(deps, caller);
      return publishTo(deps, caller, await findSkill(store, skill.id), where);
    },

    unpublish: async (caller, target, { force = false }) => {
      requirePerson(caller, 'Taking a skill away', 'midturn skills unpublish');
      await absorb(deps, caller);
      const skill = await findSkill(store, target);
      return takeAll(deps, await foldersOf(deps, skill), force);
    },

    due: () => isDue(deps),

    sync: (caller) => sync(deps, caller),

    withdrawAll: async (caller, { force = false }) => {
      await absorb(deps, caller);
      return takeAll(deps, await store.skills.folders(deps.machine), force);
    },
  };
}

const LIVE: readonly SkillState[] = ['draft', 'active'];
const EVERY: readonly SkillState[] = ['draft', 'active', 'retired'];

async function apply(
  { store }: SkillsDeps,
  caller: Caller,
  plan: () => Promise<readonly SkillOperation[]>,
): Promise<{ readonly skills: readonly Skill[]; readonly receipt: string }> {
  const result = await applyPlan<never>(store, async () => ({
    plan: { kind: 'skills', caller, operations: await plan() },
  }));
  if ('done' in result) return result.done;
  return { skills: result.applied.skills.map(({ skill }) => skill), receipt: result.applied.receiptShort };
}

async function sync(deps: SkillsDeps, caller: Caller): Promise<Synced> {
  const { store, machine } = deps;
  const notices = await absorb(deps, caller);
  const active = await store.skills.list({ states: ['active'], limit: MOST });
  const byId = new Map(active.map((skill) => [skill.id, skill]));
  const places: Placed[] = [];
  const atHome = new Set<string>();
  for (const folder of await store.skills.folders(machine)) {
    const skill = byId.get(folder.skill);
    if (skill === undefined) {
      places.push(await take(deps, folder, false));
    } else if (isInHome({ folder: folder.path }, deps)) {
      atHome.add(skill.id);
      places.push(await putHome(deps, skill));
    } else if (!isAsRendered(skill, folder)) {
      places.push(await put(deps, skill, knownPlace(folder.path, deps)));
    }
  }
  for (const skill of active) if (!atHome.has(skill.id)) places.push(await putHome(deps, skill));
  return { notices, places: places.filter(({ status }) => status !== 'unchanged') };
}

async function publishTo(
  deps: SkillsDeps,
  caller: Caller,
  skill: Skill,
  where: Publish,
): Promise<readonly Placed[]> {
  const done: Placed[] = [];
  for (const place of placesFor(deps, caller, skill, where)) done.push(await put(deps, skill, place));
  return done;
}

async function takeAll(
  deps: SkillsDeps,
  folders: readonly SkillFolder[],
  force: boolean,
): Promise<readonly Placed[]> {
  const done: Placed[] = [];
  for (const folder of folders) {
    if (!isInHome({ folder: folder.path }, deps)) done.push(await take(deps, folder, force));
  }
  return done;
}
