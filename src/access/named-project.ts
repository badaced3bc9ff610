/** Projects as a caller over the network names them: by name, id or path, and never one that it may not see. */
import type { Principal } from '../model/access.ts';
import { UserInputError } from '../model/errors.ts';
import type { ProjectId } from '../model/ids.ts';
import { hostOs, isAbsolutePath, normalisePath, type Os, pathKey, pathsOf } from '../platform/paths.ts';
import type { ProjectRecord } from '../store/projects.ts';
import type { Store } from '../store/store.ts';
import { quoted } from '../text/quoted.ts';

/** Longer names are no project's, nor paths that anything here could know. */
const LONGEST_NAME = 4096;
/** A folder so far below a project's root is not looked for. */
const MOST_LEVELS = 64;
/** Of the projects that can be sent. */
const MOST_LISTED = 12;

export type PlaceDeps = {
  readonly store: Store;
  /** Paths count on this machine only. */
  readonly machine: string;
  readonly os?: Os;
};

/** See {@link AccessService.projectFor}. */
export async function projectFor(
  deps: PlaceDeps,
  { projects }: Pick<Principal, 'projects'>,
  named: string | null,
): Promise<ProjectId | null> {
  const bound = projects === null ? null : new Set(projects);
  if (named === null || named.trim() === '') return bound === null ? null : onlyOne(deps, bound);
  const found = await candidates(deps, named.trim());
  const seen = found.filter(({ ids }) => bound === null || ids.some((id) => bound.has(id)));
  const [project] = seen;
  if (project !== undefined && seen.length === 1) return project.id;
  // A project that exists and one that does not are refused alike: a token is no list of what else there is.
  throw seen.length === 0 ? unknown(named, await seenProjects(deps, bound)) : ambiguous(seen);
}

/** The known ones of several names; one that is unknown or ambiguous is left out. */
export async function knownProjects(
  deps: PlaceDeps,
  named: readonly string[],
): Promise<readonly ProjectId[]> {
  const found = new Set<ProjectId>();
  for (const name of named) {
    const [project, ...others] = await candidates(deps, name.trim());
    if (project !== undefined && others.length === 0) found.add(project.id);
  }
  return [...found];
}

async function onlyOne(deps: PlaceDeps, bound: ReadonlySet<ProjectId>): Promise<ProjectId | null> {
  const [top, ...others] = await seenProjects(deps, bound);
  return top !== undefined && others.length === 0 ? top.id : null;
}

/** What a token may see; a clone that it is bound to is the project that the clone was joined to. */
async function seenProjects(
  { store }: PlaceDeps,
  bound: ReadonlySet<ProjectId> | null,
): Promise<readonly ProjectRecord[]> {
  if (bound === null) return store.projects.list();
  const tops = new Map<ProjectId, ProjectRecord>();
  for (const id of bound) {
    const record = await store.projects.get(id);
    if (record !== null) tops.set(record.id, record);
  }
  return [...tops.values()];
}

async function candidates(deps: PlaceDeps, named: string): Promise<readonly ProjectRecord[]> {
  const { store, os = hostOs() } = deps;
  if (named === '' || named.length > LONGEST_NAME || named.includes('\0')) return [];
  if (isAbsolutePath(named, os)) return atPath(deps, named, os);
  const found = await store.projects.named(named.replace(/^p_(?=[0-9a-z]{6,26}$)/, ''));
  if (found.length > 0) return found;
  // A clone has a name and an id of its own, and counts as the project that it was joined to.
  const wanted = folded(named);
  const tops = new Map<ProjectId, ProjectRecord>();
  for (const { name, id } of [...(await store.projects.list()), ...(await store.projects.joined())]) {
    if (folded(name) !== wanted && id !== wanted) continue;
    const top = await store.projects.get(id);
    if (top !== null) tops.set(top.id, top);
  }
  return [...tops.values()];
}

/** SQLite folds no more than ASCII, and macOS writes an umlaut as two characters. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The project of a folder, or of the nearest one above it; by what is stored, without a look at the disk. */
async function atPath(
  { store, machine }: PlaceDeps,
  path: string,
  os: Os,
): Promise<readonly ProjectRecord[]> {
  const { dirname } = pathsOf(os);
  // Whole first: what stands above `/a/b/../c` is `/a`, and never `/a/b`.
  let folder = normalisePath(path, os);
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    const value = pathKey(folder, os);
    const found = await store.projects.withAlias({ machine, kind: 'path', value });
    if (found.length > 0) return found;
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return [];
}

function unknown(named: string, seen: readonly ProjectRecord[]): UserInputError {
  return new UserInputError({
    what: `There is no project ${quoted(named, 200)} here`,
    why: 'it is not known, or the token is not for it',
    next:
      seen.length === 0
        ? 'Send none: there is no project that the token is for'
        : `Send the name, the id or the absolute path of one that the token is for: ${listed(seen)}`,
  });
}

function ambiguous(found: readonly ProjectRecord[]): UserInputError {
  return new UserInputError({ what: `Several projects fit: ${listed(found)}`, next: 'Name one by its id' });
}

/** The newest first: with many, these are the likelier ones. */
function listed(projects: readonly ProjectRecord[]): string {
  const named = projects.slice(-MOST_LISTED).reverse();
  const more = projects.length - named.length;
  const words = named.map(({ name, id }) => `${quoted(name)} (${id.slice(0, 8)})`).join(', ');
  return more > 0 ? `${words} and ${more} more` : words;
}
