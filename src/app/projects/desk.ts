/** Projects as a person works with them: which there are, what each is known by, joining two, taking one out. */
import { UserInputError } from '../../model/errors.ts';
import type { ProjectId } from '../../model/ids.ts';
import {
  JOIN_REASONS,
  type JoinedProject,
  type ProjectAlias,
  type ProjectRecord,
} from '../../store/projects.ts';
import type { Store } from '../../store/store.ts';
import type { ProjectBook } from './book.ts';
import { takeProjectNews } from './news.ts';

export type ProjectView = {
  readonly id: ProjectId;
  readonly name: string;
  /** Folders on this machine or another, the oldest first. */
  readonly paths: readonly string[];
  readonly remotes: readonly string[];
  readonly rootCommit: string | null;
  readonly createdAt: number;
  readonly sessions: number;
  readonly messages: number;
  /** Projects that count as this one. */
  readonly joined: ReadonlyArray<{
    readonly id: ProjectId;
    readonly name: string;
    readonly reason: string;
    readonly at: number | null;
    readonly paths: readonly string[];
  }>;
};

type ProjectDeskDeps = { readonly store: Store; readonly book: ProjectBook };

/** The shortest beginning of an id that is taken for one. */
const SHORTEST_ID = 6;

export class ProjectDesk {
  readonly #deps: ProjectDeskDeps;

  constructor(deps: ProjectDeskDeps) {
    this.#deps = deps;
  }

  /** What has been joined and was not told yet; it is told once. */
  news(): Promise<readonly string[]> {
    return takeProjectNews(this.#deps.store);
  }

  /** In the order of their names. What git still has to say of a folder that was asked for is waited for. */
  async list(): Promise<readonly ProjectView[]> {
    await this.#deps.book.settled();
    const { store } = this.#deps;
    const joined = await store.projects.joined();
    const views: ProjectView[] = [];
    for (const record of await store.projects.list()) views.push(await this.#view(record, joined));
    return views.toSorted((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1));
  }

  /** @param text an id or its beginning, a name, or a folder */
  async show(text: string): Promise<ProjectView> {
    await this.#deps.book.settled();
    const { id } = await this.#found(text);
    const record = await this.#deps.store.projects.get(id);
    if (record === null) throw unknown(text);
    return this.#view(record, await this.#deps.store.projects.joined());
  }

  /** Counts `from` as `into`. */
  async join(from: string, into: string): Promise<ProjectView> {
    const { store } = this.#deps;
    const [source, target] = [await this.#found(from), await this.#found(into)];
    const [left, right] = [await store.projects.get(source.id), await store.projects.get(target.id)];
    if (left !== null && left.id === right?.id) {
      throw new UserInputError({ what: `${from} and ${into} count as one project already` });
    }
    await store.projects.join(source.id, target.id, JOIN_REASONS.person);
    return this.show(target.id);
  }

  /** Takes a joined project out; of a project that one other was joined to, that one. */
  async split(text: string): Promise<{ readonly taken: ProjectView; readonly from: ProjectView }> {
    const { store } = this.#deps;
    const found = await this.#found(text);
    const joined = await store.projects.joined();
    const own = joined.find(({ id }) => id === found.id);
    const members = joined.filter(({ into }) => into === found.id);
    const member = own ?? (members.length === 1 ? members[0] : undefined);
    if (member === undefined) {
      const names = members.map(({ id, name }) => `${name} (${id.slice(0, 8)})`).join(', ');
      throw new UserInputError(
        members.length === 0
          ? { what: `Nothing was joined to ${text}`, next: '`midturn project list` shows what was' }
          : { what: `Several were joined to ${text}: ${names}`, next: 'Name the one to take out' },
      );
    }
    await store.projects.split(member.id);
    return { taken: await this.show(member.id), from: await this.show(member.into) };
  }

  /** One project, or one that counts as another, by what a person calls it; a folder by its absolute path. */
  async #found(text: string): Promise<{ readonly id: ProjectId }> {
    const { store, book } = this.#deps;
    // A joined one first: its folder is also one of the project that it counts as.
    const all = [...(await store.projects.joined()), ...(await store.projects.list())];
    const wanted = text.trim().toLowerCase();
    const byId = all.filter(({ id }) => wanted.length >= SHORTEST_ID && id.startsWith(wanted));
    const byName = all.filter(({ name }) => name.toLowerCase() === wanted);
    const matches = byId.length > 0 ? byId : byName;
    const [match] = matches;
    if (match !== undefined && matches.length === 1) return match;
    if (matches.length > 1) {
      const ids = matches.map(({ id, name }) => `${name} ${id.slice(0, 8)}`).join(', ');
      throw new UserInputError({
        what: `Several projects are called ${text}: ${ids}`,
        next: 'Name one by its id',
      });
    }
    const here = all.find(({ aliases }) => pathsOf(aliases).includes(text));
    if (here !== undefined) return here;
    const id = /[\\/]/.test(text) ? await book.idOfKnown(text) : null;
    if (id === null) throw unknown(text);
    return { id };
  }

  async #view(record: ProjectRecord, joined: readonly JoinedProject[]): Promise<ProjectView> {
    const members = joined.filter(({ into }) => into === record.id);
    const lent = new Set(members.flatMap(({ aliases }) => pathsOf(aliases)));
    const { sessions, messages } = await this.#deps.store.messages.counts(record.ids);
    return {
      id: record.id,
      name: record.name,
      paths: pathsOf(record.aliases).filter((path) => !lent.has(path)),
      remotes: valuesOf(record.aliases, 'remote'),
      rootCommit: valuesOf(record.aliases, 'root-commit')[0] ?? null,
      createdAt: record.createdAt,
      sessions,
      messages,
      joined: members.map(({ id, name, reason, joinedAt, aliases }) => ({
        id,
        name,
        reason,
        at: joinedAt,
        paths: pathsOf(aliases),
      })),
    };
  }
}

function unknown(text: string): UserInputError {
  return new UserInputError({
    what: `There is no project ${text}`,
    next: '`midturn project list` shows which there are',
  });
}

function pathsOf(aliases: readonly ProjectAlias[]): readonly string[] {
  const paths = valuesOf(aliases, 'path');
  return paths.length > 0 ? paths : valuesOf(aliases, 'git-dir');
}

function valuesOf(aliases: readonly ProjectAlias[], wanted: ProjectAlias['kind']): readonly string[] {
  return [...new Set(aliases.filter(({ kind }) => kind === wanted).map(({ value }) => value))];
}
