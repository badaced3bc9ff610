/** midturn review and midturn skills: from a draft to a folder that the clients read, and away again. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryTerms } from '../../src/memories/terms.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { SkillItem } from '../../src/model/suggestion.ts';
import { planSkills } from '../../src/skills/index.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import { claim, STEPS, skillItem } from '../skills/making.ts';
import { agentIn } from '../support/conversation.ts';
import { at, type CommandLine, commandLine } from './command-line.ts';

const MANUAL = { MIDTURN_TRUST_POLICY: 'manual' };

/** Puts a draft into the home's store, as a compile does. */
async function draft(cli: CommandLine, item: Partial<SkillItem> = {}): Promise<string> {
  await cli.midturn('compile --json');
  const store = await openSqlite({ path: join(cli.home, 'midturn.db'), now: Date.now, memoryTerms });
  try {
    const [project] = await store.projects.list();
    const caller: Caller = await agentIn(store, null, null);
    const one = claim(skillItem(item), { project: project?.id ?? null });
    const { operations, discarded } = await planSkills(store, caller, [one]);
    const plan = {
      kind: 'compile' as const,
      caller,
      operations: operations.map(({ item: _, ...each }) => each),
    };
    const result = await store.plans.apply(plan);
    if (result.status !== 'applied' || result.skills[0] === undefined)
      throw new Error(JSON.stringify(discarded));
    return result.skills[0].skill.short;
  } finally {
    store.close();
  }
}

async function waitingMemory(cli: CommandLine, text = 'We deploy on Tuesdays'): Promise<string> {
  const { json } = await cli.midturn(['remember', text, '--json'], { env: MANUAL });
  return String(at(json, 'id'));
}

const published = (cli: CommandLine, root = cli.folder) =>
  join(root, '.agents/skills/midturn-release/SKILL.md');

describe('the list of skills', () => {
  it('cuts a long name, so that the descriptions stay on the line', async () => {
    const cli = commandLine();
    const skill = `release-${'of-every-package-'.repeat(3)}now`;
    await draft(cli, { skill });
    const { out } = await cli.midturn('skills list', { width: 100 });
    expect(out).toMatch(/ release-of-every-package-of-eve… {2}\S/);
    expect(out).not.toContain(skill);
  });
});

describe('review of skills', () => {
  it('lists drafts beside memories', async () => {
    const cli = commandLine();
    const memory = await waitingMemory(cli);
    const skill = await draft(cli);
    const { out } = await cli.midturn('review');
    expect(out).toContain('1 memory and 1 skill wait for you:');
    expect(out).toContain(`${skill}  Release the shop\n  about you · every skill waits for a person`);
    const { json } = await cli.midturn('review list --json');
    expect(json).toMatchObject({
      items: [
        { id: memory, family: 'memory_updates' },
        {
          id: skill,
          family: 'skill_action',
          title: 'Release the shop',
          content: STEPS,
          diff: null,
          evidence: [{ ref: 'k3f9a2/17' }],
        },
      ],
    });
  });

  it('publishes what is approved, for both clients', async () => {
    const cli = commandLine();
    const id = await draft(cli);
    const { code, out } = await cli.midturn(`review approve ${id}`, { answers: [id] });
    expect(code).toBe(0);
    expect(out).toContain(`Approved: ${id} is in force.\nPublished: `);
    expect(readFileSync(published(cli), 'utf8')).toContain('midturn-release');
    expect(existsSync(join(cli.folder, '.claude/skills/midturn-release/SKILL.md'))).toBe(true);
    expect((await cli.midturn('review')).out).toBe('Nothing waits for you.\n');
  });

  it('asks before it writes into a repository, and takes Enter for no', async () => {
    const cli = commandLine();
    const id = await draft(cli, { scope: 'project' });
    const { code } = await cli.midturn(`review approve ${id}`, { answers: ['yes', false] });
    expect(code).toBe(0);
    expect(cli.asked.at(-1)).toContain('Write midturn-release into shop');
    expect(existsSync(published(cli, cli.project))).toBe(false);
    expect((await cli.midturn(`skills publish ${id}`, { answers: [] })).code).toBe(0);
    expect(existsSync(published(cli, cli.project))).toBe(true);
  });

  it('writes into the repository when the flag says so', async () => {
    const cli = commandLine();
    const id = await draft(cli, { scope: 'project' });
    const { json } = await cli.midturn(`review approve ${id} --publish repo --json`, { answers: ['yes'] });
    expect(json).toMatchObject({ id, decision: 'approve', state: 'active' });
    expect(at(json, 'published', 0)).toBe(join(cli.project, '.agents/skills/midturn-release'));
  });

  it('shows what a revision would change', async () => {
    const cli = commandLine();
    const id = await draft(cli);
    await cli.midturn(`review approve ${id}`, { answers: ['yes'] });
    const next = await draft(cli, {
      action: 'patch',
      content: null,
      edits: [{ find: 'Push the tag', replace: 'Push the signed tag' }],
    });
    const { json } = await cli.midturn(`review show ${next} --json`);
    expect(at(json, 'items', 0, 'diff')).toContain(
      '-3. Push the tag and verify the pipeline.\n+3. Push the signed tag',
    );
    expect((await cli.midturn(`review show ${next}`)).out).toContain('What it would change:');
    await cli.midturn(`review approve ${next}`, { answers: ['yes'] });
    expect(readFileSync(published(cli), 'utf8')).toContain('signed tag');
  });

  it('rejects with the reason', async () => {
    const cli = commandLine();
    const id = await draft(cli);
    const { json } = await cli.midturn(['review', 'reject', id, '--reason', 'too vague', '--json'], {
      answers: ['yes'],
    });
    expect(json).toEqual({ id, decision: 'reject', state: 'retired' });
    expect((await cli.midturn(`skills show ${id}`)).out).toContain('retired: too vague');
  });
});

describe('undoing an approval', () => {
  it('makes it a draft again and takes the published copies away', async () => {
    const cli = commandLine();
    const id = await draft(cli);
    await cli.midturn(`review approve ${id}`, { answers: ['yes'] });
    const { json } = await cli.midturn('undo --json');
    const receipts = at(json, 'receipts');
    const [last] = Array.isArray(receipts) ? receipts : [];
    const { code } = await cli.midturn(`undo ${String(at(last, 'id'))} --yes`, { answers: [] });
    expect(code).toBe(0);
    expect((await cli.midturn('review')).out).toContain(id);
    expect(existsSync(published(cli))).toBe(false);
  });
});

describe('review in bulk', () => {
  it('takes the number of what waits, and nothing else', async () => {
    const cli = commandLine();
    const ids = [await waitingMemory(cli), await waitingMemory(cli, 'We test with vitest')];
    const no = await cli.midturn('review approve --all', { answers: ['yes'] });
    expect(no.code).toBe(1);
    expect(no.err).toContain('Nothing was changed.');
    const { code, json } = await cli.midturn('review approve --all --json', { answers: ['2'] });
    expect(code).toBe(0);
    expect(json).toEqual({
      decided: ids.reverse().map((id) => ({ id, decision: 'approve', state: 'active' })),
      failed: [],
    });
  });

  it('takes several ids', async () => {
    const cli = commandLine();
    const ids = [await waitingMemory(cli), await draft(cli)];
    const { code, out } = await cli.midturn(`review reject ${ids.join(' ')}`, { answers: ['2'] });
    expect(code).toBe(0);
    expect(out).toContain(`Rejected: ${ids[0]}`);
    expect(out).toContain(`Rejected: ${ids[1]}`);
  });

  it('says that nothing waits, and wants ids or --all', async () => {
    const cli = commandLine();
    expect((await cli.midturn('review approve --all', { answers: [] })).out).toBe('Nothing waits for you.\n');
    expect((await cli.midturn('review approve', { answers: [] })).code).toBe(2);
    expect((await cli.midturn('review approve m_abcdef --all', { answers: [] })).code).toBe(2);
  });

  it.each(['approve', 'reject'])('does not %s in bulk inside an agent', async (decision) => {
    const cli = commandLine();
    await waitingMemory(cli);
    await draft(cli);
    const { code, err } = await cli.midturn(`review ${decision} --all`, {
      answers: [],
      env: { CLAUDECODE: '1' },
    });
    expect(code).not.toBe(0);
    expect(err).toMatch(/needs a person/);
    expect(at((await cli.midturn('review list --json')).json, 'items', 1, 'id')).toBeDefined();
  });
});

describe('review edit', () => {
  it('puts the person’s own words in force', async () => {
    const cli = commandLine();
    const id = await waitingMemory(cli);
    const { code } = await cli.midturn(`review edit ${id}`, {
      answers: ['# Deployments\n\nWe deploy on Mondays.\n', 'yes'],
    });
    expect(code).toBe(0);
    expect(cli.asked[0]).toBe('edit: # We deploy on Tuesdays\n\nWe deploy on Tuesdays\n');
    expect((await cli.midturn(`memories show ${id} --json`)).json).toMatchObject({
      memories: [{ state: 'active', origin: 'user', title: 'Deployments', content: 'We deploy on Mondays.' }],
    });
  });

  it('edits a skill with its front matter', async () => {
    const cli = commandLine();
    const id = await draft(cli);
    const text = `---\nname: midturn-release\ndescription: Use when anything is to be released\n---\n\n# Ship\n\n${STEPS}`;
    expect((await cli.midturn(`review edit ${id}`, { answers: [text, id] })).code).toBe(0);
    expect(readFileSync(published(cli), 'utf8')).toContain('Use when anything is to be released');
  });

  it.each([null, '  '])('changes nothing when the editor leaves %j', async (saved) => {
    const cli = commandLine();
    const id = await waitingMemory(cli);
    expect((await cli.midturn(`review edit ${id}`, { answers: [saved] })).code).toBe(1);
    expect((await cli.midturn('review')).out).toContain(id);
  });

  it('opens no editor inside an agent', async () => {
    const cli = commandLine();
    const id = await waitingMemory(cli);
    const { code, err } = await cli.midturn(`review edit ${id}`, {
      answers: [],
      env: { CODEX_THREAD_ID: 'x' },
    });
    expect({ code, asked: cli.asked }).toEqual({ code: 2, asked: [] });
    expect(err).toMatch(/needs a person/);
  });
});

describe('midturn skills', () => {
  it('lists what there is, and says when there is nothing', async () => {
    const cli = commandLine();
    expect((await cli.midturn('skills')).out).toBe('There are no skills here yet.\n');
    const id = await draft(cli);
    expect((await cli.midturn('skills')).out).toMatch(
      new RegExp(`${id} +release +user +needs review +unused +Use when`),
    );
    const { json } = await cli.midturn('skills list --json');
    expect(json).toMatchObject({
      skills: [
        {
          id,
          title: 'Release the shop',
          description: expect.any(String),
          state: 'draft',
          scope: 'user',
          uses: 0,
        },
      ],
    });
  });

  it('shows one by its name, with where it is published', async () => {
    const cli = commandLine();
    const id = await draft(cli);
    await cli.midturn(`review approve ${id}`, { answers: ['yes'] });
    const { out } = await cli.midturn('skills show release');
    expect(out).toContain('Published:');
    expect(out).toContain(join(cli.folder, '.claude/skills/midturn-release'));
    const { json } = await cli.midturn('skills show release --json');
    expect(json).toMatchObject({ skills: [{ id, content: STEPS, published: [{}, {}] }] });
  });

  it('takes it away again, and retires it', async () => {
    const cli = commandLine();
    const id = await draft(cli);
    await cli.midturn(`review approve ${id}`, { answers: ['yes'] });
    expect((await cli.midturn('skills unpublish release', { answers: [] })).code).toBe(0);
    expect(existsSync(published(cli))).toBe(false);
    await cli.midturn('skills publish release', { answers: [] });
    expect(existsSync(published(cli))).toBe(true);
    expect((await cli.midturn('skills retire release', { answers: [false] })).out).toBe(
      'Nothing was retired.\n',
    );
    expect((await cli.midturn('skills retire release', { answers: [true] })).out).toContain(`Retired: ${id}`);
    expect(existsSync(published(cli))).toBe(false);
    expect((await cli.midturn('skills')).out).toBe('There are no skills here yet.\n');
    expect((await cli.midturn('skills --all')).out).toContain('retired');
  });

  it.each(['publish', 'unpublish', 'retire'])('does not %s inside an agent', async (command) => {
    const cli = commandLine();
    const id = await draft(cli);
    await cli.midturn(`review approve ${id}`, { answers: ['yes'] });
    const { code, err } = await cli.midturn(`skills ${command} ${id}`, {
      answers: [],
      env: { CLAUDECODE: '1' },
    });
    expect(code).toBe(2);
    expect(err).toMatch(/needs a person/);
    expect(existsSync(published(cli))).toBe(true);
  });

  it('tells of a change by hand', async () => {
    const cli = commandLine();
    const id = await draft(cli);
    await cli.midturn(`review approve ${id}`, { answers: ['yes'] });
    const file = published(cli);
    cli.write(file.slice(cli.folder.length + 1), readFileSync(file, 'utf8').replace('Push', 'Sign and push'));
    await cli.midturn('skills');
    expect((await cli.midturn(`skills show ${id}`)).out).toContain('Sign and push');
  });
});
