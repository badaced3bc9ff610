/**
 * What answering stands on: the store, configuration, projects, recall, history and what is injected. A bundle of its
 * own, loaded at the first question: a hook has a tenth of a second, and needs nothing of capture, compile or review.
 * What not every question needs is made when it is first asked for: schemas and tables of words take half of the time.
 */
import type { Configuration, ConfigurationSources } from '../project/configuration.ts';
import type * as Recall from '../recall/index.ts';
import { openSqlite, type SqliteOptions } from '../store/sqlite/store.ts';
import type { Store } from '../store/store.ts';
import { checkedConfiguration, type KeptFor } from './checked-configuration.ts';

export { historyService } from '../history/index.ts';
export { machineId } from '../platform/machine.ts';
export { makePrivateFile } from '../platform/permissions.ts';
export { withoutSignals } from '../text/weights.ts';
export { asSeen } from './claimed.ts';
export { openInject } from './inject-desk.ts';
export { ProjectBook } from './projects/book.ts';

export async function readConfiguration(sources: ConfigurationSources): Promise<Configuration> {
  const { loadConfiguration } = await import('./configuring.ts');
  return loadConfiguration(sources);
}

/** The same for a hook or a server: what was checked once is not checked again while nothing of it has changed. */
export function keptConfiguration(
  sources: Omit<ConfigurationSources, 'flags'>,
  { version, ...kept }: { readonly folder: string; readonly keptFor: KeptFor; readonly version: string },
): Promise<Configuration> {
  // The bin says which build this is: one of the same version may know other keys all the same.
  const build: unknown = Reflect.get(globalThis, Symbol.for('midturn.build'));
  return checkedConfiguration(sources, {
    ...kept,
    version: typeof build === 'string' ? `${version} ${build}` : version,
    configuring: () => import('./configuring.ts'),
  });
}

export async function openStore(options: Omit<SqliteOptions, 'memoryTerms' | 'upgrades'>): Promise<Store> {
  const { memoryTerms } = await import('./memory-words.ts');
  return openSqlite({ ...options, memoryTerms });
}

/**
 * For a hook, which writes no memory and has no time for an upgrade: that is the worker's.
 * @throws StoreError for an older store
 */
export function openStoreOfHook(options: Omit<SqliteOptions, 'memoryTerms' | 'upgrades'>): Promise<Store> {
  const memoryTerms = (): never => {
    throw new Error('a hook writes no memory');
  };
  return openSqlite({ ...options, memoryTerms, upgrades: false });
}

export async function openRecall(
  deps: Parameters<typeof Recall.recallService>[0],
): Promise<ReturnType<typeof Recall.recallService>> {
  const { recallService } = await import('../recall/index.ts');
  return recallService(deps);
}
