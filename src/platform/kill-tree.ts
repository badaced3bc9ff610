/**
 * Ending a program with everything it has started. On POSIX a program that was started as the leader of a process
 * group is ended by its group; what has left the group (agents start commands in sessions of their own) is found by
 * its parents. Windows has no groups: `taskkill /T` walks the tree.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { win32 } from 'node:path';
import { codeOf } from '../model/errors.ts';
import { hostOs, type Os } from './paths.ts';
import { parseProcStat } from './process.ts';

type KillSignal = 'SIGTERM' | 'SIGKILL';

/** A process below another one, told apart from a later one of the same pid by its start time (null: not known). */
export type Descendant = { readonly pid: number; readonly startTime: string | null };

/** What killing asks of the system; replaced in tests of the other systems. */
export type KillHost = {
  readonly os: Os;
  /** Sends a signal; a negative pid means a group. True when there was somebody to send it to. */
  readonly signal: (pid: number, signal: KillSignal | 0) => boolean;
  /** Whether a process of this group still runs. */
  readonly groupRuns: (leader: number) => boolean;
  /** Every process below this one. Empty where that cannot be told. */
  readonly descendants: (pid: number) => Promise<readonly Descendant[]>;
  /** Runs a program of the system to its end; its failure is no news here: what it should kill is gone, or is not. */
  readonly run: (file: string, args: readonly string[]) => Promise<void>;
  /** The folder of Windows, `C:\Windows`. */
  readonly systemRoot: string;
};

export function killHost(os: Os = hostOs(), systemRoot = 'C:\\Windows'): KillHost {
  return {
    os,
    signal,
    groupRuns: (leader) => groupRuns(leader, os),
    descendants: (pid) => descendantsOf(pid, os),
    run: runQuietly,
    systemRoot,
  };
}

/**
 * Asks the group led by `pid` and everything below it to end (SIGTERM) and, `graceMs` later, ends what is left
 * (SIGKILL). Resolves when nothing of it is left, at the latest a moment after the grace. On Windows there is no
 * asking: the tree is ended at once.
 */
export async function killTree(pid: number, graceMs: number, host: KillHost = killHost()): Promise<void> {
  if (host.os === 'win32') {
    // By its full path: a program of that name may lie in the working folder.
    const taskkill = win32.join(host.systemRoot, 'System32', 'taskkill.exe');
    await host.run(taskkill, ['/pid', String(pid), '/T', '/F']);
    return;
  }
  const known = new Map((await host.descendants(pid)).map((one) => [one.pid, one]));
  // No await between here and the signals: who was found is still who is meant.
  host.signal(-pid, 'SIGTERM');
  for (const one of known.values()) host.signal(one.pid, 'SIGTERM');
  const until = Date.now() + graceMs;
  while (Date.now() < until && (host.groupRuns(pid) || remaining(known, host).length > 0)) await pause(20);
  for (const one of remaining(known, host)) {
    for (const below of await host.descendants(one.pid)) known.set(below.pid, below);
  }
  host.signal(-pid, 'SIGKILL');
  for (const one of remaining(known, host)) host.signal(one.pid, 'SIGKILL');
}

/** Ends the group led by `pid` at once, without waiting: for the end of this very process. */
export function killGroupNow(pid: number, os: Os = hostOs()): void {
  signal(os === 'win32' ? pid : -pid, 'SIGKILL');
}

/** Every process below `pid`, from one look at the process table. */
async function descendantsOf(pid: number, os: Os): Promise<readonly Descendant[]> {
  if (os === 'win32') return [];
  return below(pid, os === 'linux' ? linuxTable() : await psTable());
}

/** Those that have ended and whose parent has yet to ask how (zombies) stay in their group; they do not run. */
function groupRuns(leader: number, os: Os): boolean {
  if (!signal(-leader, 0)) return false;
  return os !== 'linux' || linuxTable().some(({ group, ended }) => group === leader && !ended);
}

type TableRow = Descendant & { readonly parent: number };
type LinuxRow = TableRow & { readonly group: number; readonly ended: boolean };

/** The rows whose chain of parents leads to `pid`. */
export function below(pid: number, table: readonly TableRow[]): readonly Descendant[] {
  const children = new Map<number, TableRow[]>();
  for (const row of table) children.set(row.parent, [...(children.get(row.parent) ?? []), row]);
  const found: Descendant[] = [];
  const open = [pid];
  const seen = new Set(open);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const row of children.get(next) ?? []) {
      if (seen.has(row.pid)) continue;
      seen.add(row.pid);
      found.push({ pid: row.pid, startTime: row.startTime });
      open.push(row.pid);
    }
  }
  return found;
}

function linuxTable(): readonly LinuxRow[] {
  const rows: LinuxRow[] = [];
  for (const name of quietly(() => readdirSync('/proc')) ?? []) {
    const row = /^\d+$/.test(name) ? linuxRow(Number(name)) : null;
    if (row !== null) rows.push(row);
  }
  return rows;
}

function linuxRow(pid: number): LinuxRow | null {
  const text = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (text === null) return null;
  const { state, startTime } = parseProcStat(text);
  const [, parent, group] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ', 3)
    .map(Number);
  return { pid, parent: parent ?? 0, group: group ?? 0, startTime, ended: /^[ZX]$/.test(state) };
}

/** macOS and the BSDs have no /proc. */
function psTable(): Promise<readonly TableRow[]> {
  const options = { timeout: 2000, killSignal: 'SIGKILL' as const, env: { LC_ALL: 'C' } };
  return new Promise((resolve) => {
    execFile('/bin/ps', ['-A', '-o', 'pid=,ppid='], options, (_error, stdout) => {
      const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
      resolve(rows.map(([pid = 0, parent = 0]) => ({ pid, parent, startTime: null })));
    });
  });
}

/** Those of `known` that still run and are still themselves. */
function remaining(known: ReadonlyMap<number, Descendant>, host: KillHost): readonly Descendant[] {
  return [...known.values()].filter(({ pid, startTime }) => {
    if (!host.signal(pid, 0)) return false;
    if (host.os !== 'linux') return true;
    const now = linuxRow(pid);
    return now !== null && !now.ended && (startTime === null || now.startTime === startTime);
  });
}

function signal(pid: number, name: KillSignal | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    // EPERM: somebody is there, whom we may not end.
    return codeOf(error) === 'EPERM';
  }
}

function runQuietly(file: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    execFile(file, [...args], { timeout: 5000, windowsHide: true }, () => resolve());
  });
}

function quietly<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
