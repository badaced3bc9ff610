/** Builds the bin around two small bundles and starts it as a client would. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const cliSource = `
import text from '../words.md';
export const started = { which: 'cli', version: __MIDTURN_VERSION__, text, file: __filename, args: process.argv.slice(2) };
console.log(JSON.stringify(started));
if (process.argv.includes('--fail')) process.exit(3);
`;
const mcpSource = `
const answer = async () => {
  const { platform } = await import('node:os');
  const { apart } = await import('../app/services.ts');
  console.log(JSON.stringify({ which: 'mcp', lazy: typeof platform, apart }));
  const write: unknown = Reflect.get(globalThis, Symbol.for('midturn.writeCodeCache'));
  if (typeof write === 'function') write();
};
void answer();
`;

const hookSource = `console.log(JSON.stringify({ which: 'hook' }));`;
const servicesSource = `export const apart = __filename;`;

let folder = '';
let home = '';
let bin = '';

interface Started {
  readonly status: number | null;
  readonly stderr: string;
  readonly answer: Record<string, unknown>;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = { MIDTURN_HOME: home }): Started {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder, ...env },
  });
  const answer: Record<string, unknown> = stdout === '' ? {} : JSON.parse(stdout);
  return { status, stderr, answer };
}

const cached = (): string[] => (existsSync(join(home, 'cache')) ? readdirSync(join(home, 'cache')) : []);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

function ran(script: string) {
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

function buildIn(source: string): ReturnType<typeof ran> {
  return ran(`import { build } from ${JSON.stringify(join(root, 'scripts', 'build.mjs'))};
    await build({ source: ${JSON.stringify(source)}, outdir: ${JSON.stringify(join(source, 'dist'))} });`);
}

const Bundles = z.array(z.object({ source: z.string(), file: z.string() }));
const bundles = Bundles.parse(
  JSON.parse(
    ran(`import { bundles } from ${JSON.stringify(join(root, 'scripts', 'build.mjs'))};
      process.stdout.write(JSON.stringify(bundles));`).stdout,
  ),
);

function plantPackage(source: string, cli: string): void {
  for (const name of ['src/cli', 'src/mcp', 'src/hooks']) mkdirSync(join(source, name), { recursive: true });
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'planted', version: '7.8.9' }));
  copyFileSync(join(root, 'src/midturn.ts'), join(source, 'src/midturn.ts'));
  symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'));
  writeFileSync(join(source, 'src/words.md'), '# näive\n');
  writeFileSync(join(source, 'src/cli/main.ts'), cli);
  writeFileSync(join(source, 'src/mcp/main.ts'), mcpSource);
  writeFileSync(join(source, 'src/hooks/main.ts'), hookSource);
  mkdirSync(join(source, 'src/app'), { recursive: true });
  writeFileSync(join(source, 'src/app/services.ts'), servicesSource);
  for (const each of bundles) {
    const path = join(source, each.source);
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `export const file = '${each.file}';`);
  }
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-bin-')));
  plantPackage(join(folder, 'package'), cliSource);
  const built = buildIn(join(folder, 'package'));
  expect(built.stderr).toBe('');
  bin = join(folder, 'package', 'dist', 'midturn.cjs');
});

beforeEach(() => {
  home = mkdtempSync(join(folder, 'home-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bin', () => {
  it('starts the server for `mcp`, wherever the home is named, and the command line for all else', () => {
    expect(start(['mcp']).answer.which).toBe('mcp');
    expect(start(['--home', home, 'mcp']).answer.which).toBe('mcp');
    expect(start([`--home=${home}`, 'mcp']).answer.which).toBe('mcp');
    expect(start(['recall', 'mcp']).answer.which).toBe('cli');
    expect(start(['--home', 'mcp', 'recall']).answer.which).toBe('cli');
    expect(start(['mcp', '--help']).answer.which).toBe('cli');
    expect(start([]).answer.which).toBe('cli');
  });

  it('starts the hooks from a bundle of their own, but not their help', () => {
    for (const hook of [
      'session-start',
      'user-prompt',
      'post-tool',
      'stop-review',
      'pre-compact',
      'session-end',
    ])
      expect(start([hook]).answer.which).toBe('hook');
    expect(start(['--home', home, 'stop-review', '--from-stdin']).answer.which).toBe('hook');
    expect(start(['stop-review', '--help']).answer.which).toBe('cli');
    expect(start(['recall', 'session-start']).answer.which).toBe('cli');
  });

  it('gives the bundle its version, its texts, its own file name and the exit code', () => {
    const { answer, status } = start(['recall', '--fail']);
    expect(status).toBe(3);
    expect(answer).toEqual({
      which: 'cli',
      version: '7.8.9',
      text: '# näive\n',
      file: join(dirname(bin), 'cli.cjs'),
      args: ['recall', '--fail'],
    });
  });

  it('loads what is imported late from inside a cached script', () => {
    const apart = join(dirname(bin), 'services.cjs');
    expect(start(['mcp']).answer).toMatchObject({ lazy: 'function', apart });
    expect(start(['mcp']).answer).toMatchObject({ lazy: 'function', apart });
  });

  it('leaves a code cache named by bundle, Node and processor, readable by the owner only', () => {
    start(['mcp']);
    const name = new RegExp(`^[0-9a-f]{64}-${process.version.replaceAll('.', '\\.')}-${process.arch}$`);
    const served = new RegExp(`${name.source.slice(0, -1)}-mcp$`);
    // One of the server's bundle, one of what it loaded at its first call: by the name of who calls.
    expect(cached()).toEqual([expect.stringMatching(served), expect.stringMatching(served)]);
    start(['status']);
    expect(cached().filter((file) => name.test(file))).toHaveLength(1);
    expect(modeOf(join(home, 'cache'))).toBe(0o700);
    expect(modeOf(join(home, 'cache', cached()[0] ?? ''))).toBe(0o600);
  });

  it('keeps the cache it can use and replaces one that V8 rejects', () => {
    start(['status']);
    const path = join(home, 'cache', cached()[0] ?? '');
    const good = readFileSync(path);
    const long = new Date(Date.now() - 3_600_000);
    utimesSync(path, long, long);
    expect(start(['status']).answer.which).toBe('cli');
    expect(statSync(path).mtimeMs).toBeLessThan(Date.now() - 3_000_000);

    writeFileSync(path, good.subarray(0, 100));
    expect(start(['status']).answer.which).toBe('cli');
    expect(readFileSync(path).length).toBeGreaterThan(100);
    expect(cached()).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('does not run a cache that others may have written', () => {
    start(['status']);
    const path = join(home, 'cache', cached()[0] ?? '');
    const before = statSync(path).ino;
    chmodSync(path, 0o622);
    expect(start(['status']).answer.which).toBe('cli');
    expect(statSync(path).ino).not.toBe(before);
    expect(modeOf(path)).toBe(0o600);
  });

  it('makes no home of its own, and starts without one', () => {
    const missing = join(folder, 'no-home');
    expect(start(['mcp'], { MIDTURN_HOME: missing })).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(missing)).toBe(false);
  });

  it('starts where the home is a file and where the cache is a file', () => {
    const file = join(folder, 'file-home');
    writeFileSync(file, '');
    expect(start(['mcp'], { MIDTURN_HOME: file })).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(join(home, 'cache'), '');
    expect(start(['mcp'])).toMatchObject({ status: 0, stderr: '' });
  });

  it('uses ~/.midturn where neither the flag nor the environment names a home', () => {
    mkdirSync(join(folder, '.midturn'), { mode: 0o700 });
    start(['mcp'], {});
    expect(readdirSync(join(folder, '.midturn', 'cache'))).toHaveLength(2);
    expect(cached()).toEqual([]);
  });

  it('clears away the caches of builds that are long gone, and nothing else', () => {
    mkdirSync(join(home, 'cache'), { mode: 0o700 });
    const old = new Date(Date.now() - 40 * 24 * 3_600_000);
    for (const name of [`${'a'.repeat(64)}-v18.0.0-x64`, 'notes.txt']) {
      writeFileSync(join(home, 'cache', name), '');
      utimesSync(join(home, 'cache', name), old, old);
    }
    start(['status']);
    expect(cached()).toHaveLength(2);
    expect(cached()).toContain('notes.txt');
  });

  it('says in one sentence that Node is too old', () => {
    const old = join(folder, 'old-node.cjs');
    writeFileSync(
      old,
      `Object.defineProperty(process.versions, 'node', { value: '20.18.3' });
       process.argv.splice(1, 1);
       require(${JSON.stringify(bin)});`,
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [old, bin, 'status'], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'midturn needs Node 20.19 or newer; this is Node 20.18.3.\n',
    });
  });
});

describe('the build', () => {
  it('makes one program that can be run and leaves nothing else behind', () => {
    const dist = dirname(bin);
    expect(modeOf(bin)).toBe(0o755);
    expect(readFileSync(bin, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true);
    writeFileSync(join(dist, 'stale.cjs'), '');
    buildIn(join(folder, 'package'));
    expect(readdirSync(dist).sort()).toEqual([
      'THIRD-PARTY-LICENSES.txt',
      ...['midturn.cjs', ...bundles.map(({ file }) => file)].sort(),
    ]);
  });

  it('fails on an error and on a warning, and leaves the bundles as they were', () => {
    for (const [name, source] of [
      ['error', "import './missing.ts';"],
      ['warning', 'console.log(import.meta.url);'],
    ]) {
      const planted = join(folder, `broken-${name}`);
      plantPackage(planted, cliSource);
      expect(buildIn(planted).status).toBe(0);
      const before = readFileSync(join(planted, 'dist', 'cli.cjs'), 'utf8');
      writeFileSync(join(planted, 'src/cli/main.ts'), source ?? '');
      expect(buildIn(planted).status).toBe(1);
      expect(readFileSync(join(planted, 'dist', 'cli.cjs'), 'utf8')).toBe(before);
    }
  });
});
