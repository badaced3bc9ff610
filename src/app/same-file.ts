/** Whether a file that a process holds open is still the one under its path. */
import { statSync } from 'node:fs';
import { StoreError } from '../model/errors.ts';
import { hostOs } from '../platform/paths.ts';

/**
 * A check for the file as it is now: it throws a StoreError once the file is gone or another one stands there (the home
 * was deleted while a client's session went on). What is written then would be lost without a word.
 */
export function stillThere(path: string): () => void {
  // On Windows a file that is open cannot be deleted.
  if (hostOs() === 'win32') return () => undefined;
  const { ino, dev } = statSync(path);
  return () => {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now?.ino === ino && now.dev === dev) return;
    throw new StoreError({
      what: 'The memory was deleted',
      why: `${path} is not the file any more that was opened`,
      next: 'Start the session again',
    });
  };
}
