/** The lock of compile: a lease that says by its heartbeat that its holder is alive. */
import type { Lease, LeaseHolder } from '../model/lease.ts';
import { iso } from '../model/time.ts';
import { processIdentity, stillRuns } from '../platform/process.ts';
import type { Store } from '../store/store.ts';
import type { LockInfo } from './types.ts';

/** One for a home: USER.md is every project's. */
const LOCK = 'compile';
/** Far below the time after which a lease without a heartbeat is dead. */
const HEARTBEAT_MS = 20_000;

/** Asked for once: a process stays the one that it is. */
let identity: Promise<LeaseHolder> | undefined;
const own = (): Promise<LeaseHolder> => {
  identity ??= processIdentity();
  return identity;
};

export type Lock = {
  readonly name: string;
  readonly token: string;
  readonly release: () => Promise<void>;
};

export type LockDeps = {
  readonly store: Store;
  readonly self?: (() => Promise<LeaseHolder>) | undefined;
};

export async function acquire({
  store,
  self: identify = own,
}: LockDeps): Promise<{ readonly lock: Lock } | { readonly by: LockInfo }> {
  const self = await identify();
  const acquired = await store.leases.acquire(LOCK, self, (holder) => stillRuns(holder, self));
  if (acquired.status === 'held') return { by: lockInfo(acquired.by) };
  const { token } = acquired;
  const beat = async (): Promise<void> => {
    try {
      await store.leases.heartbeat(LOCK, token);
    } catch {
      // A store that is locked for a while: the plan itself asks for the lease before anything is applied.
    }
  };
  const timer = setInterval(() => void beat(), HEARTBEAT_MS);
  timer.unref();
  return {
    lock: {
      name: LOCK,
      token,
      release: async () => {
        clearInterval(timer);
        await store.leases.release(LOCK, token);
      },
    },
  };
}

/** Who has the lock now, and why it would not count. Changes nothing. */
export async function lookAtLock({ store, self: identify = own }: LockDeps): Promise<{
  readonly lock: LockInfo | null;
  readonly stale: string | null;
}> {
  const self = await identify();
  const found = await store.leases.get(LOCK, self, (holder) => stillRuns(holder, self));
  return found === null ? { lock: null, stale: null } : { lock: lockInfo(found.lease), stale: found.stale };
}

function lockInfo({ holder, acquiredAt, heartbeatAt }: Lease): LockInfo {
  return { pid: holder.pid, host: holder.host, since: iso(acquiredAt), heartbeat_at: iso(heartbeatAt) };
}
