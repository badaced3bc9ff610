/**
 * One worker for a home: a lock file that names its process, and a claim that is made before one is started, so that
 * fifty hooks that end at once start one worker. The order of the steps loses no wake-up: a hook first writes to the
 * spool and then looks at claim and lock; the worker takes the lock, drops the claim and then looks at the spool, and
 * looks once more after it has let go of the lock.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../model/errors.ts';
import { type ProcessIdentity, processIdentity, stillRuns } from '../../platform/process.ts';
import type { HomeLayout } from '../../project/home.ts';

export type LoopLock = { readonly release: () => void };

/** A worker that was started shows its lock within this time, or something went wrong with it. */
const START_MS = 10_000;
/** A holder that cannot be looked at (another machine or container) is alive while it says so. */
const SILENT_MS = 90_000;
const HEARTBEAT_MS = 20_000;
/** Two that meet the same dead lock: the second one sees the first one's. */
const TRIES = 3;

/** Whether somebody works on this home now. */
export async function isAtWork(layout: HomeLayout, now: number): Promise<boolean> {
  const path = lockFile(layout);
  return contentOf(path) !== null && !(await isDead(path, await processIdentity(), now));
}

/** A lock as it lies there. `since`: epoch ms at which it was made; `holder` null where the file names nobody. */
type FoundLock = {
  readonly holder: ProcessIdentity | null;
  readonly isDead: boolean;
  readonly since: number;
};

/** The lock of this home, dead or alive, for those who look and take nothing; null for none. */
export async function lookAtLoopLock(layout: HomeLayout, now: number): Promise<FoundLock | null> {
  const path = lockFile(layout);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  const since = Math.round(found.birthtimeMs > 0 ? found.birthtimeMs : found.ctimeMs);
  return { holder: holderOf(path), isDead: await isDead(path, await processIdentity(), now), since };
}

/** True for the one of many that may start a worker now. */
export function claimStart(layout: HomeLayout, now: number): boolean {
  const path = claimFile(layout);
  const make = (): boolean => {
    try {
      closeSync(openSync(path, 'wx', 0o600));
      return true;
    } catch {
      return false;
    }
  };
  if (make()) return true;
  if (ageOf(path, now) < START_MS) return false;
  discard(path);
  return make();
}

/** The worker that was to be started could not be. */
export function dropClaim(layout: HomeLayout): void {
  discard(claimFile(layout));
}

/** Takes the lock; null when another process works on this home. Whoever was waited for in the claim is here now. */
export async function takeLoopLock(layout: HomeLayout, now: () => number): Promise<LoopLock | null> {
  const self = await processIdentity();
  let first: LoopLock | null;
  try {
    first = await take(lockFile(layout), self, now);
  } finally {
    // On a full disk there is no lock either: the next hook tries again.
    dropClaim(layout);
  }
  // Who held it may have let go, and have looked at the spool, before the claim was dropped.
  return first ?? take(lockFile(layout), self, now);
}

/** Takes the lock of the clients' files: one setup or uninstall at a time. Null while another process has it. */
export async function takeSetupLock(layout: HomeLayout, now: () => number): Promise<LoopLock | null> {
  return take(join(layout.root, 'setup.lock'), await processIdentity(), now);
}

async function take(path: string, self: ProcessIdentity, now: () => number): Promise<LoopLock | null> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const lock = make(path, self);
    if (lock !== null) return lock;
    const before = contentOf(path);
    if (before === null) continue;
    if (!(await isDead(path, self, now()))) return null;
    removeDead(path, before);
  }
  return null;
}

/** Made under another name and linked: the lock is there with its whole content or not at all. */
function make(path: string, self: ProcessIdentity): LoopLock | null {
  const token = randomBytes(8).toString('hex');
  const content = `${JSON.stringify({ ...self, token })}\n`;
  const temporary = `${path}.${token}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
    link(temporary, path, content);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  } finally {
    discard(temporary);
  }
  const beat = setInterval(() => touch(path), HEARTBEAT_MS);
  beat.unref();
  return {
    release: () => {
      clearInterval(beat);
      if (contentOf(path) === content) discard(path);
    },
  };
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EOPNOTSUPP']);

function link(from: string, to: string, content: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error) ?? '')) throw error;
    writeFileSync(to, content, { mode: 0o600, flag: 'wx' });
  }
}

async function isDead(path: string, self: ProcessIdentity, now: number): Promise<boolean> {
  const holder = holderOf(path);
  if (holder === null) return ageOf(path, now) > START_MS;
  const runs = await stillRuns(holder, self);
  return runs === false || (runs === null && ageOf(path, now) > SILENT_MS);
}

/** Only what was judged is removed: it is moved away first, and put back where it turns out to be another's. */
function removeDead(path: string, judged: string): void {
  const aside = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = contentOf(aside);
  if (moved !== null && moved !== judged) {
    try {
      linkSync(aside, path);
    } catch {
      // A third one has taken its place: the lock is held either way.
    }
  }
  discard(aside);
}

function lockFile(layout: HomeLayout): string {
  return join(layout.root, 'worker.lock');
}

function claimFile(layout: HomeLayout): string {
  return join(layout.root, 'worker.starting');
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The process that the file names; null for no file, or none that can be understood. */
function holderOf(path: string): ProcessIdentity | null {
  const content = contentOf(path);
  if (content === null) return null;
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value !== 'object' || value === null) return null;
    const fields = new Map<string, unknown>(Object.entries(value));
    const [pid, host] = [fields.get('pid'), fields.get('host')];
    const word = (name: string): string | null => {
      const found = fields.get(name);
      return typeof found === 'string' ? found : null;
    };
    if (typeof pid !== 'number' || typeof host !== 'string') return null;
    return { pid, host, startTime: word('startTime'), bootId: word('bootId') };
  } catch {
    return null;
  }
}

/**
 * Milliseconds since it was last touched; endless for a file that is not there. The other way round as well: a clock
 * that was set back must not keep a file of the time before young for as long as it was wrong.
 */
function ageOf(path: string, now: number): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? Number.POSITIVE_INFINITY : Math.abs(now - found.mtimeMs);
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // Somebody removed the home while the worker ran: it ends with its next look at the store.
  }
}

function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already, or the folder cannot be written to: then nothing else can be done there either.
  }
}
