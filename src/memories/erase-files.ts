/**
 * The files of a home beside the store: which of them hold words that are to go, and taking the words out of those
 * that are ours alone. Files that a person may have written in are named, not cut; so are those that another program
 * has put into the inbox, and those that may only happen to hold a few of the same words.
 */
import type { Dirent } from 'node:fs';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { codeOf } from '../model/errors.ts';
import { writeFileAtomic } from '../platform/atomic.ts';
import type { ByteSearch } from '../text/probes.ts';

export type CleanedFile = {
  /** Relative to the home, with `/`. */
  readonly path: string;
  readonly done: 'deleted' | 'lines removed';
};

export type Scan = {
  readonly files: number;
  readonly bytes: number;
  /** Relative to the home, with `/`: those that hold the words. */
  readonly held: readonly string[];
};

const STORE = /^midturn\.db(?:-wal|-shm|-journal)?$/;
/** Read at once. */
const CHUNK = 4 * 1024 * 1024;
/** Folders whose files are made again, or belong to one entry each. */
const DELETED = new Set(['backups', 'cache', 'spool']);
/** Copies of ours of what could not be taken; what lies above is its writer's until it is taken. */
const FAILED_INBOX = 'inbox/failed/';
/** Answers of reviewers that could not be read, one file a job: made of what the session says. */
const DUMPS = 'review/failed/';
/** Folders of files with an entry in each line. */
const LINES = new Set(['logs', 'sessions']);
const CONFLICT = /\.conflict-[^/]*\.md$/;

/** Looks through every byte of the home. */
export async function scanHome(root: string, search: ByteSearch): Promise<Scan> {
  let [files, bytes] = [0, 0];
  const held: string[] = [];
  for (const path of await filesIn(root)) {
    files += 1;
    const { size, found } = await searchFile(path, search);
    bytes += size;
    if (found) held.push(nameIn(root, path));
  }
  return { files, bytes, held };
}

/**
 * Takes the words out of what is ours alone: `search` finds the lines that go, `proof` the files. `everyBackup`: the
 * words are too short to be searched for.
 */
export async function cleanFiles(
  root: string,
  { search, proof }: { readonly search: ByteSearch; readonly proof: ByteSearch },
  everyBackup: boolean,
): Promise<CleanedFile[]> {
  const cleaned: CleanedFile[] = [];
  for (const path of await filesIn(root)) {
    const name = nameIn(root, path);
    const [folder = ''] = name.split('/');
    if (STORE.test(name)) continue;
    const hasLines = name.includes('/') && LINES.has(folder);
    const goes =
      (name.includes('/') && DELETED.has(folder)) || name.startsWith(FAILED_INBOX) || CONFLICT.test(name);
    const isDump = name.startsWith(DUMPS);
    if (!hasLines && !goes && !isDump) continue;
    const isBackup = folder === 'backups' && everyBackup;
    if (!isBackup && !(await searchFile(path, hasLines || isDump ? search : proof)).found) continue;
    if (hasLines) {
      await removeLines(path, search);
      cleaned.push({ path: name, done: 'lines removed' });
    } else {
      await rm(path, { force: true });
      cleaned.push({ path: name, done: 'deleted' });
    }
  }
  return cleaned;
}

/** Takes away the dumps of reviews whose snapshot is gone: what was made of it goes with it. */
export async function cleanDumps(
  root: string,
  withSnapshot: (jobs: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<CleanedFile[]> {
  const folder = join(root, ...DUMPS.split('/').filter((part) => part !== ''));
  const jobs = (await entriesOf(folder))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.txt'))
    .map(({ name }) => name.slice(0, -'.txt'.length));
  if (jobs.length === 0) return [];
  const kept = await withSnapshot(jobs);
  const gone = jobs.filter((job) => !kept.has(job)).sort();
  for (const job of gone) await rm(join(folder, `${job}.txt`), { force: true });
  return gone.map((job) => ({ path: `${DUMPS}${job}.txt`, done: 'deleted' as const }));
}

/** True for the store itself and its journal. */
export function isStoreFile(name: string): boolean {
  return STORE.test(name);
}

async function removeLines(path: string, search: ByteSearch): Promise<void> {
  const text = await readFile(path, 'utf8');
  const kept = text.split(/(?<=\n)/).filter((line) => search.first(Buffer.from(line)) === null);
  await writeFileAtomic(path, kept.join(''), {});
}

async function searchFile(path: string, search: ByteSearch): Promise<{ size: number; found: boolean }> {
  let size = 0;
  try {
    const file = await open(path, 'r');
    try {
      const overlap = Math.max(0, search.longest - 1);
      const buffer = Buffer.alloc(CHUNK + overlap);
      let kept = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, kept, CHUNK, null);
        if (bytesRead === 0) return { size, found: false };
        size += bytesRead;
        const filled = buffer.subarray(0, kept + bytesRead);
        if (search.first(filled) !== null) return { size, found: true };
        // What stands across two chunks is seen whole with the next one.
        kept = Math.min(overlap, filled.length);
        filled.copy(buffer, 0, filled.length - kept);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    // Another process may have taken it away since it was listed.
    if (codeOf(error) === 'ENOENT') return { size, found: false };
    throw error;
  }
}

/** Every regular file below the home; links are not followed. */
async function filesIn(root: string): Promise<string[]> {
  const files: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return files.sort();
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function nameIn(root: string, path: string): string {
  return relative(root, join(dirname(path), basename(path))).replaceAll('\\', '/');
}
