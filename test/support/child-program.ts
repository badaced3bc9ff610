/** Builds a TypeScript file to a program, and runs it as processes that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Child = {
  readonly process: ChildProcess;
  /** The first line that it writes. */
  readonly word: Promise<string>;
  /** Kills it at once, and waits until it is gone. */
  readonly kill: () => Promise<void>;
};

/** For the tests of one `describe`: `source` is built before them, and whatever still runs is killed after each. */
export function childProgram(source: URL): (...args: string[]) => Child {
  const folder = mkdtempSync(join(tmpdir(), 'midturn-test-'));
  const program = join(folder, 'child.mjs');
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    await build({
      entryPoints: [fileURLToPath(source)],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      alias: { 'better-sqlite3': join(root, 'node_modules/better-sqlite3/lib/index.js') },
      external: ['*/better-sqlite3/lib/index.js', 'vitest'],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      loader: { '.md': 'text' },
      logLevel: 'error',
    });
  });
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (...args) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    running.push(child);
    return {
      process: child,
      word: once(child.stdout ?? child, 'data').then(([chunk]) => String(chunk).trim()),
      kill: async () => {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      },
    };
  };
}
