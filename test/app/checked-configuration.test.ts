import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkedConfiguration, VARIABLES } from '../../src/app/checked-configuration.ts';
import { loadConfiguration } from '../../src/project/configuration.ts';
import { tempFolder } from '../support/temp-store.ts';

type Sources = Parameters<typeof checkedConfiguration>[0];

function place() {
  const home = tempFolder();
  const folder = join(home, 'cache');
  const sources = { file: join(home, 'config.toml'), env: {}, osHome: home } satisfies Sources;
  let loaded = 0;
  const read = (changes: Partial<Sources> = {}, version = '1.0.0') =>
    checkedConfiguration(
      { ...sources, ...changes },
      {
        folder,
        version,
        configuring: async () => {
          loaded += 1;
          return { loadConfiguration };
        },
      },
    );
  return { sources, kept: join(folder, 'configuration.json'), read, loads: () => loaded };
}

describe('the configuration of hooks', () => {
  it('is checked once, and is the same when it comes from what was kept', async () => {
    const { sources, read, loads, kept } = place();
    writeFileSync(sources.file, '[recall]\nmax_tokens = 700\n[profiles.mini]\nprovider = "dummy"\n');
    const first = await read();
    const second = await read();
    expect(loads()).toBe(1);
    for (const { sourceOf: _source, originOf: _origin, ...values } of [second])
      expect(first).toMatchObject(values);
    expect(second.recall.max_tokens).toBe(700);
    expect(second.originOf('recall.max_tokens')).toEqual(first.originOf('recall.max_tokens'));
    expect(second.sourceOf('recall.max_tokens')).toBe('file');
    expect(Object.isFrozen(second.recall)).toBe(true);
    if (process.platform !== 'win32') expect(statSync(kept).mode & 0o077).toBe(0);
  });

  it('is read again after the file, a variable, the user or the program has changed', async () => {
    const { sources, read, loads } = place();
    await read();
    writeFileSync(sources.file, '[recall]\nmax_tokens = 700\n');
    expect((await read()).recall.max_tokens).toBe(700);
    const env = { MIDTURN_RECALL_MAX_TOKENS: '600' };
    expect((await read({ env })).recall.max_tokens).toBe(600);
    await read({ osHome: join(sources.osHome, 'other') });
    await read({}, '1.0.1');
    expect(loads()).toBe(5);
    // A variable that says nothing to it changes nothing.
    await read({ env: { TERM_SESSION_ID: '7' } }, '1.0.1');
    expect(loads()).toBe(5);
  });

  it('looks at no variable that a change of would not be seen', async () => {
    const { read } = place();
    const asked = new Set<string>();
    const env = new Proxy<Record<string, string>>(
      {},
      {
        get: (_, name) => {
          asked.add(String(name));
          return undefined;
        },
      },
    );
    await read({ env });
    expect(asked.size).toBeGreaterThan(0);
    expect([...asked].filter((name) => !VARIABLES.test(name))).toEqual([]);
  });

  it('is not kept where it is wrong, or holds what is not understood', async () => {
    const { sources, read, loads, kept } = place();
    writeFileSync(sources.file, '[recall\n');
    await expect(read()).rejects.toThrow('not valid TOML');
    writeFileSync(sources.file, '[recall]\nday = 2026-11-21\n');
    expect((await read()).warnings.length).toBe(1);
    await read();
    expect(existsSync(kept)).toBe(false);
    expect(loads()).toBe(3);
  });

  it('is read where what was kept is cut short, or cannot be kept', async () => {
    const { sources, read, loads, kept } = place();
    await read();
    writeFileSync(kept, readFileSync(kept, 'utf8').slice(0, 100));
    expect((await read()).recall).toEqual((await read()).recall);
    expect(loads()).toBe(2);
    const nowhere = join(sources.osHome, 'gone');
    const configuring = async () => ({ loadConfiguration });
    const file = join(nowhere, 'config.toml');
    await checkedConfiguration(
      { ...sources, file },
      { folder: join(nowhere, 'cache'), version: '1', configuring },
    );
    expect(existsSync(nowhere)).toBe(false);
  });
});
