import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { type HomeLayout, homeLayout } from '../../src/project/home.ts';
import { isInPause, isPaused, pause, readPause, resume } from '../../src/project/pause.ts';
import { temporaryFolder } from './repositories.ts';

const top = temporaryFolder();
afterAll(() => rmSync(top, { recursive: true, force: true }));

let count = 0;
let layout: HomeLayout;
beforeEach(() => {
  count += 1;
  layout = homeLayout(join(top, String(count)));
  mkdirSync(layout.root);
});

describe('a pause', () => {
  it('is not there until it is begun, and lasts until it is ended', async () => {
    expect(await isPaused(layout, 1000)).toBe(false);
    await pause(layout, 1000);
    expect(await isPaused(layout, 999_999_999)).toBe(true);
    await resume(layout, 5000);
    expect(await isPaused(layout, 5000)).toBe(false);
  });

  it('may end by itself', async () => {
    await pause(layout, 1000, 4000);
    expect(await isPaused(layout, 3999)).toBe(true);
    expect(await isPaused(layout, 4000)).toBe(false);
  });

  it('leaves a window behind in which nothing is captured, also later', async () => {
    await pause(layout, 1000, 2000);
    await pause(layout, 3000);
    await resume(layout, 4000);
    const state = await readPause(layout);
    expect(state).toEqual({
      current: null,
      past: [
        { from: 1000, to: 2000 },
        { from: 3000, to: 4000 },
      ],
    });
    expect([999, 1000, 1999, 2000, 3000, 3999, 4000].map((time) => isInPause(state, time))).toEqual([
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('holds for the time from its begin, while it lasts', async () => {
    const forever = await pause(layout, 1000);
    expect([isInPause(forever, 999), isInPause(forever, 1000), isInPause(forever, 9e12)]).toEqual([
      false,
      true,
      true,
    ]);
    const ending = await pause(layout, 1500, 2000);
    expect(ending.current).toEqual({ since: 1000, until: 2000 });
    expect(isInPause(ending, 2000)).toBe(false);
  });

  it('is not ended twice', async () => {
    await pause(layout, 1000);
    const once = await resume(layout, 2000);
    expect(await resume(layout, 3000)).toEqual(once);
  });

  it('stays in force when its file cannot be understood, with an error that says so', async () => {
    for (const text of ['', '{', '[]', '{"since": "yesterday"}', '{"since": 12}']) {
      writeFileSync(layout.pause, text);
      await expect(isPaused(layout, 1)).rejects.toThrow(ConfigError);
      await expect(isPaused(layout, 1)).rejects.toThrow(/nothing is captured/);
    }
  });

  it.skipIf(process.platform === 'win32')('is nobody else’s to read', async () => {
    await pause(layout, 1000);
    expect(statSync(layout.pause).mode & 0o777).toBe(0o600);
  });
});
