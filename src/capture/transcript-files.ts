/**
 * Which transcripts are looked at for a caller: those of its project's folders that were written lately, its own
 * session wherever it lies, or those of every project. Listing costs a few `readdir`s, and is not repeated at once.
 */
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { SessionId } from '../model/ids.ts';
import type { Clock } from '../model/time.ts';
import type { Adapter } from './adapter.ts';
import { projectFolders } from './claude-folders.ts';
import type { ClientFolder } from './discover.ts';

/** Which transcripts belong to a caller. */
export type TailCaller = {
  readonly client: string | null;
  /** The client's own id of the session. */
  readonly external: string | null;
  readonly session: SessionId | null;
  /** The client's own id of the turn, where it sends one. */
  readonly turnKey: string | null;
  /** The directories it works in: its cwd and the root of its checkout. */
  readonly directories: readonly string[];
  /** The root of its checkout, or null: sessions in folders below it and in worktrees beside it belong to it too. */
  readonly root: string | null;
  readonly callId: string | null;
};

/** `size` and `modified` are those of the last reading; a size of -1 = not read yet. */
export type Watched = {
  readonly adapter: Adapter;
  readonly relative: string;
  size: number;
  modified: number;
};

/** A transcript that somebody names: `relative` = its path below the client's home, with `/`. */
export type NamedTranscript = {
  readonly path: string;
  readonly adapter: Adapter;
  readonly relative: string;
};

type TranscriptPlaces = {
  readonly codex: ClientFolder | null;
  readonly claude: ClientFolder | null;
  readonly now: Clock;
};

const LIST_EVERY_MS = 2000;
const MOST_LISTED = 500;
/** A transcript that nobody has written to for this long belongs to `midturn import`. */
export const RECENT_MS = 24 * 3_600_000;
/** Where a session lies that is in none of its project's folders is looked up this often. */
const FIND_OWN_EVERY_MS = 2000;
const SESSION_ID = /^[0-9a-f-]{36}$/;

export class TranscriptFiles {
  /** By path. */
  readonly watched = new Map<string, Watched>();
  readonly #places: TranscriptPlaces;
  /** When a list was made, by what it is of: the callers of many projects take turns at one server. */
  readonly #listed = new Map<string, number>();
  #ownSoughtAt = Number.NEGATIVE_INFINITY;
  #ownSoughtFor: string | null = null;

  constructor(places: TranscriptPlaces) {
    this.#places = places;
  }

  /** The next list is made anew, however young the last one is. */
  forget(): void {
    this.#listed.clear();
  }

  /** Lists the folders again that were not listed lately. */
  async list(caller: TailCaller): Promise<void> {
    const { codex, claude } = this.#places;
    const { directories, root, external } = caller;
    if (claude !== null && this.#isDue(JSON.stringify(['claude', directories, root, external])))
      await this.#listClaude(claude, caller);
    // The folders of the days are those of every project.
    const session = caller.client === 'codex' ? external : null;
    if (codex !== null && this.#isDue(JSON.stringify(['codex', session])))
      await this.#listCodex(codex, caller);
  }

  #isDue(key: string): boolean {
    const now = performance.now();
    if (now - (this.#listed.get(key) ?? Number.NEGATIVE_INFINITY) < LIST_EVERY_MS) return false;
    if (this.#listed.size >= MOST_LISTED) this.#listed.clear();
    this.#listed.set(key, now);
    return true;
  }

  async #listClaude({ root, adapter }: ClientFolder, caller: TailCaller): Promise<void> {
    const projects = join(root, 'projects');
    const names = await namesIn(projects);
    for (const name of await projectFolders(projects, names, caller)) {
      const folder = join(projects, name);
      for (const file of await namesIn(folder)) {
        if (file.endsWith('.jsonl')) await this.#watch(join(folder, file), root, adapter);
        else if (SESSION_ID.test(file)) await this.#watchAgents(join(folder, file), root, adapter);
      }
    }
    await this.#watchOwn(projects, names, { root, adapter }, caller);
  }

  /** The caller's own session, in whatever folder it lies: a session may go on in another directory. */
  async #watchOwn(
    projects: string,
    names: readonly string[],
    { root, adapter }: ClientFolder,
    { client, external }: TailCaller,
  ): Promise<void> {
    if (client !== adapter.client || external === null || !SESSION_ID.test(external)) return;
    const file = `${sep}${external}.jsonl`;
    for (const path of this.watched.keys()) if (path.endsWith(file)) return;
    const now = performance.now();
    if (external === this.#ownSoughtFor && now - this.#ownSoughtAt < FIND_OWN_EVERY_MS) return;
    this.#ownSoughtFor = external;
    this.#ownSoughtAt = now;
    for (const name of names) {
      const folder = join(projects, name);
      await this.#watch(join(folder, `${external}.jsonl`), root, adapter);
      await this.#watchAgents(join(folder, external), root, adapter);
    }
  }

  async #watchAgents(folder: string, root: string, adapter: Adapter, since?: number): Promise<void> {
    const agents = join(folder, 'subagents');
    for (const agent of await namesIn(agents)) await this.#watch(join(agents, agent), root, adapter, since);
  }

  /** Rollouts lie in a folder a day, local time; a resumed one in that of its first day, which its id (UUID v7) tells. */
  async #listCodex({ root, adapter }: ClientFolder, caller: TailCaller): Promise<void> {
    const now = this.#places.now();
    const times = [now, now - 86_400_000];
    const started = caller.client === 'codex' && caller.external !== null ? uuidTime(caller.external) : null;
    if (started !== null) times.push(started, started - 86_400_000, started + 86_400_000);
    for (const day of new Set(times.map(localDay))) {
      const folder = join(root, 'sessions', ...day.split('-'));
      for (const name of await namesIn(folder)) await this.#watch(join(folder, name), root, adapter);
    }
  }

  async #watch(
    path: string,
    root: string,
    adapter: Adapter,
    since: number = this.#places.now() - RECENT_MS,
  ): Promise<void> {
    if (this.watched.has(path)) return;
    const relative = path
      .slice(root.length + 1)
      .split(sep)
      .join('/');
    if (!adapter.isTranscript(relative)) return;
    const found = await stat(path).catch(() => null);
    if (found === null || found.mtimeMs < since) return;
    this.watched.set(path, { adapter, relative, size: -1, modified: Math.round(found.mtimeMs) });
  }

  /** What was written since then, of every project. */
  async listEvery(since: number, now: number): Promise<void> {
    const { codex, claude } = this.#places;
    const projects = claude === null ? '' : join(claude.root, 'projects');
    for (const name of claude === null ? [] : await namesIn(projects)) {
      if (claude === null) break;
      const { root, adapter } = claude;
      const folder = join(projects, name);
      for (const file of await namesIn(folder)) {
        if (file.endsWith('.jsonl')) await this.#watch(join(folder, file), root, adapter, since);
        else if (SESSION_ID.test(file)) await this.#watchAgents(join(folder, file), root, adapter, since);
      }
    }
    if (codex === null) return;
    const days = new Set<string>();
    for (let at = now; at >= since - 2 * RECENT_MS; at -= RECENT_MS / 2) days.add(localDay(at));
    for (const day of days) {
      const folder = join(codex.root, 'sessions', ...day.split('-'));
      for (const name of await namesIn(folder))
        await this.#watch(join(folder, name), codex.root, codex.adapter, since);
    }
  }
}

/** Folders below a client's home in which its transcripts lie. */
const BELOW_HOME = /^(?:projects|sessions|archived_sessions)$/;

/**
 * A transcript by its path, whatever home its client uses: what stands before the client's own folder is the home.
 * Null for a path that no transcript of this client can have.
 */
export function namedTranscript(path: string, adapter: Adapter): NamedTranscript | null {
  const parts = path.split(/[\\/]/);
  for (let at = parts.length - 2; at > 0; at -= 1) {
    if (!BELOW_HOME.test(parts[at] ?? '')) continue;
    const relative = parts.slice(at).join('/');
    if (adapter.isTranscript(relative)) return { path, adapter, relative };
  }
  return null;
}

const SESSION_IN_NAME = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl(?:\.zst)?$/i;

/** The client's own id of the session that a transcript's file name tells, or null. */
export function sessionInName(path: string): string | null {
  return SESSION_IN_NAME.exec(path)?.[1]?.toLowerCase() ?? null;
}

/** Epoch milliseconds in a UUID v7, or null. */
export function uuidTime(id: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id);
  return match === null ? null : Number.parseInt(`${match[1]}${match[2]}`, 16);
}

function localDay(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A folder that is not there holds nothing: the client may not have run yet. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
