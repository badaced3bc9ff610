/** What a scheduled run prints where no journal keeps it: one file in the home's logs, cut to its end. */
import { open, stat } from 'node:fs/promises';
import { codeOf } from '../../model/errors.ts';
import { pathsOf } from '../../platform/paths.ts';
import type { SchedulerWorld } from './types.ts';

const MOST_BYTES = 256 * 1024;
const KEPT_BYTES = 64 * 1024;

export function outputFile({ os, layout }: Pick<SchedulerWorld, 'os' | 'layout'>): string {
  return pathsOf(os).join(layout.logs, 'scheduler.log');
}

/**
 * Cuts a file that has grown past 256 kB to its last 64 kB, from the beginning of a line. In place: whoever started
 * this run holds the file open for appending.
 */
export async function cutOutput(path: string): Promise<void> {
  let size: number;
  try {
    ({ size } = await stat(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (size <= MOST_BYTES) return;
  const file = await open(path, 'r+');
  try {
    const end = Buffer.alloc(KEPT_BYTES);
    const { bytesRead } = await file.read(end, 0, KEPT_BYTES, size - KEPT_BYTES);
    const kept = end.subarray(end.indexOf('\n') + 1, bytesRead);
    await file.truncate(0);
    await file.write(kept, 0, kept.length, 0);
  } finally {
    await file.close();
  }
}
