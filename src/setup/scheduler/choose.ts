/** Which scheduler this machine has. */
import type { Os } from '../../platform/paths.ts';
import { cron } from './cron.ts';
import { launchd } from './launchd.ts';
import { systemd } from './systemd.ts';
import type { Mechanism, SchedulerWorld } from './types.ts';
import { windows } from './windows.ts';

const MECHANISMS: Readonly<Record<Os, ReadonlyArray<(world: SchedulerWorld) => Mechanism>>> = {
  linux: [systemd, cron],
  darwin: [launchd],
  win32: [windows],
};

/** All that this system may have, the better ones first. */
export function mechanismsOf(world: SchedulerWorld): readonly Mechanism[] {
  return MECHANISMS[world.os].map((make) => make(world));
}

export type Choice =
  | { readonly chosen: Mechanism }
  /** None can be used: why, for each. */
  | { readonly chosen: null; readonly why: string };

export async function choose(mechanisms: readonly Mechanism[]): Promise<Choice> {
  const reasons: string[] = [];
  for (const mechanism of mechanisms) {
    const refusal = await mechanism.refusal();
    if (refusal === null) return { chosen: mechanism };
    reasons.push(refusal);
  }
  return { chosen: null, why: reasons.join(', and ') };
}
