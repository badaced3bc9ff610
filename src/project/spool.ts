/**
 * The spool: hooks leave one small file each in the home for whoever has time for it. Writing is synchronous, touches
 * no store and never throws; a file is there whole or not at all, and its name sorts by arrival.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../model/errors.ts';
import { makeFoldersSync } from '../platform/folders.ts';
import type { HomeLayout } from './home.ts';

const SPOOL_KINDS = [
  'session-started',
  'turn-ended',
  'before-compaction',
  'session-ended',
  'trouble',
] as const;
export type SpoolKind = (typeof SPOOL_KINDS)[number];

export type SpoolEntry = {
  readonly kind: SpoolKind;
  /** When it happened, epoch ms. */
  readonly at: number;
  /** The hook: `session-start`, `stop-review` … */
  readonly event: string;
  readonly client: string | null;
  /** The client's own id of the session. */
  readonly session: string | null;
  /** The client's own id of the turn, where it sends one. */
  readonly turn: string | null;
  /** Absolute path of the transcript. */
  readonly transcript: string | null;
  readonly cwd: string | null;
  /** How long the hook took until it wrote this. */
  readonly ms: number;
  /** Version of the program that wrote it. */
  readonly version: string;
  /** What went wrong; null where nothing did. */
  readonly error: string | null;
  /** What the client says of why: `startup`, `compact`, `other` … */
  readonly reason: string | null;
};

/** A file that waits. `attempts`: how often somebody began with it. */
export type Spooled = { readonly name: string; readonly at: number; readonly attempts: number };

/** Longest text that is kept of an error, in characters. */
const MOST_ERROR = 500;
const VERSION = 1;
/** `<epoch ms, 15 digits>-<count in this process, 6>-<8 hex>[.<attempts>].json` */
const NAME = /^(\d{15})-\d{6}-[0-9a-f]{8}(?:\.(\d))?\.json$/;

let last = 0;
let written = 0;

/** Writes the entry; its path, or null where that was not possible (no home, full disk): a hook fails for nobody. */
export function appendSpool(layout: HomeLayout, entry: SpoolEntry): string | null {
  // A clock that goes back within one process must not turn the order round.
  last = Math.max(last, entry.at);
  written += 1;
  const stem = [pad(last, 15), pad(written, 6), chance()].join('-');
  const temporary = join(layout.spool, `${stem}.tmp`);
  const path = join(layout.spool, `${stem}.json`);
  const bytes = Buffer.from(`${JSON.stringify({ v: VERSION, ...bounded(entry) })}\n`);
  try {
    const file = openIn(layout.spool, temporary);
    try {
      // One call may take less than all of it on a disk that is nearly full.
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch {
    discard(temporary);
    return null;
  }
  syncFolder(layout.spool);
  return path;
}

/** What waits, oldest first; nothing where there is no spool, or it cannot be looked at. */
export function listSpool(layout: HomeLayout): readonly Spooled[] {
  let names: string[];
  try {
    names = readdirSync(layout.spool);
  } catch {
    return [];
  }
  return names.sort().flatMap((name) => {
    const match = NAME.exec(name);
    return match === null ? [] : [{ name, at: Number(match[1]), attempts: Number(match[2] ?? 0) }];
  });
}

/**
 * Begins with a file: it is renamed to carry one attempt more, so that one that ends the process each time is known
 * for it. Null when somebody else has it, or it is gone.
 */
export function claimSpooled(layout: HomeLayout, spooled: Spooled): Spooled | null {
  return recount(layout, spooled, spooled.attempts + 1);
}

/** Gives back a file that was not at fault: the attempt does not count. */
export function releaseSpooled(layout: HomeLayout, spooled: Spooled): void {
  recount(layout, spooled, Math.max(0, spooled.attempts - 1));
}

/** @throws Error for a file that holds no entry, or cannot be read. */
export function readSpooled(layout: HomeLayout, { name }: Spooled): SpoolEntry {
  const text = readFileSync(join(layout.spool, name), 'utf8');
  const entry = entryOf(JSON.parse(text));
  if (entry === null) throw new Error('it holds no entry of this version');
  return entry;
}

/** Its work is done and committed. */
export function removeSpooled(layout: HomeLayout, { name }: Spooled): void {
  discard(join(layout.spool, name));
}

/** Puts a file that nothing can be made of aside, where people find it. @throws when it cannot be moved. */
export function setAside(layout: HomeLayout, { name }: Spooled): void {
  const broken = join(layout.spool, 'broken');
  mkdirSync(broken, { recursive: true, mode: 0o700 });
  renameSync(join(layout.spool, name), join(broken, name));
}

/** How many files were put aside. */
export function countBroken(layout: HomeLayout): number {
  try {
    return readdirSync(join(layout.spool, 'broken')).filter((name) => name.endsWith('.json')).length;
  } catch {
    return 0;
  }
}

function recount(layout: HomeLayout, spooled: Spooled, attempts: number): Spooled | null {
  const stem = spooled.name.replace(/(?:\.\d)?\.json$/, '');
  const name = attempts === 0 ? `${stem}.json` : `${stem}.${Math.min(9, attempts)}.json`;
  try {
    renameSync(join(layout.spool, spooled.name), join(layout.spool, name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  return { ...spooled, name, attempts };
}

/** The folder is made only when it turns out to be missing: there is one call less on the path of a hook. */
function openIn(folder: string, path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFoldersSync(folder, 0o700);
    return openSync(path, 'wx', 0o600);
  }
}

function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Windows and some file systems sync no folder: the file itself is synced.
  }
}

function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Not there, or not to be removed: what is left of a temporary file is swept with the folder.
  }
}

function bounded(entry: SpoolEntry): SpoolEntry {
  return {
    ...entry,
    error: entry.error === null ? null : entry.error.slice(0, MOST_ERROR),
  };
}

/** Tells files of one millisecond apart. Loading node:crypto would cost a hook more than everything else here. */
function chance(): string {
  return Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

function pad(value: number, digits: number): string {
  return String(Math.max(0, Math.round(value))).padStart(digits, '0');
}

function entryOf(value: unknown): SpoolEntry | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = SPOOL_KINDS.find((known) => known === fields.get('kind'));
  const at = fields.get('at');
  const event = fields.get('event');
  if (fields.get('v') !== VERSION || kind === undefined) return null;
  if (typeof at !== 'number' || !Number.isFinite(at) || typeof event !== 'string') return null;
  const words = (name: string): string | null => {
    const found = fields.get(name);
    return typeof found === 'string' && found !== '' ? found : null;
  };
  const ms = fields.get('ms');
  return {
    kind,
    at,
    event,
    client: words('client'),
    session: words('session'),
    turn: words('turn'),
    transcript: words('transcript'),
    cwd: words('cwd'),
    ms: typeof ms === 'number' ? ms : 0,
    version: words('version') ?? '',
    error: words('error'),
    reason: words('reason'),
  };
}
