import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchHome } from '../../../src/app/loop/home.ts';
import { homeLayout } from '../../../src/project/home.ts';
import { tempFolder } from '../../support/temp-store.ts';

describe('a home that a worker works in', () => {
  it.each([
    ['removed', (root: string) => rmSync(root, { recursive: true })],
    [
      'another one by now',
      (root: string) => {
        renameSync(root, `${root}.old`);
        mkdirSync(root);
      },
    ],
  ])('is given up when it is %s', async (_, change) => {
    const layout = homeLayout(join(tempFolder(), 'home'));
    mkdirSync(layout.root);
    let told = 0;
    const gone = new Promise<void>((resolve) => {
      watchHome(
        layout,
        () => {
          told += 1;
          resolve();
        },
        5,
      );
    });
    change(layout.root);
    // The watch alone keeps no process alive.
    const alive = setInterval(() => undefined, 1000);
    await gone;
    clearInterval(alive);
    expect(told).toBe(1);
  });
});
