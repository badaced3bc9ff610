/** Which project a directory belongs to: located on disk, known or recorded in the store, asked for once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallerProject } from '../../model/caller.ts';
import type { ProjectId } from '../../model/ids.ts';
import type { Clock } from '../../model/time.ts';
import { type Disk, fileIdentity, nodeDisk } from '../../platform/disk.ts';
import { hostOs, relativeInside } from '../../platform/paths.ts';
import {
  type Claim,
  claimOf,
  factAliases,
  inodeAlias,
  inodeValue,
  placeAlias,
} from '../../project/aliases.ts';
import { askGit, type GitFacts } from '../../project/git-facts.ts';
import { readHead } from '../../project/head.ts';
import { type GitLocation, type Location, locateWithin } from '../../project/locate.ts';
import type { ProjectRecord } from '../../store/projects.ts';
import type { Store } from '../../store/store.ts';
import { CloneWatch } from './clones.ts';
import { type Look, nothingYet, rootOf, within } from './look.ts';

/** A disk that has not answered by then is not waited for; nothing is concluded from its silence. */
const LOCATE_MS = 1500;
/** For each question to git, while a call waits: rare, and the answer decides whose memory it sees. */
const REPLACED_MS = 3000;
/** So long the first answer in a new folder waits until it is known whether that is a clone. */
const CLONE_MS = 150;
const REMEMBERED = 2000;
/** Calls of one burst share a look at the disk; a branch that was switched is seen by the next one. */
const FRESH_MS = 1000;

export type ProjectBookDeps = {
  readonly store: Store;
  readonly machine: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly disk?: Disk;
  readonly now: Clock;
  /** False: git is asked only where the answer depends on it. What else it knows is for those who stay. Default true. */
  readonly learns?: boolean;
  /** What went wrong off the path, to be counted. */
  readonly onError: (error: unknown) => void;
};

export class ProjectBook {
  readonly #deps: ProjectBookDeps;
  readonly #known = new Map<string, Promise<ProjectRecord | null>>();
  readonly #callers = new Map<string, Look>();
  readonly #asked = new Set<string>();
  readonly #facts = new Map<string, Promise<GitFacts | null>>();
  readonly #learning = new Set<Promise<boolean>>();
  readonly #clones: CloneWatch;

  constructor(deps: ProjectBookDeps) {
    this.#deps = deps;
    this.#clones = new CloneWatch({ ...deps, disk: deps.disk ?? nodeDisk });
  }

  /** The project of a directory; null while its disk does not answer and nothing is known of it. */
  async idOf(cwd: string): Promise<ProjectId | null> {
    return (await this.#record(cwd))?.id ?? null;
  }

  /** The same for a word that a person wrote: a folder that is not there, and never was, makes no project. */
  async idOfKnown(cwd: string): Promise<ProjectId | null> {
    const location = await this.#locate(cwd);
    if (location.kind !== 'missing') return this.idOf(cwd);
    return (await this.#recordOfMissing(claimOf(location, this.#deps.machine)))?.id ?? null;
  }

  /**
   * The caller's project as it stands now: with its checkout, branch and commit. One that the store does not know yet
   * has to be recorded, which another process's lock may delay: that is waited for `patienceMs` at most, then the
   * answer is a project that holds nothing yet.
   */
  async callerProject(
    cwd: string,
    patienceMs = Number.POSITIVE_INFINITY,
    /** False: a folder that is not known is looked up only, and is a project that holds nothing. */
    records = true,
  ): Promise<CallerProject | null> {
    if (!records) {
      const location = await this.#locate(cwd);
      const record = await this.#recordKnown(location);
      return record === null ? nothingYet(cwd) : this.#told(cwd, location, record);
    }
    const { project, unknown } = this.#look(cwd);
    return patienceMs === Number.POSITIVE_INFINITY ? project : within(patienceMs, project, unknown, cwd);
  }

  #look(cwd: string): Look {
    const known = this.#callers.get(cwd);
    if (known !== undefined && performance.now() - known.at < FRESH_MS) return known;
    let tell = (): void => undefined;
    const unknown = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const look = { at: performance.now(), project: this.#describe(cwd, tell), unknown };
    if (this.#callers.size >= REMEMBERED) this.#callers.clear();
    this.#callers.set(cwd, look);
    look.project.catch(() => this.#callers.delete(cwd));
    return look;
  }

  async #describe(cwd: string, onUnknown: () => void): Promise<CallerProject | null> {
    const location = await this.#locate(cwd);
    const record = await this.#recordAt(location, onUnknown, true);
    return record === null ? null : this.#told(cwd, location, record);
  }

  async #told(cwd: string, location: Location, record: ProjectRecord): Promise<CallerProject> {
    const root = rootOf(location);
    const head = location.kind === 'git' ? await readHead(location) : { branch: null, commit: null };
    return {
      id: record.id,
      ids: record.ids,
      name: record.name,
      root,
      cwd: root === null ? '' : (relativeInside(cwd, root, hostOs()) ?? '').replaceAll('\\', '/'),
      branch: head.branch,
      commit: head.commit,
    };
  }

  #record(cwd: string): Promise<ProjectRecord | null> {
    const known = this.#known.get(cwd);
    if (known !== undefined) return known;
    const found = this.#locate(cwd).then((location) => this.#recordAt(location));
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(cwd, found);
    // What could not be told now may be told later.
    found.then(
      (record) => record === null && this.#known.delete(cwd),
      () => this.#known.delete(cwd),
    );
    return found;
  }

  #locate(cwd: string): Promise<Location> {
    return locateWithin(cwd, LOCATE_MS, { disk: this.#deps.disk ?? nodeDisk });
  }

  /** What is known of it, or of the repository that it is a clone of; nothing is recorded. */
  async #recordKnown(location: Location): Promise<ProjectRecord | null> {
    const claim = claimOf(location, this.#deps.machine);
    const known = await this.#recordOfMissing(claim);
    if (known !== null || location.kind !== 'git') return known;
    return Promise.race([this.#clones.original(location), sleep(CLONE_MS, null, { ref: false })]);
  }

  /**
   * @param onUnknown called when the store does not know it, before it is recorded
   * @param asks somebody waits for what is remembered there
   */
  async #recordAt(
    location: Location,
    onUnknown: () => void = () => undefined,
    asks = false,
  ): Promise<ProjectRecord | null> {
    const { store } = this.#deps;
    const claim = claimOf(location, this.#deps.machine);
    const known = await store.projects.find(claim.identity);
    if (known === null) onUnknown();
    if (location.kind === 'unreachable') return known;
    if (location.kind === 'missing')
      return known ?? (await this.#recordOfMissing(claim)) ?? store.projects.claim(claim);
    if (known !== null && isReplaced(known, claim)) return this.#replacedAt(location, claim, known);
    const record = await this.#claimed(claim, known);
    if (location.kind !== 'git') return record;
    const isFirst = known === null && asks;
    if (this.#deps.learns === false && !isFirst) return record;
    const learning = this.#askLater(location, record);
    if (!isFirst || learning === null) return record;
    // The first look at a new folder: what it is a clone of decides what its first answer is.
    const joined = await Promise.race([learning, sleep(CLONE_MS, false, { ref: false })]);
    return joined ? ((await store.projects.find(claim.identity)) ?? record) : record;
  }

  /** A deleted work tree or folder is known by the path it had. */
  async #recordOfMissing(claim: Claim): Promise<ProjectRecord | null> {
    const { projects } = this.#deps.store;
    const known = await projects.find(claim.identity);
    if (known !== null) return known;
    for (const alias of claim.identity) {
      const [lent] = await projects.withAlias(alias);
      if (lent !== undefined) return lent;
    }
    return null;
  }

  /** Records what is new about a project: of one that is known already, off the path. */
  async #claimed(claim: Claim, known: ProjectRecord | null): Promise<ProjectRecord> {
    const { store, onError } = this.#deps;
    if (known === null) return store.projects.claim(claim);
    if (![...claim.identity, ...claim.extra].every((alias) => holds(known, alias))) {
      store.projects.claim(claim).catch(onError);
    }
    return known;
  }

  /**
   * Another folder stands where the project's stood: cloned once more, or a new project while the old one has moved.
   * Root commits tell; without them it has moved when its own folder is found elsewhere. Else nothing is concluded:
   * it counts as the same, and the new folder is not recorded as the project's.
   */
  async #replacedAt(location: Location, claim: Claim, known: ProjectRecord): Promise<ProjectRecord> {
    const { store } = this.#deps;
    const facts = location.kind === 'git' ? await this.#ask(location) : null;
    const root = facts?.rootCommit ?? null;
    const roots = known.aliases.filter(({ kind }) => kind === 'root-commit').map(({ value }) => value);
    const extra = facts === null ? claim.extra : [...claim.extra, ...factAliases(facts, this.#deps.machine)];
    if (root !== null && roots.includes(root)) return store.projects.claim({ ...claim, extra });
    const differs = root !== null && roots.length > 0;
    if (differs || (await this.#isElsewhere(known, claim))) {
      this.#known.clear();
      const places = claim.identity.filter(({ kind }) => kind === 'git-dir' || kind === 'path');
      return store.projects.replaceAt(known.id, places, { ...claim, extra });
    }
    const inode = inodeAlias(claim);
    return this.#claimed({ ...claim, identity: claim.identity.filter((alias) => alias !== inode) }, known);
  }

  /** Asked once of each folder: what git says of it now. */
  #ask(location: GitLocation): Promise<GitFacts | null> {
    const key = `${location.commonDir}\0${location.inode?.ino ?? ''}\0${location.inode?.birthtimeMs ?? ''}`;
    const asked = this.#facts.get(key);
    if (asked !== undefined) return asked;
    const facts = askGit(location, { env: this.#deps.env, timeoutMs: REPLACED_MS });
    if (this.#facts.size >= REMEMBERED) this.#facts.clear();
    this.#facts.set(key, facts);
    // A repository without a commit, or a git that did not answer, is asked again.
    facts.then(
      (found) => (found?.rootCommit ?? null) === null && this.#facts.delete(key),
      () => this.#facts.delete(key),
    );
    return facts;
  }

  /** A folder that the project is known by is found at another place of it. */
  async #isElsewhere(project: ProjectRecord, claim: Claim): Promise<boolean> {
    const disk = this.#deps.disk ?? nodeDisk;
    const mine = project.aliases.filter(({ machine }) => machine === this.#deps.machine);
    const inodes = new Set(mine.filter(({ kind }) => kind === 'inode').map(({ value }) => value));
    for (const alias of mine) {
      if (
        (alias.kind !== 'git-dir' && alias.kind !== 'path') ||
        claim.identity.some((own) => same(own, alias))
      )
        continue;
      const found = await disk.stat(alias.value).catch(() => null);
      const value = found === null ? null : inodeValue(fileIdentity(found));
      if (value !== null && inodes.has(value)) return true;
    }
    return false;
  }

  /** What git says is learned off the path, once a process and project, and clones are joined by it: whether one was. */
  #askLater(location: GitLocation, record: ProjectRecord): Promise<boolean> | null {
    if (this.#asked.has(location.commonDir)) return null;
    this.#asked.add(location.commonDir);
    const learning = this.#clones.learn(location, record).then(
      (joined) => {
        if (!joined) return false;
        this.#known.clear();
        this.#callers.clear();
        return true;
      },
      (error: unknown) => {
        this.#deps.onError(error);
        return false;
      },
    );
    this.#learning.add(learning);
    void learning.then(() => this.#learning.delete(learning));
    return learning;
  }

  /** Ends when everything is learned that was asked for until now. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#learning]);
  }
}

type Alias = { readonly machine: string | null; readonly kind: string; readonly value: string };

/** The project is known by this place, and by another folder than the one that stands there now. */
function isReplaced(known: ProjectRecord, claim: Claim): boolean {
  const place = placeAlias(claim);
  const inode = inodeAlias(claim);
  if (place === null || inode === null || !holds(known, place) || holds(known, inode)) return false;
  return known.aliases.some(({ kind, machine }) => kind === 'inode' && machine === inode.machine);
}

function holds(record: ProjectRecord, alias: Alias): boolean {
  return record.aliases.some((own) => same(own, alias));
}

function same(a: Alias, b: Alias): boolean {
  return a.kind === b.kind && a.value === b.value && a.machine === b.machine;
}
