import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourcePaths } from '../../src/memories/index.ts';
import type { CallerProject } from '../../src/model/caller.ts';
import { project, tempFolder, tempStore } from '../support/temp-store.ts';

describe('the paths of a memory that is remembered in a sub-folder', () => {
  async function checkout() {
    const root = tempFolder();
    const cwd = join(root, 'src/api');
    mkdirSync(cwd, { recursive: true });
    for (const path of ['src/api/c.ts', 'src/web.ts', 'readme.md']) writeFileSync(join(root, path), path);
    const id = await project(await tempStore(tempFolder()), 'shop');
    const shop: CallerProject = {
      id,
      ids: [id],
      name: 'shop',
      root,
      cwd: 'src/api',
      branch: null,
      commit: null,
    };
    const told = async (...paths: readonly string[]) =>
      (await sourcePaths(paths, shop, cwd)).paths.map(({ path, sha256 }) => [path, sha256 !== null]);
    return { root, cwd, told };
  }

  it('are meant from there, also that of a file that is gone', async () => {
    const { told, cwd } = await checkout();
    expect(await told('c.ts', './c.ts')).toEqual([['src/api/c.ts', true]]);
    rmSync(join(cwd, 'c.ts'));
    expect(await told('c.ts', './a.ts', '../b.ts')).toEqual([
      ['src/api/c.ts', false],
      ['src/api/a.ts', false],
      ['src/b.ts', false],
    ]);
  });

  it('are meant from the root where a file is there and none in the folder, or the way to the folder is spelled out', async () => {
    const { told, cwd } = await checkout();
    expect(await told('readme.md', 'src/web.ts', 'src/api/gone.ts')).toEqual([
      ['readme.md', true],
      ['src/web.ts', true],
      ['src/api/gone.ts', false],
    ]);
    expect(await told('./readme.md')).toEqual([['src/api/readme.md', false]]);
    writeFileSync(join(cwd, 'readme.md'), 'of the folder');
    expect(await told('readme.md')).toEqual([['src/api/readme.md', true]]);
  });

  it('stay inside the project', async () => {
    const { told } = await checkout();
    expect(await told('../../../outside.ts', '/etc/passwd')).toEqual([]);
  });
});
