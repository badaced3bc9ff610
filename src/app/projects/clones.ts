/**
 * Clones of one repository count as one project: those whose `origin` is the same address and whose history begins
 * with the same commit, both known. A fork shares the commit and not the address, and stays a project of its own.
 */
import type { Clock } from '../../model/time.ts';
import type { Disk } from '../../platform/disk.ts';
import { type Alias, claimOf, factAliases } from '../../project/aliases.ts';
import { askGit, type GitFacts } from '../../project/git-facts.ts';
import { type GitLocation, locateWithin } from '../../project/locate.ts';
import { JOIN_REASONS, type ProjectRecord } from '../../store/projects.ts';
import type { Store } from '../../store/store.ts';
import { addProjectNews } from './news.ts';

/** For a folder of another clone, off the path of every answer. */
const LOCATE_MS = 1500;

type CloneDeps = {
  readonly store: Store;
  readonly machine: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly disk: Disk;
  readonly now: Clock;
};

export class CloneWatch {
  readonly #deps: CloneDeps;

  constructor(deps: CloneDeps) {
    this.#deps = deps;
  }

  /** Learns from git what is not known of a project yet, and joins it with its clones. Answers whether it did. */
  async learn(location: GitLocation, record: ProjectRecord): Promise<boolean> {
    const { store, machine } = this.#deps;
    let facts: GitFacts | null = null;
    let known = record.aliases;
    if (!known.some(({ kind }) => kind === 'root-commit')) {
      facts = await askGit(location, { env: this.#deps.env });
      if (facts === null) return false;
      const claim = claimOf(location, machine);
      known = (
        await store.projects.claim({ ...claim, extra: [...claim.extra, ...factAliases(facts, machine)] })
      ).aliases;
    }
    const root = known.find(({ kind }) => kind === 'root-commit');
    if (root === undefined) return false;
    let joined = false;
    for (const other of await store.projects.withAlias(root)) {
      if (other.id === record.id || !sameRemotes(other.aliases, known)) continue;
      if (await store.projects.areSplit(record.id, other.id)) continue;
      if (await this.#isGone(other)) {
        joined = (await store.projects.joinUnlessSplit(record.id, other.id, JOIN_REASONS.moved)) || joined;
        continue;
      }
      facts ??= await askGit(location, { env: this.#deps.env });
      if (facts === null || !(await this.#isClone(facts, other))) continue;
      joined = (await this.#join(record, other)) || joined;
    }
    return joined;
  }

  /** The project that an unknown folder would be joined with as a clone of it, or null. Nothing is recorded. */
  async original(location: GitLocation): Promise<ProjectRecord | null> {
    const { store, machine, env } = this.#deps;
    const facts = await askGit(location, { env });
    const ours = facts === null ? [] : factAliases(facts, machine);
    const root = ours.find(({ kind }) => kind === 'root-commit');
    if (facts === null || root === undefined) return null;
    for (const other of await store.projects.withAlias(root))
      if (sameRemotes(other.aliases, ours) && (await this.#isClone(facts, other))) return other;
    return null;
  }

  /** The one that has been there longer keeps its id. */
  async #join(record: ProjectRecord, other: ProjectRecord): Promise<boolean> {
    const { store, now } = this.#deps;
    const isOlder =
      other.createdAt < record.createdAt || (other.createdAt === record.createdAt && other.id < record.id);
    const [from, into] = isOlder ? [record, other] : [other, record];
    if (!(await store.projects.joinUnlessSplit(from.id, into.id, JOIN_REASONS.clone))) return false;
    const words = `${named(from)} is a clone of ${named(into)}: its memory counts there from now on. \`midturn project split ${from.id.slice(0, 8)}\` takes them apart.`;
    await addProjectNews(store, now(), words);
    return true;
  }

  /** A folder of the other is asked as well: what is stored of it may be of an upstream, which forks have too. */
  async #isClone({ remotes: [origin], rootCommit }: GitFacts, other: ProjectRecord): Promise<boolean> {
    if (origin === undefined || rootCommit === null) return false;
    for (const { kind, machine, value } of other.aliases) {
      if (kind !== 'path' || machine !== this.#deps.machine) continue;
      const location = await locateWithin(value, LOCATE_MS, { disk: this.#deps.disk });
      if (location.kind !== 'git' || !isOf(location, other, this.#deps.machine)) continue;
      const theirs = await askGit(location, { env: this.#deps.env });
      if (theirs !== null) return theirs.remotes[0] === origin && theirs.rootCommit === rootCommit;
    }
    return false;
  }

  /** No folder of the project is left on this machine: it has moved here. */
  async #isGone(project: ProjectRecord): Promise<boolean> {
    const places = project.aliases.filter(
      ({ kind, machine }) => kind === 'git-dir' && machine === this.#deps.machine,
    );
    for (const { value } of places) {
      const found = await this.#deps.disk.stat(value).catch(() => null);
      if (found !== null) return false;
    }
    return places.length > 0;
  }
}

/** The folder may hold another repository by now. */
function isOf(location: GitLocation, project: ProjectRecord, machine: string): boolean {
  const place = claimOf(location, machine).identity.find(({ kind }) => kind === 'git-dir');
  return project.aliases.some((own) => own.kind === 'git-dir' && own.value === place?.value);
}

function sameRemotes(theirs: readonly Alias[], ours: readonly Alias[]): boolean {
  const [left, right] = [remotesIn(theirs), remotesIn(ours)];
  return left.length === 0 && right.length === 0 ? true : right.some((value) => left.includes(value));
}

function remotesIn(aliases: readonly Alias[]): readonly string[] {
  return aliases.filter(({ kind }) => kind === 'remote').map(({ value }) => value);
}

function named({ name, id, aliases }: ProjectRecord): string {
  const path = aliases.find(({ kind }) => kind === 'path')?.value;
  return path === undefined ? `${name} (${id.slice(0, 8)})` : `${name} (${path})`;
}
