/** One agent at a time on a home, whoever starts it: a lease that says by its heartbeat that its holder is alive. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentTurn } from '../model/agent.ts';
import { processIdentity, stillRuns } from '../platform/process.ts';
import type { Store } from '../store/store.ts';

const LEASE = 'agent';
/** Far below the time after which a lease without a heartbeat is dead. */
const HEARTBEAT_MS = 20_000;
const LOOK_MS = 500;

export function agentTurn({ leases }: Pick<Store, 'leases'>, { lookMs = LOOK_MS } = {}): AgentTurn {
  return async (act, { waitMs, signal }) => {
    const self = await processIdentity();
    const token = await within(waitMs, lookMs, signal, async () => {
      const got = await leases.acquire(LEASE, self, (holder) => stillRuns(holder, self));
      return got.status === 'acquired' ? got.token : null;
    });
    if (token === null) return null;
    const beat = async (): Promise<void> => {
      try {
        await leases.heartbeat(LEASE, token);
      } catch {
        // A store that is locked for a while: the next one comes in time.
      }
    };
    const timer = setInterval(() => void beat(), HEARTBEAT_MS);
    timer.unref();
    try {
      return await act();
    } finally {
      clearInterval(timer);
      await leases.release(LEASE, token);
    }
  };
}

/** Looks until there is something, the wait is over or the signal comes. */
async function within<T>(
  waitMs: number,
  lookMs: number,
  signal: AbortSignal | undefined,
  look: () => Promise<T | null>,
): Promise<T | null> {
  for (let left = waitMs; signal?.aborted !== true; left -= lookMs) {
    const found = await look();
    if (found !== null || left <= 0) return found;
    await sleep(Math.min(lookMs, left));
  }
  return null;
}
