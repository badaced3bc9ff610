/**
 * What a test leaves is put away after it, the latest first: what writes into a folder is ended before the folder
 * goes. With an `afterEach` in each file of the support their order would hang on the order of a test's imports.
 */
import { afterEach } from 'vitest';

type Cleanup = () => Promise<unknown> | unknown;

const cleanups: Cleanup[] = [];

/** Every one is run, whatever becomes of the others. */
afterEach(async () => {
  const failed: unknown[] = [];
  for (const cleanup of cleanups.splice(0).reverse()) {
    try {
      await cleanup();
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length === 1) throw failed[0];
  if (failed.length > 1) throw new AggregateError(failed, 'Several cleanups failed');
});

export function afterThisTest(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}
