/** Leases: what only one process may do at a time, and how the next one takes over from a dead one. */
import type { Lease, LeaseHolder, Staleness } from '../model/lease.ts';

/** Whether the process of this identity still runs; null when that cannot be told from here. */
type StillRuns = (holder: LeaseHolder) => Promise<boolean | null>;

export type Acquired =
  /** `took`: the dead lease that was in its place, and why it counted as dead. */
  | {
      readonly status: 'acquired';
      readonly token: string;
      readonly took: { readonly lease: Lease; readonly why: Staleness } | null;
    }
  | { readonly status: 'held'; readonly by: Lease };

export interface LeasesPort {
  /** The lease as it stands, dead or alive, with the reason why it may be taken (null = it may not). */
  get(
    name: string,
    self: LeaseHolder,
    stillRuns: StillRuns,
  ): Promise<{ readonly lease: Lease; readonly stale: Staleness | null } | null>;
  /**
   * Takes the lease when nobody has it or its holder is dead by {@link staleness}. Of several that try at once, one
   * gets it: a dead lease is taken only while its token is still the one that was judged.
   */
  acquire(name: string, self: LeaseHolder, stillRuns: StillRuns): Promise<Acquired>;
  /** Says that the holder is alive; false when the lease is not its own any more. */
  heartbeat(name: string, token: string): Promise<boolean>;
  /** Gives it back; false when it was not its own any more. Nobody else's lease is ever released. */
  release(name: string, token: string): Promise<boolean>;
}
