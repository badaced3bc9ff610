/** A process that reviews, to be killed in the middle. Arguments: the file, what to do. */
import { writeSync } from 'node:fs';
import { memoryTerms } from '../../src/memories/terms.ts';
import { processIdentity, stillRuns } from '../../src/platform/process.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';

const [path = '', act = ''] = process.argv.slice(2);
const store = await openSqlite({ path, now: Date.now, memoryTerms });
const self = await processIdentity();
const say = (text: string) => writeSync(1, `${text}\n`);

/** Stops for good, the process with it. */
function stop(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const acts: Record<string, () => Promise<void>> = {
  'claims and stops': async () => {
    const claimed = await store.reviews.claim(self, (holder) => stillRuns(holder, self));
    say(claimed === null ? 'nothing' : claimed.job.session);
    stop();
  },
  'takes the last call': async () => {
    const [job] = await store.reviews.list({ states: ['running'], limit: 1 });
    const limits = { dayFrom: 0, day: { calls: 1, tokens: 999 }, session: { calls: 9, tokens: 999 } };
    const token = process.argv[4] ?? '';
    const { status } = await store.reviews.reserve({ token, provider: 'p', model: null, tokens: 1, limits });
    say(job === undefined ? 'no job' : status);
  },
};
await acts[act]?.();
store.close();
