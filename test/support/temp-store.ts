/** A real SQLite store in a temporary folder, and the pieces that capture needs around it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IngestDeps } from '../../src/capture/ingest.ts';
import { memoryTerms } from '../../src/memories/terms.ts';
import type { ProjectId } from '../../src/model/ids.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { afterThisTest } from './cleanup.ts';

/** A folder that is removed after the test, once everything is ended that the test has started since. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'midturn-test-'));
  afterThisTest(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return folder;
}

export async function tempStore(folder = tempFolder(), now: () => number = Date.now): Promise<Store> {
  const store = await openSqlite({ path: join(folder, 'midturn.db'), now, memoryTerms });
  afterThisTest(() => store.close());
  return store;
}

/** Records a project known by a path. */
export async function project(store: Store, name: string): Promise<ProjectId> {
  const record = await store.projects.claim({
    name,
    identity: [{ machine: 'here', kind: 'path', value: `/home/dev/${name}` }],
    extra: [],
  });
  return record.id;
}

/** What ingest needs, with projects by the last part of the directory. */
export function ingestDeps(store: Store, changes: Partial<IngestDeps> = {}): IngestDeps {
  return {
    store,
    now: Date.now,
    machine: 'here',
    projectOf: (cwd) => project(store, cwd.split('/').at(-1) ?? cwd),
    maxLineBytes: 64 * 1024 * 1024,
    exclusion: { path: () => false, time: () => false },
    ...changes,
  };
}
