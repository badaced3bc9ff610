/** Folders with their parents, made without the traps of the usual call. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolders, makeFoldersSync } from '../../src/platform/folders.ts';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'midturn-folders-'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe.each([
  ['in time', makeFolders],
  ['at once', async (path: string, mode: number) => makeFoldersSync(path, mode)],
])('folders made %s', (_how, make) => {
  it('have their parents, and are left alone when they are there', async () => {
    const path = join(top, 'a', 'b', 'c');
    await make(path, 0o700);
    await make(path, 0o700);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('may be made by many at one time', async () => {
    const path = join(top, 'x', 'y', 'z');
    await Promise.all(Array.from({ length: 8 }, () => make(path, 0o700)));
    expect(existsSync(path)).toBe(true);
  });

  it('are refused where a file stands in the way', async () => {
    writeFileSync(join(top, 'file'), '');
    await expect(make(join(top, 'file'), 0o700)).rejects.toThrow(/EEXIST/);
    await expect(make(join(top, 'file', 'a', 'b'), 0o700)).rejects.toThrow(/ENOTDIR|EEXIST/);
  });

  it.skipIf(process.platform !== 'linux')(
    'are refused, not tried for ever, by a disk that makes none',
    async () => {
      await expect(make('/proc/midturn-none/a', 0o700)).rejects.toThrow(/ENOENT/);
    },
  );
});
