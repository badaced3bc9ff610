import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOwnPaths, withRelativePaths } from '../../src/project/asked-paths.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';

describe('absolute paths in a question', () => {
  const ROOT = '/home/ann/my shop';

  it.each([
    [`${ROOT}/src/api/b.ts`, 'src/api/b.ts'],
    [`why is ${ROOT}/src/api/b.ts:42 slow?`, 'why is src/api/b.ts:42 slow?'],
    [`see \`${ROOT}/a.ts\` and "${ROOT}/b c.ts"`, 'see `a.ts` and "b c.ts"'],
    [`file://${ROOT}/a.ts`, 'a.ts'],
    [`${ROOT}-old/a.ts`, `${ROOT}-old/a.ts`],
    [`/srv${ROOT}/a.ts`, `/srv${ROOT}/a.ts`],
    ['/etc/hosts', '/etc/hosts'],
    ['src/a.ts', 'src/a.ts'],
    [`what do we know about ${ROOT}`, `what do we know about ${ROOT}`],
  ])('%s becomes %s', (question, asked) => {
    expect(withRelativePaths(question, [ROOT], 'linux')).toBe(asked);
  });

  it('are told as each system writes them', () => {
    const roots = ['C:\\work\\shop'];
    expect(withRelativePaths('open c:/Work/shop/src/a.ts', roots, 'win32')).toBe('open src/a.ts');
    expect(withRelativePaths('open C:\\work\\shop\\src\\a.ts', roots, 'win32')).toBe('open src/a.ts');
    expect(withRelativePaths('/users/ann/shop/a.ts', ['/Users/ann/shop'], 'darwin')).toBe('a.ts');
    expect(withRelativePaths('/users/ann/shop/a.ts', ['/Users/ann/shop'], 'linux')).toBe(
      '/users/ann/shop/a.ts',
    );
  });

  it('are meant in the innermost checkout', () => {
    expect(withRelativePaths('/w/shop/trees/fix/a.ts', ['/w/shop', '/w/shop/trees/fix'], 'linux')).toBe(
      'a.ts',
    );
  });

  it('never change a question without one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = text.replace(/[/\\]/g, '');
        return withRelativePaths(plain, ['/a', 'C:\\a'], 'linux') === plain;
      }),
    );
  });

  it('are those of every checkout that the project is known by', async () => {
    const store = await tempStore(tempFolder());
    const id = await project(store, 'shop');
    const { aliases, name } = (await store.projects.get(id)) ?? { aliases: [], name: '' };
    await store.projects.claim({
      name,
      identity: aliases,
      extra: [{ machine: 'here', kind: 'path', value: '/trees/shop-fix' }],
    });
    const known = { id, ids: [id], name, root: '/work/shop', cwd: 'src', branch: null, commit: null };
    const ask = (question: string) =>
      inOwnPaths(question, { project: known, cwd: '/linked/shop/src' }, store.projects);
    expect(await ask('/trees/shop-fix/src/a.ts')).toBe('src/a.ts');
    expect(await ask('/work/shop/src/a.ts')).toBe('src/a.ts');
    expect(await ask('/linked/shop/src/a.ts')).toBe('src/a.ts');
    expect(await ask('/elsewhere/src/a.ts')).toBe('/elsewhere/src/a.ts');
  });
});
