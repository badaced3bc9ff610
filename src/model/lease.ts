/** A lease: the right of one process to do a thing alone, and when it has lost that right. */

/** One process for good: a pid counts only on its host, and only until the next boot. */
export type LeaseHolder = {
  readonly pid: number;
  /** When it started, in the system's own words; null where not to be had. */
  readonly startTime: string | null;
  readonly bootId: string | null;
  readonly host: string;
};

export type Lease = {
  readonly name: string;
  /** Made anew at each acquiring: whoever holds another one has lost the lease. */
  readonly token: string;
  readonly holder: LeaseHolder;
  readonly acquiredAt: number;
  readonly heartbeatAt: number;
};

/** Without a heartbeat for this long a lease is dead, whoever holds it. The window of the system that this replaces. */
export const LEASE_STALE_MS = 1_800_000;

export type Staleness = 'its process has ended' | 'its clock is ahead of ours' | 'it gave no sign of life';

/**
 * Why a lease may be taken from its holder, or null.
 * @param runs whether the holder's process still runs; null where that cannot be told from here.
 * @param now the store's clock, epoch ms.
 */
export function staleness(
  lease: Lease,
  self: LeaseHolder,
  runs: boolean | null,
  now: number,
  staleMs: number = LEASE_STALE_MS,
): Staleness | null {
  const age = now - lease.heartbeatAt;
  // Two machines may have one name: then their boots differ, and neither knows the other's pids or clock.
  if (lease.holder.host === self.host && lease.holder.bootId === self.bootId) {
    if (runs === false) return 'its process has ended';
    if (age < 0) return 'its clock is ahead of ours';
  }
  return age > staleMs ? 'it gave no sign of life' : null;
}
