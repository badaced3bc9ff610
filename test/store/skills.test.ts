import { describe, expect, it } from 'vitest';
import type { AppliedSkill, Plan } from '../../src/model/plan.ts';
import type { Skill } from '../../src/model/skill.ts';
import type { Store } from '../../src/store/store.ts';
import { hashOf } from '../support/new-memory.ts';
import { tempStore } from '../support/temp-store.ts';
import { applied, planFor, skill } from './promoting.ts';

async function one(store: Store, operations: Plan['operations']): Promise<AppliedSkill> {
  const [done] = (await applied(store, operations)).skills;
  if (done === undefined) throw new Error('no skill was changed');
  return done;
}

const create = (store: Store, slug: string, content: string, changes: Parameters<typeof skill>[2] = {}) =>
  one(store, [{ op: 'skill_create', skill: skill(slug, content, changes) }]);
const at = ({ id, version }: Skill) => ({ target: id, version });
const activate = (store: Store, made: Skill) =>
  one(store, [{ op: 'skill_activate', ...at(made), how: 'terminal' }]);

describe('a skill', () => {
  it('waits as a draft, becomes active by a person, is retired, and keeps every version', async () => {
    const store = await tempStore();
    const made = await create(store, 'release', 'Run the steps');
    expect(made).toMatchObject({
      outcome: 'waiting',
      skill: { state: 'draft', origin: 'agent', version: 1 },
    });
    const active = (await activate(store, made.skill)).skill;
    expect(active).toMatchObject({ state: 'active', origin: 'user', approvedAt: expect.any(Number) });
    const text = { title: 'Release', description: 'Use when', content: 'Run more', contentHash: hashOf('2') };
    const from = { origin: 'user' as const, evidence: active.evidence, sources: ['s/1'] };
    const edited = (await one(store, [{ op: 'skill_edit', ...at(active), ...text, ...from }])).skill;
    const retired = (await one(store, [{ op: 'skill_retire', ...at(edited), reason: 'outdated' }])).skill;
    expect(retired).toMatchObject({
      state: 'retired',
      reason: 'outdated',
      content: 'Run more',
      sources: ['s/1'],
    });
    expect((await store.skills.versions(retired.id)).map(({ change }) => change)).toEqual([
      'retired',
      'edited',
      'approved',
      'added',
    ]);
    expect(await store.skills.find('release')).toEqual([retired]);
    expect(await store.skills.find(retired.short)).toEqual([retired]);
  });

  it('is the only active one of its name in a scope', async () => {
    const store = await tempStore();
    await activate(store, (await create(store, 'release', 'first')).skill);
    const second = (await create(store, 'release', 'second')).skill;
    const plan = await planFor(store, [{ op: 'skill_activate', ...at(second), how: 'terminal' }]);
    expect(await store.plans.apply(plan)).toMatchObject({
      status: 'conflict',
      why: expect.stringContaining('named release'),
    });
    expect(await store.skills.bySlug('user', null, 'release')).toHaveLength(2);
  });

  it('takes the words of a draft that revises it, unless it was changed since', async () => {
    const store = await tempStore();
    const active = (await activate(store, (await create(store, 'release', 'first')).skill)).skill;
    const revises = { id: active.id, version: active.version };
    const draft = (await create(store, 'release', 'second', { revises })).skill;
    const late = (await create(store, 'release', 'third', { revises })).skill;
    expect((await store.skills.revising(active.id)).map(({ id }) => id)).toEqual([draft.id, late.id]);
    const revised = (await activate(store, draft)).skill;
    expect(revised).toMatchObject({ id: active.id, content: 'second', state: 'active' });
    expect((await store.skills.get(draft.id))?.state).toBe('retired');
    const plan = await planFor(store, [{ op: 'skill_activate', ...at(late), how: 'terminal' }]);
    expect(await store.plans.apply(plan)).toMatchObject({ status: 'conflict' });
  });

  it('is put back by undoing what changed it', async () => {
    const store = await tempStore();
    const active = (await activate(store, (await create(store, 'release', 'first')).skill)).skill;
    const retired = await applied(store, [{ op: 'skill_retire', ...at(active), reason: 'outdated' }]);
    const now = retired.skills[0]?.skill;
    if (now === undefined) throw new Error('not retired');
    const restore = { op: 'skill_restore' as const, ...at(now), receipt: retired.receipt };
    await applied(store, [restore], { kind: 'undo', undoes: retired.receipt });
    expect(await store.skills.get(active.id)).toMatchObject({
      state: 'active',
      retiredAt: null,
      reason: null,
    });
  });

  it('says where it is published, and in how many sessions it was used', async () => {
    const store = await tempStore();
    const { id, short } = (await create(store, 'release', 'first')).skill;
    const folder = {
      machine: 'm',
      path: '/skills/midturn-release',
      skill: id,
      version: 1,
      hash: hashOf('1'),
    };
    await store.skills.published(folder);
    await store.skills.published({ ...folder, version: 2 });
    expect(await store.skills.folders('m')).toMatchObject([{ path: folder.path, skill: id, version: 2 }]);
    await store.skills.withdrawn('m', folder.path);
    expect(await store.skills.folders('m')).toEqual([]);
    await store.feedback.record([
      { kind: 'used', target: short, session: null },
      { kind: 'shown', target: short, session: null },
    ]);
    expect(await store.skills.get(id)).toMatchObject({ uses: 1, lastUsedAt: expect.any(Number) });
  });
});
