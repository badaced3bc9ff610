/**
 * Asking a program that answers line by line and goes on running (a server over stdio): stdin stays open until what was
 * asked is answered. What only has to be run to its end is `runProgram`'s.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { killTree } from './kill-tree.ts';
import { hostOs, type Os } from './paths.ts';
import { windowsCommand } from './windows-command.ts';

export type Talk = {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Written at once, one line each. */
  readonly lines: readonly string[];
  /** Looked at after each answer: true = all is answered. */
  readonly enough: (answers: readonly string[]) => boolean;
  readonly timeoutMs: number;
  readonly os?: Os;
};

export type Answers = {
  readonly answers: readonly string[];
  readonly outcome: 'answered' | 'ended' | 'late';
  /** The error it ended with, or the last line it said on stderr. */
  readonly complaint: string;
};

const GRACE_MS = 500;

/** Null where the program cannot be started. Nothing that it has started is left when this resolves. */
export async function talk({
  argv,
  cwd,
  env,
  lines,
  enough,
  timeoutMs,
  os = hostOs(),
}: Talk): Promise<Answers | null> {
  const command =
    os === 'win32' ? windowsCommand(argv, env) : { file: argv[0], args: argv.slice(1), verbatim: false };
  if (command === null) return null;
  const child = spawn(command.file, [...command.args], {
    cwd,
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: os !== 'win32',
    windowsHide: true,
    windowsVerbatimArguments: command.verbatim,
  });
  const answers: string[] = [];
  let complaint = '';
  /** What Node says of an error that nobody has caught stands above the stack, which says less. */
  let thrown = '';
  const failed = new Promise<'missing'>((resolve) => child.once('error', () => resolve('missing')));
  // Closed, not exited: what it said last is still to be read.
  const ended = new Promise<'ended'>((resolve) => child.once('close', () => resolve('ended')));
  const answered = new Promise<'answered'>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      answers.push(line);
      if (enough(answers)) resolve('answered');
    });
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() !== '') complaint = line;
    if (thrown === '' && /^(?:Uncaught )?(?:[A-Z]\w*)?Error\b/.test(line)) thrown = line;
  });
  // It may have ended before it was asked.
  child.stdin.on('error', () => undefined);
  child.stdin.write(lines.map((line) => `${line}\n`).join(''));
  const late = new AbortController();
  const deadline = sleep(timeoutMs, 'late' as const, { signal: late.signal, ref: false }).catch(
    () => 'late' as const,
  );
  const outcome = await Promise.race([answered, ended, failed, deadline]);
  late.abort();
  child.stdin.end();
  if (outcome === 'missing') return null;
  if (outcome !== 'ended' && child.pid !== undefined) {
    await Promise.race([ended, sleep(GRACE_MS)]);
    if (child.exitCode === null && child.signalCode === null) {
      await killTree(child.pid, GRACE_MS);
      await Promise.race([ended, sleep(GRACE_MS)]);
    }
  }
  return { answers, outcome, complaint: thrown === '' ? complaint : thrown };
}
