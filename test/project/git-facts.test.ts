import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { askGit, parseRemotes } from '../../src/project/git-facts.ts';
import { locate } from '../../src/project/locate.ts';
import { ENVIRONMENT, git, put, repository, temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

let count = 0;
function place(): string {
  count += 1;
  const path = join(top, String(count));
  mkdirSync(path);
  return path;
}

async function factsAt(path: string, env = ENVIRONMENT) {
  const found = await locate(path);
  if (found.kind !== 'git') throw new Error(`${path} is ${found.kind}`);
  return askGit(found, { env });
}

describe('asking git', () => {
  it('answers the remotes without credentials, origin first, and the root commit', async () => {
    const repo = repository(join(place(), 'app'));
    git(repo, 'remote', 'add', 'backup', 'git@backup.example:team/app.git');
    git(repo, 'remote', 'add', 'mirror', 'ssh://git@git.example.org/team/app');
    git(repo, 'remote', 'add', 'origin', 'https://me:s3cret@git.example.org/team/app.git');
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'two');
    expect(await factsAt(repo)).toEqual({
      remotes: ['git.example.org/team/app', 'backup.example/team/app'],
      rootCommit: git(repo, 'rev-list', '--max-parents=0', 'HEAD'),
      shallow: false,
    });
  });

  it('answers the same root commit for every clone and branch, also after histories were joined', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    const root = git(repo, 'rev-parse', 'HEAD');
    git(home, 'clone', '-q', repo, 'clone');
    git(repo, 'switch', '-q', '--orphan', 'pages');
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'pages');
    git(repo, 'switch', '-q', 'main');
    git(repo, 'merge', '-q', '--allow-unrelated-histories', '-m', 'join', 'pages');
    git(repo, 'switch', '-q', 'pages');
    expect((await factsAt(repo))?.rootCommit).toBe(root);
    expect(await factsAt(join(home, 'clone'))).toMatchObject({ rootCommit: root, remotes: [repo] });
  });

  it('answers no root commit for a history that was cut off', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'two');
    git(home, 'clone', '-q', '--depth', '1', `file://${repo}`, 'thin');
    expect(await factsAt(join(home, 'thin'))).toEqual({ remotes: [repo], rootCommit: null, shallow: true });
  });

  it('answers for a repository without remotes and without commits', async () => {
    const repo = place();
    git(repo, 'init', '-q');
    expect(await factsAt(repo)).toEqual({ remotes: [], rootCommit: null, shallow: false });
  });

  it('answers the same from a linked work tree and for a bare repository', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'remote', 'add', 'origin', '../upstream.git');
    git(repo, 'worktree', 'add', '-q', '../linked');
    git(home, 'clone', '-q', '--bare', repo, 'bare.git');
    expect(await factsAt(join(home, 'linked'))).toEqual(await factsAt(repo));
    expect((await factsAt(repo))?.remotes).toEqual([join(home, 'upstream.git')]);
    expect((await factsAt(join(home, 'bare.git')))?.rootCommit).toBe(git(repo, 'rev-parse', 'HEAD'));
  });

  it('is about this repository, whatever the environment points at', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    const other = repository(join(home, 'other'));
    git(other, 'remote', 'add', 'origin', 'https://wrong.example/x/y');
    const env = {
      ...ENVIRONMENT,
      GIT_DIR: join(other, '.git'),
      GIT_COMMON_DIR: join(other, '.git'),
      GIT_WORK_TREE: other,
    };
    expect(await factsAt(repo, env)).toEqual(await factsAt(repo));
  });

  it('answers nothing when git is not there', async () => {
    const repo = repository(join(place(), 'app'));
    expect(await factsAt(repo, { PATH: join(top, 'empty') })).toBeNull();
  });

  it.skipIf(process.platform === 'win32')('runs nothing that the repository names', async () => {
    const repo = repository(join(place(), 'app'));
    const mark = join(repo, 'was-run');
    const program = put(join(repo, 'program'), `#!/bin/sh\ntouch '${mark}'\n`);
    chmodSync(program, 0o755);
    for (const key of [
      'core.fsmonitor',
      'core.sshCommand',
      'core.pager',
      'credential.helper',
      'core.editor',
      'diff.external',
    ]) {
      git(repo, 'config', key, program);
    }
    git(repo, 'config', 'protocol.ext.allow', 'always');
    git(repo, 'remote', 'add', 'origin', `ext::${program}`);
    put(join(repo, '.git/hooks/reference-transaction'), `#!/bin/sh\ntouch '${mark}'\n`);
    expect(await factsAt(repo)).toMatchObject({ remotes: [] });
    expect(existsSync(mark)).toBe(false);
  });
});

it('reads what git prints about remotes, whatever their names', () => {
  const text = [
    'b c\thttps://x/1 (fetch)',
    'b c\thttps://x/1 (push)',
    'origin\t/a (b)/c (fetch) [blob:none]',
    'odd',
    '',
  ];
  expect(parseRemotes(text.join('\n'))).toEqual(['/a (b)/c', 'https://x/1']);
});
