/**
 * `npm run test:clients [vitest arguments]`: builds the program and the plugin, then drives the real Codex CLI and Claude Code against fake
 * models on 127.0.0.1. MIDTURN_TEST_CODEX and MIDTURN_TEST_CLAUDE name their programs, else the PATH is searched; a
 * client that is not installed is skipped, and said so.
 */
import { build } from './build.mjs';
import { buildPlugin } from './plugin.mjs';
import { runNode } from './process.mjs';

await build();
await buildPlugin();
process.exitCode = runNode('node_modules/vitest/vitest.mjs', [
  'run',
  '--config=vitest.clients.config.ts',
  ...process.argv.slice(2),
]);
