/** `npm run test:clients`: what is under test/clients drives the real Codex CLI and Claude Code. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/clients/**/*.client.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 240_000,
  },
});
