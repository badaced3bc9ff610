/** One name for this machine that stays the same, without privileges and without starting a process. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { codeOf } from '../model/errors.ts';
import { hostOs, type Os } from './paths.ts';

export type MachineSources = {
  readonly os?: Os;
  readonly readText?: (path: string) => string | null;
  /** Inode number and birth time of the user's home folder, or null where there is none. */
  readonly homeStat?: () => {
    readonly ino: bigint;
    readonly birthtimeNs: bigint;
    readonly ctimeNs: bigint;
  } | null;
  readonly hostname?: () => string;
};

const MACHINE_ID_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

/**
 * 32 hex digits. Linux: a hash of `machine-id` (which its manual asks never to show as it is). Elsewhere, or where
 * that is missing, as in small containers: a hash of the home folder's inode and birth time. The system's own
 * identifiers on macOS and Windows can be had only by starting a process, and a laptop's host name changes with the
 * network it is in; so the host name is the last resort. A home folder restored to a new disk is a new machine.
 */
export function machineId(sources: MachineSources = {}): string {
  const { os = hostOs(), readText = readNow, homeStat = homeStatNow, hostname: name = hostname } = sources;
  if (os === 'linux') {
    for (const file of MACHINE_ID_FILES) {
      const id = readText(file)?.trim().toLowerCase() ?? '';
      if (/^[0-9a-f]{32}$/.test(id)) return hashed(`machine-id ${id}`);
    }
  }
  const home = homeStat();
  if (home !== null && home.ino > 0n && home.birthtimeNs > 0n && home.birthtimeNs !== home.ctimeNs) {
    return hashed(`home ${home.ino} ${home.birthtimeNs}`);
  }
  // The part after the first dot is the network's, not the machine's.
  return hashed(`host ${name().split('.')[0]?.toLowerCase() ?? ''}`);
}

function hashed(text: string): string {
  return createHash('sha256').update(`midturn machine 1 ${text}`).digest('hex').slice(0, 32);
}

function readNow(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return null;
  }
}

function homeStatNow() {
  try {
    return statSync(homedir(), { bigint: true });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return null;
  }
}
