/**
 * Puts the program that runs now into the home, so that the clients' configurations name a place that no package
 * manager moves: `<home>/app/<version>/` holds it whole, and `<home>/app/midturn.cjs`, which they start, hands over to
 * the newest. An upgrade writes that one file anew; no configuration changes, and no trust in a hook is lost.
 */
import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { ConfigError, codeOf, messageOf } from '../model/errors.ts';
import { readIfExists, writeFileAtomic } from '../platform/atomic.ts';
import { pathsOf } from '../platform/paths.ts';
import { makePrivateDir } from '../platform/permissions.ts';
import type { Program, World } from './types.ts';

/** The package that runs now: `dist` holds its bundles, `version` is theirs. */
export type Source = { readonly dist: string; readonly version: string; readonly node: string };

export type InstalledProgram = {
  readonly program: Program;
  readonly folder: string;
  /** `kept`: the same was there. `repaired`: the same version was there, and was not whole. */
  readonly outcome: 'installed' | 'repaired' | 'kept';
};

/** What the bundles load by `require`; their own dependencies come along. */
const PACKAGES = ['better-sqlite3', 'sqlite-vec'];
/** Needed to install a package, never to run it. */
const NEVER_RUN = new Set(['prebuild-install', 'node-gyp', 'node-addon-api']);
/** Sources of what is there compiled: 10 MB. */
const SOURCES =
  /(?:^|[\\/])better-sqlite3[\\/](?:deps|src)(?:[\\/]|$)|[\\/]build[\\/](?:deps|Release[\\/](?:obj|\.deps))|test_extension\.node$|\.(?:o|a|mk)$/;
/** Processes that started with an older version load bundles of it while they live. */
const KEPT_MS = 14 * 86_400_000;

/** The program as clients start it. The paths are the same whatever version is in the home. */
export async function programOf(world: World, node: string): Promise<Program> {
  return {
    node: await stableNode(world, node),
    launcher: pathsOf(world.os).join(world.layout.app, 'midturn.cjs'),
  };
}

/** @throws ConfigError where the running program is not a built package, or the home cannot take it */
export async function installProgram(world: World, source: Source): Promise<InstalledProgram> {
  const { join } = pathsOf(world.os);
  const { app } = world.layout;
  const program = await programOf(world, source.node);
  const folder = join(app, source.version);
  if (source.dist === join(folder, 'dist')) return { program, folder, outcome: 'kept' };
  await makePrivateDir(app, world.os);
  const files = await filesOf(world, source);
  const there = await isWhole(files, folder, join);
  const known = (await stat(folder).catch(missing)) !== null;
  if (!there) await place(world, files, folder);
  await publish(join(app, 'midturn.cjs'), source.version);
  await removeOld(world, source.version);
  return { program, folder, outcome: there ? 'kept' : known ? 'repaired' : 'installed' };
}

/** What clients start. Its place says which home it belongs to, so that two homes are never mixed up. */
function launcherText(version: string): string {
  return [
    '#!/usr/bin/env node',
    '// Made by `midturn setup`: what clients start. It hands over to the version that setup put beside it last.',
    "'use strict';",
    "process.env.MIDTURN_HOME = require('node:path').dirname(__dirname);",
    `require(${JSON.stringify(`./${version}/dist/midturn.cjs`)});`,
    '',
  ].join('\n');
}

async function publish(path: string, version: string): Promise<void> {
  const text = launcherText(version);
  if ((await readIfExists(path)) !== text) await writeFileAtomic(path, text, { mode: 0o700 });
}

/** From the file's path in the installed folder to where it is now. */
type FileMap = ReadonlyMap<string, string>;

async function filesOf(world: World, { dist, version }: Source): Promise<FileMap> {
  const { join, dirname } = pathsOf(world.os);
  const files = new Map<string, string>();
  const names = (await readdir(dist).catch(missing)) ?? [];
  if (!names.includes('midturn.cjs') || !names.includes('services.cjs'))
    throw new ConfigError({
      what: 'The program cannot be put into the home',
      why: `${dist} does not hold a built midturn`,
      next: 'Run the `midturn` that npm has installed, or build it first',
    });
  for (const name of names) files.set(join('dist', name), join(dist, name));
  files.set('package.json', join(dirname(dist), 'package.json'));
  const todo = PACKAGES.map((name) => ({ name, from: dist }));
  const seen = new Set<string>();
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    if (seen.has(next.name) || NEVER_RUN.has(next.name)) continue;
    const folder = await packageFolder(world, next.name, next.from);
    // Packages for other systems are not there; without sqlite-vec everything but nearness by meaning works.
    if (folder === null) continue;
    seen.add(next.name);
    for (const file of await walk(world, folder, '')) {
      if (!SOURCES.test(join(next.name, file)))
        files.set(join('node_modules', next.name, file), join(folder, file));
    }
    for (const name of await dependenciesOf(join(folder, 'package.json'))) todo.push({ name, from: folder });
  }
  if (!seen.has('better-sqlite3'))
    throw new ConfigError({
      what: `midturn ${version} cannot be put into the home`,
      why: 'better-sqlite3 is not beside it',
      next: 'Install midturn again',
    });
  return files;
}

async function packageFolder(world: World, name: string, from: string): Promise<string | null> {
  const { join, dirname } = pathsOf(world.os);
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if ((await readIfExists(join(folder, 'package.json')).catch(() => null)) !== null)
      return (await world.files.real?.(folder)) ?? folder;
    if (dirname(at) === at) return null;
  }
}

async function dependenciesOf(manifest: string): Promise<readonly string[]> {
  const value: unknown = JSON.parse(await readFile(manifest, 'utf8'));
  const of = (key: string): readonly string[] => {
    if (typeof value !== 'object' || value === null) return [];
    const found: unknown = Reflect.get(value, key);
    return typeof found === 'object' && found !== null ? Object.keys(found) : [];
  };
  return [...of('dependencies'), ...of('optionalDependencies')];
}

async function walk(world: World, folder: string, below: string): Promise<readonly string[]> {
  const { join } = pathsOf(world.os);
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(below, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(world, folder, path);
      return [path];
    }),
  );
  return found.flat();
}

async function isWhole(
  files: FileMap,
  folder: string,
  join: (...parts: string[]) => string,
): Promise<boolean> {
  for (const [name, from] of files) {
    const [there, here] = [await digest(join(folder, name)), await digest(from)];
    if (there === null || there !== here) return false;
  }
  return true;
}

async function digest(path: string): Promise<string | null> {
  const bytes = await readFile(path).catch(missing);
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}

/** Made beside and renamed: a client that starts meanwhile finds the old one or the new one. */
async function place(world: World, files: FileMap, folder: string): Promise<void> {
  const { join, dirname } = pathsOf(world.os);
  const mark = randomBytes(4).toString('hex');
  const [next, old] = [`${folder}.${mark}.tmp`, `${folder}.${mark}.old.tmp`];
  try {
    for (const [name, from] of files) {
      await mkdir(dirname(join(next, name)), { recursive: true, mode: 0o700 });
      await cp(from, join(next, name), { dereference: true });
    }
    await rename(folder, old).catch(missing);
    await rename(next, folder);
  } catch (error) {
    await rm(next, { recursive: true, force: true });
    throw new ConfigError(
      {
        what: `The program could not be put into ${folder}`,
        why: messageOf(error),
        next: 'End what runs midturn there, then run midturn setup again',
      },
      { cause: error },
    );
  }
  // Where a process has it open it stays, and goes with a later setup.
  await rm(old, { recursive: true, force: true }).catch(() => undefined);
}

/** The last two versions stay, and whatever a running process may have started from. */
async function removeOld(world: World, current: string): Promise<void> {
  const { join } = pathsOf(world.os);
  const entries = await readdir(world.layout.app, { withFileTypes: true });
  const folders = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && entry.name !== current)
      .map(async ({ name }) => ({
        path: join(world.layout.app, name),
        at: (await stat(join(world.layout.app, name))).mtimeMs,
        name,
      })),
  );
  const [, ...older] = folders.filter(({ name }) => !name.endsWith('.tmp')).sort((a, b) => b.at - a.at);
  const halves = folders.filter(({ name, at }) => name.endsWith('.tmp') && world.now() - at > 3_600_000);
  for (const { path, at, name } of [...older, ...halves]) {
    if (name.endsWith('.tmp') || world.now() - at > KEPT_MS)
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * A path to this Node that outlives its next update: Homebrew and snap keep versions in folders of their own and a link
 * beside them. What nvm, fnm and volta install stays where it is until it is removed.
 */
export async function stableNode({ files, os }: World, node: string): Promise<string> {
  const cellar = /^(.*)\/Cellar\/([^/]+)\/[^/]+\/bin\/node$/.exec(node);
  const snap = /^(\/snap\/[^/]+)\/\d+\/(.*)$/.exec(node);
  const candidates = [
    ...(cellar === null ? [] : [`${cellar[1]}/opt/${cellar[2]}/bin/node`]),
    ...(snap === null ? [] : [`${snap[1]}/current/${snap[2]}`]),
  ];
  if (os === 'win32' || files.real === undefined) return node;
  for (const each of candidates) if ((await files.real(each)) === node) return each;
  // fnm gives each shell a folder of links that goes with the shell.
  return /multishells/.test(node) ? files.real(node) : node;
}

function missing(error: unknown): null {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
  throw error;
}
