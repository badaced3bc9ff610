/** Capture as the surfaces see it: plan and run an import, keep up with the transcripts of a caller's project. */
import { join } from 'node:path';
import {
  claudeCode,
  codex,
  type Discovery,
  discoverClients,
  discoverPaths,
  type ImportProgress,
  type ImportReport,
  type IngestDeps,
  importFiles,
  namedTranscript,
  ndjson,
  peekCwd,
  type ReaderWorker,
  sessionInName,
  Tail,
  type TailCaller,
} from '../capture/index.ts';
import type { Caller } from '../model/caller.ts';
import { SourceError, UserInputError } from '../model/errors.ts';
import { type ProjectId, type SessionId, sessionId } from '../model/ids.ts';
import type { Clock } from '../model/time.ts';
import { machineId } from '../platform/machine.ts';
import type { Settings } from '../project/configuration.ts';
import type { HomeLayout } from '../project/home.ts';
import { isInPause, type PauseState, readPause } from '../project/pause.ts';
import type { CapturedCall } from '../store/capture.ts';
import type { Store } from '../store/store.ts';
import { storeWithin } from '../store/within.ts';
import { asSeen } from './claimed.ts';
import { exclusionOf, patternsName } from './exclusion.ts';
import { startReader } from './start-reader.ts';

export type ImportRequest = {
  readonly paths: readonly string[];
  readonly client?: 'codex' | 'claude-code' | 'ndjson' | undefined;
  /** A person confirmed it at a terminal. */
  readonly confirmed: boolean;
};

export type ImportOptions = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
};

export type DeskDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly layout: HomeLayout;
  readonly settings: Settings;
  readonly projectOf: (cwd: string) => Promise<ProjectId | null>;
  /** Told after messages have come in by themselves. */
  readonly onCaptured: () => Promise<void>;
};

/** How long an answer waits for transcripts that have grown. */
const REFRESH_MS = 50;
/** How long `remember` waits for its own call to show in the transcript. */
const AWAIT_CALL_MS = 150;
/** How long absorbing a hand edit waits for the transcripts: for an agent's call, and for a person's command. */
const CATCH_UP_MS = 2_000;
const CATCH_UP_PERSON_MS = 10_000;
/** The client of what midturn does by itself. */
const OWN = 'midturn';

export class CaptureDesk {
  readonly #deps: DeskDeps;
  readonly #ingest: IngestDeps;
  readonly #tail: Tail;
  /** As it was when capture last looked; it is read again before every look. */
  #pauses: PauseState = { current: null, past: [] };

  constructor(deps: DeskDeps) {
    const { capture } = deps.settings;
    this.#deps = deps;
    this.#ingest = {
      store: deps.store,
      now: deps.now,
      machine: machineId(),
      projectOf: deps.projectOf,
      maxLineBytes: capture.max_line_bytes,
      exclusion: {
        path: exclusionOf([...capture.exclude, ownAgents(deps.layout)]),
        patterns: patternsName(capture.exclude),
        time: (at) => isInPause(this.#pauses, at),
      },
    };
    this.#tail = new Tail({
      ...this.#ingest,
      codex: { root: capture.codex_home, adapter: codex },
      claude: { root: capture.claude_home, adapter: claudeCode },
      paused: () => this.#isPaused(),
      onCaptured: deps.onCaptured,
    });
  }

  /**
   * Takes what the transcripts of the caller's project have grown by, and returns the caller with the session that
   * its call was seen in (a sub-agent's call carries its parent's environment).
   */
  async refresh(caller: Caller): Promise<Caller> {
    await this.#tail.refresh(tailCaller(caller), REFRESH_MS);
    const seen = await this.#inItsSession(caller);
    const asked = tailCaller(seen);
    if (seen.session !== null || seen.client !== 'claude-code' || !this.#tail.isWritten(asked)) return seen;
    // Over the network nothing but the transcript tells Claude Code's session, and it holds the call a moment later.
    await this.#tail.awaitCall(asked, AWAIT_CALL_MS);
    return this.#inItsSession(seen);
  }

  async #inItsSession(caller: Caller): Promise<Caller> {
    const seen = await asSeen(this.#deps.store, caller);
    if (seen.callId === null || seen.client !== 'claude-code') return seen;
    const { capture } = await storeWithin(this.#deps.store, seen);
    const call = await capture.findCall(seen.callId, seen.session, { orNext: true });
    return call === null ? seen : { ...seen, session: call.session };
  }

  /**
   * Takes the tail of a transcript that a hook has named, and of what belongs to it. Answers the session that it holds,
   * or null where nothing of it was captured (it is not there, kept out, or no transcript). Waits up to `ms` for the
   * end of the turn where the client is still writing it. @throws SourceError, StoreError
   */
  async takeTranscript(
    caller: Caller,
    { path, ms }: { readonly path: string; readonly ms: number },
  ): Promise<SessionId | null> {
    const adapter = [codex, claudeCode].find(({ client }) => client === caller.client);
    const named = adapter === undefined ? null : namedTranscript(path, adapter);
    if (named === null) {
      throw new SourceError({
        what: `${path} was not captured`,
        why: `no transcript of ${caller.client ?? 'an unnamed client'} has such a path`,
      });
    }
    const external = sessionInName(path) ?? caller.externalSession;
    const report = await this.#tail.takeFile(named, tailCaller(caller), {
      ms,
      // Codex writes a turn's end behind its Stop hooks, Claude Code before them.
      isDone: (end) => caller.client !== 'codex' || isTurnOver(end, caller.turnKey),
    });
    if (report === null || report.outcome === 'excluded' || external === null) return null;
    const session = sessionId(caller.client ?? '', external);
    return (await this.#deps.store.sessions.get(session)) === null ? null : session;
  }

  /** The caller's own call in its transcript, and whether the client keeps one that midturn reads. */
  async findCall(
    caller: Caller,
  ): Promise<{ readonly call: CapturedCall | null; readonly readable: boolean }> {
    const asked = tailCaller(caller);
    const call = await this.#tail.awaitCall(asked, AWAIT_CALL_MS);
    const { reach } = await storeWithin(this.#deps.store, caller);
    const isBound = caller.reach !== null && caller.reach !== undefined;
    const isSeen =
      call === null || !isBound || (await reach.messages([call.row], caller.reach ?? [])).size > 0;
    return { readable: this.#tail.isReadable(asked), call: isSeen ? call : null };
  }

  /**
   * Whether everything that agents have done until now is captured: only then does the silence of the transcripts
   * show anything. Never of an agent's own call whose session is in no transcript that midturn reads.
   */
  async caughtUp(caller: Caller, since: number | null): Promise<boolean> {
    const asked = tailCaller(caller);
    const isAgents =
      !caller.personPresent &&
      (caller.surface === 'mcp' || caller.surface === 'http' || caller.client !== null) &&
      caller.client !== OWN;
    if (isAgents && !this.#tail.isReadable(asked)) return false;
    const ms = caller.personPresent ? CATCH_UP_PERSON_MS : CATCH_UP_MS;
    if (!(await this.#tail.catchUp(asked, since, ms))) return false;
    if (!isAgents) return true;
    if (caller.callId !== null) return (await this.#tail.awaitCall(asked, AWAIT_CALL_MS)) !== null;
    return caller.session !== null && (await this.#deps.store.sessions.get(caller.session)) !== null;
  }

  /** @throws UserInputError while capture is paused. */
  async run(plan: Discovery, caller: Caller, options: ImportOptions = {}): Promise<ImportReport> {
    if (await this.#isPaused()) {
      throw new UserInputError({
        what: 'Nothing was imported',
        why: 'capture is paused',
        next: 'Run `midturn resume` first',
      });
    }
    const { store, now } = this.#deps;
    const report = await importFiles(plan.files, plan.unfit, this.#ingest, {
      fallbackProject: caller.project?.id ?? null,
      startReader: () => this.#startReader(),
      ...options,
    });
    await store.health.setNote('capture', {
      at: now(),
      error: null,
      detail: { messages: report.added, files: report.files.read, skipped_lines: report.skipped_lines },
    });
    const unknown = Object.values(report.unknown).reduce((sum, count) => sum + count, 0);
    await store.health.count({
      'capture.skipped_lines': report.skipped_lines,
      'capture.unknown_records': unknown,
    });
    if (report.added > 0) await this.#deps.onCaptured();
    return report;
  }

  /** Whether there are transcripts of which nothing was ever read; those that are kept out, or empty, do not count. */
  async hasNew({ files }: Discovery): Promise<boolean> {
    const known = new Set((await this.#deps.store.sources.list()).map(({ path }) => path));
    if (known.size === 0) return files.length > 0;
    const { exclusion } = this.#ingest;
    for (const { file, bytes } of files) {
      if (bytes === 0 || known.has(file.path)) continue;
      const cwd = await peekCwd(file.path);
      if (cwd !== null && !exclusion.path(cwd) && !exclusion.path(file.path)) return true;
    }
    return false;
  }

  #startReader(): ReaderWorker | null {
    const { settings, store, layout } = this.#deps;
    const { max_line_bytes: maxLineBytes, exclude } = settings.capture;
    return startReader({
      digestKey: store.digestKey,
      maxLineBytes,
      exclude: [...exclude],
      own: ownAgents(layout),
      pauses: this.#pauses,
    });
  }

  async #isPaused(): Promise<boolean> {
    this.#pauses = await readPause(this.#deps.layout);
    return isInPause({ ...this.#pauses, past: [] }, this.#deps.now());
  }
}

/** Where midturn's own agents work: older clients keep a transcript of what they were asked there. */
function ownAgents({ cache }: HomeLayout): string {
  return join(cache, 'agents');
}

/** What an import would read. Opens no store. */
export function planImport({ capture }: Settings, request: ImportRequest): Promise<Discovery> {
  if (request.paths.length === 0) {
    const folders = [
      { root: capture.codex_home, adapter: codex },
      { root: capture.claude_home, adapter: claudeCode },
    ];
    return discoverClients(
      folders.filter(({ adapter }) => request.client === undefined || adapter.client === request.client),
    );
  }
  const generic = ndjson({ confirmed: request.confirmed });
  const forced = [codex, claudeCode, generic].find(({ client }) => client === request.client) ?? null;
  return discoverPaths(request.paths, [codex, claudeCode], generic, forced);
}

/** Whether the end of a rollout holds the end of this turn (of any turn, where it is not known which). */
function isTurnOver(end: string, turn: string | null): boolean {
  return end
    .split('\n')
    .some(
      (line) =>
        /"type":"(?:task_complete|turn_aborted)"/.test(line) && (turn === null || line.includes(`"${turn}"`)),
    );
}

function tailCaller(caller: Caller): TailCaller {
  const root = caller.project?.root ?? null;
  return {
    client: caller.client,
    external: caller.externalSession,
    session: caller.claimed === undefined ? caller.session : caller.claimed.session,
    turnKey: caller.turnKey,
    // Over the network without a checkout here there is none.
    directories: [...new Set([caller.cwd, root ?? ''])].filter((directory) => directory !== ''),
    root,
    callId: caller.claimed === undefined ? caller.callId : caller.claimed.callId,
  };
}
