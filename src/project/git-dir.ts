/**
 * The layout of git's own folders, read from the files alone: `.git` files, `commondir`, what makes a folder a
 * git dir, and the few settings that say where its work tree is.
 */
import { codeOf } from '../model/errors.ts';
import { type Disk, DiskError } from '../platform/disk.ts';
import { isAbsolutePath, normalisePath, type Os, pathsOf, wslTwin } from '../platform/paths.ts';

/** Where looking happens: a disk, and the system whose paths it has. */
export type Place = { readonly disk: Disk; readonly os: Os };

/**
 * Answers of a file system that settle a question: not there, not allowed, not readable as what was asked for.
 * Every other code (`EIO`, `ETIMEDOUT`, `EMFILE` …) says that nothing was learned, and is thrown.
 */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);
const DENIED = new Set(['EACCES', 'EPERM', 'EINVAL', 'EFBIG', 'EISDIR']);

export type Answer<T> = { readonly found: T } | { readonly found: null; readonly denied: string | null };

/** What the disk says, with "no" as an answer; an error that leaves the question open is thrown. */
export async function ask<T>(asking: Promise<T>): Promise<Answer<T>> {
  try {
    return { found: await asking };
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (ABSENT.has(code)) return { found: null, denied: null };
    if (DENIED.has(code)) return { found: null, denied: code };
    throw error;
  }
}

const SMALL_FILE = 64 * 1024;
const CONFIG_LIMIT = 4 * 1024 * 1024;

export type GitDirs = {
  /** Of this work tree: HEAD is here. */
  readonly gitDir: string;
  /** Of the repository: objects and branches are here. The same as `gitDir` except in linked work trees. */
  readonly commonDir: string;
};

/** The git dir at a path, with links resolved; null when it is none, the code when we may not look inside. */
export async function gitDirsAt(path: string, place: Place): Promise<Answer<GitDirs>> {
  const { disk, os } = place;
  const join = pathsOf(os).join;
  const head = await ask(disk.stat(join(path, 'HEAD')));
  if (head.found === null) return head;
  const gitDir = normalisePath(await disk.realpath(path), os);
  const pointer = await ask(disk.readText(join(gitDir, 'commondir'), SMALL_FILE));
  if (pointer.found === null && pointer.denied !== null) return pointer;
  const common =
    pointer.found === null
      ? { found: gitDir }
      : await ask(disk.realpath(resolveFrom(gitDir, lineOf(pointer.found), os)));
  if (common.found === null) return common;
  const commonDir = normalisePath(common.found, os);
  for (const folder of ['objects', 'refs']) {
    const part = await ask(disk.stat(join(commonDir, folder)));
    if (part.found === null) return part;
    if (!part.found.isDirectory) return { found: null, denied: null };
  }
  return { found: { gitDir, commonDir } };
}

/** The git dir that a `.git` file names, not yet looked at; null when the file is not one of git's. */
export async function readGitFile(path: string, place: Place): Promise<string | null> {
  const text = await ask(place.disk.readText(path, SMALL_FILE));
  if (text.found === null || !text.found.startsWith('gitdir: ')) return null;
  const named = lineOf(text.found.slice('gitdir: '.length));
  return named === '' ? null : resolveFrom(pathsOf(place.os).dirname(path), named, place.os);
}

/** The text of a small file of git's without its line end, or null. */
export async function readLine(path: string, place: Place): Promise<string | null> {
  const text = await ask(place.disk.readText(path, SMALL_FILE));
  return text.found === null ? null : lineOf(text.found);
}

export type CoreSettings = {
  /** Null where the configuration does not say. */
  readonly bare: boolean | null;
  /** As written: relative to the git dir. */
  readonly worktree: string | null;
};

/** `core.bare` and `core.worktree` of a repository. */
export async function readCoreSettings(commonDir: string, place: Place): Promise<CoreSettings> {
  const join = pathsOf(place.os).join;
  let settings: CoreSettings = { bare: null, worktree: null };
  // With extensions.worktreeConfig (sparse checkouts set it) git keeps both in the second file.
  for (const name of ['config', 'config.worktree']) {
    const text = await ask(place.disk.readText(join(commonDir, name), CONFIG_LIMIT));
    if (text.found !== null) settings = parseCore(text.found, settings);
  }
  return settings;
}

/** Reads `[core]` of a git configuration; what it does not say stays as in `before`. */
function parseCore(text: string, before: CoreSettings): CoreSettings {
  let { bare, worktree } = before;
  let inCore = false;
  for (const raw of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]"\s]+)\s*("[^\]]*)?\]/.exec(raw);
    if (section !== null) inCore = section[1]?.toLowerCase() === 'core' && section[2] === undefined;
    const line = section === null ? raw : raw.slice(section[0].length);
    const pair = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*))?$/.exec(line);
    if (!inCore || pair === null) continue;
    const key = pair[1]?.toLowerCase();
    const value = settingValue(pair[2]);
    if (key === 'bare') bare = value === null || /^(?:true|yes|on|[1-9]\d*)$/i.test(value);
    if (key === 'worktree' && value !== null) worktree = value;
  }
  return { bare, worktree };
}

/** True when the repository is kept in another one's `modules` folder: a submodule. */
export async function isSubmodule(commonDir: string, place: Place): Promise<boolean> {
  const { dirname, basename, join } = pathsOf(place.os);
  for (let at = dirname(commonDir); dirname(at) !== at; at = dirname(at)) {
    if (basename(at) !== 'modules') continue;
    if ((await ask(place.disk.stat(join(dirname(at), 'HEAD')))).found !== null) return true;
  }
  return false;
}

/** A path named in one of git's files. One that Windows git wrote is understood inside WSL. */
export function resolveFrom(base: string, named: string, os: Os): string {
  if (isAbsolutePath(named, os)) return normalisePath((os === 'linux' ? wslTwin(named) : null) ?? named, os);
  return normalisePath(pathsOf(os).resolve(base, named), os);
}

/** True for an error that a disk gave, as against one of ours. */
export function isDiskError(error: unknown): boolean {
  return error instanceof DiskError || /^(?:E[A-Z0-9]+|UNKNOWN)$/.test(codeOf(error) ?? '');
}

function lineOf(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}

/** A value of git's configuration without comment and quotes; null when the key stands alone. */
function settingValue(text: string | undefined): string | null {
  if (text === undefined) return null;
  let out = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') {
      at += 1;
      out += text.charAt(at);
    } else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '#' || char === ';')) break;
    else out += char;
  }
  return out.trim();
}
