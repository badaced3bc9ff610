/** `npm run lint`: format, lint and import rules, then types, then dead code. Stops at the first that fails. */
import { runNode } from './process.mjs';

const colors = process.stdout.isTTY ? [] : ['--colors=off'];
const steps = [
  [
    'biome (format, lint, import rules)',
    'node_modules/@biomejs/biome/bin/biome',
    ['ci', '--error-on-warnings', ...colors, '.'],
  ],
  ['tsc (types)', 'node_modules/typescript/bin/tsc', ['--noEmit']],
  ['knip (dead code, dependencies)', 'node_modules/knip/bin/knip.js', ['--no-config-hints']],
];

for (const [name, script, args] of steps) {
  const code = runNode(script, args);
  if (code !== 0) {
    console.error(`lint: ${name} failed`);
    process.exit(code);
  }
  console.log(`lint: ${name} passed`);
}
