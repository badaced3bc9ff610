/** The branch and commit that a checkout is at, read from git's files. */
import { nodeDisk } from '../platform/disk.ts';
import { hostOs, pathsOf } from '../platform/paths.ts';
import { ask, type Place, readLine } from './git-dir.ts';
import type { GitLocation } from './locate.ts';

export type Head = {
  /** The short name; a ref outside `refs/heads/` keeps its whole name. Null when HEAD is a commit. */
  readonly branch: string | null;
  /** 40 or 64 hex digits; null before the first commit and where refs are kept in reftable files. */
  readonly commit: string | null;
};

const UNKNOWN: Head = { branch: null, commit: null };
const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Git gives up on a chain of symbolic refs at five as well. */
const MAX_REF_DEPTH = 5;
const PACKED_REFS_LIMIT = 64 * 1024 * 1024;
/** What HEAD says where refs are kept in reftable files. */
const REFTABLE_HEAD = 'refs/heads/.invalid';

/** What HEAD is now; nulls for what the files do not say. Rejects only when the disk does not answer. */
export async function readHead(location: GitLocation, options: Partial<Place> = {}): Promise<Head> {
  const place: Place = { disk: options.disk ?? nodeDisk, os: options.os ?? hostOs() };
  const head = await readLine(pathsOf(place.os).join(location.gitDir, 'HEAD'), place);
  if (head === null) return UNKNOWN;
  const ref = symbolicRef(head);
  if (ref === null) return { branch: null, commit: OBJECT_ID.test(head.trim()) ? head.trim() : null };
  if (ref === REFTABLE_HEAD || !isSafeRef(ref)) return UNKNOWN;
  return { branch: ref.replace(/^refs\/heads\//, ''), commit: await commitOf(ref, location, place) };
}

async function commitOf(start: string, location: GitLocation, place: Place): Promise<string | null> {
  let ref = start;
  for (let depth = 0; depth < MAX_REF_DEPTH; depth += 1) {
    const loose = (await readLine(looseRef(ref, location, place), place))?.trim() ?? null;
    if (loose === null) return packedCommit(ref, location, place);
    if (OBJECT_ID.test(loose)) return loose;
    const next = symbolicRef(loose);
    if (next === null || !isSafeRef(next)) return null;
    ref = next;
  }
  return null;
}

/** Each work tree has refs of these kinds to itself; all others are the repository's. */
function looseRef(ref: string, location: GitLocation, place: Place): string {
  const own = /^refs\/(?:bisect|worktree|rewritten)\//.test(ref);
  return pathsOf(place.os).join(own ? location.gitDir : location.commonDir, ...ref.split('/'));
}

async function packedCommit(ref: string, location: GitLocation, place: Place): Promise<string | null> {
  const path = pathsOf(place.os).join(location.commonDir, 'packed-refs');
  const packed = await ask(place.disk.readText(path, PACKED_REFS_LIMIT));
  if (packed.found === null) return null;
  const text = `\n${packed.found.replaceAll('\r\n', '\n')}\n`;
  const end = text.indexOf(` ${ref}\n`);
  if (end === -1) return null;
  const id = text.slice(text.lastIndexOf('\n', end) + 1, end);
  return OBJECT_ID.test(id) ? id : null;
}

function symbolicRef(text: string): string | null {
  return /^ref:\s*(\S.*?)\s*$/.exec(text)?.[1] ?? null;
}

/** A ref is a path below the git dir: a HEAD that somebody planted must not lead out of it. */
function isSafeRef(ref: string): boolean {
  return (
    /^refs\//.test(ref) &&
    !/\\|\0|:/.test(ref) &&
    ref.split('/').every((part) => part !== '' && !/^\.\.?$/.test(part))
  );
}
