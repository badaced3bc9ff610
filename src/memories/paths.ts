/** The files that a memory speaks of: kept relative to the project's root, with the hash of their content now. */
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CallerProject } from '../model/caller.ts';
import type { SourcePath } from '../model/memory.ts';
import { hostOs, isInside, relativeInside } from '../platform/paths.ts';
import { clean } from '../text/clean.ts';
import { redact } from '../text/redaction.ts';

/** Larger files are named without a hash: reading them would make `remember` slow. */
const HASHED_BYTES = 4_000_000;

/** Paths outside the project are left out and returned as `outside`. */
export async function sourcePaths(
  paths: readonly string[],
  project: CallerProject | null,
  cwd: string,
): Promise<{ readonly paths: readonly SourcePath[]; readonly outside: readonly string[] }> {
  const kept: SourcePath[] = [];
  const outside: string[] = [];
  const root = project?.root ?? null;
  for (const given of paths) {
    const relative = root === null ? null : await relativeToRoot(root, given, cwd);
    if (root === null || relative === null) outside.push(given);
    else {
      // A name that is not kept as it is names no file any more.
      const name = redact(clean(relative)).text;
      if (!kept.some(({ path }) => path === name))
        kept.push({ path: name, sha256: name === relative ? await hashFile(resolve(root, relative)) : null });
    }
  }
  return { paths: kept, outside };
}

/** Relative to the root with `/`. Null outside of it. */
async function relativeToRoot(root: string, given: string, cwd: string): Promise<string | null> {
  const absolute = await placeOf(root, given, cwd);
  // A link inside the project may lead out of it: what counts is where the file really is.
  const real = await realpath(absolute).catch(() => absolute);
  const realRoot = await realpath(root).catch(() => root);
  const relative = relativeInside(real, realRoot, hostOs()) ?? relativeInside(absolute, root, hostOs());
  if (relative === null || relative === '' || relativeInside(real, realRoot, hostOs()) === null) return null;
  return relative.replaceAll('\\', '/');
}

/**
 * A path is meant from the caller's directory, also one of a file that was just deleted; from the root only where
 * that names a file and the other does not, or spells out the way to that directory.
 */
async function placeOf(root: string, given: string, cwd: string): Promise<string> {
  const fromCwd = resolve(cwd, given);
  const fromRoot = resolve(root, given);
  if (fromCwd === fromRoot || /^\.{1,2}(?:[\\/]|$)/.test(given) || (await isThere(fromCwd))) return fromCwd;
  const spelled = resolve(cwd) !== resolve(root) && isInside(fromRoot, cwd, hostOs());
  return spelled || (await isThere(fromRoot)) ? fromRoot : fromCwd;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    // Whatever keeps it from being looked at: nobody can say that it is there.
    return false;
  }
}

async function hashFile(path: string): Promise<string | null> {
  try {
    const found = await stat(path);
    // A pipe is read for as long as nobody writes to it.
    if (!found.isFile() || found.size > HASHED_BYTES) return null;
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  } catch {
    // A file that is not there (yet) is named without a hash; recall says nothing of it.
    return null;
  }
}
