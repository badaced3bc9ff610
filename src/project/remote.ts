/** One canonical form for the many spellings of a repository's address; credentials never survive it. */
import { isAbsolutePath, normalisePath, type Os } from '../platform/paths.ts';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ssh: '22', git: '9418' };

/** Second doors of the same server, open where port 22 is closed. */
const SAME_HOST: Readonly<Record<string, string>> = {
  'ssh.github.com:443': 'github.com',
  'altssh.gitlab.com:443': 'gitlab.com',
  'altssh.bitbucket.org:443': 'bitbucket.org',
};

/** Forges that do not tell upper from lower case in owner and repository. */
const CASELESS_HOSTS = new Set(['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org']);

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s;
const HELPER = /^[A-Za-z0-9][A-Za-z0-9+.-]*::(.*)$/s;

/**
 * An `@` deep in a path, followed by more path: a password with a raw slash in it. Such an address works nowhere,
 * but it may stand in a configuration, and what stands before the `@` must not be stored.
 */
const LATE_AT = /[^/]@([^@]*[:/][^@]*)$/s;

/**
 * `https://user:token@Host.example:443/org/repo.git/`, `ssh://git@host.example/org/repo` and
 * `git@host.example:org/repo.git` all become `host.example/org/repo`. Local paths and `file:` URLs become the path,
 * which then begins with `/`, `.` or a drive. Null for what names no place: empty text, a command (`ext::`), an
 * address that cannot be taken apart safely.
 */
export function normaliseRemote(url: string, os: Os): string | null {
  const text = url.trim();
  if (text === '' || hasControls(text)) return null;
  const helper = HELPER.exec(text)?.[1];
  if (helper !== undefined) return SCHEME.test(helper) ? normaliseRemote(helper, os) : null;
  const scheme = SCHEME.exec(text);
  if (scheme === null) return isLocal(text) ? localPath(text, os) : fromScp(text);
  const [name, rest] = [(scheme[1] ?? '').toLowerCase(), scheme[2] ?? ''];
  return name === 'file' ? fromFileUrl(rest, os) : fromUrl(name, rest);
}

/** True for a canonical form that means something on one machine only. */
export function isLocalRemote(remote: string): boolean {
  return /^(?:\.{0,2}[\\/]|[A-Za-z]:[\\/])/.test(remote);
}

function fromUrl(scheme: string, rest: string): string | null {
  const end = rest.search(/[/?#\\]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const address = authority.slice(authority.lastIndexOf('@') + 1);
  const path = end === -1 ? '' : rest.slice(end);
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(address);
  const doubtful = parts === null || (address === authority && parts[2] !== undefined);
  if (doubtful && rest.includes('@', authority.length)) {
    const late = LATE_AT.exec(rest)?.[1];
    if (late !== undefined) return fromUrl(scheme, late);
    if (parts === null) return null;
  }
  if (parts === null) return null;
  const port =
    parts[2] === undefined || parts[2] === '' || parts[2] === DEFAULT_PORTS[scheme] ? '' : `:${parts[2]}`;
  return joined(parts[1] ?? '', port, decoded(path.replace(/[?#].*$/s, '')));
}

/** `user@host:path`, and what somebody wrote who forgot the scheme: `user:token@host/path`. */
function fromScp(text: string): string | null {
  const slash = text.indexOf('/');
  const zone = slash === -1 ? text : text.slice(0, slash);
  const bare = text.slice(zone.lastIndexOf('@') + 1);
  const parts = /^(\[[^\]]*\]|[^:/]*)(?::|(?=\/))(.*)$/s.exec(bare);
  if (parts === null) return null;
  const path = parts[2] ?? '';
  const late = LATE_AT.exec(path)?.[1];
  return late === undefined ? joined(parts[1] ?? '', '', path) : fromScp(late);
}

function fromFileUrl(rest: string, os: Os): string | null {
  const slash = rest.indexOf('/');
  if (slash === -1) return null;
  const host = rest.slice(0, slash);
  const path = decoded(rest.slice(slash).replace(/[?#].*$/s, ''));
  const server = host.slice(host.lastIndexOf('@') + 1).toLowerCase();
  if (server === '' || server === 'localhost') return localPath(path.replace(/^\/(?=[A-Za-z]:\/)/, ''), os);
  return `//${server}${path}`;
}

/** As git has it: without a colon before the first slash it is a path; one letter before a colon is a drive. */
function isLocal(text: string): boolean {
  if (/^[A-Za-z]:/.test(text) || /^[./\\]/.test(text)) return true;
  const zone = text.split(/[/\\]/, 1)[0] ?? '';
  return !zone.includes(':') && !/[^@]@/.test(zone);
}

function localPath(text: string, os: Os): string {
  if (isAbsolutePath(text, os)) return normalisePath(text, os);
  return /^\.{0,2}[\\/]/.test(text) ? text : `./${text}`;
}

function joined(rawHost: string, port: string, rawPath: string): string | null {
  const host = rawHost.toLowerCase().replace(/\.$/, '');
  if (!/^(?:\[[0-9a-f:.]+\]|[^\s:@[\]/\\.][^\s:@[\]/\\]*)$/.test(host) || hasControls(rawPath)) return null;
  const segments = rawPath.split('/').filter((segment) => segment !== '' && segment !== '.');
  const path = segments
    .join('/')
    .replace(/\.git$/i, '')
    .replace(/\/$/, '');
  if (path === '') return null;
  const server = SAME_HOST[`${host}${port}`] ?? `${host}${port}`;
  return `${server}/${CASELESS_HOSTS.has(server) ? path.toLowerCase() : path}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    // A lone percent sign is a character like any other.
    if (error instanceof URIError) return path;
    throw error;
  }
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
