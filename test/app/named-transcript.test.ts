import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../src/app/named-transcript.ts';
import { runProgram } from '../../src/platform/run-program.ts';
import { tempFolder } from '../support/temp-store.ts';

const ID = '37715f12-131c-4d6c-a82d-c77ec3694927';
const isPosix = process.platform !== 'win32';

describe('a transcript that a hook names', () => {
  it('is read where it is a file, and is nothing to refuse where it is not there', async () => {
    const path = join(tempFolder(), `${ID}.jsonl`);
    expect(await refusalOf(path)).toBeNull();
    writeFileSync(path, '{}\n');
    expect(await refusalOf(path)).toBeNull();
    expect(await refusalOf(join(path, 'below.jsonl'))).toBeNull();
  });

  it('is not read where it is a folder or belongs to somebody else', async () => {
    const path = join(tempFolder(), `${ID}.jsonl`);
    mkdirSync(path);
    expect(await refusalOf(path)).toBe('it is no file');
    const file = join(path, `${ID}.jsonl`);
    writeFileSync(file, '');
    if (isPosix) expect(await refusalOf(file, { user: 4_000_000 })).toBe('it belongs to another user');
    expect(await refusalOf(file, { user: null })).toBeNull();
  });

  it.skipIf(!isPosix)(
    'is not read where it is a link to something else; a linked folder is fine',
    async () => {
      const home = tempFolder();
      const path = join(home, `${ID}.jsonl`);
      const notes = join(home, 'notes.txt');
      writeFileSync(notes, 'private');
      symlinkSync(notes, path);
      expect(await refusalOf(path)).toBe('it is a link to a file of another name');
      const linked = join(home, 'linked');
      mkdirSync(join(home, 'real'));
      writeFileSync(join(home, 'real', `${ID}.jsonl`), '');
      symlinkSync(join(home, 'real'), linked);
      expect(await refusalOf(join(linked, `${ID}.jsonl`))).toBeNull();
    },
  );

  it.skipIf(!isPosix)('is not waited for where it is a pipe', async () => {
    const path = join(tempFolder(), `${ID}.jsonl`);
    await runProgram({ argv: ['mkfifo', path], env: process.env, timeoutMs: 10_000 });
    expect(await refusalOf(path)).toBe('it is no file');
  });
});
