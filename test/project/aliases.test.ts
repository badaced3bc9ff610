import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Alias, claimOf, factAliases } from '../../src/project/aliases.ts';
import { type GitLocation, type Location, locate } from '../../src/project/locate.ts';
import { git, repository, temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

let count = 0;
function place(): string {
  count += 1;
  const path = join(top, String(count));
  mkdirSync(path);
  return path;
}

const claimAt = async (path: string) => claimOf(await locate(path), 'here');
const of = (aliases: readonly Alias[], kind: Alias['kind']) =>
  aliases.filter((alias) => alias.kind === kind).map((alias) => alias.value);

const LOCATION: GitLocation = {
  kind: 'git',
  commonDir: '/x/app/.git',
  gitDir: '/x/app/.git',
  root: '/x/app',
  mainRoot: '/x/app',
  worktreeName: null,
  bare: false,
  submodule: false,
  shallow: false,
  inode: { dev: '1', ino: '22', birthtimeMs: 333 },
};

describe('a claim', () => {
  it('names a repository by its git dir first, then its inode, then its folder', () => {
    expect(claimOf(LOCATION, 'here', 'linux')).toEqual({
      name: 'app',
      identity: [
        { machine: 'here', kind: 'git-dir', value: '/x/app/.git' },
        { machine: 'here', kind: 'inode', value: '1:22:333' },
        { machine: 'here', kind: 'path', value: '/x/app' },
      ],
      extra: [],
    });
  });

  it('is the same from every work tree, and never stands on the place of a linked one', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'worktree', 'add', '-q', '../feature');
    mkdirSync(join(home, 'feature/sub'));
    const main = await claimAt(repo);
    const linked = await claimAt(join(home, 'feature/sub'));
    expect(linked).toMatchObject({ name: 'app', identity: main.identity });
    expect(linked.extra).toEqual([{ machine: 'here', kind: 'path', value: join(home, 'feature') }]);
  });

  it('shares a name with the folder before it became a repository, and after it stopped being one', async () => {
    const home = place();
    const before = await claimAt(home);
    git(home, 'init', '-q');
    const during = await claimAt(home);
    expect(of(during.identity, 'path')).toEqual(of(before.identity, 'path'));
  });

  it('keeps the inode when the folder is moved', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    const before = await claimAt(repo);
    renameSync(repo, join(home, 'app2'));
    const after = await claimAt(join(home, 'app2'));
    expect(of(after.identity, 'inode')).toEqual(of(before.identity, 'inode'));
    expect(of(after.identity, 'git-dir')).not.toEqual(of(before.identity, 'git-dir'));
    expect(after.name).toBe('app2');
  });

  it('of a broken work tree is by the git dir it had', async () => {
    const home = place();
    const repo = repository(join(home, 'app'));
    git(repo, 'worktree', 'add', '-q', '../feature');
    const main = await claimAt(repo);
    rmSync(join(repo, '.git/worktrees'), { recursive: true });
    const broken = await claimAt(join(home, 'feature'));
    expect(broken.name).toBe('app');
    expect(broken.identity).toEqual(main.identity.filter((alias) => alias.kind === 'git-dir'));
  });

  it('has no inode where the file system keeps no birth time: inode numbers are used again', () => {
    const claim = claimOf(
      { ...LOCATION, inode: { dev: '1', ino: '22', birthtimeMs: null } },
      'here',
      'linux',
    );
    expect(of(claim.identity, 'inode')).toEqual([]);
  });

  it.each<[string, Location]>([
    ['app', { ...LOCATION, bare: true, root: null, mainRoot: null, commonDir: '/x/app.git' }],
    ['app', { ...LOCATION, bare: true, root: null, mainRoot: null, commonDir: '/x/app/.bare' }],
    [
      'app',
      {
        ...LOCATION,
        bare: true,
        root: '/x/tree',
        mainRoot: null,
        commonDir: '/x/app.git',
        worktreeName: 'tree',
      },
    ],
    [
      'dep',
      {
        ...LOCATION,
        submodule: true,
        commonDir: '/x/app/.git/modules/dep',
        root: '/x/app/libs/dep',
        mainRoot: null,
      },
    ],
    ['root', { ...LOCATION, root: '/', mainRoot: '/', commonDir: '/.git' }],
    ['notes', { kind: 'folder', path: '/x/notes', inode: null }],
    ['gone', { kind: 'missing', path: '/x/gone', within: null }],
    ['App', { kind: 'missing', path: 'C:\\Work\\App', within: null }],
    ['nas', { kind: 'unreachable', path: '/mnt/nas', reason: 'EIO' }],
  ])('shows the name %s', (name, location) => {
    expect(claimOf(location, 'here', 'linux').name).toBe(name);
  });

  it('never gives two paths one value', () => {
    const path = fc.array(
      fc.stringMatching(/^[a-z_ .-]{1,4}$/).filter((part) => !/^\.+$/.test(part)),
      { minLength: 1, maxLength: 5 },
    );
    const pathValue = (parts: readonly string[]) =>
      claimOf({ kind: 'folder', path: `/${parts.join('/')}`, inode: null }, 'here', 'linux').identity[0]
        ?.value;
    fc.assert(
      fc.property(path, path, (a, b) => (pathValue(a) === pathValue(b)) === (a.join('/') === b.join('/'))),
    );
    expect(pathValue(['a', 'b-c'])).not.toBe(pathValue(['a-b', 'c']));
  });

  it('gives one value to two spellings where the system has one place', () => {
    const value = (path: string, os: 'darwin' | 'win32') =>
      claimOf({ kind: 'folder', path, inode: null }, 'here', os).identity[0]?.value;
    expect(value('C:\\Work\\App', 'win32')).toBe(value('c:/work/APP/', 'win32'));
    expect(value('/Users/Me/Caf\u00e9', 'darwin')).toBe(value('/users/me/cafe\u0301', 'darwin'));
  });
});

describe('what git said', () => {
  it('holds on every machine, except the path of a local remote', () => {
    const facts = {
      remotes: ['git.example.org/team/app', '/srv/app.git'],
      rootCommit: 'a'.repeat(40),
      shallow: false,
    };
    expect(factAliases(facts, 'here')).toEqual([
      { machine: null, kind: 'remote', value: 'git.example.org/team/app' },
      { machine: 'here', kind: 'remote', value: '/srv/app.git' },
      { machine: null, kind: 'root-commit', value: 'a'.repeat(40) },
    ]);
  });

  it('has no root commit when history was cut off', () => {
    expect(factAliases({ remotes: [], rootCommit: null, shallow: true }, 'here')).toEqual([]);
  });
});
