/**
 * A home that is removed while a worker is at it (an uninstall, a test that ends) must stay removed: whoever works in it
 * ends at once, before something that is still to be written makes it anew.
 */
import { statSync } from 'node:fs';
import type { HomeLayout } from '../../project/home.ts';

const LOOK_MS = 250;

/** Calls back once, when the home is gone or another folder stands in its place. Answers how to stop looking. */
export function watchHome({ root }: HomeLayout, onGone: () => void, everyMs = LOOK_MS): () => void {
  const first = folderAt(root);
  const timer = setInterval(() => {
    if (folderAt(root) === first) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** What tells the folder from another one at its place; null for none. */
function folderAt(path: string): string | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false, bigint: true });
    return found?.isDirectory() === true ? `${found.dev} ${found.ino}` : null;
  } catch {
    // A folder on the way may not be looked into any more: then nothing can be done in it either.
    return null;
  }
}
