/**
 * What stands behind the resources of the MCP server: memory's files, records, skills, receipts and sessions, as far
 * as the caller may see them. What is beyond their reach is answered as what does not exist.
 */
import {
  type PlacedGroup,
  type ProjectionGroup,
  placeGroup,
  storeSource,
  viewFile,
} from '../compile/index.ts';
import type { Caller } from '../model/caller.ts';
import { bareId, memoryId, type ProjectId, skillId } from '../model/ids.ts';
import type { Memory } from '../model/memory.ts';
import type { Skill } from '../model/skill.ts';
import type { Configuration } from '../project/configuration.ts';
import type { ProjectRecord } from '../store/projects.ts';
import type { FullReceipt, Receipt } from '../store/receipts.ts';
import type { SessionRecord } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { storeWithin } from '../store/within.ts';
import { derivedTitle } from '../text/derived-title.ts';

/** More skills than anybody keeps. */
const MANY = 10_000;
const RECEIPTS = 200;
/** Sessions that tell which projects were worked on last. */
const LATEST = 500;

/** The files of the owner, and those of the caller's project. */
export type Owner = 'user' | 'project';

export type FileView = {
  readonly text: string;
  readonly entries: number;
  /** Entries that no person has said or approved. */
  readonly unapproved: number;
  /** Entries that were left out. */
  readonly left: number;
};

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
  readonly #placed = new Map<Owner, Promise<PlacedGroup | null>>();

  constructor(store: Store, budgets: { readonly user: number; readonly project: number }, caller: Caller) {
    this.caller = caller;
    this.#store = store;
    this.#budgets = budgets;
  }

  get projects(): readonly ProjectId[] {
    return this.caller.project?.ids ?? [];
  }

  /** What stands behind another project, by its name or the beginning of its id; null where that is not just one. */
  async ofProject(named: string): Promise<Shelf | null> {
    const [project, ...others] = await this.#store.projects.named(named);
    if (project === undefined || others.length > 0) return null;
    const { id, ids, name } = project;
    const place = { id, ids, name, root: null, cwd: '', branch: null, commit: null };
    return new Shelf(this.#store, this.#budgets, { ...this.caller, project: place });
  }

  /** The one that was worked on last first. */
  async allProjects(): Promise<readonly ProjectRecord[]> {
    const [known, latest] = await Promise.all([
      this.#store.projects.list(),
      this.#store.sessions.list({ projects: null, limit: LATEST }),
    ]);
    const placeOf = ({ ids }: ProjectRecord): number => {
      const place = latest.findIndex(({ project }) => project !== null && ids.includes(project));
      return place === -1 ? LATEST : place;
    };
    return known.toSorted((a, b) => placeOf(a) - placeOf(b) || b.createdAt - a.createdAt);
  }

  /** Which records stand in which file, best first; null where there is no project. Read once. */
  placed(owner: Owner): Promise<PlacedGroup | null> {
    const known = this.#placed.get(owner);
    if (known !== undefined) return known;
    const { project } = this.caller;
    const group: ProjectionGroup | null =
      owner === 'user'
        ? { scope: 'user', project: null }
        : project === null
          ? null
          : { scope: 'project', project: { id: project.id, name: project.name } };
    const placing = group === null ? Promise.resolve(null) : placeGroup(this.#viewing, group);
    this.#placed.set(owner, placing);
    return placing;
  }

  /** A file as it would be rendered now, `most` bytes of it; null where there is no project. */
  async file(owner: Owner, which: 'injected' | 'onDemand', most: number): Promise<FileView | null> {
    const placed = await this.placed(owner);
    if (placed === null) return null;
    const entries = placed[which];
    return {
      ...(await viewFile(this.#viewing, placed, which, most)),
      entries: entries.length,
      unapproved: entries.filter(({ origin, approved }) => origin !== 'user' && !approved).length,
    };
  }

  /** What is in force of the caller's project and of the owner, newest first; `before`: a row. */
  memories(before: number | null, limit: number): Promise<readonly Memory[]> {
    return this.#store.memories.page(this.projects, before, limit);
  }

  /** Null for what is unknown, forgotten, or of a project beyond reach. */
  async memory(id: string): Promise<ShownMemory | Waiting | null> {
    const bare = bareId(id);
    const found = await this.#store.memories.find(bare);
    const memory = found.find((each) => each.id === bare || bareId(each.short) === bare);
    if (memory === undefined || memory.state === 'forgotten') return null;
    if (memory.state === 'waiting') return { waiting: memory.short };
    return this.shown(memory);
  }

  async shown(memory: Memory): Promise<ShownMemory> {
    return {
      memory: { ...memory, links: memory.links.filter(({ state }) => state !== 'waiting') },
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
    if (skill === undefined) return null;
    return skill.state === 'draft' ? { waiting: skill.short } : skill;
  }

  async receipt(id: string): Promise<ShownReceipt | null> {
    const bare = bareId(id);
    const found = (await this.#store.receipts.find(bare)).find(
      (each) => each.id === bare || bareId(each.short) === bare,
    );
    const receipt = found === undefined ? null : await this.#store.receipts.get(found.id);
    if (receipt === null) return null;
    const operations = await this.#operations(receipt);
    const { operations: _, changes: __, items: ___, ...head } = receipt;
    return { receipt: head, operations };
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

  /** The same, called by what was asked first in them where they have no title. */
  async titled(sessions: readonly SessionRecord[]): Promise<readonly SessionRecord[]> {
    const titled: SessionRecord[] = [];
    for (const session of sessions) {
      const opening = session.title === null ? await this.#store.sessions.opening(session.id) : null;
      titled.push(opening === null ? session : { ...session, title: derivedTitle(opening) });
    }
    return titled;
  }

  /** By its id or its short form, exactly. */
  async session(id: string): Promise<SessionRecord | null> {
    return (await this.#store.sessions.find(id)).find((each) => each.short === id || each.id === id) ?? null;
  }

  /** Whether the session has such a message that may be shown. */
  async hasMessage(session: SessionRecord, number: number): Promise<boolean> {
    return (await this.#store.messages.get(session.id, number)) !== null;
  }

  numbers(session: SessionRecord, digits: string, limit: number): ReturnType<Store['messages']['numbers']> {
    return this.#store.messages.numbers(session.id, digits, limit);
  }

  get changes(): Store['changes'] {
    return this.#store.changes;
  }

  get #viewing() {
    const { projections } = this.#store;
    return { source: storeSource(this.#store), projections, budgets: this.#budgets };
  }

  async #operations({ operations }: FullReceipt): Promise<readonly ShownOperation[]> {
    const shown: ShownOperation[] = [];
    for (const { op, outcome, record } of operations) {
      const stored =
        (await this.#store.memories.get(memoryId(record))) ?? (await this.#store.skills.get(skillId(record)));
      if (stored === null) continue;
      const isOpen = stored.state === 'active' || stored.state === 'superseded' || stored.state === 'expired';
      shown.push({ op, outcome, record: stored.short, title: isOpen ? stored.title : null });
    }
    return shown;
  }
}
