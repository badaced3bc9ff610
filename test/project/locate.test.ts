import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeDisk } from '../../src/platform/disk.ts';
import { type GitLocation, locate, locateWithin } from '../../src/project/locate.ts';
import { fakeDisk } from './fake-disk.ts';
import { git, put, repository, temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

let count = 0;
function place(): string {
  count += 1;
  const path = join(top, String(count));
  mkdirSync(path);
  return path;
}

async function locateGit(path: string): Promise<GitLocation> {
  const found = await locate(path);
  if (found.kind !== 'git') throw new Error(`${path} is ${found.kind}`);
  return found;
}

describe('a repository', () => {
  it('is found from its root, from a subfolder, and from a file in it', async () => {
    const repo = repository(join(place(), 'app'));
    const file = put(join(repo, 'src/deep/er/a.ts'), '');
    const expected = {
      kind: 'git',
      commonDir: join(repo, '.git'),
      gitDir: join(repo, '.git'),
      root: repo,
      mainRoot: repo,
      worktreeName: null,
      bare: false,
      submodule: false,
      shallow: false,
    };
    for (const cwd of [repo, `${repo}/`, join(repo, 'src/deep/er'), file]) {
      expect(await locate(cwd)).toMatchObject(expected);
    }
  });

  it('is one project with its linked work trees, each with its own root', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'worktree', 'add', '-q', '../feature-x', '-b', 'feature');
    put(join(home, 'feature-x/sub/a.ts'), '');
    const linked = await locateGit(join(home, 'feature-x/sub'));
    expect(linked).toMatchObject({
      commonDir: join(repo, '.git'),
      gitDir: join(repo, '.git/worktrees/feature-x'),
      root: join(home, 'feature-x'),
      mainRoot: repo,
      worktreeName: 'feature-x',
    });
    expect(linked.inode).toEqual((await locateGit(repo)).inode);
  });

  it('is found through a link to it, at its real path', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    mkdirSync(join(repo, 'src'));
    symlinkSync(join(repo, 'src'), join(home, 'shortcut'), 'junction');
    expect(await locate(join(home, 'shortcut'))).toMatchObject({ root: repo, commonDir: join(repo, '.git') });
  });

  it('is found from within its .git folder and from within that of a linked work tree', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'worktree', 'add', '-q', '../other');
    expect(await locate(join(repo, '.git/objects'))).toMatchObject({
      commonDir: join(repo, '.git'),
      root: repo,
      bare: false,
    });
    expect(await locate(join(repo, '.git/worktrees/other'))).toMatchObject({
      commonDir: join(repo, '.git'),
      root: join(home, 'other'),
      worktreeName: 'other',
    });
  });

  it('keeps the inode of its git dir when the folder is moved', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    const before = await locateGit(repo);
    renameSync(repo, join(home, 'renamed'));
    const after = await locateGit(join(home, 'renamed'));
    expect(after.inode).toEqual(before.inode);
    expect(after.commonDir).not.toBe(before.commonDir);
  });

  it('may keep its git dir elsewhere', async () => {
    const home = place();
    git(home, 'init', '-q', '--separate-git-dir', join(home, 'app.git'), 'app');
    expect(await locate(join(home, 'app'))).toMatchObject({
      commonDir: join(home, 'app.git'),
      root: join(home, 'app'),
      mainRoot: join(home, 'app'),
      submodule: false,
      bare: false,
    });
  });

  it('wins over the repository around it', async () => {
    const outer = repository(join(place(), 'outer'));
    const inner = repository(join(outer, 'vendor/inner'));
    expect(await locate(inner)).toMatchObject({ root: inner });
    expect(await locate(join(outer, 'vendor'))).toMatchObject({ root: outer });
  });

  it('says when its history was cut off', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'two');
    git(home, 'clone', '-q', '--depth', '1', `file://${repo}`, 'thin');
    expect((await locateGit(join(home, 'thin'))).shallow).toBe(true);
    expect((await locateGit(repo)).shallow).toBe(false);
  });

  it('is not hidden by GIT_DIR in the environment', async () => {
    const repo = repository(join(place(), 'app'));
    process.env.GIT_DIR = '/nowhere/.git';
    try {
      expect(await locate(repo)).toMatchObject({ commonDir: join(repo, '.git') });
    } finally {
      delete process.env.GIT_DIR;
    }
  });

  it('agrees with git about its common dir, in every form', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'worktree', 'add', '-q', '../linked');
    git(home, 'clone', '-q', '--bare', repo, 'bare.git');
    git(join(home, 'bare.git'), 'worktree', 'add', '-q', '../from-bare', 'main');
    git(repo, 'submodule', '--quiet', 'add', join(home, 'bare.git'), 'libs/dep');
    for (const path of [
      'app',
      'linked',
      'bare.git',
      'from-bare',
      'app/libs/dep',
      'app/libs',
      'bare.git/refs',
    ]) {
      const cwd = join(home, path);
      const told = git(cwd, 'rev-parse', '--path-format=absolute', '--git-common-dir');
      expect((await locateGit(cwd)).commonDir, path).toBe(told);
    }
  });
});

describe('a bare repository', () => {
  it('has no root, seen from itself and from its inside', async () => {
    const home = place();
    git(home, 'init', '-q', '--bare', 'app.git');
    for (const cwd of [join(home, 'app.git'), join(home, 'app.git/objects')]) {
      expect(await locate(cwd)).toMatchObject({
        commonDir: join(home, 'app.git'),
        root: null,
        mainRoot: null,
        bare: true,
      });
    }
  });

  it('shares its identity with its work trees', async () => {
    const home = place();
    const seed = repository(join(home, 'seed'));
    git(home, 'clone', '-q', '--bare', seed, 'app.git');
    git(join(home, 'app.git'), 'worktree', 'add', '-q', '../main-tree', 'main');
    expect(await locate(join(home, 'main-tree'))).toMatchObject({
      commonDir: join(home, 'app.git'),
      root: join(home, 'main-tree'),
      mainRoot: null,
      worktreeName: 'main-tree',
      bare: true,
    });
  });

  it('may be hidden beside its work trees behind a .git file', async () => {
    const home = place();
    const seed = repository(join(home, 'seed'));
    git(home, 'clone', '-q', '--bare', seed, 'app/.bare');
    put(join(home, 'app/.git'), 'gitdir: ./.bare\n');
    git(join(home, 'app'), 'worktree', 'add', '-q', 'main', 'main');
    const commonDir = join(home, 'app/.bare');
    expect(await locate(join(home, 'app'))).toMatchObject({ commonDir, bare: true });
    expect(await locate(join(home, 'app/main'))).toMatchObject({ commonDir, root: join(home, 'app/main') });
  });

  it('is known as bare when it is named .git and its settings lie in config.worktree', async () => {
    const home = place();
    const seed = repository(join(home, 'seed'));
    git(home, 'clone', '-q', '--bare', seed, 'app/.git');
    git(join(home, 'app'), 'worktree', 'add', '-q', 'tree', 'main');
    git(join(home, 'app/tree'), 'sparse-checkout', 'set', '--cone', 'src');
    expect(await locate(join(home, 'app'))).toMatchObject({ commonDir: join(home, 'app/.git'), bare: true });
    expect(await locate(join(home, 'app/.git'))).toMatchObject({ bare: true, root: null, mainRoot: null });
  });
});

describe('a submodule', () => {
  it('is a project of its own, found from its checkout and from its git dir', async () => {
    const home = place();
    const lib = repository(join(home, 'lib'));
    const app = repository(join(home, 'app'));
    git(app, 'submodule', '--quiet', 'add', lib, 'libs/dep');
    const expected = {
      commonDir: join(app, '.git/modules/libs/dep'),
      root: join(app, 'libs/dep'),
      mainRoot: join(app, 'libs/dep'),
      submodule: true,
      bare: false,
    };
    expect(await locate(join(app, 'libs/dep'))).toMatchObject(expected);
    expect(await locate(join(app, '.git/modules/libs/dep/refs'))).toMatchObject(expected);
    expect(await locate(join(app, 'libs'))).toMatchObject({ commonDir: join(app, '.git'), submodule: false });
  });

  it('is not what lies in a folder named modules', async () => {
    const repo = repository(join(place(), 'modules/app'));
    expect((await locateGit(repo)).submodule).toBe(false);
  });
});

describe('a .git that leads nowhere', () => {
  it('names its repository when the work tree was pruned', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'worktree', 'add', '-q', '../feature');
    rmSync(join(repo, '.git/worktrees'), { recursive: true });
    expect(await locate(join(home, 'feature'))).toMatchObject({
      kind: 'git-broken',
      root: join(home, 'feature'),
      commonDir: join(repo, '.git'),
      worktreeName: 'feature',
    });
  });

  it('names where its repository was when that was moved away', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'worktree', 'add', '-q', '../feature');
    renameSync(repo, join(home, 'gone'));
    const found = await locate(join(home, 'feature'));
    expect(found).toMatchObject({
      kind: 'git-broken',
      commonDir: join(repo, '.git'),
      worktreeName: 'feature',
    });
  });

  it('names the git dir of a submodule whose superproject lost it', async () => {
    const home = place();
    repository(join(home, 'app'));
    put(join(home, 'app/libs/dep/.git'), 'gitdir: ../../.git/modules/dep\n');
    expect(await locate(join(home, 'app/libs/dep'))).toMatchObject({
      kind: 'git-broken',
      commonDir: join(home, 'app/.git/modules/dep'),
      worktreeName: null,
    });
  });

  it.each([
    ['empty', ''],
    ['of another kind', 'hello\n'],
    ['without a path', 'gitdir: \n'],
    ['too large to be one', `gitdir: ${'x'.repeat(100_000)}`],
  ])('tells nothing when the file is %s', async (_, text) => {
    const home = place();
    put(join(home, 'app/.git'), text);
    expect(await locate(join(home, 'app'))).toMatchObject({
      kind: 'git-broken',
      commonDir: null,
      root: join(home, 'app'),
    });
  });

  it.skipIf(process.platform === 'win32')('is not waited for when it is a pipe', async () => {
    const home = place();
    execFileSync('mkfifo', [join(home, '.git')]);
    expect(await locate(home)).toMatchObject({ kind: 'git-broken', commonDir: null });
  });

  it('is passed over when it is an empty folder, as git does', async () => {
    const outer = repository(join(place(), 'outer'));
    mkdirSync(join(outer, 'inner/.git'), { recursive: true });
    expect(await locate(join(outer, 'inner'))).toMatchObject({ kind: 'git', root: outer });
  });

  it('is passed over when it is a link to itself', async () => {
    const home = place();
    symlinkSync(join(home, '.git'), join(home, '.git'));
    expect(await locate(home)).toMatchObject({ kind: 'folder', path: home });
  });

  it('is a repository all the same when nobody may look into it', async () => {
    const disk = fakeDisk('linux', { '/r/.git/HEAD': '', '/r/src/a': '' }, [
      { path: '/r/.git/HEAD', code: 'EACCES' },
    ]);
    expect(await locate('/r/src', { disk, os: 'linux' })).toMatchObject({
      kind: 'git-broken',
      commonDir: '/r/.git',
      root: '/r',
    });
  });
});

describe('no repository', () => {
  it('is a folder with its real path and identity', async () => {
    const home = place();
    mkdirSync(join(home, 'notes'));
    symlinkSync(join(home, 'notes'), join(home, 'link'), 'junction');
    const found = await locate(join(home, 'link'));
    expect(found).toMatchObject({ kind: 'folder', path: join(home, 'notes') });
    expect(found).toEqual(await locate(join(home, 'notes')));
  });

  it('tells apart folders whose names differ by a separator', async () => {
    const home = place();
    mkdirSync(join(home, 'a/b-c'), { recursive: true });
    mkdirSync(join(home, 'a-b/c'), { recursive: true });
    expect(await locate(join(home, 'a/b-c'))).not.toEqual(await locate(join(home, 'a-b/c')));
  });

  it('looks at every folder up to the root, and a root or home may be a repository', async () => {
    const files = {
      '/.git/HEAD': 'ref: refs/heads/main',
      '/.git/objects/x': '',
      '/.git/refs/x': '',
      '/home/me/a': '',
    };
    expect(await locate('/home/me', { disk: fakeDisk('linux', files), os: 'linux' })).toMatchObject({
      root: '/',
      mainRoot: '/',
    });
  });

  it('survives a path of hundreds of folders', async () => {
    const home = place();
    const deep = join(home, ...Array.from({ length: 300 }, () => 'd'));
    mkdirSync(deep, { recursive: true });
    expect(await locate(deep)).toMatchObject({ kind: 'folder', path: deep });
  });
});

describe('a path that is gone', () => {
  it('is missing, with links resolved as far as it exists', async () => {
    const home = place();
    mkdirSync(join(home, 'real'));
    symlinkSync(join(home, 'real'), join(home, 'link'), 'junction');
    expect(await locate(join(home, 'link/was/here'))).toEqual({
      kind: 'missing',
      path: join(home, 'real/was/here'),
      within: null,
    });
  });

  it('tells the repository that still stands around it', async () => {
    const repo = repository(join(place(), 'app'));
    expect(await locate(join(repo, '.worktrees/feature/src'))).toMatchObject({
      kind: 'missing',
      path: join(repo, '.worktrees/feature/src'),
      within: { kind: 'git', root: repo },
    });
  });

  it.each(['', '.', 'relative/path', '~/x', '/a\0b'])(
    'is what %j names: no working directory is assumed',
    async (cwd) => {
      expect(await locate(cwd, { os: 'linux' })).toEqual({ kind: 'missing', path: cwd, within: null });
    },
  );

  it('is below a file', async () => {
    const file = put(join(place(), 'file'), '');
    expect(await locate(join(file, 'x'))).toMatchObject({ kind: 'missing', path: join(file, 'x') });
  });
});

describe('a disk that does not answer', () => {
  const files = { '/mnt/nas/app/src/a.ts': '' };

  it.each(['EIO', 'ETIMEDOUT', 'ENOTCONN', 'EHOSTDOWN', 'ESTALE', 'EMFILE', 'ENOMEM', 'UNKNOWN'])(
    'with %s is unreachable, wherever it strikes',
    async (code) => {
      for (const path of ['/mnt/nas/app/src', '/mnt/nas/app/.git', '/mnt/nas/app/HEAD', '/.git']) {
        const disk = fakeDisk('linux', files, [{ path, code }]);
        const found = await locate('/mnt/nas/app/src', { disk, os: 'linux' });
        expect(found).toMatchObject({ kind: 'unreachable', path: '/mnt/nas/app/src' });
        expect(found.kind === 'unreachable' && found.reason).toContain(code);
      }
    },
  );

  it('with "not allowed" has answered: that folder holds no repository of ours', async () => {
    const disk = fakeDisk('linux', files, [{ path: '/.git', code: 'EACCES' }]);
    expect(await locate('/mnt/nas/app/src', { disk, os: 'linux' })).toMatchObject({ kind: 'folder' });
  });

  it('is unreachable when the folder itself may not be entered', async () => {
    const disk = fakeDisk('linux', files, [{ path: '/mnt/nas/app', code: 'EACCES' }]);
    expect(await locate('/mnt/nas/app', { disk, os: 'linux' })).toMatchObject({ kind: 'unreachable' });
  });

  it('is never turned into an answer when the fault is ours', async () => {
    const disk = { ...nodeDisk, realpath: () => Promise.reject(new TypeError('a bug')) };
    await expect(locate('/x', { disk, os: 'linux' })).rejects.toThrow('a bug');
  });

  it('is given up after the deadline, holds no further threads, and is asked again once it has answered', async () => {
    const wakers: (() => void)[] = [];
    const asked: string[] = [];
    const disk = {
      ...fakeDisk('linux', files),
      realpath: (path: string) => {
        asked.push(path);
        return new Promise<string>((resolve) => wakers.push(() => resolve(path)));
      },
    };
    const look = (path: string) => locateWithin(path, 5, { disk, os: 'linux' });
    for (const path of ['/mnt/nas/one', '/mnt/nas/two', '/mnt/nas/one', '/mnt/nas/three']) {
      expect(await look(path)).toMatchObject({ kind: 'unreachable', path });
    }
    expect(asked).toEqual(['/mnt/nas/one', '/mnt/nas/two']);
    for (const wake of wakers) wake();
    await new Promise((resolve) => setImmediate(resolve));
    expect(
      await locateWithin('/mnt/nas/app', 1000, { disk: fakeDisk('linux', files), os: 'linux' }),
    ).toMatchObject({
      kind: 'folder',
    });
  });

  it('does not matter to a path that answers in time', async () => {
    const home = place();
    expect(await locateWithin(home, 10_000)).toEqual(await locate(home));
  });
});

describe('other systems', () => {
  const inGit = (folder: string, separator: string) =>
    Object.fromEntries(
      ['HEAD', `objects${separator}x`, `refs${separator}x`].map((name) => [
        `${folder}${separator}${name}`,
        'ref: refs/heads/main',
      ]),
    );

  it('finds a work tree on Windows, whatever the case and the slashes', async () => {
    const disk = fakeDisk('win32', {
      ...inGit('C:\\Work\\App\\.git', '\\'),
      ...inGit('C:\\Work\\App\\.git\\worktrees\\fix', '\\'),
      'C:\\Work\\App\\.git\\worktrees\\fix\\commondir': '../..\r\n',
      'C:\\Work\\fix\\.git': 'gitdir: C:/Work/App/.git/worktrees/fix\n',
      'C:\\Work\\fix\\src\\a.ts': '',
    });
    for (const cwd of ['c:/work/FIX/src', '\\\\?\\C:\\Work\\fix\\src', '/c/Work/fix/src']) {
      expect(await locate(cwd, { disk, os: 'win32' })).toMatchObject({
        kind: 'git',
        commonDir: 'C:\\Work\\App\\.git',
        root: 'C:\\Work\\fix',
        mainRoot: 'C:\\Work\\App',
        worktreeName: 'fix',
      });
    }
  });

  it('stops at the root of a share', async () => {
    const disk = fakeDisk('win32', { '\\\\server\\share\\team\\a.txt': '' });
    const found = await locate('\\\\server\\share\\team', { disk, os: 'win32' });
    expect(found).toMatchObject({ kind: 'folder', path: '\\\\server\\share\\team' });
    expect(disk.asked).not.toContain('\\\\server\\.git');
  });

  it('finds a Windows path inside WSL, and a work tree that Windows git made', async () => {
    const disk = fakeDisk('linux', {
      ...inGit('/mnt/c/Work/App/.git', '/'),
      ...inGit('/mnt/c/Work/App/.git/worktrees/fix', '/'),
      '/mnt/c/Work/App/.git/worktrees/fix/commondir': '../..\n',
      '/mnt/c/Work/fix/.git': 'gitdir: C:/Work/App/.git/worktrees/fix\n',
    });
    const expected = { kind: 'git', commonDir: '/mnt/c/Work/App/.git', root: '/mnt/c/Work/fix' };
    expect(await locate('C:\\Work\\fix', { disk, os: 'linux' })).toMatchObject(expected);
    expect(await locate('/mnt/c/Work/fix', { disk, os: 'linux' })).toMatchObject(expected);
  });

  it('leaves a Windows path of another machine as it was written', async () => {
    const found = await locate('c:\\Elsewhere\\app\\', {
      disk: fakeDisk('linux', { '/home/a': '' }),
      os: 'linux',
    });
    expect(found).toEqual({ kind: 'missing', path: 'C:\\Elsewhere\\app', within: null });
  });
});
