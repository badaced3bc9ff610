import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { readKeys } from '../../src/project/keys.ts';
import { temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

let made = 0;
function layoutOf(text: string, mode = 0o600): { readonly env: string } {
  made += 1;
  const env = join(top, `${made}.env`);
  writeFileSync(env, text, { mode });
  chmodSync(env, mode);
  return { env };
}

describe('the keys of providers', () => {
  it('come from the environment before the file, and an empty variable is none', async () => {
    const layout = layoutOf('A_KEY=in-file\nB_KEY=b-in-file\n');
    const keys = await readKeys(layout, { A_KEY: 'outside', B_KEY: ' ', C_KEY: 'c' });
    expect([keys.get('A_KEY'), keys.get('B_KEY'), keys.get('C_KEY'), keys.get('D_KEY')]).toEqual([
      'outside',
      'b-in-file',
      'c',
      null,
    ]);
    expect(['A_KEY', 'B_KEY', 'D_KEY'].map(keys.sourceOf)).toEqual(['env', 'file', null]);
    expect(keys.names).toEqual(['A_KEY', 'B_KEY']);
  });

  it.each([
    ['A=plain', 'plain'],
    ['export A=plain', 'plain'],
    ['A = "with blanks # and more"', 'with blanks # and more'],
    ["A='single'   # said by me", 'single'],
    ['A=word # said by me', 'word'],
    ['A=a#b', 'a#b'],
    ['A=$(touch pwned)`id`$HOME\\n', '$(touch pwned)`id`$HOME\\n'],
    ['\ufeffA=first\r\nB=2\r\n', 'first'],
    ['A=old\nA=new', 'new'],
    ['A=x==', 'x=='],
  ])('are read from %j as they stand', async (text, value) => {
    expect((await readKeys(layoutOf(text), {})).get('A')).toBe(value);
  });

  it('tell of lines that are none by their number, never by their words', async () => {
    const keys = await readKeys(layoutOf('# keys\nA=1\nsk-dummy-dummy-dummy\n: x\n'), {});
    expect(keys.warnings).toHaveLength(2);
    expect(keys.warnings[0]).toMatch(/^Line 3 of .* is no NAME=value: ignored$/);
    expect(keys.warnings.join()).not.toContain('sk-dummy');
  });

  it('tell of a file that others can read', async () => {
    const open = await readKeys(layoutOf('A=1\n', 0o644), {}, 'linux');
    expect(open.warnings).toEqual([expect.stringMatching(/mode 0644.*Run chmod 0600/)]);
    expect((await readKeys(layoutOf('A=1\n'), {}, 'linux')).warnings).toEqual([]);
  });

  it('are none without a file, and an error where it cannot be read', async () => {
    const none = await readKeys({ env: join(top, 'none') }, {});
    expect([none.names, none.warnings, none.get('constructor'), none.get('__proto__')]).toEqual([
      [],
      [],
      null,
      null,
    ]);
    const folder = join(top, 'folder');
    mkdirSync(folder);
    await expect(readKeys({ env: folder }, {})).rejects.toThrow(ConfigError);
  });
});
