/**
 * `npm run test:node24 [vitest arguments]`: packs the package, installs the tarball in a temporary folder under
 * Node 24 (so that npm chooses the better-sqlite3 for it), and runs test/e2e against what was installed. The
 * tests spawn MIDTURN_TEST_BIN with MIDTURN_TEST_NODE instead of dist/ with the running Node.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inScratch } from './lib/scratch.mjs';
import { root, runNode } from './process.mjs';

await inScratch('test:node24', (scratch) => {
  const { folder, npm } = scratch;
  const pack = [npm, 'pack', '--silent', '--pack-destination', folder];
  scratch.step('packing', process.execPath, pack, { cwd: root });
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack wrote no tarball');

  const node = scratch.node24();
  const app = scratch.install(node, 'app', [join(folder, tarball)], { 'better-sqlite3': true });
  const bin = join(app, 'node_modules', 'midturn', 'dist', 'midturn.cjs');
  if (!existsSync(bin)) throw new Error('the tarball holds no dist/midturn.cjs');
  scratch.say(`${node}, ${bin}`);

  return runNode('node_modules/vitest/vitest.mjs', ['run', 'test/e2e', ...process.argv.slice(2)], {
    env: { ...process.env, MIDTURN_TEST_BIN: bin, MIDTURN_TEST_NODE: node },
  });
});
