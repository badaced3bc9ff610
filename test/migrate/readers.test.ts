/** What is read of other memory systems, before anything is decided about it. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClaudeMemories, readCodexMemories } from '../../src/migrate/client-memories.ts';
import { readFormerHome } from '../../src/migrate/former-home.ts';
import { frontMatter, isIndex, listEntries, sections } from '../../src/migrate/markdown.ts';
import { tempFolder } from '../support/temp-store.ts';
import { formerHome, put } from './homes.ts';

describe('a home of codex-self-evolution', () => {
  it('gives memory, recall, skills and what never left the queue, in the project that its marker names', async () => {
    const top = tempFolder();
    formerHome(top, '/work/shop');
    const { candidates, skipped } = await readFormerHome(top);
    expect(candidates.map(({ kind, scope, title }) => `${kind} ${scope} ${title}`)).toEqual([
      'memory user Answers in German',
      'memory project Test runner',
      'memory project Test runner again',
      'memory project MR status',
      'memory project Key',
      'recall project Flaky port',
      'recall project Novel',
      'skill project Release',
      'memory project Migrations',
    ]);
    expect(candidates.every(({ place }) => place.kind === 'path' && place.path === '/work/shop')).toBe(true);
    expect(candidates.find(({ title }) => title === 'Flaky port')?.fields).toMatchObject({
      source_updated_at: '2026-03-01T00:00:00Z',
      source_paths: ['docker-compose.yml'],
    });
    expect(skipped.map(({ reason }) => reason).sort()).toEqual([
      'empty',
      'retired',
      'unreadable',
      'unreadable',
    ]);
  });

  it('without its JSON is read from its Markdown, and without its marker placed by what it recorded', async () => {
    const top = tempFolder();
    const bucket = join(top, 'projects', '-work-my-shop');
    put(join(bucket, 'memory', 'USER.md'), '# USER\n\n## Editor\n\nUses Helix.\n');
    put(join(bucket, 'memory', 'MEMORY.md'), '# MEMORY\n\nNo memory yet.\n');
    put(join(bucket, 'recall', 'index.json'), {
      records: [
        { summary: 's', content: 'c', cwd: '/work/my-shop/sub' },
        { summary: 's2', content: 'c2', cwd: '/work/my-shop' },
      ],
    });
    const { candidates } = await readFormerHome(top);
    expect(candidates[0]).toMatchObject({ scope: 'user', title: 'Editor', content: 'Uses Helix.' });
    expect(candidates).toHaveLength(3);
    expect(candidates.every(({ place }) => place.kind === 'path' && place.path === '/work/my-shop')).toBe(
      true,
    );
  });

  it('that is none is empty, and a link is not followed', async () => {
    const top = tempFolder();
    expect(await readFormerHome(join(top, 'none'))).toMatchObject({ candidates: [], skipped: [] });
    const bucket = join(top, 'projects', '-x');
    mkdirSync(join(bucket, 'memory'), { recursive: true });
    symlinkSync(
      put(join(top, 'outside.json'), { user: [{ content: 'x' }] }),
      join(bucket, 'memory', 'memory.json'),
    );
    expect((await readFormerHome(top)).candidates).toEqual([]);
  });
});

describe('a folder that is a link', () => {
  it('is read where it leads to a place within the home, and said to be left out where it leads elsewhere', async () => {
    const top = tempFolder();
    const elsewhere = tempFolder();
    put(join(elsewhere, 'memory', 'memory.json'), { global: [{ summary: 'x', content: 'from elsewhere' }] });
    put(join(elsewhere, 'note.md'), 'from elsewhere');
    put(join(top, 'projects', '-a', 'memory', 'memory.json'), { global: [{ content: 'from within' }] });
    symlinkSync(elsewhere, join(top, 'projects', '-b'));
    mkdirSync(join(top, 'projects', '-c'));
    symlinkSync(join(elsewhere, 'memory'), join(top, 'projects', '-c', 'memory'));
    symlinkSync(join(top, 'projects', '-a'), join(top, 'projects', '-d'));
    const { candidates, skipped } = await readFormerHome(top);
    expect(candidates.map(({ content }) => content)).toEqual(['from within', 'from within']);
    expect(skipped.map(({ title }) => title)).toEqual(['-b', '-c: memory/memory.json']);

    const home = tempFolder();
    mkdirSync(join(home, 'projects', '-x'), { recursive: true });
    symlinkSync(elsewhere, join(home, 'projects', '-x', 'memory'));
    const found = await readClaudeMemories(home, async () => null);
    expect([found.candidates, found.skipped.map(({ title }) => title)]).toEqual([[], ['-x/note.md']]);
  });

  it('may be the home itself', async () => {
    const top = tempFolder();
    put(join(top, 'real', 'projects', '-a', 'memory', 'memory.json'), { global: [{ content: 'x' }] });
    symlinkSync(join(top, 'real'), join(top, 'link'));
    expect((await readFormerHome(join(top, 'link'))).candidates).toHaveLength(1);
  });
});

describe('a skill of a version that kept no description', () => {
  it('is described by what its text says of its use, else by its name', async () => {
    const top = tempFolder();
    const managed = join(top, 'projects', '-a', 'skills', 'managed');
    put(join(managed, 'release.md'), '# Release\n\nUse when a version is cut.\n\n1. Run the tests\n');
    put(join(managed, 'seed.md'), '# Seed the database\n\n1. Run make seed\n');
    const { candidates } = await readFormerHome(top);
    expect(candidates.map(({ fields }) => fields.description)).toEqual([
      'Use when a version is cut.',
      'Use when the task is: Seed the database',
    ]);
  });
});

describe('the memories of the clients', () => {
  it('of Claude Code: one fact a file, by its type; the list of them is none', async () => {
    const home = tempFolder();
    const folder = join(home, 'projects', '-work-shop');
    put(join(folder, 'a.jsonl'), '{}');
    put(
      join(folder, 'memory', 'role.md'),
      '---\nname: role\ndescription: The user is a data engineer\nmetadata:\n  type: user\n---\n\nThe user is a data engineer.\n',
    );
    put(
      join(folder, 'memory', 'deploy.md'),
      '---\nname: deploy\ntype: project\n---\nDeploys run on Tuesdays.\n',
    );
    put(
      join(folder, 'memory', 'board.md'),
      '---\nname: board\ntype: reference\n---\nBugs are in the board INGEST.\n',
    );
    put(
      join(folder, 'memory', 'MEMORY.md'),
      '# Memory\n\n- [Role](role.md) — who\n- [Deploy](deploy.md) — when\n',
    );
    const other = join(home, 'projects', '-x-y', 'memory');
    put(
      join(other, 'MEMORY.md'),
      '# Notes\n\n## Files\n\n- [Deploy](deploy.md)\n\n## Build\n\nBuild with `make all`.\n',
    );
    const { candidates, skipped } = await readClaudeMemories(home, async () => '/work/shop');
    expect(candidates.map(({ kind, scope, title, content }) => [kind, scope, title, content])).toEqual([
      ['recall', 'project', 'board', 'Bugs are in the board INGEST.'],
      ['memory', 'project', 'deploy', 'Deploys run on Tuesdays.'],
      ['memory', 'user', 'The user is a data engineer', 'The user is a data engineer.'],
      ['memory', 'project', 'Build', 'Build with `make all`.'],
    ]);
    expect(candidates.map(({ place }) => place.kind)).toEqual(['path', 'path', 'path', 'name']);
    expect(skipped).toHaveLength(1);
  });

  it('of Codex: what is about the user, and notes by topic in the folder that they name', async () => {
    const root = tempFolder();
    put(
      join(root, 'memory_summary.md'),
      "v1\n## User Profile\nA backend developer.\n\n## User preferences\n- Prefers small commits\n- Wants tests\n  with each change\n\n## General Tips\n- Ask before `git push`\n\n## What's in Memory\n- shop\n",
    );
    put(
      join(root, 'MEMORY.md'),
      `# Shop\ncwd: ${root}\nUses pnpm.\n\n# Elsewhere\ncwd: /not/there\nUses make.\n`,
    );
    put(join(root, 'raw_memories.md'), 'raw');
    const { candidates, skipped } = await readCodexMemories(root);
    expect(candidates.map(({ kind, scope, content }) => [kind, scope, content.split('\n')[0]])).toEqual([
      ['recall', 'project', `cwd: ${root}`],
      ['recall', 'user', 'cwd: /not/there'],
      ['memory', 'user', 'A backend developer.'],
      ['memory', 'user', 'Prefers small commits'],
      ['memory', 'user', 'Wants tests'],
      ['recall', 'user', 'Ask before `git push`'],
    ]);
    expect(candidates[4]?.content).toBe('Wants tests\n  with each change');
    expect(skipped.map(({ title }) => title)).toEqual(['raw_memories.md']);
  });
});

describe('Markdown', () => {
  it('is cut at headings of a level, but not within code', () => {
    expect(sections('# T\nintro\n## A\nx\n```\n## no\n```\n### sub\ny\n## B\n', 2)).toEqual([
      { title: null, content: 'intro' },
      { title: 'A', content: 'x\n```\n## no\n```\n### sub\ny' },
      { title: 'B', content: '' },
    ]);
    expect(listEntries('- a\n  b\n* c\n1. d')).toEqual(['a\n  b', 'c', 'd']);
    expect(frontMatter('no front').body).toBe('no front');
    expect(frontMatter('---\r\nName: "x"\r\n---\r\nbody')).toMatchObject({ body: 'body' });
    expect([isIndex('# M\n- [a](a.md) — x'), isIndex('- [a](a.md)\nmore')]).toEqual([true, false]);
  });
});
