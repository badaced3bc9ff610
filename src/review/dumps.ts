/** Raw answers that could not be read, one file a job: for a person to see what a model said. Redacted, private. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../platform/atomic.ts';
import { makePrivateDir } from '../platform/permissions.ts';
import { clipMiddle } from '../text/clip.ts';
import { redact } from '../text/redaction.ts';

/** Characters of one answer. The limit of the system that this replaces. */
const LONGEST = 100_000;

/** @returns the file */
export async function dump(home: string, job: string, raw: readonly string[]): Promise<string> {
  const folder = join(home, 'review', 'failed');
  await makePrivateDir(join(home, 'review'));
  await makePrivateDir(folder);
  const text = raw
    .map(
      (answer, at) => `--- answer ${at + 1} of ${raw.length}\n${clipMiddle(redact(answer).text, LONGEST)}\n`,
    )
    .join('\n');
  const path = join(folder, `${job}.txt`);
  await writeFileAtomic(path, text);
  return path;
}

export async function dropDumps(home: string, jobs: readonly string[]): Promise<void> {
  for (const job of jobs) await rm(join(home, 'review', 'failed', `${job}.txt`), { force: true });
}
