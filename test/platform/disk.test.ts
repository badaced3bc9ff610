import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileIdentity, nodeDisk } from '../../src/platform/disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'midturn-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the disk', () => {
  it('reads regular files within the limit, and nothing else', async () => {
    const file = join(folder, 'a');
    writeFileSync(file, 'ä'.repeat(10));
    expect(await nodeDisk.readText(file, 20)).toBe('ä'.repeat(10));
    await expect(nodeDisk.readText(file, 19)).rejects.toMatchObject({ code: 'EFBIG' });
    await expect(nodeDisk.readText(folder, 100)).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(nodeDisk.readText(join(folder, 'none'), 1)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('knows a file again after it was renamed', async () => {
    writeFileSync(join(folder, 'x'), '');
    const before = fileIdentity(await nodeDisk.stat(join(folder, 'x')));
    renameSync(join(folder, 'x'), join(folder, 'y'));
    const after = fileIdentity(await nodeDisk.stat(join(folder, 'y')));
    expect([after.dev, after.ino]).toEqual([before.dev, before.ino]);
    expect(after.ino).toMatch(/^\d+$/);
  });

  it('does not take the change time for a birth time', () => {
    const stat = {
      isFile: true,
      isDirectory: false,
      dev: 1n,
      ino: 2n ** 63n,
      size: 0,
      birthtimeMs: 7,
      ctimeMs: 9,
    };
    expect(fileIdentity(stat)).toEqual({ dev: '1', ino: '9223372036854775808', birthtimeMs: 7 });
    expect(fileIdentity({ ...stat, ctimeMs: 7 }).birthtimeMs).toBeNull();
    expect(fileIdentity({ ...stat, birthtimeMs: 0 }).birthtimeMs).toBeNull();
  });
});
