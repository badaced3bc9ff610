/** Bundles the real SDK with the plugin that trims its start, and an SDK that looks different. */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
let folder = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-lean-')));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function bundle(source: string) {
  writeFileSync(join(folder, 'entry.mjs'), source);
  const script = `import * as esbuild from 'esbuild';
    import { leanStart } from ${JSON.stringify(join(root, 'scripts/lean-start.mjs'))};
    await esbuild.build({ entryPoints: ['entry.mjs'], outfile: 'out.cjs', bundle: true, format: 'cjs',
      platform: 'node', mainFields: ['module', 'main'], plugins: [leanStart], logLevel: 'error' });`;
  writeFileSync(join(folder, 'build.mjs'), script);
  return spawnSync(process.execPath, ['build.mjs'], { cwd: folder, encoding: 'utf8' });
}

it('drops the schemas a server has no use for, and keeps the check of what a form answers', () => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const built = bundle(`
    import process from 'node:process';
    import { McpServer } from '@modelcontextprotocol/server';
    import { DefaultJsonSchemaValidator } from '@modelcontextprotocol/server/_shims';
    new McpServer({ name: 'planted', version: '1' });
    const check = new DefaultJsonSchemaValidator().getValidator({ type: 'object', required: ['name'] });
    console.log(check({ name: 'a' }).valid, check({}).valid, process.argv.length > 0);`);
  expect({ status: built.status, stderr: built.stderr }).toEqual({ status: 0, stderr: '' });
  const ran = spawnSync(process.execPath, ['out.cjs'], { cwd: folder, encoding: 'utf8' });
  expect(ran.stdout).toBe('true false true\n');
  expect(readFileSync(join(folder, 'out.cjs'), 'utf8')).not.toContain('introspection_endpoint');
});

it('refuses an SDK that no longer looks as the plugin expects', () => {
  const dist = join(folder, 'node_modules/@modelcontextprotocol/server/dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'src-changed.mjs'), 'export const a = 1;\n');
  symlinkSync(join(root, 'node_modules/esbuild'), join(folder, 'node_modules/esbuild'));
  const built = bundle("import './node_modules/@modelcontextprotocol/server/dist/src-changed.mjs';");
  expect(built.status).toBe(1);
  expect(built.stderr).toContain('the SDK has changed');
});
