/** What a person calls the project of a folder, told from the disk alone: a work tree has its repository's name. */
import { basename } from 'node:path';
import { nodeDisk } from '../platform/disk.ts';
import { claimOf } from '../project/aliases.ts';
import { locateWithin } from '../project/locate.ts';

const LOCATE_MS = 500;

/** The last part of its path where nothing stands there any more: of Windows paths too, transcripts travel. */
export async function folderName(cwd: string): Promise<string> {
  const location = await locateWithin(cwd, LOCATE_MS, { disk: nodeDisk });
  // The machine is of no matter to a name.
  if (location.kind === 'git' || location.kind === 'git-broken') return claimOf(location, '').name;
  return basename(cwd.replaceAll('\\', '/')) || cwd;
}
