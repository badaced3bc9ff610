import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readHead } from '../../src/project/head.ts';
import { locate } from '../../src/project/locate.ts';
import { git, put, repository, temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

let count = 0;
function newRepository(): string {
  count += 1;
  return repository(join(top, String(count), 'app'));
}

async function headAt(path: string) {
  const found = await locate(path);
  if (found.kind !== 'git') throw new Error(`${path} is ${found.kind}`);
  return readHead(found);
}

describe('HEAD', () => {
  it('is a branch, also one with slashes in its name', async () => {
    const repo = newRepository();
    git(repo, 'switch', '-q', '-c', 'feat/deep/er');
    expect(await headAt(repo)).toEqual({ branch: 'feat/deep/er', commit: git(repo, 'rev-parse', 'HEAD') });
  });

  it('is found in packed refs', async () => {
    const repo = newRepository();
    git(repo, 'branch', 'maintain');
    git(repo, 'pack-refs', '--all');
    rmSync(join(repo, '.git/refs/heads/main'), { force: true });
    expect(await headAt(repo)).toEqual({ branch: 'main', commit: git(repo, 'rev-parse', 'HEAD') });
  });

  it('is the loose ref when both are there', async () => {
    const repo = newRepository();
    git(repo, 'pack-refs', '--all');
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'two');
    expect((await headAt(repo)).commit).toBe(git(repo, 'rev-parse', 'HEAD'));
  });

  it('follows a symbolic ref into packed refs', async () => {
    const repo = newRepository();
    git(repo, 'symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
    git(repo, 'pack-refs', '--all');
    put(join(repo, '.git/HEAD'), 'ref: refs/heads/alias\n');
    expect(await headAt(repo)).toEqual({ branch: 'alias', commit: git(repo, 'rev-parse', 'main') });
  });

  it('has no branch when detached', async () => {
    const repo = newRepository();
    git(repo, 'switch', '-q', '--detach');
    expect(await headAt(repo)).toEqual({ branch: null, commit: git(repo, 'rev-parse', 'HEAD') });
  });

  it('has no commit before the first one', async () => {
    const repo = join(top, 'unborn');
    mkdirSync(repo);
    git(repo, 'init', '-q');
    expect(await headAt(repo)).toEqual({ branch: 'main', commit: null });
  });

  it('is each work tree’s own', async () => {
    const repo = newRepository();
    git(repo, 'worktree', 'add', '-q', '../linked', '-b', 'side');
    git(join(repo, '../linked'), 'commit', '-q', '--allow-empty', '-m', 'aside');
    expect(await headAt(join(repo, '../linked'))).toEqual({
      branch: 'side',
      commit: git(repo, 'rev-parse', 'side'),
    });
    expect(await headAt(repo)).toEqual({ branch: 'main', commit: git(repo, 'rev-parse', 'main') });
  });

  it('is read with sha256 object names', async () => {
    const repo = join(top, 'sha256');
    mkdirSync(repo);
    git(repo, 'init', '-q', '--object-format=sha256');
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'one');
    const head = await headAt(repo);
    expect(head.commit).toBe(git(repo, 'rev-parse', 'HEAD'));
    expect(head.commit).toHaveLength(64);
  });

  it.each([
    ['kept in reftable files', 'ref: refs/heads/.invalid\n'],
    ['leading out of the git dir', 'ref: refs/../../../../secret\n'],
    ['leading out of it by an absolute path', 'ref: /etc/passwd\n'],
    ['neither a ref nor a commit', 'what is this\n'],
    ['empty', ''],
  ])('says nothing when it is %s', async (_, text) => {
    const repo = newRepository();
    put(join(repo, '../secret'), `${'a'.repeat(40)}\n`);
    put(join(repo, '.git/HEAD'), text);
    expect(await headAt(repo)).toEqual({ branch: null, commit: null });
  });

  it('is not followed in a circle', async () => {
    const repo = newRepository();
    put(join(repo, '.git/refs/heads/main'), 'ref: refs/heads/other\n');
    put(join(repo, '.git/refs/heads/other'), 'ref: refs/heads/main\n');
    expect(await headAt(repo)).toEqual({ branch: 'main', commit: null });
  });
});
