/**
 * Which file this is, and from where to read on. A file is known by its path, its inode and the hash of its first
 * bytes; a rewrite in place is told by the hash of the bytes before the offset. In doubt it is read from its start:
 * that changes nothing for what is already stored.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { messageOf, SourceError } from '../model/errors.ts';
import type { SourceRecord } from '../store/sources.ts';
import type { Store } from '../store/store.ts';
import type { SourceFile } from './adapter.ts';
import type { ReadableFile } from './lines.ts';
import { isReadByOtherPatterns } from './saved-state.ts';

const HEAD_BYTES = 512;
const TAIL_BYTES = 256;

/** `handle` is the caller's to close. */
export type OpenedSource = {
  readonly source: SourceRecord;
  readonly unchanged: boolean;
  readonly handle: FileHandle;
};

type OpenDeps = {
  readonly store: Store;
  readonly machine: string;
  readonly exclusion: { readonly patterns?: string };
};

/** @throws SourceError when the file cannot be opened, is no regular file, or is binary. */
export async function openSource(file: SourceFile, client: string, deps: OpenDeps): Promise<OpenedSource> {
  const handle = await openRegular(file.path);
  try {
    return { handle, ...(await recogniseSource(handle, file, client, deps)) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function recogniseSource(
  handle: FileHandle,
  file: SourceFile,
  client: string,
  deps: OpenDeps,
): Promise<Omit<OpenedSource, 'handle'>> {
  const { sources } = deps.store;
  const stat = await handle.stat();
  const known = await sources.find(deps.machine, file.path);
  const patterns = deps.exclusion.patterns ?? '';
  const isWanted = (source: SourceRecord): boolean => !isReadByOtherPatterns(source.state, patterns);
  const modifiedAt = Math.round(stat.mtimeMs);
  const inode = stat.ino === 0 ? '' : `${stat.dev}:${stat.ino}`;
  if (
    known !== null &&
    known.offset === stat.size &&
    known.modifiedAt === modifiedAt &&
    known.inode === inode &&
    isWanted(known)
  ) {
    return { source: known, unchanged: true };
  }
  const first = await read(handle, 0, HEAD_BYTES);
  if (first.includes(0)) {
    throw new SourceError({
      what: `${file.path} is not text`,
      why: 'it holds NUL bytes',
      next: 'Pass NDJSON or a transcript in UTF-8',
    });
  }
  const before = known ?? (await movedFrom(deps, file.path, inode, handle));
  if (before !== null && isWanted(before) && stat.size >= before.offset && (await isSame(handle, before))) {
    const source = { ...before, path: file.path, modifiedAt };
    return { source, unchanged: before.offset === stat.size };
  }
  const source = await sources.begin({
    client,
    machine: deps.machine,
    path: file.path,
    inode,
    head: headHash(first, stat.size),
    tail: '',
    offset: 0,
    lines: 0,
    modifiedAt,
    createdAt: Math.round(stat.birthtimeMs > 0 ? Math.min(stat.birthtimeMs, stat.mtimeMs) : stat.mtimeMs),
    state: null,
  });
  return { source, unchanged: stat.size === 0 };
}

async function openRegular(path: string): Promise<FileHandle> {
  try {
    const handle = await open(path, 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    throw new SourceError({ what: `${path} could not be opened`, why: messageOf(error) }, { cause: error });
  }
  throw new SourceError({
    what: `${path} is not a regular file`,
    why: 'a device or a pipe has no end and no identity to resume by',
    next: 'Write it to a file first',
  });
}

/** A file that was renamed goes on where it was left. */
async function movedFrom(
  deps: { readonly store: Store; readonly machine: string },
  path: string,
  inode: string,
  handle: FileHandle,
): Promise<SourceRecord | null> {
  const head = headHash(await read(handle, 0, HEAD_BYTES), (await handle.stat()).size);
  const moved = await deps.store.sources.findMoved(deps.machine, inode, head);
  if (moved === null || !(await isSame(handle, moved))) return null;
  await deps.store.sources.moved(moved.row, path);
  return moved;
}

async function isSame(handle: FileHandle, known: SourceRecord): Promise<boolean> {
  return known.offset === 0 || (known.tail !== '' && (await hashBefore(handle, known.offset)) === known.tail);
}

/** The hash of the bytes that stand before `offset`. */
export async function hashBefore(handle: ReadableFile, offset: number): Promise<string> {
  const start = Math.max(0, offset - TAIL_BYTES);
  return digest(await read(handle, start, offset - start));
}

/** Only whole heads are compared: a file shorter than that may still grow. */
function headHash(first: Buffer, size: number): string {
  return size < HEAD_BYTES ? '' : digest(first);
}

async function read(handle: ReadableFile, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
