/**
 * Paths as each system means them: normal form, the key two spellings of one folder share, and what lies inside
 * what. Nothing here touches the disk except `realPathOf`, which is given one.
 */
import { posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf } from '../model/errors.ts';
import type { Disk } from './disk.ts';

export type Os = 'linux' | 'darwin' | 'win32';

/** The system this process runs on; the BSDs and the like count as `linux`. */
export function hostOs(platform: string = process.platform): Os {
  return platform === 'win32' || platform === 'darwin' ? platform : 'linux';
}

/** The flavour of `node:path` that fits the system. */
export function pathsOf(os: Os): typeof posix {
  return os === 'win32' ? win32 : posix;
}

const WINDOWS_ABSOLUTE = /^(?:[A-Za-z]:(?:[\\/]|$)|\\\\)/;
/** `/c/x` is how Git Bash writes `C:\x`, `/mnt/c/x` how WSL does. */
const DRIVE_IN_POSIX = /^(?:\/mnt)?\/([A-Za-z])(?:\/(.*))?$/s;

/** True for a path that names one place whatever the working directory. Windows paths count on every system. */
export function isAbsolutePath(path: string, os: Os): boolean {
  if (WINDOWS_ABSOLUTE.test(path)) return true;
  return os === 'win32' ? DRIVE_IN_POSIX.test(path) : path.startsWith('/');
}

/**
 * The normal form, in the system's own separators: no `.`/`..`, no trailing separator, no `\\?\`, drive letter in
 * upper case. A Windows path met on another system (a transcript made elsewhere) keeps its Windows form.
 */
export function normalisePath(path: string, os: Os): string {
  if (os !== 'win32' && !WINDOWS_ABSOLUTE.test(path)) return withoutTrailing(posix.normalize(path), posix);
  const drive = DRIVE_IN_POSIX.exec(path);
  const native = drive === null ? path : `${drive[1] ?? ''}:\\${drive[2] ?? ''}`;
  const plain = native
    .replaceAll('/', '\\')
    .replace(/^\\\\[?.]\\UNC\\/i, '\\\\')
    .replace(/^\\\\[?.]\\(?=[A-Za-z]:)/, '')
    .replace(/^[a-z]:/, (letter) => letter.toUpperCase())
    .replace(/^[A-Z]:$/, '$&\\');
  return withoutTrailing(win32.normalize(plain), win32);
}

/**
 * The key under which two spellings of one place are equal: `/` separators; case and Unicode form folded where the
 * system's usual file system does not tell them apart (Windows, macOS).
 */
export function pathKey(path: string, os: Os): string {
  const normal = normalisePath(path, os);
  if (os === 'win32' || WINDOWS_ABSOLUTE.test(normal)) return normal.replaceAll('\\', '/').toLowerCase();
  return os === 'darwin' ? normal.normalize('NFC').toLowerCase() : normal;
}

/** True when `child` is `parent` or lies below it, by whole segments: `/a/bc` is not inside `/a/b`. */
export function isInside(child: string, parent: string, os: Os): boolean {
  return relativeInside(child, parent, os) !== null;
}

/** `child` seen from `parent`, with `/` and in the child's own spelling; empty for the same place, null outside. */
export function relativeInside(child: string, parent: string, os: Os): string | null {
  const [childKey, parentKey] = [pathKey(child, os), pathKey(parent, os)];
  if (childKey === parentKey) return '';
  const prefix = parentKey.endsWith('/') ? parentKey : `${parentKey}/`;
  if (!childKey.startsWith(prefix)) return null;
  const windows = os === 'win32' || WINDOWS_ABSOLUTE.test(child);
  const spelled = normalisePath(child, os);
  const segments = (windows ? spelled.replaceAll('\\', '/') : spelled).split('/');
  return segments.slice(prefix.split('/').length - 1).join('/');
}

/** The name of the last segment; empty for a root. */
export function baseName(path: string, os: Os): string {
  const normal = normalisePath(path, os);
  return os === 'win32' || WINDOWS_ABSOLUTE.test(normal) ? win32.basename(normal) : posix.basename(normal);
}

/** `~` and `~/x` become paths in `home`; `~name` and everything else stay as they are. */
export function expandTilde(path: string, home: string): string {
  if (path === '~') return home;
  return /^~[\\/]/.test(path) ? `${home.replace(/[\\/]+$/, '')}${path.slice(1)}` : path;
}

/** The path of a `file:` URL, or null when it is no such URL or names another host's file. */
export function fileUrlToPath(url: string, os: Os): string | null {
  if (!/^file:/i.test(url)) return null;
  try {
    const path = fileURLToPath(url, { windows: os === 'win32' });
    return os !== 'win32' && /^\/[A-Za-z]:\//.test(path) ? normalisePath(path.slice(1), os) : path;
  } catch (error) {
    if (codeOf(error)?.startsWith('ERR_INVALID') === true || error instanceof URIError) return null;
    throw error;
  }
}

/**
 * The same place as a Linux inside WSL sees it: `C:\x` is `/mnt/c/x`, `\\wsl$\Ubuntu\home` (of whatever
 * distribution) is `/home`. Null where there is no such twin.
 */
export function wslTwin(path: string): string | null {
  if (!WINDOWS_ABSOLUTE.test(path)) return null;
  const slashed = normalisePath(path, 'win32').replaceAll('\\', '/');
  const distribution = /^\/\/(?:wsl\$|wsl\.localhost)\/[^/]+(\/.*)?$/i.exec(slashed);
  if (distribution !== null) return distribution[1] ?? '/';
  const drive = /^([A-Z]):\/(.*)$/s.exec(slashed);
  return drive === null
    ? null
    : withoutTrailing(`/mnt/${(drive[1] ?? '').toLowerCase()}/${drive[2] ?? ''}`, posix);
}

/** Codes with which a file system says that a path does not exist. */
const GONE = new Set(['ENOENT', 'ENOTDIR']);

/**
 * The path with symbolic links resolved as far as it exists. `existing` is the deepest part that does, equal to
 * `path` when all of it does. Other file system errors are thrown.
 */
export async function realPathOf(
  path: string,
  disk: Pick<Disk, 'realpath'>,
  os: Os,
): Promise<{ readonly path: string; readonly existing: string }> {
  const flavour = pathsOf(os);
  const rest: string[] = [];
  for (let at = path; ; ) {
    try {
      const existing = normalisePath(await disk.realpath(at), os);
      return { path: rest.length === 0 ? existing : flavour.join(existing, ...rest), existing };
    } catch (error) {
      const parent = flavour.dirname(at);
      if (!GONE.has(codeOf(error) ?? '')) throw error;
      if (parent === at) return { path, existing: at };
      rest.unshift(flavour.basename(at));
      at = parent;
    }
  }
}

function withoutTrailing(path: string, flavour: typeof posix): string {
  const root = flavour.parse(path).root.length;
  let end = path.length;
  while (end > root && (path[end - 1] === '/' || (flavour === win32 && path[end - 1] === '\\'))) end -= 1;
  return path.slice(0, end);
}
