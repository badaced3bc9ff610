import { chmodSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, UserInputError } from '../../src/model/errors.ts';
import { DiskError } from '../../src/platform/disk.ts';
import { homeLayout, prepareHome, projectFolder, resolveHome } from '../../src/project/home.ts';
import { put, temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

const posix = process.platform !== 'win32';
const base = { env: {}, osHome: '/home/me', cwd: '/work', os: 'linux' } as const;

describe('which folder the home is', () => {
  it('is ~/.midturn, or MIDTURN_HOME, or --home, the later over the earlier', () => {
    const env = { MIDTURN_HOME: '~/memory' };
    expect(resolveHome(base)).toBe('/home/me/.midturn');
    expect(resolveHome({ ...base, env })).toBe('/home/me/memory');
    expect(resolveHome({ ...base, env, flag: '/srv/m/' })).toBe('/srv/m');
  });

  it('counts an empty MIDTURN_HOME as unset', () => {
    expect(resolveHome({ ...base, env: { MIDTURN_HOME: ' ' } })).toBe('/home/me/.midturn');
  });

  it('takes a relative --home from the working directory, but no relative MIDTURN_HOME', () => {
    expect(resolveHome({ ...base, flag: 'm' })).toBe('/work/m');
    expect(() => resolveHome({ ...base, env: { MIDTURN_HOME: 'm' } })).toThrow(ConfigError);
  });

  it('refuses an empty --home and a user without home folder', () => {
    expect(() => resolveHome({ ...base, flag: '' })).toThrow(UserInputError);
    expect(() => resolveHome({ ...base, osHome: '' })).toThrow(/MIDTURN_HOME/);
  });
});

describe('making the home', () => {
  it.runIf(posix)('makes it and its parents for the owner alone', async () => {
    const layout = homeLayout(join(top, 'new/er/home'));
    await prepareHome(layout);
    expect(statSync(layout.root).mode & 0o777).toBe(0o700);
    await prepareHome(layout);
  });

  it.runIf(posix)(
    'narrows a home that is open to others, and leaves a folder of other things as it is',
    async () => {
      const ours = homeLayout(join(top, 'ours'));
      const foreign = homeLayout(join(top, 'foreign'));
      put(ours.db, '');
      put(join(foreign.root, 'index.html'), '');
      for (const layout of [ours, foreign]) {
        chmodSync(layout.root, 0o755);
        await prepareHome(layout);
      }
      expect(statSync(ours.root).mode & 0o777).toBe(0o700);
      expect(statSync(foreign.root).mode & 0o777).toBe(0o755);
    },
  );

  it('refuses a home that is a file, or lies below one', async () => {
    const file = put(join(top, 'file'), '');
    for (const root of [file, join(file, 'below')]) {
      await expect(prepareHome(homeLayout(root))).rejects.toThrow(ConfigError);
      await expect(prepareHome(homeLayout(root))).rejects.toThrow(/is a file.*--home/);
    }
    expect(statSync(file).isFile()).toBe(true);
  });

  it.runIf(posix && process.getuid?.() !== 0)('refuses a home that may not be written to', async () => {
    const closed = join(top, 'closed');
    mkdirSync(closed, { mode: 0o500 });
    await expect(prepareHome(homeLayout(join(closed, 'home')))).rejects.toThrow(/permissions/);
    put(join(top, 'readable/midturn.db'), '');
    chmodSync(join(top, 'readable'), 0o500);
    await expect(prepareHome(homeLayout(join(top, 'readable')))).rejects.toThrow(/permissions/);
    chmodSync(join(top, 'readable'), 0o700);
    expect(existsSync(join(closed, 'home'))).toBe(false);
  });

  it.each([
    ['ENOSPC', /the disk is full/],
    ['EROFS', /read-only/],
    ['EACCES', /permissions/],
    ['ENOENT', /cannot be made/],
    ['EDQUOT', /quota/],
    ['EWEIRD', /EWEIRD/],
  ])('says what is wrong when the system answers %s', async (code, words) => {
    const root = join(top, 'never');
    const makeDir = () => Promise.reject(new DiskError(code, root));
    const failed = prepareHome(homeLayout(root), { makeDir });
    await expect(failed).rejects.toThrow(words);
    await expect(failed).rejects.toThrow(ConfigError);
    await expect(failed).rejects.toThrow(root);
  });

  it('does not pass a fault of ours off as the disk’s', async () => {
    const makeDir = () => Promise.reject(new TypeError('a bug'));
    await expect(prepareHome(homeLayout(join(top, 'bug')), { makeDir })).rejects.toThrow(TypeError);
  });
});

describe('the folder of a project', () => {
  const id = '0123456789abcdefghjkmnpqrs';

  it.each([
    ['midturn', 'midturn-01234567'],
    ['my app: "v2"', 'my-app-v2-01234567'],
    ['.config', 'config-01234567'],
    ['trailing. .', 'trailing-01234567'],
    ['../../etc', 'etc-01234567'],
    ['con', '_con-01234567'],
    ['NUL.txt', '_NUL.txt-01234567'],
    ['console', 'console-01234567'],
    ['日本語', '日本語-01234567'],
    ['\u202egpj.exe', 'gpj.exe-01234567'],
    ['...', 'project-01234567'],
    ['', 'project-01234567'],
  ])('of %j is %j', (name, folder) => {
    expect(projectFolder(name, id)).toBe(folder);
  });

  it('is one plain segment on every system, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const folder = projectFolder(name, id);
        expect(folder).not.toMatch(/[<>:"/\\|?*\p{Cc}]/u);
        expect(folder).not.toMatch(/^[.\s-]|[.\s]$/);
        expect(folder).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
        expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(255);
        expect(folder.endsWith('-01234567')).toBe(true);
      }),
    );
  });
});
