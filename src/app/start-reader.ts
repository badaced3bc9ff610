/** Starts the thread that an import reads in, where this program was built and has it beside it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ReaderWorker } from '../capture/index.ts';
import type { ReaderData } from './reader.ts';

/** Half of what Node gives a thread: 25 MB less at the peak of an import, and no slower. */
const YOUNG = { maxYoungGenerationSizeMb: 24 };

/** Null where the bundle is not there: the source is run as it is, or half of the program was removed. */
export function startReader(workerData: ReaderData): ReaderWorker | null {
  const bundle = join(__dirname, 'reader.cjs');
  return existsSync(bundle) ? new Worker(bundle, { workerData, resourceLimits: YOUNG }) : null;
}
