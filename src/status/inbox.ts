/** What of the inbox could not be taken: nobody stands beside the programs that drop files there. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../model/errors.ts';

/** How many envelopes lie in the folder of what failed. */
export async function failedInInbox(inbox: string): Promise<number> {
  try {
    return (await readdir(join(inbox, 'failed'))).filter((name) => name.endsWith('.json')).length;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 0;
    throw error;
  }
}

/** `inbox`: its absolute path, null where paths must not be shown. */
export function inboxFinding(failed: number, inbox: string | null) {
  const files = failed === 1 ? '1 file' : `${failed} files`;
  const folder = inbox === null ? 'the folder `failed` of the inbox' : join(inbox, 'failed');
  return {
    id: 'inbox.failed',
    status: 'warn' as const,
    words: `${files} of the inbox could not be taken: ${folder} keeps ${failed === 1 ? 'it' : 'them'} for 14 days, without secrets, with the reason beside`,
    fix: `have what wrote ${failed === 1 ? 'it' : 'them'} send again, then delete ${failed === 1 ? 'it' : 'them'}`,
  };
}
