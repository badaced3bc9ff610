/** A machine for setup: a home folder of its own, the built program as a few files, clients as they lie on a disk. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { homeLayout } from '../../src/project/home.ts';
import { diskFiles, setupService, type World } from '../../src/setup/index.ts';
import { tempFolder } from '../support/temp-store.ts';

export type Machine = ReturnType<typeof machine>;

export function machine(env: Readonly<Record<string, string>> = {}) {
  const root = tempFolder();
  const home = join(root, 'home');
  const dist = join(root, 'package', 'dist');
  const file = (path: string): string => join(home, path);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const name of ['midturn.cjs', 'services.cjs']) write(join(dist, name), `// ${name}\n`);
  write(join(root, 'package', 'package.json'), '{"name":"midturn","version":"1.0.0"}');
  write(
    join(root, 'package', 'node_modules', 'better-sqlite3', 'package.json'),
    '{"dependencies":{"bindings":"1"}}',
  );
  write(join(root, 'package', 'node_modules', 'better-sqlite3', 'src', 'x.c'), 'source');
  write(join(root, 'package', 'node_modules', 'bindings', 'package.json'), '{}');
  mkdirSync(home);
  let now = Date.UTC(2026, 10, 21, 9);
  const world: World = {
    env,
    osHome: home,
    os: 'linux',
    cwd: home,
    layout: homeLayout(file('.midturn')),
    now: () => {
      now += 1000;
      return now;
    },
    files: diskFiles,
    run: async () => null,
  };
  const source = { dist, version: '1.0.0', node: '/opt/node/bin/node' };
  return {
    home,
    world,
    source,
    launcher: file('.midturn/app/midturn.cjs'),
    file,
    write: (path: string, text: string) => write(file(path), text),
    read: (path: string) => readFileSync(file(path), 'utf8'),
    setup: (more: Partial<World> = {}, version = '1.0.0') =>
      setupService({ world: { ...world, ...more }, source: { ...source, version } }),
  };
}

/** Every file outside the midturn home, with its text. */
export function outside(home: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (path === join(home, '.midturn')) continue;
      if (statSync(path).isDirectory()) {
        found[`${relative(home, path)}/`] = '';
        walk(path);
      } else found[relative(home, path)] = readFileSync(path, 'latin1');
    }
  };
  walk(home);
  return found;
}

export const NO_WISHES = { keepTranscriptDays: null };
