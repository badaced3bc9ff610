import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkPrivate, makePrivate, makePrivateDir } from '../../src/platform/permissions.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midturn-permissions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe.skipIf(process.platform === 'win32')('what is private', () => {
  it('is made so, with its parents, and again when it is there', async () => {
    const path = join(folder, 'a/b');
    expect(await makePrivateDir(path)).toBe(true);
    expect([modeOf(path), modeOf(join(folder, 'a'))]).toEqual([0o700, 0o700]);
    chmodSync(path, 0o777);
    expect(await makePrivateDir(path)).toBe(true);
    expect(modeOf(path)).toBe(0o700);
  });

  it('is a file of mode 0600, and one that is narrower stays so', async () => {
    const path = join(folder, 'f');
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    expect(await makePrivate(path)).toBe(true);
    expect(modeOf(path)).toBe(0o600);
    chmodSync(path, 0o400);
    await makePrivate(path);
    expect(modeOf(path)).toBe(0o400);
  });

  it('is not checked where it does not exist, and is well when nobody else can reach it', async () => {
    expect(await checkPrivate(join(folder, 'none'))).toEqual([]);
    expect(await checkPrivate(folder)).toEqual([]);
  });

  it('is reported with the cure when others can reach it', async () => {
    const path = join(folder, "it's");
    writeFileSync(path, '');
    chmodSync(path, 0o640);
    chmodSync(folder, 0o701);
    expect(await checkPrivate(path)).toEqual([
      {
        id: 'permissions',
        status: 'warn',
        words: `${path} has mode 0640: other users of this machine can reach it`,
        fix: `chmod 0600 '${folder}/it'\\''s'`,
      },
    ]);
    expect((await checkPrivate(folder))[0]?.fix).toBe(`chmod 0700 '${folder}'`);
  });

  it('is reported when it belongs to somebody else', async () => {
    expect((await checkPrivate(folder, 'linux', 4242))[0]?.words).toContain('midturn runs as user 4242');
  });
});

it('is left to Windows there, and doctor says so', async () => {
  const path = join(folder, 'w');
  expect(await makePrivateDir(path, 'win32')).toBe(false);
  expect(statSync(path).isDirectory()).toBe(true);
  expect(await checkPrivate(path, 'win32')).toMatchObject([
    { status: 'ok', words: expect.stringContaining('not checked') },
  ]);
});

it('is not made where a file is in the way', async () => {
  writeFileSync(join(folder, 'f'), '');
  await expect(makePrivateDir(join(folder, 'f'))).rejects.toThrow(/EEXIST|ENOTDIR/);
  await expect(makePrivate(join(folder, 'none'), 'linux')).rejects.toThrow('ENOENT');
});
