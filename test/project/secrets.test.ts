import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { secretOf } from '../../src/project/secrets.ts';
import { temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

const file = join(top, '.env');
writeFileSync(file, '# keys\nexport A_KEY="from the file"\nEMPTY=\nRUN=$(touch pwned)\n');

describe('a key', () => {
  it('is taken from the environment before the file', async () => {
    expect(await secretOf('A_KEY', { env: { A_KEY: 'from outside' }, file })).toBe('from outside');
    expect(await secretOf('A_KEY', { env: { A_KEY: ' ' }, file })).toBe('from the file');
  });

  it('is null where it is not set, is empty, or there is no file', async () => {
    expect(await secretOf('B_KEY', { env: {}, file })).toBeNull();
    expect(await secretOf('EMPTY', { env: {}, file })).toBeNull();
    expect(await secretOf('A_KEY', { env: {}, file: join(top, 'none') })).toBeNull();
  });

  it('is read as it stands, never run', async () => {
    expect(await secretOf('RUN', { env: {}, file })).toBe('$(touch pwned)');
  });

  it('in a file that cannot be read is an error that names the file', async () => {
    const folder = join(top, 'folder');
    mkdirSync(folder);
    await expect(secretOf('A_KEY', { env: {}, file: folder })).rejects.toThrow(ConfigError);
  });
});
