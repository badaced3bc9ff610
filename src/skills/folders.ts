/**
 * The folders that skills are written into. One is ours by the comment in its SKILL.md, which names the skill's long
 * id; no other folder is touched, and no link is followed out of the place it lies in.
 */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rmdir, unlink } from 'node:fs/promises';
import { codeOf } from '../model/errors.ts';
import { writeFileAtomic } from '../platform/atomic.ts';
import { nodeDisk } from '../platform/disk.ts';
import { isInside, type Os, pathsOf, realPathOf } from '../platform/paths.ts';
import { type ParsedSkill, parseSkill } from '../text/skill-file.ts';

export const SKILL_FILE = 'SKILL.md';
/** A SKILL.md is a few pages; what is larger is none of ours. */
const LARGEST = 1_000_000;

export type SkillPlace = {
  /** Nothing that leads out of this folder is followed. */
  readonly root: string;
  /** The skill's own folder. */
  readonly folder: string;
  /** Permission bits of the file and the folder. */
  readonly mode: { readonly file: number; readonly folder: number };
};

export type FolderState =
  | { readonly state: 'absent' }
  /** Somebody else's, or nothing that may be looked into. `why`: a clause for a person. */
  | { readonly state: 'foreign'; readonly why: string }
  /** It holds a skill of midturn's: the long id, and what it says now. */
  | {
      readonly state: 'ours';
      readonly id: string;
      readonly bytes: Uint8Array;
      readonly hash: Uint8Array;
      readonly parsed: ParsedSkill;
    };

export async function readFolder({ root, folder }: SkillPlace, os: Os): Promise<FolderState> {
  try {
    if (!(await staysInside(root, folder, os)))
      return { state: 'foreign', why: 'a symbolic link leads out of the place it lies in' };
    const found = await statOf(folder);
    if (found === null) return { state: 'absent' };
    if (found.isSymbolicLink()) return { state: 'foreign', why: 'it is a symbolic link' };
    if (!found.isDirectory()) return { state: 'foreign', why: 'it is a file' };
    const path = pathsOf(os).join(folder, SKILL_FILE);
    const file = await statOf(path);
    if (file === null) {
      const others = await readdir(folder);
      return others.length === 0 ? { state: 'absent' } : { state: 'foreign', why: 'it holds no SKILL.md' };
    }
    if (!file.isFile()) return { state: 'foreign', why: 'its SKILL.md is no plain file' };
    if (file.size > LARGEST) return { state: 'foreign', why: 'its SKILL.md is too large for a skill' };
    const bytes = await readFile(path);
    const parsed = parseSkill(new TextDecoder().decode(bytes));
    if (parsed.id === null) return { state: 'foreign', why: 'it was not written by midturn' };
    return { state: 'ours', id: parsed.id, bytes, hash: hashOf(bytes), parsed };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { state: 'foreign', why: `the system answered ${code}` };
  }
}

/**
 * Writes the file whole, unless it is no longer as it was read. Answers why it was not written, or null.
 * Its folder must have been read as `absent` or `ours` just before.
 */
export async function writeFolder(
  place: SkillPlace,
  text: string,
  read: Uint8Array | null,
  os: Os,
): Promise<string | null> {
  const path = pathsOf(os).join(place.folder, SKILL_FILE);
  try {
    await mkdir(place.folder, { recursive: true, mode: place.mode.folder });
    // A folder that was made of a link meanwhile is found here, before anything is written.
    const now = await readFolder(place, os);
    if (now.state === 'foreign') return now.why;
    const bytes = now.state === 'ours' ? now.bytes : null;
    if (!sameBytes(bytes, read)) return 'it was changed a moment ago';
    await writeFileAtomic(path, text, { mode: place.mode.file, os });
    return null;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return `the system answered ${code}`;
  }
}

/** Takes SKILL.md away, and the folder if nothing else is in it. Answers what else there is, or why it was not done. */
export async function removeFolder(
  place: SkillPlace,
  os: Os,
): Promise<{ readonly removed: boolean; readonly left: readonly string[]; readonly why: string | null }> {
  const { join } = pathsOf(os);
  try {
    await unlink(join(place.folder, SKILL_FILE));
    const left = await readdir(place.folder);
    if (left.length === 0) await rmdir(place.folder);
    return { removed: true, left, why: null };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT') return { removed: true, left: [], why: null };
    return { removed: false, left: [], why: `the system answered ${code}` };
  }
}

export function hashOf(bytes: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

export function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other;
  return Buffer.compare(one, other) === 0;
}

async function staysInside(root: string, folder: string, os: Os): Promise<boolean> {
  const [home, real] = [await realPathOf(root, nodeDisk, os), await realPathOf(folder, nodeDisk, os)];
  return isInside(real.path, home.path, os);
}

async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
