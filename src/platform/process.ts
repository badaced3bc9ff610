/** Processes: whether one is alive, whether it is still the same one, and noticing that the parent is gone. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf } from '../model/errors.ts';
import { hostOs, type Os } from './paths.ts';

/** Names one process for good: pids are used again, boots end, and a home may be shared by machines. */
export type ProcessIdentity = {
  readonly pid: number;
  /** When it started, in the system's own words (clock ticks since boot, a date); null where not to be had. */
  readonly startTime: string | null;
  /** Changes with each boot; null outside Linux. */
  readonly bootId: string | null;
  /** Host name, on Linux with the pid namespace behind it: containers share a kernel but not their pids. */
  readonly host: string;
};

/** True when a process of this pid exists and has not ended (a zombie has). Only for pids of this host. */
export function isAlive(pid: number, os: Os = hostOs()): boolean {
  // 0 and negative numbers would ask about process groups.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  return os !== 'linux' || !isZombie(pid);
}

/** The identity of a process on this host, by default of this one. */
export async function processIdentity(
  pid: number = process.pid,
  os: Os = hostOs(),
): Promise<ProcessIdentity> {
  const [startTime, bootId, namespace] = await Promise.all([
    startTimeOf(pid, os),
    os === 'linux' ? answerOf(readFile('/proc/sys/kernel/random/boot_id', 'utf8')) : null,
    os === 'linux' ? answerOf(readlink('/proc/self/ns/pid')) : null,
  ]);
  const host = namespace === null ? hostname() : `${hostname()} ${namespace}`;
  return { pid, startTime, bootId: bootId?.trim() ?? null, host };
}

/**
 * Whether the process that had this identity still runs; null when that cannot be told from here (another host or
 * container). `self` is the identity of the asking process.
 */
export async function stillRuns(
  identity: ProcessIdentity,
  self: ProcessIdentity,
  os: Os = hostOs(),
): Promise<boolean | null> {
  if (identity.host !== self.host) return null;
  if (identity.bootId !== self.bootId) return identity.bootId === null || self.bootId === null ? null : false;
  if (!isAlive(identity.pid, os)) return false;
  if (identity.startTime === null) return true;
  const startTime = await startTimeOf(identity.pid, os);
  return startTime === null || startTime === identity.startTime;
}

export type ParentWatch = {
  /** Milliseconds between looks. */
  readonly intervalMs?: number;
  readonly os?: Os;
  /** The pid of the parent now; a system that adopts orphans answers with another one than at the start. */
  readonly ppid?: () => number;
  readonly alive?: (pid: number) => boolean;
};

/**
 * Calls `onGone` once when the parent process has ended. The timer does not keep this process running. Returns a
 * function that ends the watch. A parent that is outside this pid namespace (0) cannot be watched.
 */
export function watchParent(onGone: () => void, options: ParentWatch = {}): () => void {
  const {
    intervalMs = 1000,
    os = hostOs(),
    ppid = () => process.ppid,
    alive = (pid) => isAlive(pid, os),
  } = options;
  const parent = ppid();
  if (parent <= 0) return () => {};
  const timer = setInterval(() => {
    // Windows keeps naming the dead parent, the others name who has taken its place.
    const gone = os === 'win32' ? !alive(parent) : ppid() !== parent;
    if (!gone) return;
    clearInterval(timer);
    onGone();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Fields 3 (state) and 22 (start time) of `/proc/<pid>/stat`; the name in field 2 may hold spaces and brackets. */
export function parseProcStat(text: string): { readonly state: string; readonly startTime: string | null } {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTime: fields[19] ?? null };
}

async function startTimeOf(pid: number, os: Os): Promise<string | null> {
  if (os === 'linux') {
    const text = await answerOf(readFile(`/proc/${pid}/stat`, 'utf8'));
    return text === null ? null : parseProcStat(text).startTime;
  }
  return os === 'darwin' ? startTimeByPs(pid) : null;
}

function startTimeByPs(pid: number): Promise<string | null> {
  const options = { timeout: 1000, killSignal: 'SIGKILL' as const, env: { LC_ALL: 'C', TZ: 'UTC' } };
  return new Promise((resolve) => {
    execFile('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], options, (error, stdout) => {
      const answer = stdout.trim();
      resolve(error !== null || answer === '' ? null : answer);
    });
  });
}

function isZombie(pid: number): boolean {
  try {
    return /^[ZX]$/.test(parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8')).state);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    // No /proc here, or the process ended between the two looks: the first answer stands.
    return false;
  }
}

/** What the system answered, or null where this system has no such file. */
async function answerOf(reading: Promise<string>): Promise<string | null> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return null;
  }
}
