import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExcluded } from '../../src/project/exclude.ts';

describe('an excluded folder', () => {
  it.each([
    ['/home/me/private', '/home/me/private', true],
    ['/home/me/private', '/home/me/private/deep/er', true],
    ['/home/me/private/', '/home/me/private/deep', true],
    ['/home/me/private', '/home/me/private-not', false],
    ['/home/me/private', '/home/me', false],
    ['/home/*/private', '/home/you/private/x', true],
    ['/home/*/private', '/home/a/b/private', false],
    ['/home/**/private', '/home/a/b/private/x', true],
    ['/home/**/private', '/home/private', true],
    ['/home/**', '/home/anything', true],
    ['/home/**', '/home', true],
    ['/home/**', '/srv', false],
    ['private', '/home/me/private/x', true],
    ['private', '/home/me/privateer', false],
    ['clients/acme', '/w/clients/acme/app', true],
    ['clients/acme', '/w/clients/other/acme', false],
    ['**/secret-*', '/a/b/secret-plans/c', true],
    ['secret-?', '/a/secret-1', true],
    ['secret-?', '/a/secret-12', false],
    ['*.key', '/a/my.key', true],
    ['a*b*c', '/x/aXXbYYc', true],
    ['a*b*c', '/x/aXXbYY', false],
    ['/', '/anything', true],
    ['', '/anything', false],
    ['  ', '/anything', false],
    ['Private', '/a/private', false],
  ])('%j on %j: %j', (pattern, path, expected) => {
    expect(isExcluded(path, [pattern], 'linux')).toBe(expected);
  });

  it('may have any other character in its name', () => {
    for (const name of ['(old)', '[id]', '{a,b}', '!no', 'a+(b)', '#1', '$x', '^y']) {
      expect(isExcluded(`/work/${name}/src`, [`/work/${name}`], 'linux')).toBe(true);
      expect(isExcluded(`/work/${name}/src`, [name], 'linux')).toBe(true);
    }
  });

  it('is told by any of the patterns', () => {
    expect(isExcluded('/a/b', ['x', '/a'], 'linux')).toBe(true);
    expect(isExcluded('/a/b', [], 'linux')).toBe(false);
  });

  it('is the same in any case on Windows and macOS', () => {
    expect(isExcluded('c:/Users/Me/Private/x', ['C:\\users\\me\\PRIVATE'], 'win32')).toBe(true);
    expect(isExcluded('C:\\w\\Clients\\Acme', ['clients\\acme'], 'win32')).toBe(true);
    expect(isExcluded('D:\\x', ['C:\\'], 'win32')).toBe(false);
    expect(isExcluded('/Users/me/Private', ['/users/me/private'], 'darwin')).toBe(true);
  });

  it('holds itself and all below it, and a pattern of stars costs little', () => {
    const path = fc
      .array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 6 })
      .map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(path, path, (folder, below) => {
        expect(isExcluded(folder, [folder], 'linux')).toBe(true);
        expect(isExcluded(folder + below, [folder], 'linux')).toBe(true);
        expect(isExcluded(`${folder}x`, [folder], 'linux')).toBe(false);
      }),
    );
    expect(isExcluded(`/${'a/'.repeat(500)}`, [`/${'**/a/'.repeat(30)}b`], 'linux')).toBe(false);
    expect(isExcluded(`/${'a'.repeat(5000)}`, [`/${'*a'.repeat(50)}b`], 'linux')).toBe(false);
  });
});
