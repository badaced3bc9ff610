import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readIfExists, writeFileAtomic } from '../../src/platform/atomic.ts';
import { DiskError } from '../../src/platform/disk.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midturn-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refusing = (code: string, times: number) => {
  const calls: string[] = [];
  const move = async (from: string, to: string) => {
    calls.push(to);
    if (calls.length <= times) throw new DiskError(code, to);
    await rename(from, to);
  };
  return { calls, move };
};

describe('an atomic write', () => {
  it('creates and replaces, text and bytes, and leaves nothing beside', async () => {
    const file = join(folder, 'a.txt');
    await writeFileAtomic(file, 'ä first');
    await writeFileAtomic(file, 'ö second');
    expect(readFileSync(file, 'utf8')).toBe('ö second');
    await writeFileAtomic(file, Uint8Array.of(0, 255, 1));
    expect([...readFileSync(file)]).toEqual([0, 255, 1]);
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it.skipIf(process.platform === 'win32')(
    'gives the mode asked for, whatever the old one and the umask',
    async () => {
      const file = join(folder, 'a.txt');
      writeFileSync(file, 'old');
      chmodSync(file, 0o644);
      await writeFileAtomic(file, 'x');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      await writeFileAtomic(file, 'x', { mode: 0o666 });
      expect(statSync(file).mode & 0o777).toBe(0o666);
    },
  );

  it('writes through a link and keeps it', async () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    await writeFileAtomic(join(folder, 'link'), 'new');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
  });

  it('keeps the old content and leaves nothing beside when it fails', async () => {
    const file = join(folder, 'a.txt');
    writeFileSync(file, 'old');
    const { move } = refusing('ENOSPC', 1);
    await expect(writeFileAtomic(file, 'new', { rename: move })).rejects.toThrow('ENOSPC');
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('fails where the folder is missing or the target is one', async () => {
    await expect(writeFileAtomic(join(folder, 'no/a.txt'), 'x')).rejects.toThrow('ENOENT');
    mkdirSync(join(folder, 'dir/sub'), { recursive: true });
    await expect(writeFileAtomic(join(folder, 'dir'), 'x')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['dir']);
  });

  it('makes one whole file of many writes at once', async () => {
    const file = join(folder, 'a.txt');
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => writeFileAtomic(file, text)));
    expect(texts).toContain(readFileSync(file, 'utf8'));
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it.each(['EPERM', 'EBUSY', 'EACCES'])(
    'tries again on Windows while somebody has the file open (%s)',
    async (code) => {
      const { calls, move } = refusing(code, 2);
      await writeFileAtomic(join(folder, 'a.txt'), 'new', { os: 'win32', rename: move });
      expect(calls).toHaveLength(3);
      expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('new');
    },
  );

  it('gives up after a while on Windows, and at once elsewhere', async () => {
    const [windows, linux] = [refusing('EBUSY', 99), refusing('EBUSY', 99)];
    const file = join(folder, 'a.txt');
    await expect(writeFileAtomic(file, 'x', { os: 'win32', rename: windows.move })).rejects.toThrow('EBUSY');
    await expect(writeFileAtomic(file, 'x', { os: 'linux', rename: linux.move })).rejects.toThrow('EBUSY');
    expect([windows.calls.length, linux.calls.length]).toEqual([7, 1]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('reads a file, null where there is none, and fails on a folder', async () => {
  writeFileSync(join(folder, 'a'), 'x');
  expect(await readIfExists(join(folder, 'a'))).toBe('x');
  expect(await readIfExists(join(folder, 'b'))).toBeNull();
  await expect(readIfExists(folder)).rejects.toThrow('EISDIR');
});
