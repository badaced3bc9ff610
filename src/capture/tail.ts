/**
 * Keeps up with transcripts that clients are writing now: looks whether files of the caller's project have grown and
 * takes their tails, and waits until a call of the running session is seen. Looking costs a few `stat`s when nothing
 * has changed; reading may go on after the caller has stopped waiting.
 */
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../model/errors.ts';
import type { SessionId } from '../model/ids.ts';
import type { CapturedCall } from '../store/capture.ts';
import type { Adapter } from './adapter.ts';
import { projectFolders } from './claude-folders.ts';
import type { ClientFolder } from './discover.ts';
import { type FileReport, type IngestDeps, ingestFile } from './ingest.ts';

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

export type TailDeps = IngestDeps & {
  readonly codex: ClientFolder | null;
  readonly claude: ClientFolder | null;
  /** Capture rests (`midturn pause`). */
  readonly paused: () => Promise<boolean>;
  /** Told after new messages have come in. */
  readonly onCaptured: () => Promise<void>;
};

type Watched = { readonly adapter: Adapter; readonly relative: string; size: number; modified: number };

/** Files written within this time are looked at on every call; older ones only when the folder is listed anew. */
const ACTIVE_MS = 20 * 60_000;
const LIST_EVERY_MS = 2000;
/** A transcript that nobody has written to for this long belongs to `midturn import`. */
const RECENT_MS = 24 * 3_600_000;
/** Between two looks for a call: Claude Code writes it 10-60 ms after the call has arrived. */
const LOOK_AGAIN_MS = 8;
/** Where a session lies that is in none of its project's folders is looked up this often. */
const FIND_OWN_EVERY_MS = 2000;
/** Whoever must know everything looks back this far at most, and so often at a file that is being written. */
const LONGEST_MS = 30 * RECENT_MS;
const LOOKS = 4;
const SESSION_ID = /^[0-9a-f-]{36}$/;

export class Tail {
  readonly #deps: TailDeps;
  readonly #watched = new Map<string, Watched>();
  readonly #reading = new Map<string, Promise<void>>();
  #listedAt = Number.NEGATIVE_INFINITY;
  #listedFor = '';
  #ownSoughtAt = Number.NEGATIVE_INFINITY;
  #ownSoughtFor: string | null = null;

  constructor(deps: TailDeps) {
    this.#deps = deps;
  }

  /** Takes what has grown, for at most `ms`; what is left goes on by itself. Never throws: failures are counted. */
  async refresh(caller: TailCaller, ms: number): Promise<void> {
    await within(ms, this.#takeGrown(caller));
  }

  /**
   * Takes everything that clients have written until now since a time (epoch ms; null = of the last day), in whatever
   * project; false when it could not be taken within `ms`, or capture rests.
   */
  async catchUp(caller: TailCaller, since: number | null, ms: number): Promise<boolean> {
    let done = false;
    const taking = this.#takeAll(caller, since).then((all) => {
      done = all;
    });
    await within(ms, taking);
    return done;
  }

  /** The caller's own call in its transcript, or null when it was not seen within `ms`. */
  async awaitCall(caller: TailCaller, ms: number): Promise<CapturedCall | null> {
    const { callId } = caller;
    if (callId === null || !this.isReadable(caller)) return null;
    const until = performance.now() + ms;
    for (;;) {
      const seen = await this.#deps.store.capture.findCall(callId);
      if (seen !== null) return seen;
      const left = until - performance.now();
      if (left <= 0) return null;
      this.#listedAt = Number.NEGATIVE_INFINITY;
      await within(left, this.#takeGrown(caller));
      const now =
        (await this.#deps.store.capture.findCall(callId)) ?? (await this.#scriptedCall(caller, callId));
      if (now !== null) return now;
      await sleep(Math.min(LOOK_AGAIN_MS, Math.max(0, until - performance.now())));
    }
  }

  /**
   * Codex's models call tools from a script: such a call stands in the rollout only when it has ended, but the prompt
   * of its turn does already. What was captured of that turn is what can be known.
   */
  async #scriptedCall({ session, turnKey }: TailCaller, callId: string): Promise<CapturedCall | null> {
    if (!callId.startsWith('exec-') || session === null || turnKey === null) return null;
    return this.#deps.store.capture.findTurn(session, turnKey);
  }

  /** True for a client whose transcripts midturn reads. */
  isReadable(caller: TailCaller): boolean {
    return this.#folder(caller.client) !== null;
  }

  /** Waits for what is being read; for shutdown in tests. */
  async settled(): Promise<void> {
    await Promise.all(this.#reading.values());
  }

  async #takeGrown(caller: TailCaller): Promise<void> {
    try {
      if (await this.#deps.paused()) return;
      await this.#list(caller);
      const now = this.#deps.now();
      const reads: Promise<void>[] = [];
      for (const [path, watched] of this.#watched) {
        const active = now - watched.modified < ACTIVE_MS || this.#isOwn(path, caller);
        if (active) reads.push(this.#takeTail(path, watched));
      }
      await Promise.all(reads);
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #takeAll(caller: TailCaller, since: number | null): Promise<boolean> {
    try {
      if (await this.#deps.paused()) return false;
      this.#listedAt = Number.NEGATIVE_INFINITY;
      await this.#list(caller);
      const now = this.#deps.now();
      await this.#listEvery(Math.max(since ?? now - RECENT_MS, now - LONGEST_MS), now);
      const sizes = new Map<string, number>();
      for (const path of this.#watched.keys()) {
        const found = await stat(path).catch(() => null);
        if (found !== null) sizes.set(path, found.size);
      }
      const open = (): readonly string[] =>
        [...sizes].flatMap(([path, size]) => ((this.#watched.get(path)?.size ?? -1) < size ? [path] : []));
      // A reading that was under way has begun before the last words were written.
      for (let look = 0; look < LOOKS && open().length > 0; look += 1) {
        await Promise.all(
          open().map(async (path) => {
            const watched = this.#watched.get(path);
            if (watched !== undefined) await this.#takeTail(path, watched);
          }),
        );
      }
      return open().length === 0;
    } catch (error) {
      await this.#failed(error);
      return false;
    }
  }

  /** What was written since then, of every project. */
  async #listEvery(since: number, now: number): Promise<void> {
    const { codex, claude } = this.#deps;
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

  async #takeTail(path: string, watched: Watched): Promise<void> {
    const running = this.#reading.get(path);
    if (running !== undefined) return running;
    const found = await stat(path).catch(() => null);
    if (
      found === null ||
      (found.size === watched.size && Math.round(found.mtimeMs) === watched.modified && watched.size >= 0)
    )
      return;
    const read = this.#read(path, watched, found.size, Math.round(found.mtimeMs)).finally(() =>
      this.#reading.delete(path),
    );
    this.#reading.set(path, read);
    return read;
  }

  async #read(path: string, watched: Watched, size: number, modified: number): Promise<void> {
    try {
      const report = await ingestFile({ path, relative: watched.relative }, watched.adapter, this.#deps, {
        durable: true,
        fallbackProject: null,
      });
      watched.size = size;
      watched.modified = modified;
      await this.#note(report);
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** Lists the folders again when the last list is old or was for another caller. */
  async #list(caller: TailCaller): Promise<void> {
    const key = JSON.stringify([caller.directories, caller.root, caller.external]);
    const now = performance.now();
    if (key === this.#listedFor && now - this.#listedAt < LIST_EVERY_MS) return;
    this.#listedFor = key;
    this.#listedAt = now;
    const { codex, claude } = this.#deps;
    if (claude !== null) await this.#listClaude(claude, caller);
    if (codex !== null) await this.#listCodex(codex, caller);
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
    for (const path of this.#watched.keys()) if (path.endsWith(file)) return;
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
    const now = this.#deps.now();
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
    since: number = this.#deps.now() - RECENT_MS,
  ): Promise<void> {
    if (this.#watched.has(path)) return;
    const relative = path
      .slice(root.length + 1)
      .split(sep)
      .join('/');
    if (!adapter.isTranscript(relative)) return;
    const found = await stat(path).catch(() => null);
    if (found === null || found.mtimeMs < since) return;
    this.#watched.set(path, { adapter, relative, size: -1, modified: Math.round(found.mtimeMs) });
  }

  #isOwn(path: string, caller: TailCaller): boolean {
    return caller.external !== null && path.includes(caller.external);
  }

  #folder(client: string | null): ClientFolder | null {
    if (client === 'codex') return this.#deps.codex;
    return client === 'claude-code' ? this.#deps.claude : null;
  }

  async #note(report: FileReport): Promise<void> {
    let added = 0;
    for (const count of report.sessions.values()) added += count;
    const unknown = [...report.unknown.values()].reduce((sum, count) => sum + count, 0);
    if (report.skippedLines > 0 || unknown > 0) {
      await this.#deps.store.health.count({
        'capture.skipped_lines': report.skippedLines,
        'capture.unknown_records': unknown,
      });
    }
    if (added === 0) return;
    await this.#deps.store.health.setNote('capture', {
      at: this.#deps.now(),
      error: null,
      detail: { messages: added, client: report.client },
    });
    await this.#deps.onCaptured();
  }

  /** A tail that cannot be read never fails the answer: it is counted and shown by `status`. */
  async #failed(error: unknown): Promise<void> {
    try {
      await this.#deps.store.health.setNote('capture', {
        at: this.#deps.now(),
        error: messageOf(error),
        detail: {},
      });
      await this.#deps.store.health.count({ 'capture.failures': 1 });
    } catch {
      // The store itself cannot be written: the caller's own read or write says so.
    }
  }
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

async function within(ms: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([
    work,
    sleep(ms, undefined, { signal: timer.signal, ref: false }).catch(() => undefined),
  ]);
  timer.abort();
}
