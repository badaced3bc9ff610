/** Runs a program with an argument array (no shell) and the terminal as its own. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The exit code of `program args…`; 1 when a signal ended it. Throws when it cannot be started. */
export function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  return status ?? 1;
}

/** Like `run`, for a script of an installed package, with the running Node. */
export function runNode(script, args, options = {}) {
  return run(process.execPath, [join(root, script), ...args], options);
}
