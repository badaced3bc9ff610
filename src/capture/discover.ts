/** Finds transcripts: in the clients' own folders, or below the paths a person named. */
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { codeOf, messageOf, SourceError } from '../model/errors.ts';
import type { Adapter, SourceFile } from './adapter.ts';
import { isRecord } from './read-json.ts';

export type FoundFile = {
  readonly file: SourceFile;
  readonly adapter: Adapter;
  readonly bytes: number;
  /** When the file was born: an original comes before its fork. */
  readonly createdAt: number;
  readonly modifiedAt: number;
};

export type Unfit = { readonly path: string; readonly reason: string };
export type Discovery = { readonly files: readonly FoundFile[]; readonly unfit: readonly Unfit[] };

/** A client's folder and the adapter for what lies in it. */
export type ClientFolder = { readonly root: string; readonly adapter: Adapter };

const PEEK_BYTES = 65_536;

/** All transcripts below the clients' folders; a folder that is not there holds none. */
export async function discoverClients(folders: readonly ClientFolder[]): Promise<Discovery> {
  const files: FoundFile[] = [];
  const unfit: Unfit[] = [];
  for (const { root, adapter } of folders) {
    await walk(root, unfit, async (path) => {
      const below = slashes(relative(root, path));
      if (adapter.isTranscript(below)) await keep(files, unfit, { path, relative: below }, adapter);
    });
  }
  return { files: inOrder(files), unfit };
}

/**
 * What a person named: files are taken whatever they are called, folders are searched for transcripts.
 * @throws SourceError when a path is not there.
 */
export async function discoverPaths(
  paths: readonly string[],
  adapters: readonly Adapter[],
  fallback: Adapter,
  forced: Adapter | null,
): Promise<Discovery> {
  const files: FoundFile[] = [];
  const unfit: Unfit[] = [];
  const take = async (path: string, root: string, named: boolean, homes: ReadonlyMap<string, Adapter>) => {
    const home = homeOf(path, homes);
    if (home !== null) {
      const relativePath = slashes(relative(home.root, path));
      const isWanted = forced === null || forced.client === home.adapter.client;
      if (isWanted && home.adapter.isTranscript(relativePath))
        await keep(files, unfit, { path, relative: relativePath }, home.adapter);
      return;
    }
    const below = root === path ? basename(path) : slashes(relative(root, path));
    const adapter = forced ?? (await adapterFor(path, adapters, fallback));
    // Clients and shells call their lists of prompts so: lines with a session, and no transcript.
    if (!named && adapter === fallback && basename(path).toLowerCase() === 'history.jsonl') return;
    if (adapter === null) {
      if (named) unfit.push({ path, reason: 'no line of it is a transcript or NDJSON message' });
      return;
    }
    await keep(files, unfit, { path, relative: below }, adapter);
  };
  for (const named of paths) {
    const path = resolve(named);
    const found = await stat(path).catch((cause: unknown) => {
      throw new SourceError(
        {
          what: `${named} cannot be imported`,
          why: codeOf(cause) === 'ENOENT' ? 'it does not exist' : messageOf(cause),
        },
        { cause },
      );
    });
    if (!found.isDirectory()) await take(path, path, true, new Map());
    else {
      const candidates: string[] = [];
      await walk(path, unfit, async (file) => {
        if (/\.(?:jsonl|ndjson)$/i.test(file)) candidates.push(file);
      });
      const homes = await homesBelow(path, candidates, adapters);
      for (const file of candidates) await take(file, path, false, homes);
    }
  }
  return { files: inOrder(files), unfit };
}

/** The folders from `root` down that are a client's home: a transcript of it lies where that client puts them. */
async function homesBelow(
  root: string,
  files: readonly string[],
  adapters: readonly Adapter[],
): Promise<ReadonlyMap<string, Adapter>> {
  const homes = new Map<string, Adapter>();
  for (const file of files) {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const below = slashes(relative(folder, file));
      const adapter = homes.has(folder) ? undefined : adapters.find((one) => one.isTranscript(below));
      if (adapter?.recognises(await firstRecords(file)) === true) homes.set(folder, adapter);
      if (folder === root || folder === dirname(folder)) break;
    }
  }
  return homes;
}

/** The nearest folder above the file that is a client's home. */
function homeOf(
  path: string,
  homes: ReadonlyMap<string, Adapter>,
): { root: string; adapter: Adapter } | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const adapter = homes.get(folder);
    if (adapter !== undefined) return { root: folder, adapter };
    if (folder === dirname(folder)) return null;
  }
}

/** The adapter that recognises the first lines; the fallback takes what it recognises, else null. */
async function adapterFor(
  path: string,
  adapters: readonly Adapter[],
  fallback: Adapter,
): Promise<Adapter | null> {
  const first = await firstRecords(path);
  const found = adapters.find((adapter) => adapter.recognises(first));
  if (found !== undefined) return found;
  return fallback.recognises(first) || /\.ndjson$/i.test(path) ? fallback : null;
}

/** The working directory that a transcript names in its first lines, or null: shown before the first import. */
export async function peekCwd(path: string): Promise<string | null> {
  for (const record of await firstRecords(path)) {
    const payload = isRecord(record) && isRecord(record.payload) ? record.payload : record;
    if (isRecord(payload) && typeof payload.cwd === 'string') return payload.cwd;
  }
  return null;
}

async function firstRecords(path: string): Promise<unknown[]> {
  let head: string;
  try {
    const handle = await open(path, 'r');
    try {
      if (!(await handle.stat()).isFile()) return [];
      const buffer = Buffer.alloc(PEEK_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, PEEK_BYTES, 0);
      head = buffer
        .subarray(0, bytesRead)
        .toString('utf8')
        .replace(/^\uFEFF/, '');
    } finally {
      await handle.close();
    }
  } catch {
    // Unreadable here means unreadable in the import, which says so with the reason.
    return [];
  }
  return head.split('\n', 50).flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return [value];
    } catch {
      return [];
    }
  });
}

/** Visits the files below `root`; a link to a folder is followed after all that is there without links. */
async function walk(root: string, unfit: Unfit[], visit: (path: string) => Promise<void>): Promise<void> {
  const seen = new Set<string>();
  const links: string[] = [];
  const walkFolder = async (folder: string): Promise<void> => {
    try {
      const real = await realpath(folder);
      if (seen.has(real)) return;
      seen.add(real);
      const entries = await readdir(folder, { withFileTypes: true });
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) await walkFolder(path);
        else if (entry.isFile()) await visit(path);
        else if (entry.isSymbolicLink()) links.push(path);
      }
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') unfit.push({ path: folder, reason: messageOf(error) });
    }
  };
  await walkFolder(root);
  const top = await realpath(root).catch(() => root);
  for (let link = links.shift(); link !== undefined; link = links.shift()) {
    const found = await stat(link).catch(() => null);
    if (found === null || !found.isDirectory()) continue;
    // A link to a folder above would lead to everything beside the root.
    const real = await realpath(link).catch(() => null);
    if (real === null || isAbove(real, top)) continue;
    await walkFolder(link);
  }
}

function isAbove(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function keep(files: FoundFile[], unfit: Unfit[], file: SourceFile, adapter: Adapter): Promise<void> {
  try {
    const found = await stat(file.path);
    const createdAt = Math.round(
      found.birthtimeMs > 0 ? Math.min(found.birthtimeMs, found.mtimeMs) : found.mtimeMs,
    );
    files.push({ file, adapter, bytes: found.size, createdAt, modifiedAt: Math.round(found.mtimeMs) });
  } catch (error) {
    unfit.push({ path: file.path, reason: messageOf(error) });
  }
}

function inOrder(files: FoundFile[]): FoundFile[] {
  return files.sort((a, b) => a.createdAt - b.createdAt || (a.file.path < b.file.path ? -1 : 1));
}

function slashes(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}
