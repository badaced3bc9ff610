/**
 * Asking git. A repository is untrusted input: its configuration can name programs to run (file system monitors,
 * hooks, ssh commands) and a planted `git.exe` can lie in it, so each of these doors is closed here.
 */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { codeOf } from '../model/errors.ts';
import { withDeadline } from './deadline.ts';

export type GitAnswer =
  | { readonly kind: 'ok'; readonly stdout: string }
  /** Git ran and said no. */
  | { readonly kind: 'failed'; readonly code: number | null; readonly stderr: string }
  /** Git said nothing: not installed, killed at the time limit, too much output. Never a reason to decide anything. */
  | { readonly kind: 'silent'; readonly reason: string };

export type GitOptions = {
  readonly cwd: string;
  readonly timeoutMs: number;
  /** The environment of this process, of which git gets a cleaned copy. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** Git variables that say how git is installed, not which repository is meant. */
const KEPT = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_EXEC_PATH']);
const CLOSED_DOORS = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'credential.helper=',
];

/**
 * Runs git for reading, without a shell, and kills it after `timeoutMs`. Never rejects. It can reach no network:
 * no transport is allowed.
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const { promise, stop } = start(args, options);
  // A process stuck in the kernel (dead network disk) does not end when killed: the extra second gives up on it.
  const answer = await withDeadline(promise, options.timeoutMs + 1000);
  if (!answer.timedOut) return answer.value;
  stop();
  return { kind: 'silent', reason: `git did not end ${options.timeoutMs} ms after it was started` };
}

/** The environment git gets: no variable that would point it at another repository, no questions, no locks. */
export function gitEnvironment(env: GitOptions['env']): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (!/^GIT_/i.test(name) || KEPT.has(name.toUpperCase()))) clean[name] = value;
  }
  return {
    ...clean,
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    LC_ALL: 'C',
    // Windows looks for a program in the working directory first, unless this is set.
    NoDefaultCurrentDirectoryInExePath: '1',
  };
}

function start(
  args: readonly string[],
  options: GitOptions,
): { promise: Promise<GitAnswer>; stop: () => void } {
  let stop = () => {};
  const promise = new Promise<GitAnswer>((resolve) => {
    const child = execFile(
      'git',
      ['--no-pager', '--no-replace-objects', '-C', options.cwd, ...CLOSED_DOORS, ...args],
      {
        // Git is started away from the repository and goes there itself: see above.
        cwd: dirname(process.execPath),
        env: gitEnvironment(options.env),
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_OUTPUT_BYTES,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ kind: 'ok', stdout });
        const word = codeOf(error);
        if (error.killed === true)
          return resolve({ kind: 'silent', reason: `git was killed after ${options.timeoutMs} ms` });
        if (word !== undefined) return resolve({ kind: 'silent', reason: `git could not be run: ${word}` });
        return resolve({ kind: 'failed', code: typeof error.code === 'number' ? error.code : null, stderr });
      },
    );
    stop = () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
    };
  });
  return { promise, stop };
}
