/** Starts the worker of a home beside this process, unless one is at work or about to be. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startDetached } from '../../platform/detach.ts';
import type { HomeLayout } from '../../project/home.ts';
import { listSpool } from '../../project/spool.ts';
import type { Environment } from '../caller.ts';
import { rests } from '../capture-rests.ts';
import { claimStart, dropClaim, isAtWork } from './lock.ts';

export type WakeDeps = {
  readonly layout: HomeLayout;
  readonly env: Environment;
  readonly now: number;
  /** The program and its first arguments; by default this Node and the bin beside this bundle. */
  readonly program?: readonly [string, ...string[]] | null;
  readonly start?: typeof startDetached;
};

export type Woken = 'started' | 'at work' | 'starting' | 'paused' | 'failed';

/** A hook spools and is gone; what nobody has taken for this long was left behind by a worker that was killed. */
const LEFT_BEHIND_MS = 60_000;

/** Never throws: work that stays undone waits for the next hook. */
export async function wakeWorker({ layout, env, now, ...more }: WakeDeps): Promise<Woken> {
  // Capture rests: what is in the spool stays there until it goes on.
  if (rests(layout, now)) return 'paused';
  try {
    const program = more.program === undefined ? ownProgram() : more.program;
    if (program === null) return 'failed';
    if (await isAtWork(layout, now)) return 'at work';
    if (!claimStart(layout, now)) return 'starting';
    const pid = (more.start ?? startDetached)({
      argv: [...program, 'worker', '--home', layout.root],
      cwd: layout.root,
      env,
    });
    if (pid !== null) return 'started';
    dropClaim(layout);
    return 'failed';
  } catch {
    return 'failed';
  }
}

/** True where something lies in the spool that a worker should have taken by now. One look at a folder. */
export function isLeftBehind(layout: HomeLayout, now: number): boolean {
  const oldest = listSpool(layout)[0];
  return oldest !== undefined && now - oldest.at > LEFT_BEHIND_MS;
}

/** Null where this is not the built program: from source there is nothing to start. */
function ownProgram(): readonly [string, string] | null {
  const bin = join(__dirname, 'midturn.cjs');
  return existsSync(bin) ? [process.execPath, bin] : null;
}
