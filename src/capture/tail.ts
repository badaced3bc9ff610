/**
 * Keeps up with transcripts that clients are writing now: looks whether files of the caller's project have grown and
 * takes their tails, and waits until a call of the running session is seen. Looking costs a few `stat`s when nothing
 * has changed; reading may go on after the caller has stopped waiting.
 */
import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../model/errors.ts';
import type { CapturedCall } from '../store/capture.ts';
import type { ClientFolder } from './discover.ts';
import { type FileReport, type IngestDeps, ingestFile } from './ingest.ts';
import {
  type NamedTranscript,
  RECENT_MS,
  type TailCaller,
  TranscriptFiles,
  type Watched,
} from './transcript-files.ts';

export type TailDeps = IngestDeps & {
  readonly codex: ClientFolder | null;
  readonly claude: ClientFolder | null;
  /** Capture rests (`midturn pause`). */
  readonly paused: () => Promise<boolean>;
  /** Told after new messages have come in. */
  readonly onCaptured: () => Promise<void>;
};

/** Files written within this time are looked at on every call; older ones only when the folder is listed anew. */
const ACTIVE_MS = 20 * 60_000;
/** Between two looks for a call: Claude Code writes it 10-60 ms after the call has arrived. */
const LOOK_AGAIN_MS = 8;
/** Whoever must know everything looks back this far at most, and so often at a file that is being written. */
const LONGEST_MS = 30 * RECENT_MS;
const LOOKS = 4;

/** Between two looks for the end of a turn, and how much of the file is looked at. */
const END_AGAIN_MS = 25;
const END_BYTES = 65_536;

export class Tail {
  readonly #deps: TailDeps;
  readonly #reading = new Map<string, Promise<void>>();
  readonly #files: TranscriptFiles;

  constructor(deps: TailDeps) {
    this.#deps = deps;
    this.#files = new TranscriptFiles(deps);
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

  /**
   * Takes one transcript by its path, and what its session's sub-agents and its project's other sessions have written
   * lately. Waits at most `ms` for `isDone` to hold of the file's last bytes: a client may write the end of a turn
   * after it has said that the turn has ended. Null for a file that is not there (any more), or while capture rests.
   * @throws SourceError, StoreError
   */
  async takeFile(
    { path, adapter, relative }: NamedTranscript,
    caller: TailCaller,
    { ms, isDone }: { readonly ms: number; readonly isDone: (end: string) => boolean },
  ): Promise<FileReport | null> {
    if (await this.#deps.paused()) return null;
    const until = performance.now() + ms;
    while (!isDone(await endOf(path)) && performance.now() < until) await sleep(END_AGAIN_MS);
    const found = await stat(path).catch(() => null);
    if (found === null) return null;
    await this.#files.list(caller);
    await this.#reading.get(path);
    const report = await ingestFile({ path, relative }, adapter, this.#deps, {
      durable: true,
      fallbackProject: null,
    });
    const watched = this.#files.watched.get(path);
    if (watched !== undefined) {
      watched.size = found.size;
      watched.modified = Math.round(found.mtimeMs);
    }
    await this.#note(report);
    await this.#takeGrown(caller);
    return report;
  }

  /** The caller's own call in its transcript, or null when it was not seen within `ms`. */
  async awaitCall(caller: TailCaller, ms: number): Promise<CapturedCall | null> {
    const { callId, session } = caller;
    if (callId === null || !this.isReadable(caller)) return null;
    const until = performance.now() + ms;
    for (;;) {
      const seen = await this.#deps.store.capture.findCall(callId, session);
      if (seen !== null) return seen;
      const left = until - performance.now();
      // Its own transcript comes first, however late.
      if (left <= 0) return this.#deps.store.capture.findCall(callId, session, { orNext: true });
      this.#files.forget();
      await within(left, this.#takeGrown(caller));
      const now =
        (await this.#deps.store.capture.findCall(callId, session)) ??
        (await this.#scriptedCall(caller, callId));
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

  /** True where a session of the caller's client may be going on here: one of its transcripts was written lately. */
  isWritten({ client, directories }: TailCaller): boolean {
    const since = this.#deps.now() - ACTIVE_MS;
    if (directories.length === 0) return false;
    return [...this.#files.watched.values()].some(
      ({ adapter, modified }) => adapter.client === client && modified > since,
    );
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
      await this.#files.list(caller);
      const now = this.#deps.now();
      const reads: Promise<void>[] = [];
      for (const [path, watched] of this.#files.watched) {
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
      this.#files.forget();
      await this.#files.list(caller);
      const now = this.#deps.now();
      await this.#files.listEvery(Math.max(since ?? now - RECENT_MS, now - LONGEST_MS), now);
      const sizes = new Map<string, number>();
      for (const path of this.#files.watched.keys()) {
        const found = await stat(path).catch(() => null);
        if (found !== null) sizes.set(path, found.size);
      }
      const open = (): readonly string[] =>
        [...sizes].flatMap(([path, size]) =>
          (this.#files.watched.get(path)?.size ?? -1) < size ? [path] : [],
        );
      // A reading that was under way has begun before the last words were written.
      for (let look = 0; look < LOOKS && open().length > 0; look += 1) {
        await Promise.all(
          open().map(async (path) => {
            const watched = this.#files.watched.get(path);
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

/** The last bytes of a file as text; empty where it cannot be read. */
async function endOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - END_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([
    work,
    sleep(ms, undefined, { signal: timer.signal, ref: false }).catch(() => undefined),
  ]);
  timer.abort();
}
