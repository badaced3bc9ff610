/** Starts the thread that an import reads in, where this program was built and has it beside it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ReaderWorker } from '../capture/index.ts';
import type { ReaderData } from './reader.ts';

/** A quarter of what Node gives a thread. */
const YOUNG_MB = 12;
/**
 * How often the longest line may stand in the old heap, and the least that it gets. V8 clears a limited heap sooner:
 * 60 MB less at the peak of an import. No tighter: a thread that runs into its limit takes the whole process along.
 */
const OLD = { lines: 24, leastMb: 1024 };

/** Null where the bundle is not there: the source is run as it is, or half of the program was removed. */
export function startReader(workerData: ReaderData): ReaderWorker | null {
  const bundle = join(__dirname, 'reader.cjs');
  if (!existsSync(bundle)) return null;
  const oldMb = Math.max(OLD.leastMb, Math.ceil((OLD.lines * workerData.maxLineBytes) / (1 << 20)));
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: oldMb };
  return new Worker(bundle, { workerData, resourceLimits });
}
