/**
 * Plants what the house forbids, and what it allows, in a copy of the lint configuration and runs the linter
 * once over it. It exists because a checker that understands nothing passes everything.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const surfaces = ['cli', 'mcp', 'hooks'];
const services = [
  'access',
  'capture',
  'history',
  'recall',
  'memories',
  'inject',
  'review',
  'compile',
  'embeddings',
  'skills',
  'setup',
  'context',
  'tasks',
  'migrate',
  'policy',
  'status',
];
const foundation = ['store', 'store/sqlite', 'project', 'text', 'platform', 'model'];
const folders = [...surfaces, 'app', ...services, ...foundation];

/** What each folder of the foundation may import of ours. */
const below = new Map<string, readonly string[]>([
  ['store', ['text', 'model']],
  ['store/sqlite', ['store', 'text', 'platform', 'model']],
  ['project', ['text', 'platform', 'model']],
  ['text', ['model']],
  ['platform', ['model']],
  ['model', ['text']],
]);

interface Import {
  readonly to: string;
  readonly file: 'index.ts' | 'inner.ts';
  readonly typeOnly: boolean;
}

function allowed(from: string, { to, file, typeOnly }: Import): boolean {
  if (surfaces.includes(from)) {
    if (services.includes(to)) return file === 'index.ts' && typeOnly;
    return ['app', 'text', 'model'].includes(to);
  }
  if (from === 'app') return !surfaces.includes(to);
  if (services.includes(from)) {
    if (services.includes(to)) return from !== 'status' && file === 'index.ts';
    return foundation.includes(to) && to !== 'store/sqlite';
  }
  return below.get(from)?.includes(to) ?? false;
}

interface Finding {
  readonly rule: string;
  readonly message: string;
}

let dir = '';
/** Findings by `file:line`. */
const found = new Map<string, Finding[]>();
let exitCode: number | null = null;

const planted = new Map<string, string[]>();
/** Adds a line to a file and returns where it stands. */
function plant(file: string, line: string): string {
  const lines = planted.get(file) ?? [];
  planted.set(file, lines);
  lines.push(line);
  return `${file}:${lines.length}`;
}

const isLayerRule = ({ rule, message }: Finding): boolean =>
  rule === 'lint/style/noRestrictedImports' || (rule === 'plugin' && message.startsWith('A surface'));
const layerFindings = (at: string): Finding[] => (found.get(at) ?? []).filter(isLayerRule);

const matrix = folders.flatMap((from) =>
  ['', 'deep/'].flatMap((depth) =>
    folders
      .filter((to) => to !== from)
      .flatMap((to) =>
        (['index.ts', 'inner.ts'] as const).flatMap((file) =>
          [true, false].map((typeOnly) => {
            const up = '../'.repeat(`${from}/${depth}`.split('/').length - 1);
            const specifier = `${up}${to}/${file}`;
            const line = typeOnly ? `import type { A } from '${specifier}';` : `import '${specifier}';`;
            const at = plant(`src/${from}/${depth}planted.ts`, line);
            return { at, from, line, allowed: allowed(from, { to, file, typeOnly }) };
          }),
        ),
      ),
  ),
);

const forms = [
  "import { a } from '../store/sqlite/database.ts';",
  "import type { a } from '../store/sqlite/database.ts';",
  "import { type a } from '../store/sqlite/database.ts';",
  "import * as a from './../store/sqlite/database.ts';",
  "export { a } from '../store/sqlite/database.ts';",
  "export type { a } from '../store/sqlite/database.ts';",
  "export * from '../../src/store/sqlite/database.ts';",
  "export const b = await import('../store/sqlite/database.ts');",
].map((line) => ({ line, at: plant('src/recall/forms.ts', line) }));

const packages = folders.flatMap((from) =>
  ['@modelcontextprotocol/server', '@modelcontextprotocol/server/stdio', 'better-sqlite3'].map((name) => ({
    from,
    name,
    at: plant(`src/${from}/packages.ts`, `import '${name}';`),
    allowed: name === 'better-sqlite3' ? from === 'store/sqlite' : from === 'mcp',
  })),
);

/** One line each that must be found, in the file it is in, by a message that names it. */
const forbiddenLines: [file: string, line: string, message: RegExp][] = [
  ['src/midturn.ts', "import './cli/main.ts';", /bin imports nothing of ours/],
  ['src/midturn.ts', "import type { A } from './app/index.ts';", /bin imports nothing of ours/],
  ['src/app/bin.ts', "import '../midturn.ts';", /below the surfaces|Nothing imports the bin/],
  ['src/cli/bin.ts', "import '../midturn.ts';", /imports no other surface/],
  ['src/recall/unseen.ts', "export type A = import('../app/index.ts').A;", /import type/],
  ['src/recall/unseen.ts', 'export const a = await import(`../app/index.ts`);', /plain string/],
  ['src/recall/unseen.ts', "export const b = require('../app/index.ts');", /Write `import`/],
  ['src/recall/unseen.ts', "import c = require('../app/index.ts');", /Write `import`|below the surfaces/],
  ['src/recall/unseen.ts', 'export const d = module.require(`../app/index.ts`);', /Write `import`/],
  ['src/recall/unseen.ts', "import { createRequire } from 'node:module';", /createRequire/],
  ['src/cli/service.ts', "import { a } from '../recall/index.ts';", /types only/],
  ['src/cli/service.ts', "import { type A } from '../recall/index.ts';", /types only/],
  ['src/cli/service.ts', "export { a } from '../recall/index.ts';", /types only/],
  ['src/cli/service.ts', "export const b = await import('../recall/index.ts');", /takes a service from app/],
  ['src/cli/service.ts', "export const c = require('../recall/index.ts');", /Write `import`/],
  ['src/text/as.ts', 'export const a = JSON.parse("1") as number;', /No `as`/],
  ['src/text/as.ts', 'export const b = <number>JSON.parse("1");', /No type assertion/],
  ['src/text/as.ts', 'export const c = 1 as unknown as string;', /No `as`/],
  ['test/text/as.test.ts', 'export const a = JSON.parse("1") as number;', /No `as`/],
  ['src/text/any.ts', 'export const a: any = 1;', /any/],
  ['src/text/bang.ts', 'export const a = process.argv.at(0)!;', /non-null/],
  ['src/text/default.ts', 'export default 1;', /default export/i],
  ['src/text/enum.ts', 'export enum A { B }', /enum/],
  ['src/text/zod.ts', "import { z } from 'zod';", /import \* as z/],
  ['src/text/zod-default.ts', "import z from 'zod/v4';", /import \* as z/],
  ['src/text/extension.ts', "import { a } from './as';", /extension/],
  ['src/app/floating.ts', '(async () => 1)();', /Promise/],
  ['src/app/floating.ts', '[1].forEach(async () => 1);', /Promise/],
  ['src/recall/print.ts', "console.log('a');", /console/],
  ['src/app/env.ts', 'export const a = process.env.HOME;', /process\.env/],
  ['src/app/env.ts', 'export const { env } = process;', /configuration/],
  ['src/app/env.ts', "import { env as b } from 'node:process';", /configuration/],
  ['src/text/cycle-a.ts', "export { b } from './cycle-b.ts';", /cycle/],
  ['src/text/cycle-b.ts', "export { b as a } from './cycle-a.ts';", /cycle/],
];
const forbidden = forbiddenLines.map(([file, line, message]) => ({ line, message, at: plant(file, line) }));

/** One line each that must pass. */
const fineLines: [file: string, line: string][] = [
  ['src/cli/fine.ts', "export type { A } from '../recall/index.ts';"],
  ['src/cli/fine.ts', 'export const home = process.env.MIDTURN_HOME;'],
  ['src/cli/fine.ts', "console.log('a');"],
  ['src/mcp/tools/fine.ts', 'export default 1;'],
  ['src/text/fine.ts', "export const a = ['b'] as const;"],
  ['src/text/fine.ts', 'export const c = { d: 1 } satisfies Record<string, number>;'],
  ['src/text/zod-fine.ts', "import * as z from 'zod';"],
  ['src/text/zod-fine.ts', 'export const a = z.string();'],
  ['src/store/sqlite/lazy.ts', "export const load = () => import('better-sqlite3');"],
  ['scripts/fine.mjs', "console.log(process.env.HOME, await import('node:fs'));"],
];
const fine = fineLines.map(([file, line]) => ({ line, at: plant(file, line) }));

beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-lint-')));
  for (const name of ['biome.jsonc', 'lint']) cpSync(join(root, name), join(dir, name), { recursive: true });
  for (const [file, lines] of planted) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), `${lines.join('\n')}\n`);
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/@biomejs/biome/bin/biome'),
      'ci',
      '--reporter=github',
      '--colors=off',
      '--max-diagnostics=none',
      '--diagnostic-level=error',
      '--vcs-enabled=false',
      '.',
    ],
    { cwd: dir, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  exitCode = status;
  for (const line of `${stdout}\n${stderr}`.split('\n')) {
    const [, rule, path, number, message] =
      /^::error title=([^,]*),file=([^,]*),line=(\d+),.*?::(.*)$/.exec(line) ?? [];
    if (rule === undefined || path === undefined || message === undefined) continue;
    const at = `${path.replace(`${dir}/`, '')}:${number}`;
    found.set(at, [...(found.get(at) ?? []), { rule, message }]);
  }
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the lint command', () => {
  it('fails where something forbidden is planted', () => {
    expect(exitCode).toBe(1);
    expect(found.size).toBeGreaterThan(0);
  });

  it('knows every folder of src, and no file beside the bin', () => {
    const known = [...folders, 'midturn.ts', 'globals.d.ts'];
    expect(readdirSync(join(root, 'src')).filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(folders)('holds src/%s to the layers it may import', (folder) => {
    const cases = matrix.filter(({ from }) => from === folder);
    const missed = cases.filter((one) => !one.allowed && layerFindings(one.at).length === 0);
    const wronged = cases.filter((one) => one.allowed && layerFindings(one.at).length > 0);
    expect({ missed, wronged }).toEqual({ missed: [], wronged: [] });
    expect(cases.some((one) => !one.allowed)).toBe(true);
    expect(cases.some((one) => one.allowed)).toBe(true);
  });

  it.each(forms)('sees a forbidden layer in: $line', ({ at }) => {
    expect(layerFindings(at)).not.toEqual([]);
  });

  it.each(folders)('keeps the SDK and the engine where they belong, seen from src/%s', (folder) => {
    for (const one of packages.filter(({ from }) => from === folder)) {
      expect({ ...one, found: layerFindings(one.at).length > 0 }).toEqual({ ...one, found: !one.allowed });
    }
  });

  it.each(forbidden)('forbids, at $at: $line', ({ at, message }) => {
    const messages = (found.get(at) ?? []).map((finding) => finding.message);
    expect(messages).toContainEqual(expect.stringMatching(message));
  });

  it.each(fine)('allows, at $at: $line', ({ at }) => {
    const rules = (found.get(at) ?? []).filter(({ rule }) => rule !== 'format');
    expect(rules).toEqual([]);
  });
});
