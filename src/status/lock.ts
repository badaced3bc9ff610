/** Who compiles now. */
import { iso } from '../model/time.ts';
import { processIdentity, stillRuns } from '../platform/process.ts';
import type { Store } from '../store/store.ts';
import type { StatusReport } from './types.ts';

export async function lockOf(store: Pick<Store, 'leases'>): Promise<StatusReport['lock']> {
  const self = await processIdentity();
  const found = await store.leases.get('compile', self, (holder) => stillRuns(holder, self));
  if (found === null) return null;
  const { holder, acquiredAt, heartbeatAt } = found.lease;
  return {
    pid: holder.pid,
    host: holder.host,
    since: iso(acquiredAt),
    heartbeat_at: iso(heartbeatAt),
    ...(found.stale === null ? {} : { stale: found.stale }),
  };
}
