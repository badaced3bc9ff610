/** recall finds skills in use, by what they are for and by their name, where they hold. */
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../src/model/caller.ts';
import type { NewSkill } from '../../src/model/skill.ts';
import { recallService } from '../../src/recall/index.ts';
import { applied, skill } from '../store/promoting.ts';
import { agentIn } from '../support/conversation.ts';
import { project, tempStore } from '../support/temp-store.ts';

async function world() {
  const store = await tempStore();
  const id = await project(store, 'shop');
  const base = await agentIn(store, null, null);
  const caller: Caller = {
    ...base,
    project: { id, ids: [id], name: 'shop', root: null, cwd: '', branch: null, commit: null },
  };
  const { ask } = recallService({ store, now: Date.now });
  const add = async (slug: string, content: string, changes: Partial<NewSkill> = {}) => {
    const made = await applied(store, [
      { op: 'skill_create', skill: skill(slug, content, { state: 'active', ...changes }) },
    ]);
    const [one] = made.skills;
    if (one === undefined) throw new Error('no skill');
    return one.skill;
  };
  const kinds = ['skill'] as const;
  return {
    store,
    id,
    add,
    caller,
    ask: (query: string, more = {}) => ask(caller, { query, kinds, ...more }),
  };
}

const RELEASE = {
  title: 'Release the storefront',
  description: 'Use when a new version of the storefront is to be released',
};

describe('recall of skills', () => {
  it('finds one by what it is for, and says how to read it whole', async () => {
    const { add, ask } = await world();
    const release = await add('release', '1. Run the tests\n2. Push the tag', RELEASE);
    await add('rotate-keys', 'Use the vault', {
      title: 'Rotate the keys',
      description: 'Use when a key has leaked',
    });
    const { sentence, blocks, hits } = await ask('how do I release a version of the storefront?');
    expect(sentence).toBe('1 skill fits:');
    expect(blocks[0]?.text).toMatch(
      new RegExp(
        `^\\[${release.short}\\] Release the storefront · user · skill · .*\\n${RELEASE.description}\\nwhole: recall`,
      ),
    );
    expect(blocks[0]?.text).not.toContain('Push the tag');
    expect(hits).toMatchObject([{ id: release.short, title: RELEASE.title, state: 'active' }]);
  });

  it('shows all of one that is asked for by its id or published name', async () => {
    const { add, ask } = await world();
    const release = await add('release', '1. Run the tests\n2. Push the tag', RELEASE);
    for (const query of [release.short, 'midturn-release']) {
      expect((await ask(query)).blocks[0]?.text).toContain('Push the tag');
      expect((await ask(query, { kinds: undefined })).blocks[0]?.text).toContain('Push the tag');
    }
  });

  it('shows no draft, no retired one, and none of another project', async () => {
    const { store, add, ask } = await world();
    const blog = await project(store, 'blog');
    await add('one', 'x', { ...RELEASE, state: 'draft' });
    await add('two', 'x', { ...RELEASE, scope: 'project', project: blog });
    expect((await ask('release the storefront')).sentence).toBe('No skills are stored yet.');
    expect((await ask('release the storefront', { scope: 'all' })).hits).toMatchObject([{ project: 'blog' }]);
  });

  it('abstains where none fits', async () => {
    const { add, ask } = await world();
    await add('release', '1. Run the tests\n2. Push the tag', RELEASE);
    const answer = await ask('which colour has the walrus?');
    expect(answer).toMatchObject({ abstained: true, hits: [] });
    expect(answer.sentence).toBe('No skill of this project or of the user fits.');
  });

  it('stays silent about skills that nobody asked for', async () => {
    const { add, ask } = await world();
    await add('release', '1. Run the tests\n2. Push the tag', RELEASE);
    expect((await ask('release the storefront', { kinds: undefined })).hits).toEqual([]);
  });
});
