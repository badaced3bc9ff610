/** `npm run bench [part …]`: measures the built program and prints one table a part. */
import { build } from '../scripts/build.mjs';
import { importSpeed } from './import.mjs';
import { callSpeed } from './speed.mjs';
import { start } from './start.mjs';
import { toolTokens } from './tokens.mjs';

const parts = { start, import: importSpeed, speed: callSpeed, tokens: toolTokens };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`bench: no part called ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
await build();
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  for (const [what, value] of await part()) console.log(`  ${what.padEnd(52)} ${value}`);
}
