/** Deletes the home. A folder that midturn was only given a place in keeps what is not midturn's. */
import { rm, rmdir } from 'node:fs/promises';
import { codeOf } from '../model/errors.ts';
import { pathsOf } from '../platform/paths.ts';
import { removeFolders } from './files.ts';
import { manifestPath } from './manifest.ts';
import type { World } from './types.ts';

/** A client's server may write a line of its log at the same moment. */
const GONE = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;

/** Answers what stays. */
export async function purge(world: World): Promise<readonly string[]> {
  const { layout, os, files } = world;
  const { basename, join } = pathsOf(os);
  const { root, ...own } = layout;
  if (/^\.?midturn$/i.test(basename(root))) {
    await rm(root, GONE);
    return [];
  }
  for (const path of [...Object.values(own), join(root, 'review', 'failed'), manifestPath(world)])
    await rm(path, GONE);
  await removeFolders([join(root, 'review')]);
  // Journals of the store, and the locks of the worker and of setup.
  for (const name of await files.list(root))
    if (/^(?:midturn\.|worker\.|setup\.)/.test(name)) await rm(join(root, name), GONE);
  const left = await files.list(root);
  if (left.length === 0) {
    await rmdir(root).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
  return left;
}
