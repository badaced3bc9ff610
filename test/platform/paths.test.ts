import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiskError, nodeDisk } from '../../src/platform/disk.ts';
import {
  baseName,
  expandTilde,
  fileUrlToPath,
  hostOs,
  isAbsolutePath,
  isInside,
  normalisePath,
  type Os,
  pathKey,
  realPathOf,
  relativeInside,
  wslTwin,
} from '../../src/platform/paths.ts';

describe('the system', () => {
  it('is one of three, and what is neither Windows nor macOS counts as Linux', () => {
    expect(['linux', 'darwin', 'win32', 'freebsd', 'android'].map(hostOs)).toEqual([
      'linux',
      'darwin',
      'win32',
      'linux',
      'linux',
    ]);
  });
});

describe('the normal form', () => {
  it.each<[Os, string, string]>([
    ['linux', '/a/./b/../c//d/', '/a/c/d'],
    ['linux', '/', '/'],
    ['linux', '/a\\b', '/a\\b'],
    ['linux', 'c:\\Work\\App\\', 'C:\\Work\\App'],
    ['darwin', '/Users/Me/', '/Users/Me'],
    ['win32', 'c:/Work/app/', 'C:\\Work\\app'],
    ['win32', 'C:\\', 'C:\\'],
    ['win32', 'c:', 'C:\\'],
    ['win32', '\\\\?\\c:\\Work\\App', 'C:\\Work\\App'],
    ['win32', '\\\\.\\C:\\Work', 'C:\\Work'],
    ['win32', '\\\\?\\UNC\\server\\share\\x\\', '\\\\server\\share\\x'],
    ['win32', '//server/share/x', '\\\\server\\share\\x'],
    ['win32', '/c/Users/me', 'C:\\Users\\me'],
    ['win32', '/mnt/d/x', 'D:\\x'],
    ['win32', '/c', 'C:\\'],
  ])('on %s of %j is %j', (os, path, normal) => {
    expect(normalisePath(path, os)).toBe(normal);
    expect(normalisePath(normal, os)).toBe(normal);
  });

  it.each<[Os, string, boolean]>([
    ['linux', '/a', true],
    ['linux', 'a', false],
    ['linux', './a', false],
    ['linux', '~/a', false],
    ['linux', 'C:\\a', true],
    ['linux', '', false],
    ['win32', 'C:\\a', true],
    ['win32', 'C:a', false],
    ['win32', '\\a', false],
    ['win32', '\\\\server\\share', true],
    ['win32', '/c/a', true],
    ['win32', '/usr/a', false],
  ])('on %s, %j is absolute: %j', (os, path, expected) => {
    expect(isAbsolutePath(path, os)).toBe(expected);
  });
});

describe('the key', () => {
  it('is shared by spellings of one place, and by those only', () => {
    expect(pathKey('C:\\Work\\App', 'win32')).toBe(pathKey('\\\\?\\c:\\work\\APP\\', 'win32'));
    expect(pathKey('C:\\Work\\App', 'win32')).toBe('c:/work/app');
    expect(pathKey('/Users/Me/Caf\u00e9', 'darwin')).toBe(pathKey('/users/me/Cafe\u0301', 'darwin'));
    expect(pathKey('/home/Me', 'linux')).not.toBe(pathKey('/home/me', 'linux'));
    expect(pathKey('/a\\b', 'linux')).not.toBe(pathKey('/a/b', 'linux'));
    expect(pathKey('C:\\x', 'win32')).not.toBe(pathKey('D:\\x', 'win32'));
  });
});

describe('what lies inside', () => {
  it.each<[Os, string, string, string | null]>([
    ['linux', '/a/b', '/a/b', ''],
    ['linux', '/a/b/c', '/a/b', 'c'],
    ['linux', '/a/b/c/d/', '/a/b/', 'c/d'],
    ['linux', '/a/bc', '/a/b', null],
    ['linux', '/a', '/a/b', null],
    ['linux', '/a/b/../c', '/a/b', null],
    ['linux', '/a', '/', 'a'],
    ['linux', '/A/b', '/a', null],
    ['linux', '/a/..b', '/a', '..b'],
    ['linux', 'C:\\Work\\App\\Src', 'c:\\work', 'App/Src'],
    ['darwin', '/Users/Me/App', '/users/me', 'App'],
    ['win32', 'c:\\Work\\App\\Src\\A.ts', 'C:/work/app', 'Src/A.ts'],
    ['win32', 'C:\\Work', 'C:\\', 'Work'],
    ['win32', 'D:\\Work', 'C:\\', null],
    ['win32', '\\\\server\\share\\x\\y', '//Server/Share/x', 'y'],
    ['win32', '\\\\server\\share2', '\\\\server\\share', null],
  ])('on %s: %j from %j is %j', (os, child, parent, relative) => {
    expect(relativeInside(child, parent, os)).toBe(relative);
    expect(isInside(child, parent, os)).toBe(relative !== null);
  });

  it('is every path below a folder and no sibling that only begins like it', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_ -]{1,6}$/);
    const path = fc.array(segment, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.constantFrom<Os>('linux', 'darwin', 'win32'),
        path,
        path,
        segment,
        (os, parent, below, extra) => {
          const separator = os === 'win32' ? '\\' : '/';
          const folder = (os === 'win32' ? 'E:\\' : '/root/') + parent.join(separator);
          expect(relativeInside([folder, ...below].join(separator), folder, os)).toBe(below.join('/'));
          expect(isInside(folder + extra, folder, os)).toBe(false);
        },
      ),
    );
  });
});

describe('other forms of a path', () => {
  it('expands the tilde of this user only', () => {
    expect(['~', '~/x', '~\\x', '~you/x', 'a/~', '/~'].map((path) => expandTilde(path, '/home/me'))).toEqual([
      '/home/me',
      '/home/me/x',
      '/home/me\\x',
      '~you/x',
      'a/~',
      '/~',
    ]);
    expect(expandTilde('~/x', '/')).toBe('/x');
  });

  it.each<[Os, string, string | null]>([
    ['linux', 'file:///home/me/my%20app', '/home/me/my app'],
    ['linux', 'FILE:///home/me', '/home/me'],
    ['linux', 'file://localhost/x', '/x'],
    ['linux', 'file:///C:/Work/App', 'C:\\Work\\App'],
    ['win32', 'file:///C:/Work/App', 'C:\\Work\\App'],
    ['win32', 'file://server/share/x', '\\\\server\\share\\x'],
    ['linux', 'file://server/share', null],
    ['linux', 'file:///a%2Fb', null],
    ['linux', 'file:///a%zz', null],
    ['linux', 'https://x/y', null],
    ['linux', '/home/me', null],
    ['win32', 'file:///home/me', null],
  ])('on %s: %j is %j', (os, url, path) => {
    expect(fileUrlToPath(url, os)).toBe(path);
  });

  it.each([
    ['C:\\Users\\me', '/mnt/c/Users/me'],
    ['d:/', '/mnt/d'],
    ['\\\\wsl$\\Ubuntu\\home\\me', '/home/me'],
    ['\\\\wsl.localhost\\Debian-12\\srv', '/srv'],
    ['\\\\server\\share', null],
    ['/home/me', null],
  ])('%j inside WSL is %j', (path, twin) => {
    expect(wslTwin(path)).toBe(twin);
  });

  it('has a last segment', () => {
    expect(['/a/b/', '/', 'C:\\W\\x'].map((path) => baseName(path, 'linux'))).toEqual(['b', '', 'x']);
    expect(baseName('C:\\', 'win32')).toBe('');
  });
});

describe('the real path', () => {
  it('resolves links as far as the path exists', async () => {
    const top = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-paths-')));
    try {
      mkdirSync(join(top, 'real'));
      symlinkSync(join(top, 'real'), join(top, 'link'), 'junction');
      const os = hostOs();
      expect(await realPathOf(join(top, 'link'), nodeDisk, os)).toEqual({
        path: join(top, 'real'),
        existing: join(top, 'real'),
      });
      expect(await realPathOf(join(top, 'link/not/there'), nodeDisk, os)).toEqual({
        path: join(top, 'real/not/there'),
        existing: join(top, 'real'),
      });
    } finally {
      rmSync(top, { recursive: true });
    }
  });

  it('is not guessed when the disk does not answer', async () => {
    const disk = { realpath: (path: string) => Promise.reject(new DiskError('EIO', path)) };
    await expect(realPathOf('/x', disk, 'linux')).rejects.toThrow('EIO');
  });

  it('ends at the root when nothing exists', async () => {
    const disk = { realpath: (path: string) => Promise.reject(new DiskError('ENOENT', path)) };
    expect(await realPathOf('Z:\\a\\b', disk, 'win32')).toEqual({ path: 'Z:\\a\\b', existing: 'Z:\\' });
  });
});
