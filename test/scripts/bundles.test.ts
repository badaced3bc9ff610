/** What stands in the bundles, and what a server loads before it has answered: each millisecond is paid at every start. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { BIN } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

const folder = dirname(BIN);
const bundles = readdirSync(folder).filter((file) => file.endsWith('.cjs'));

const Built = z.array(z.object({ file: z.string(), bytes: z.number(), parts: z.array(z.string()) }));
let built: z.infer<typeof Built> = [];

beforeAll(() => {
  const script = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url));
  const outdir = mkdtempSync(join(realpathSync(tmpdir()), 'midturn-bundles-'));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { build } from ${JSON.stringify(script)};
       process.stdout.write(JSON.stringify(await build({ outdir: ${JSON.stringify(outdir)} })));`,
    ],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  built = Built.parse(JSON.parse(stdout));
}, 60_000);

const bundle = (name: string) => {
  const found = built.find(({ file }) => file === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
/** Of a package its name, of a file of ours its path. */
const partsOf = (name: string): string[] => [
  ...new Set(
    bundle(name).parts.map(
      (path) =>
        /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(path.replaceAll('\\', '/'))?.[1] ?? path,
    ),
  ),
];

describe('the bundles', () => {
  // The bin reads them as Latin-1, so that any other letter would come to mean two or three others.
  it.each(bundles)('%s holds ASCII alone', (file) => {
    const foreign = readFileSync(join(folder, file)).findIndex((byte) => byte > 0x7f);
    expect(foreign).toBe(-1);
  });

  it('start a server and a hook from little code, and answer a question from what questions need', () => {
    expect(bundle('mcp.cjs').bytes).toBeLessThan(335 * 1024);
    expect(bundle('hook.cjs').bytes).toBeLessThan(60 * 1024);
    expect(bundle('asking.cjs').bytes).toBeLessThan(460 * 1024);
  });

  it('keep out of the start of a server what it does not need to say which tools it has', () => {
    const parts = partsOf('mcp.cjs');
    const foreign = parts.filter((part) => !part.startsWith('src/') && !part.includes(':'));
    expect(foreign.sort()).toEqual(['@modelcontextprotocol/core', '@modelcontextprotocol/server', 'zod']);
    // Of the SDK no more than a server on stdin and stdout: no form is checked yet, and nothing is listened to.
    const validators = bundle('mcp.cjs').parts.filter((path) => /ajv|validators/i.test(path));
    expect(validators).toEqual([]);
    const ours = parts.filter((part) => part.startsWith('src/'));
    const rooms = new Set(ours.map((part) => part.split('/')[1]));
    // No service and no store: the app names them, and loads them with the first call.
    expect([...rooms].sort()).toEqual(['app', 'mcp', 'model', 'platform', 'project', 'text']);
    expect(ours.filter((part) => /^src\/mcp\/(?:http|ask)\//.test(part))).toEqual([]);
  });

  it('keep the checking of the configuration out of what answers questions', () => {
    const parts = partsOf('asking.cjs');
    expect(parts).not.toContain('zod');
    expect(parts).not.toContain('smol-toml');
  });
});

describe('a server that has answered its handshake', () => {
  const handshake = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  };
  const discovery = {
    jsonrpc: '2.0',
    id: 1,
    method: 'server/discover',
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  };

  it.each([
    ['2025', handshake],
    ['2026', discovery],
  ])('of %s has loaded no module of Node’s that it can do without', async (_era, opening) => {
    const home = tempFolder();
    const probe = join(home, 'probe.cjs');
    writeFileSync(
      probe,
      `const write = process.stdout.write.bind(process.stdout);
       process.stdout.write = (...all) => {
         process.stdout.write = write;
         process.stderr.write(JSON.stringify(process.moduleLoadList));
         return write(...all);
       };`,
    );
    const server = spawn(process.execPath, ['--require', probe, BIN, 'mcp'], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, MIDTURN_HOME: join(home, '.midturn') },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let told = '';
    server.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    server.stdout.once('data', () => server.stdin.end());
    server.stdin.write(`${JSON.stringify(opening)}\n`);
    await new Promise((resolve) => server.once('close', resolve));
    const loaded = z.array(z.string()).parse(JSON.parse(told));
    const late = ['child_process', 'crypto', 'fs/promises', 'http', 'https', 'worker_threads', 'zlib'];
    expect(late.filter((name) => loaded.includes(`NativeModule ${name}`))).toEqual([]);
    expect(loaded).toContain('NativeModule net');
  });
});
