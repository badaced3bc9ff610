/**
 * What answering stands on: the store, configuration, projects, recall, history and what is injected. A bundle of its
 * own, loaded at the first question: a hook has a tenth of a second, and needs nothing of capture, compile or review.
 */
// First of all: schemas look at it when they are made.
export { jitless } from './jitless.ts';

import type * as Recall from '../recall/index.ts';

export { historyService } from '../history/index.ts';
export { memoryTerms } from '../memories/index.ts';
export { machineId } from '../platform/machine.ts';
export { makePrivateFile } from '../platform/permissions.ts';
export { loadConfiguration } from '../project/configuration.ts';
export { openSqlite } from '../store/sqlite/store.ts';
export { withoutSignals } from '../text/weights.ts';
export { openInject } from './inject-desk.ts';
export { ProjectBook } from './project-book.ts';

/** Its tables of words are made when it is loaded, which the start of a session can do without. */
export async function openRecall(
  deps: Parameters<typeof Recall.recallService>[0],
): Promise<ReturnType<typeof Recall.recallService>> {
  const { recallService } = await import('../recall/index.ts');
  return recallService(deps);
}
