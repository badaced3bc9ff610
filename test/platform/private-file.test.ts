/** Files that hold a secret: made whole or not at all, and read only where nobody else could have. */
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPrivateFile, readPrivateFile } from '../../src/platform/private-file.ts';
import { tempFolder } from '../support/temp-store.ts';

const posix = process.platform !== 'win32';
const refuse = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

describe('a private file', () => {
  it('is made with the folders above it, once, and leaves nothing beside it', async () => {
    const folder = tempFolder();
    const path = join(folder, 'a', 'b', 'secret');
    expect(await Promise.all(['1', '2', '3'].map((text) => createPrivateFile(path, text)))).toContain(true);
    const text = readFileSync(path, 'utf8');
    expect(await createPrivateFile(path, 'later')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['secret']);
    if (posix)
      expect([statSync(path).mode & 0o777, statSync(join(folder, 'a')).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it.each(['EPERM', 'ENOTSUP', 'EINVAL'])('is made without hard links too: %s', async (code) => {
    const path = join(tempFolder(), 'secret');
    expect(await createPrivateFile(path, 'one', { link: refuse(code) })).toBe(true);
    expect(await createPrivateFile(path, 'two', { link: refuse(code) })).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('one');
    expect(readdirSync(join(path, '..'))).toEqual(['secret']);
  });

  it('that cannot be made is told, and nothing is left', async () => {
    const folder = tempFolder();
    await expect(createPrivateFile(join(folder, 'secret'), 'x', { link: refuse('EIO') })).rejects.toThrow(
      'EIO',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is read whole, up to a length', async () => {
    const path = join(tempFolder(), 'secret');
    expect(await readPrivateFile(path, 10)).toEqual({ kind: 'missing' });
    await createPrivateFile(path, 'é'.repeat(5));
    expect(await readPrivateFile(path, 10)).toEqual({ kind: 'text', text: 'ééééé' });
    expect(await readPrivateFile(path, 9)).toEqual({ kind: 'unfit', why: 'holds something else' });
  });

  it.skipIf(!posix)(
    'is not read where others may, where it is another user’s, or behind a link',
    async () => {
      const folder = tempFolder();
      const path = join(folder, 'secret');
      writeFileSync(path, 'x', { mode: 0o600 });
      expect(await readPrivateFile(path, 10, { uid: 4_000_000 })).toMatchObject({
        why: expect.stringMatching(/^belongs to/),
      });
      chmodSync(path, 0o640);
      expect(await readPrivateFile(path, 10)).toMatchObject({ why: expect.stringMatching(/^can be read/) });
      expect(await readPrivateFile(path, 10, { os: 'win32' })).toEqual({ kind: 'text', text: 'x' });
      symlinkSync(path, join(folder, 'link'));
      expect(await readPrivateFile(join(folder, 'link'), 10)).toEqual({
        kind: 'unfit',
        why: 'is no plain file',
      });
      expect(await readPrivateFile(folder, 10)).toEqual({ kind: 'unfit', why: 'is no plain file' });
    },
  );
});
