/**
 * Running another program to its end, or to ours: without a shell, in a process group of its own, with a deadline
 * after which nothing that it has started is left. Every program that midturn starts and waits for, git apart, is
 * started here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { codeOf } from '../model/errors.ts';
import { watchDeath } from './death-watch.ts';
import { type KillHost, killGroupNow, killHost, killTree } from './kill-tree.ts';
import { hostOs, type Os } from './paths.ts';
import { windowsCommand } from './windows-command.ts';

export type ProgramCall = {
  /** The program (a path, or a name that is looked up along the PATH of `env`) and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Default: the folder of Node, so that no program starts in a repository unless it is meant to. */
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Written whole, then closed; without it stdin is closed at once. A program that does not read it is no error. */
  readonly stdin?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Of stdout; more is read and dropped. Default 32 MB. */
  readonly maxOutputBytes?: number;
  /** Between asking the program to end and ending it. Default 2000. */
  readonly graceMs?: number;
  /** It is ended even when this process is killed (SIGKILL, out of memory); costs a small process beside it. */
  readonly watched?: boolean;
  readonly os?: Os;
  readonly host?: KillHost;
};

export type ProgramEnd = {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** The beginning of what it printed. */
  readonly stdout: string;
  /** The end of what it said. */
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  /** Something of stdout was dropped. */
  readonly truncated: boolean;
  readonly ms: number;
};

const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
const MAX_STDERR_BYTES = 256 * 1024;
const GRACE_MS = 2000;
/** How long the pipes of a program that has ended may stay open: a child that it left behind may hold them for ever. */
const DRAIN_MS = 250;
/** How long a process that was killed may take to be gone (one stuck in the kernel does not end). */
const GIVE_UP_MS = 3000;

/**
 * Runs the program and resolves when it has ended, by itself, at the deadline or by `signal`; then its whole tree is
 * gone. A bad exit is an answer, not an error.
 * @throws the error of the system when the program cannot be started: its `code` is ENOENT when there is no such
 * program, EACCES when it may not be run, E2BIG when the arguments are too long, ENOTDIR when `cwd` is no folder.
 */
export async function runProgram(call: ProgramCall): Promise<ProgramEnd> {
  const started = Date.now();
  const os = call.os ?? hostOs();
  if (call.signal?.aborted === true) return { ...NOTHING, aborted: true };
  const child = await start(call, os);
  const out = collectFirst(child, call.maxOutputBytes ?? MAX_OUTPUT_BYTES);
  const err = collectLast(child, MAX_STDERR_BYTES);
  writeInput(child, call.stdin);
  const ended = endOf(child);
  const host = call.host ?? killHost(os, call.env.SystemRoot);
  const limit = deadline(call);
  const unguard = dieWithUs(child, os);
  const unwatch =
    call.watched === true && child.pid !== undefined
      ? watchDeath(child.pid, os, call.env.SystemRoot)
      : () => {};
  try {
    const why = await Promise.race([ended.then(() => 'ended' as const), limit.reached]);
    if (why !== 'ended') {
      if (child.pid !== undefined) await killTree(child.pid, call.graceMs ?? GRACE_MS, host);
      await Promise.race([ended, pause(GIVE_UP_MS)]);
    }
    await Promise.race([closed(child), pause(DRAIN_MS)]);
    // What a program leaves running in its group when it ends was its own to end.
    if (os !== 'win32' && child.pid !== undefined) host.signal(-child.pid, 'SIGKILL');
    return {
      code: child.exitCode,
      signal: child.signalCode,
      stdout: out.text(),
      stderr: err(),
      timedOut: why === 'late',
      aborted: why === 'aborted',
      truncated: out.truncated(),
      ms: Date.now() - started,
    };
  } finally {
    limit.clear();
    unguard();
    unwatch();
    child.stdin?.destroy();
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.unref();
  }
}

const NOTHING: ProgramEnd = {
  code: null,
  signal: null,
  stdout: '',
  stderr: '',
  timedOut: false,
  aborted: false,
  truncated: false,
  ms: 0,
};

function start(call: ProgramCall, os: Os): Promise<ChildProcess> {
  const [program] = call.argv;
  const cwd = call.cwd ?? dirname(process.execPath);
  // Node names the program in the error of a missing working folder, too.
  if (!existsSync(cwd)) throw failure(`the folder to run ${program} in does not exist: ${cwd}`, 'ENOTDIR');
  const command =
    os === 'win32'
      ? windowsCommand(call.argv, call.env)
      : { file: program, args: call.argv.slice(1), verbatim: false };
  if (command === null) throw failure(`there is no program ${program}`, 'ENOENT');
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, [...command.args], {
      cwd,
      env: Object.fromEntries(Object.entries(call.env).filter(([, value]) => value !== undefined)),
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own; on Windows that would be a console window of its own.
      detached: os !== 'win32',
      windowsHide: true,
      windowsVerbatimArguments: command.verbatim,
    });
    child.once('spawn', () => resolve(child));
    child.once('error', reject);
  });
}

function writeInput(child: ChildProcess, text: string | undefined): void {
  // EPIPE, ECONNRESET: it ended, or closed its input, before it had read everything. Its answer tells what that means.
  child.stdin?.on('error', () => {});
  child.stdin?.end(text ?? '');
}

function collectFirst(
  child: ChildProcess,
  limit: number,
): { readonly text: () => string; readonly truncated: () => boolean } {
  const chunks: Buffer[] = [];
  let room = limit;
  let dropped = false;
  child.stdout?.on('data', (chunk: Buffer) => {
    const kept = chunk.subarray(0, room);
    room -= kept.length;
    dropped ||= kept.length < chunk.length;
    if (kept.length > 0) chunks.push(kept);
  });
  child.stdout?.on('error', () => {});
  // A letter that was cut in two at the limit is left out.
  return { text: () => new StringDecoder('utf8').write(Buffer.concat(chunks)), truncated: () => dropped };
}

function collectLast(child: ChildProcess, limit: number): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  child.stderr?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    while (size - (chunks[0]?.length ?? 0) >= limit) size -= chunks.shift()?.length ?? 0;
  });
  child.stderr?.on('error', () => {});
  return () => Buffer.concat(chunks).subarray(-limit).toString('utf8');
}

type Deadline = { readonly reached: Promise<'late' | 'aborted'>; readonly clear: () => void };

function deadline({ timeoutMs, signal }: ProgramCall): Deadline {
  let clear = () => {};
  const reached = new Promise<'late' | 'aborted'>((resolve) => {
    const timer = setTimeout(() => resolve('late'), timeoutMs);
    const abort = () => resolve('aborted');
    signal?.addEventListener('abort', abort, { once: true });
    clear = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  return { reached, clear };
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
  });
}

/** When both outputs are at their end. */
function closed(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].flatMap((stream) => (stream === null ? [] : [stream]));
  const ends = streams.map(
    (stream) =>
      new Promise<void>((resolve) => {
        if (stream.readableEnded || stream.destroyed) resolve();
        else stream.once('close', () => resolve());
      }),
  );
  return Promise.all(ends).then(() => {});
}

/** Signals that end this process when nobody listens; a group of its own gets no Ctrl-C from the terminal. */
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How to end each program that runs now. */
const running = new Set<() => void>();

/** Has the program end with this process. Returns a function that takes that back. */
function dieWithUs(child: ChildProcess, os: Os): () => void {
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      killGroupNow(child.pid, os);
  };
  if (running.size === 0) listen();
  running.add(kill);
  return () => {
    if (running.delete(kill) && running.size === 0) unlisten();
  };
}

function listen(): void {
  process.on('exit', endAll);
  for (const name of ENDINGS) process.on(name, endBySignal);
}

function unlisten(): void {
  process.off('exit', endAll);
  for (const name of ENDINGS) process.off(name, endBySignal);
}

function endAll(): void {
  for (const kill of running) kill();
}

/** Who listens besides us decides what the signal means (and aborts the call); alone, we end as if nobody listened. */
function endBySignal(name: NodeJS.Signals): void {
  if (process.listenerCount(name) > 1) return;
  endAll();
  unlisten();
  process.kill(process.pid, name);
}

function failure(words: string, code: string): Error {
  return Object.assign(new Error(words), { code });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

/** True when the program could not be started because there is none. */
export function isMissingProgram(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
