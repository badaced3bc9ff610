/** `npm test` builds first: what is under test/e2e spawns the built program. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const manifest: { version: string } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
);

export default defineConfig({
  define: { __MIDTURN_VERSION__: JSON.stringify(manifest.version) },
  plugins: [
    {
      // The bundles hold prompts/*.md as text; from source they are read the same way.
      name: 'markdown-as-text',
      transform: (code, id) =>
        id.endsWith('.md') ? { code: `export default ${JSON.stringify(code)};`, map: null } : null,
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/properties.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
