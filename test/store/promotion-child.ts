/** A process that works on the queue, to be killed in the middle. Arguments: the file, what to do, a word for it. */
import { writeSync } from 'node:fs';
import { memoryTerms } from '../../src/memories/terms.ts';
import { processIdentity, stillRuns } from '../../src/platform/process.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import { envelope, item } from './promoting.ts';

const [path = '', act = '', word = ''] = process.argv.slice(2);
const store = await openSqlite({ path, now: Date.now, memoryTerms });
const self = await processIdentity();
const say = (text: string) => writeSync(1, `${text}\n`);
const acquire = () => store.leases.acquire('compile', self, (holder) => stillRuns(holder, self));

/** Stops for good, the process with it. */
function stop(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const acts: Record<string, () => Promise<void>> = {
  puts: async () => {
    const { created } = await store.suggestions.put(envelope(store.owner, word, [item('a'), item('b')]));
    say(created ? 'made' : 'known');
  },
  'takes the lease and stops': async () => {
    say((await acquire()).status);
    stop();
  },
  'claims and stops': async () => {
    const lease = await acquire();
    if (lease.status !== 'acquired') throw new Error(lease.status);
    const claimed = await store.suggestions.claim({ lease: { name: 'compile', token: lease.token } });
    say(claimed.status);
    stop();
  },
};
await acts[act]?.();
store.close();
