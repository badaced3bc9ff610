/** Whether the files that a memory speaks of are still what they were: a look at the checkout, within a fixed budget. */
import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CallerProject } from '../model/caller.ts';
import { codeOf } from '../model/errors.ts';
import type { Memory, SourcePath } from '../model/memory.ts';
import { withDeadline } from '../platform/deadline.ts';
import { hostOs, isInside } from '../platform/paths.ts';

export type FileState = 'unchanged' | 'changed' | 'missing';
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** For one answer: files looked at, and ms for all of them. What is not told in time is not told. */
export type FileBudget = { readonly files: number; readonly ms: number };
const BUDGET: FileBudget = { files: 20, ms: 50 };
/** Larger files are kept without a hash. */
const HASHED_BYTES = 4_000_000;

/** One state per memory, in order; null where it names no file, or nothing could be told. */
export async function fileStates(
  memories: readonly Memory[],
  project: CallerProject | null,
  readFile: ReadFile,
  budget: FileBudget = BUDGET,
): Promise<ReadonlyArray<FileState | null>> {
  const root = project?.root ?? null;
  if (project === null || root === null) return memories.map(() => null);
  const told = new Map<string, FileState | null>();
  const end = performance.now() + budget.ms;
  const states: Array<FileState | null> = [];
  for (const { paths, project: owner } of memories) {
    const here = owner !== null && project.ids.includes(owner);
    const each: Array<FileState | null> = [];
    for (const kept of here ? paths : []) {
      const key = `${kept.path}\0${kept.sha256 ?? ''}`;
      if (!told.has(key)) {
        const left = end - performance.now();
        if (told.size >= budget.files || left <= 0) continue;
        const state = await withDeadline(stateOf(root, kept, readFile), left);
        told.set(key, state.timedOut ? null : state.value);
      }
      each.push(told.get(key) ?? null);
    }
    states.push(worst(each));
  }
  return states;
}

function worst(states: ReadonlyArray<FileState | null>): FileState | null {
  return (['missing', 'changed', 'unchanged'] as const).find((state) => states.includes(state)) ?? null;
}

/** Null for what lies outside the checkout (a link may lead there), is no file, or cannot be read. */
async function stateOf(
  root: string,
  { path, sha256 }: SourcePath,
  readFile: ReadFile,
): Promise<FileState | null> {
  const os = hostOs();
  const named = resolve(root, path);
  if (!isInside(named, root, os)) return null;
  try {
    const real = await realpath(named);
    if (!isInside(real, await realpath(root), os)) return null;
    const found = await stat(real);
    if (!found.isFile() || sha256 === null) return null;
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
