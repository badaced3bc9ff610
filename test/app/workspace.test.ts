import { describe, expect, it } from 'vitest';
import { firstFolder, isNoProject } from '../../src/app/workspace.ts';
import type { Os } from '../../src/platform/paths.ts';

const beside = (cwd: string, home: string, os: Os, repositories: readonly string[] = []) =>
  isNoProject(cwd, { os, homes: [home], exists: (path) => repositories.includes(path) });

describe('a folder that a server was started in', () => {
  it.each<[string, string, string, Os]>([
    ['the home folder', '/home/ada', '/home/ada', 'linux'],
    ['what holds it', '/home', '/home/ada', 'linux'],
    ['the root', '/', '/home/ada', 'linux'],
    ['a folder outside of git', '/opt/editor', '/home/ada', 'linux'],
    ['the home folder on macOS, in other letters', '/users/Ada/', '/Users/ada', 'darwin'],
    ['the home folder on Windows', 'c:\\Users\\Ada', 'C:\\Users\\ada', 'win32'],
    ['the root of a disk', 'D:\\', 'C:\\Users\\ada', 'win32'],
    ['the folder of the system', 'C:\\Windows\\System32', 'C:\\Users\\ada', 'win32'],
  ])('is no project: %s', (_name, cwd, home, os) => {
    expect(beside(cwd, home, os)).toBe(true);
  });

  it('is one where it lies in a repository', () => {
    expect(beside('/home/ada/shop/src/deep', '/home/ada', 'linux', ['/home/ada/shop/.git'])).toBe(false);
    expect(beside('C:\\work\\shop\\src', 'C:\\Users\\ada', 'win32', ['C:\\work\\shop\\.git'])).toBe(false);
  });

  it('is none for lying in a home folder that is a repository itself', () => {
    expect(beside('/home/ada', '/home/ada', 'linux', ['/home/ada/.git'])).toBe(true);
    expect(beside('/home/ada/notes', '/home/ada', 'linux', ['/home/ada/.git', '/.git'])).toBe(true);
  });
});

describe('the roots of a client', () => {
  it.each<[string, Os, string | null]>([
    ['file:///home/ada/my%20shop/', 'linux', '/home/ada/my shop'],
    ['file:///Users/ada/%C3%BCber', 'darwin', '/Users/ada/über'],
    ['file:///c%3A/Users/ada/my%20shop', 'win32', 'C:\\Users\\ada\\my shop'],
    ['file:///C:/Users/ada/shop', 'win32', 'C:\\Users\\ada\\shop'],
    ['file://server/share/shop', 'win32', '\\\\server\\share\\shop'],
    ['file://server/share/shop', 'linux', null],
    ['vscode-remote://ssh-remote+box/home/ada/shop', 'linux', null],
    ['file:///home/ada/%ZZ', 'linux', null],
    ['not a URL', 'linux', null],
  ])('%s on %s is %s', (uri, os, path) => {
    expect(firstFolder([{ uri }], os)).toBe(path);
  });

  it('are looked through for the first that is a folder of this machine', () => {
    const roots = ['vscode-vfs://github/a/b', 'file:///srv/shop', 'file:///srv/blog'].map((uri) => ({ uri }));
    expect(firstFolder(roots, 'linux')).toBe('/srv/shop');
    expect(firstFolder([], 'linux')).toBeNull();
  });
});
