/**
 * Ends a program that we have started when this process is killed and can end nothing any more: a small process of its
 * own waits at the other end of a pipe, which the system closes with us. For programs that cost something while they run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Os } from './paths.ts';

/** One byte says that all is well; the end of the pipe without it says that we are gone. */
const WATCH = `
const [, leader, taskkill] = process.argv;
process.stdin.on('data', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.on('end', () => {
  try {
    if (taskkill === undefined) process.kill(-Number(leader), 'SIGKILL');
    else require('node:child_process').execFileSync(taskkill, ['/pid', leader, '/T', '/F'], { windowsHide: true });
  } catch {}
  process.exit(0);
});
`;

/**
 * @param leader pid of the program, which leads a process group (on Windows its tree is ended)
 * @returns ends the watch; the program is left alone
 */
export function watchDeath(leader: number, os: Os, systemRoot: string | undefined): () => void {
  const windows = os === 'win32' ? [`${systemRoot ?? 'C:\\Windows'}\\System32\\taskkill.exe`] : [];
  const watch: ChildProcess = spawn(process.execPath, ['-e', WATCH, String(leader), ...windows], {
    cwd: dirname(process.execPath),
    env: systemRoot === undefined ? {} : { SystemRoot: systemRoot },
    stdio: ['pipe', 'ignore', 'ignore'],
    // Whoever ends us with our whole group does not end it.
    detached: true,
    windowsHide: true,
  });
  // Without a watch everything else still holds.
  watch.on('error', () => {});
  watch.stdin?.on('error', () => {});
  watch.unref();
  return () => {
    watch.stdin?.end('.');
  };
}
