/**
 * What stands behind the resources of the MCP server: memory's files, records, skills, receipts and sessions, as far
 * as the caller may see them. What is beyond their reach is answered as what does not exist.
 */
import { type ProjectionGroup, storeSource, viewGroup } from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { bareId, memoryId, type ProjectId, skillId } from '../model/ids.ts';
import type { Memory } from '../model/memory.ts';
import type { Skill } from '../model/skill.ts';
import type { Configuration } from '../project/configuration.ts';
import type { FullReceipt, Receipt } from '../store/receipts.ts';
import type { SessionRecord } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { storeWithin } from '../store/within.ts';

/** More skills than anybody keeps. */
const MANY = 10_000;
const RECEIPTS = 500;

type GroupView = Awaited<ReturnType<typeof viewGroup>>;
export type FileView = GroupView['injected'];

/** The files of the owner, and of the caller's project. */
export type Files = { readonly user: GroupView; readonly project: GroupView | null };

export type ShownMemory = {
  readonly memory: Memory;
  /** Newest first. */
  readonly versions: Awaited<ReturnType<Store['memories']['versions']>>;
};

/** Without the words of what waits for a person. */
export type ShownOperation = {
  readonly op: string;
  readonly outcome: string;
  /** `m_4f9k2c`, `k_4f9k2c`. */
  readonly record: string;
  readonly title: string | null;
};

export type ShownReceipt = { readonly receipt: Receipt; readonly operations: readonly ShownOperation[] };
export type { SessionRecord };

/** Waits for a person: nobody else is shown its words. */
export type Waiting = { readonly waiting: string };

type ShelfDeps = {
  readonly store: () => Promise<Store>;
  readonly config: () => Promise<Configuration>;
};

export async function openShelf(deps: ShelfDeps, caller: Caller): Promise<Shelf> {
  const { compile } = await deps.config();
  const budgets = { user: compile.user_characters, project: compile.project_characters };
  return new Shelf(await storeWithin(await deps.store(), caller), budgets, caller);
}

/** For one look: the files are put together once. */
export class Shelf {
  readonly caller: Caller;
  readonly #store: Store;
  readonly #budgets: { readonly user: number; readonly project: number };
  #files: Promise<Files> | undefined;

  constructor(store: Store, budgets: { readonly user: number; readonly project: number }, caller: Caller) {
    this.caller = caller;
    this.#store = store;
    this.#budgets = budgets;
  }

  get projects(): readonly ProjectId[] {
    return this.caller.project?.ids ?? [];
  }

  files(): Promise<Files> {
    this.#files ??= this.#view();
    return this.#files;
  }

  /** What is in force of the caller's project and of the owner, newest first; `before`: a row. */
  async memories(before: number | null, limit: number): Promise<readonly Memory[]> {
    const { memories } = await this.#store.memories.list({
      states: ['active'],
      projects: this.projects,
      limit,
      ...(before === null ? {} : { before }),
    });
    return memories;
  }

  /** Null for what is unknown, forgotten, or of a project beyond reach. */
  async memory(id: string): Promise<ShownMemory | Waiting | null> {
    const bare = bareId(id);
    const found = await this.#store.memories.find(bare);
    const memory = found.find((each) => each.id === bare || bareId(each.short) === bare);
    if (memory === undefined || memory.state === 'forgotten' || !this.#reaches(memory)) return null;
    if (memory.state === 'waiting') return { waiting: memory.short };
    const links = [];
    for (const link of memory.links) {
      const target = await this.#store.memories.get(link.id);
      if (target !== null && target.state !== 'waiting' && this.#reaches(target)) links.push(link);
    }
    const sources = [];
    for (const source of memory.sources) if (await this.#mayName(source)) sources.push(source);
    return {
      memory: { ...memory, links, sources },
      versions: await this.#store.memories.versions(memory.id),
    };
  }

  names(limit: number): ReturnType<Store['memories']['names']> {
    return this.#store.memories.names(this.projects, limit);
  }

  /** Those in use, in the order in which they were made. */
  skills(): Promise<readonly Skill[]> {
    return this.#store.skills.list({ states: ['active'], projects: this.projects, limit: MANY });
  }

  async skill(id: string): Promise<Skill | Waiting | null> {
    const bare = bareId(id);
    const all = await this.#store.skills.list({ states: ['draft', 'active'], limit: MANY });
    const skill = all.find((each) => each.id === bare || bareId(each.short) === bare);
    if (skill === undefined || !this.#reaches(skill)) return null;
    return skill.state === 'draft' ? { waiting: skill.short } : skill;
  }

  async receipt(id: string): Promise<ShownReceipt | null> {
    const bare = bareId(id);
    const found = (await this.#store.receipts.find(bare)).find(
      (each) => each.id === bare || bareId(each.short) === bare,
    );
    const receipt = found === undefined ? null : await this.#store.receipts.get(found.id);
    if (receipt === null || !this.#inReach(receipt.project)) return null;
    const operations = await this.#operations(receipt);
    const { operations: _, changes: __, items: ___, ...head } = receipt;
    // One that did nothing else than what is beyond reach is beyond reach itself.
    return operations.length === 0 && receipt.operations.length > 0 ? null : { receipt: head, operations };
  }

  /** The latest ones of the caller's project and of none, newest first. */
  async receipts(): Promise<readonly Receipt[]> {
    const latest = await this.#store.receipts.list({ limit: RECEIPTS });
    return latest.filter(({ project }) => project === null || this.projects.includes(project));
  }

  /** Of the caller's project, the latest first. */
  async sessions(limit: number): Promise<readonly SessionRecord[]> {
    return this.projects.length === 0 ? [] : this.#store.sessions.list({ projects: this.projects, limit });
  }

  /** By its id or its short form, exactly. */
  async session(id: string): Promise<SessionRecord | null> {
    const session = (await this.#store.sessions.find(id)).find((each) => each.short === id || each.id === id);
    return session !== undefined && this.#inReachOf(session.project) ? session : null;
  }

  /** Whether the session has such a message that may be shown. */
  async hasMessage(session: SessionRecord, number: number): Promise<boolean> {
    const message = await this.#store.messages.get(session.id, number);
    return message !== null && this.#inReachOf(message.project);
  }

  numbers(session: SessionRecord, digits: string, limit: number): ReturnType<Store['messages']['numbers']> {
    return this.#store.messages.numbers(session.id, digits, limit);
  }

  get changes(): Store['changes'] {
    return this.#store.changes;
  }

  async #view(): Promise<Files> {
    const { project } = this.caller;
    const deps = {
      source: storeSource(this.#store),
      projections: this.#store.projections,
      budgets: this.#budgets,
    };
    const own: ProjectionGroup = { scope: 'user', project: null };
    return {
      user: await viewGroup(deps, own),
      project:
        project === null
          ? null
          : await viewGroup(deps, { scope: 'project', project: { id: project.id, name: project.name } }),
    };
  }

  async #operations({ operations }: FullReceipt): Promise<readonly ShownOperation[]> {
    const shown: ShownOperation[] = [];
    for (const { op, outcome, record } of operations) {
      const stored =
        (await this.#store.memories.get(memoryId(record))) ?? (await this.#store.skills.get(skillId(record)));
      if (stored === null || !this.#reaches(stored)) continue;
      const isOpen = stored.state === 'active' || stored.state === 'superseded' || stored.state === 'expired';
      shown.push({ op, outcome, record: stored.short, title: isOpen ? stored.title : null });
    }
    return shown;
  }

  /** A source may lie in a session of another project. */
  async #mayName(source: string): Promise<boolean> {
    if ((this.caller.reach ?? null) === null) return true;
    const [, session] = /^([0-9a-z]{6,26})\/\d{1,9}$/.exec(source) ?? [];
    return session === undefined || (await this.session(session)) !== null;
  }

  #reaches({ scope, project }: Pick<Memory, 'scope' | 'project'>): boolean {
    return scope === 'user' || this.#inReachOf(project);
  }

  /** What belongs to no project belongs to the owner. */
  #inReach(project: ProjectId | null): boolean {
    return project === null || this.#inReachOf(project);
  }

  #inReachOf(project: ProjectId | null): boolean {
    const reach = this.caller.reach ?? null;
    return reach === null || (project !== null && reach.includes(project));
  }
}
