/** The copies that setup keeps of clients' files: `<home>/backups/setup/2026-11-21T15-04-05Z/`, one folder a run. */
import { rm } from 'node:fs/promises';
import { pathsOf } from '../platform/paths.ts';
import type { Row } from './manifest.ts';
import type { World } from './types.ts';

/** Runs whose copies are kept, besides those that uninstall gives back. */
const KEPT_RUNS = 10;
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(?:-\d+)?$/;

/** A name that no run has had: two in one second must not write over each other's copies. Nothing is made. */
export async function backupFolder(world: World): Promise<string> {
  const { join } = pathsOf(world.os);
  const time = new Date(world.now()).toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  const first = join(all(world), time);
  for (let folder = first, more = 2; ; folder = `${first}-${more}`, more += 1)
    if (!(await world.files.isFolder(folder))) return folder;
}

/** Deletes the copies of all but the last runs. A copy that a row speaks of stays, however old it is. */
export async function pruneBackups(world: World, rows: readonly Row[]): Promise<void> {
  const { join, dirname } = pathsOf(world.os);
  const needed = new Set(rows.flatMap(({ backup }) => (backup === null ? [] : [dirname(backup)])));
  // By number behind the time, which sorts as text.
  const order = new Intl.Collator('en', { numeric: true });
  const runs = (await world.files.list(all(world)))
    .filter((name) => NAME.test(name))
    .sort(order.compare)
    .map((name) => join(all(world), name));
  for (const run of runs.slice(0, -KEPT_RUNS))
    if (!needed.has(run)) await rm(run, { recursive: true, force: true });
}

function all({ layout, os }: World): string {
  return pathsOf(os).join(layout.backups, 'setup');
}
