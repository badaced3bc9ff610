/** For doctor: is the program that the clients start there, and does it run with the Node that they start it by. */
import { pathsOf } from '../platform/paths.ts';
import type { Finding } from '../store/health.ts';
import { type Manifest, manifestPath } from './manifest.ts';
import { prove } from './prove.ts';
import type { Program, World } from './types.ts';

const ID = 'setup.program';
const FIX = 'midturn setup';

/** Nothing where no client is wired. */
export async function programFindings(
  world: World,
  { launcher }: Program,
  manifest: Manifest | null,
): Promise<readonly Finding[]> {
  if (manifest === null)
    return [
      {
        id: ID,
        status: 'warn',
        words: `${manifestPath(world)} cannot be understood: it is damaged, or a newer midturn has written it`,
        fix: FIX,
      },
    ];
  const { node, files } = manifest;
  if (node === null || files.length === 0) return [];
  if (!(await isThere(world, node)))
    return [
      {
        id: ID,
        status: 'fail',
        words: `The clients start midturn by the Node at ${node}, which is gone`,
        fix: FIX,
      },
    ];
  if (!(await isThere(world, launcher)))
    return [{ id: ID, status: 'fail', words: `The program is gone from ${world.layout.app}`, fix: FIX }];
  // Asked for what is stored, it opens the store: a native module built for another Node shows itself here.
  const { ok, words } = await prove(world, { node, launcher }, { history: false });
  return [
    ok
      ? { id: ID, status: 'ok', words: `The program in the home answers (by ${node})` }
      : { id: ID, status: 'fail', words, fix: FIX },
  ];
}

async function isThere({ files, os }: World, path: string): Promise<boolean> {
  const { basename, dirname } = pathsOf(os);
  return (await files.list(dirname(path))).includes(basename(path));
}
