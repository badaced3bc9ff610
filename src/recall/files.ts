/** Whether the files that a memory speaks of are still what they were: a look at the checkout, within a fixed budget. */
import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CallerProject } from '../model/caller.ts';
import { codeOf } from '../model/errors.ts';
import type { Memory, SourcePath } from '../model/memory.ts';
import { withDeadline } from '../platform/deadline.ts';
import { hostOs, isInside } from '../platform/paths.ts';

type FileState = 'unchanged' | 'changed' | 'missing';
export type FilesNow = {
  /** The worst of its files; null where it names none, or one of them could not be told and no other is worse. */
  readonly state: FileState | null;
  /** What is not as it was, path by path. */
  readonly altered: ReadonlyMap<string, FileState>;
};
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** For one answer: files looked at, and ms for all of them. What is not told in time is not told. */
export type FileBudget = { readonly files: number; readonly ms: number };
const BUDGET: FileBudget = { files: 20, ms: 50 };
/** Larger files are kept without a hash. */
const HASHED_BYTES = 4_000_000;

const UNTOLD: FilesNow = { state: null, altered: new Map() };

/** One for each memory, in order. */
export async function filesNow(
  memories: readonly Memory[],
  project: CallerProject | null,
  readFile: ReadFile,
  budget: FileBudget = BUDGET,
): Promise<readonly FilesNow[]> {
  const root = project?.root ?? null;
  if (project === null || root === null) return memories.map(() => UNTOLD);
  const told = new Map<string, FileState | null>();
  const end = performance.now() + budget.ms;
  const found: FilesNow[] = [];
  for (const { paths, project: owner } of memories) {
    const here = owner !== null && project.ids.includes(owner);
    const states = new Map<string, FileState | null>();
    for (const kept of here ? paths : []) {
      const key = `${kept.path}\0${kept.sha256 ?? ''}`;
      const left = end - performance.now();
      if (!told.has(key) && told.size < budget.files && left > 0) {
        const state = await withDeadline(stateOf(root, kept, readFile), left);
        told.set(key, state.timedOut ? null : state.value);
      }
      states.set(kept.path, told.get(key) ?? null);
    }
    found.push(worst(states));
  }
  return found;
}

/** `unchanged` is said only where every file was looked at. */
function worst(states: ReadonlyMap<string, FileState | null>): FilesNow {
  const each = [...states.values()];
  const state =
    (['missing', 'changed', null, 'unchanged'] as const).find((one) => each.includes(one)) ?? null;
  const altered = new Map<string, FileState>();
  for (const [path, one] of states) if (one !== null && one !== 'unchanged') altered.set(path, one);
  return { state, altered };
}

/** Null for what lies outside the checkout (a link may lead there), was kept without a hash, or cannot be read. */
async function stateOf(
  root: string,
  { path, sha256 }: SourcePath,
  readFile: ReadFile,
): Promise<FileState | null> {
  const os = hostOs();
  const named = resolve(root, path);
  if (!isInside(named, root, os)) return null;
  // Nobody saw it then: that it is not there now is no change.
  if (sha256 === null) return null;
  try {
    const real = await realpath(named);
    if (!isInside(real, await realpath(root), os)) return null;
    const found = await stat(real);
    // A folder or a socket in its place: the file itself is gone.
    if (!found.isFile()) return 'missing';
    if (found.size > HASHED_BYTES) return 'changed';
    const now = createHash('sha256')
      .update(await readFile(real))
      .digest('hex');
    return now === sha256.toLowerCase() ? 'unchanged' : 'changed';
  } catch (error) {
    // Not there any more is an answer; anything else (no permission, a dead disk) tells nothing.
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' ? 'missing' : null;
  }
}
