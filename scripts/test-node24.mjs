/**
 * `npm run test:node24 [vitest arguments]`: packs the package, installs the tarball in a temporary folder under
 * Node 24 (so that npm chooses the better-sqlite3 for it), and runs test/e2e against what was installed. The
 * tests spawn MIDTURN_TEST_BIN with MIDTURN_TEST_NODE instead of dist/ with the running Node.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root, run, runNode } from './process.mjs';

const npm = findNpm();
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-node24-')));
try {
  process.exitCode = main();
} catch (error) {
  console.error(`test:node24: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function main() {
  step('packing', process.execPath, [npm, 'pack', '--silent', '--pack-destination', folder], { cwd: root });
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack wrote no tarball');

  // Each in a folder of its own: what runs the install is not part of what is installed.
  const nodeFolder = join(folder, 'node');
  install(process.execPath, nodeFolder, ['node@24'], { node: true });
  const node = nodeBinary(nodeFolder);
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (!stdout?.startsWith('v24.'))
    throw new Error(`node@24 installed ${stdout?.trim() || 'nothing that runs'}`);

  const appFolder = join(folder, 'app');
  install(node, appFolder, [join(folder, tarball)], { 'better-sqlite3': true });
  const bin = join(appFolder, 'node_modules', 'midturn', 'dist', 'midturn.cjs');
  if (!existsSync(bin)) throw new Error('the tarball holds no dist/midturn.cjs');
  console.log(`test:node24: ${stdout.trim()}, ${bin}`);

  const args = ['run', 'test/e2e', ...process.argv.slice(2)];
  return runNode('node_modules/vitest/vitest.mjs', args, {
    env: { ...process.env, MIDTURN_TEST_BIN: bin, MIDTURN_TEST_NODE: node },
  });
}

/** Installs with npm run by `node`, which is also the `node` that install scripts find. */
function install(node, cwd, packages, allowScripts) {
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, allowScripts }));
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  step(`installing ${packages.join(' ')}`, node, [npm, 'install', '--no-audit', '--no-fund', ...packages], {
    cwd,
    env,
  });
}

function step(what, program, args, options) {
  console.log(`test:node24: ${what}`);
  const code = run(program, args, options);
  if (code !== 0) throw new Error(`${what} failed (${code})`);
}

function nodeBinary(cwd) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const found = ['node/bin', `node-${process.platform}-${process.arch}/bin`]
    .map((path) => join(cwd, 'node_modules', path, name))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error('node@24 came without a program for this machine');
  return found;
}

/** npm's own program: set by `npm run`, else the one beside the running Node. */
function findNpm() {
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const found = [process.env.npm_execpath, beside].find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('start this with `npm run test:node24`');
  return found;
}
