/** Deletes the home. A folder that midturn was only given a place in keeps what is not midturn's. */
import { rm, rmdir } from 'node:fs/promises';
import { codeOf } from '../model/errors.ts';
import { pathsOf } from '../platform/paths.ts';
import { manifestPath } from './manifest.ts';
import type { World } from './types.ts';

/** Answers what stays. */
export async function purge(world: World): Promise<readonly string[]> {
  const { layout, os, files } = world;
  const { basename } = pathsOf(os);
  const { root, ...own } = layout;
  if (/^\.?midturn$/i.test(basename(root))) {
    await rm(root, { recursive: true, force: true });
    return [];
  }
  for (const path of [...Object.values(own), manifestPath(world)])
    await rm(path, { recursive: true, force: true });
  // Journals of the store, locks: files that carry the name.
  for (const name of await files.list(root))
    if (name.startsWith('midturn.')) await rm(pathsOf(os).join(root, name), { recursive: true, force: true });
  const left = await files.list(root);
  if (left.length === 0) {
    await rmdir(root).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
  return left;
}
