/**
 * `npm test [vitest arguments]`: builds (test/e2e spawns the built program), then runs vitest once with a
 * report for people and one for machines, reports/vitest.json, which scripts/ci-count.mjs reads.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { root, runNode } from './process.mjs';

const report = join(root, 'reports', 'vitest.json');
rmSync(report, { force: true });
await build();
process.exitCode = runNode('node_modules/vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
