/**
 * Opens the store, builds the services, makes the caller. Everything is built when it is first asked for: a server
 * that only answers its handshake has opened nothing.
 */
import { homedir } from 'node:os';
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
  messageTerms,
  ndjson,
  peekCwd,
  Tail,
  type TailCaller,
} from '../capture/index.ts';
import { type HistoryService, historyService } from '../history/index.ts';
import { type MemoriesService, memoriesService, memoryTerms } from '../memories/index.ts';
import type { Caller } from '../model/caller.ts';
import { UserInputError } from '../model/errors.ts';
import type { ProjectId } from '../model/ids.ts';
import type { Clock } from '../model/time.ts';
import { machineId } from '../platform/machine.ts';
import { hostOs } from '../platform/paths.ts';
import { watchParent } from '../platform/process.ts';
import { type Configuration, loadConfiguration } from '../project/configuration.ts';
import { isExcluded } from '../project/exclude.ts';
import { type HomeLayout, homeLayout, prepareHome, resolveHome } from '../project/home.ts';
import { isInPause, isPaused, pause, readPause, resume } from '../project/pause.ts';
import { type RecallService, recallService } from '../recall/index.ts';
import { type StatusService, statusService } from '../status/index.ts';
import type { FeedbackKind } from '../store/feedback.ts';
import type { IndexTerms } from '../store/health.ts';
import type { Store } from '../store/store.ts';
import type { CallFacts, Environment } from './caller.ts';
import type { Examination } from './doctor.ts';
import { ProjectBook } from './project-book.ts';

export type AppOptions = {
  readonly env: Environment;
  readonly cwd: string;
  readonly version: string;
  /** `--home` */
  readonly home?: string | undefined;
  readonly now?: Clock;
};

/** How long an answer waits for transcripts that have grown. */
const REFRESH_MS = 50;
/** How long `remember` waits for its own call to show in the transcript. */
const AWAIT_CALL_MS = 150;

const TERMS: IndexTerms = { message: messageTerms, memory: memoryTerms };

export type ImportRequest = {
  readonly paths: readonly string[];
  readonly client?: 'codex' | 'claude-code' | 'ndjson' | undefined;
  /** A person confirmed it at a terminal. */
  readonly confirmed: boolean;
};

export class App {
  readonly layout: HomeLayout;
  readonly now: Clock;
  readonly version: string;
  readonly #options: AppOptions;
  readonly #osHome: string;
  readonly #machine: () => string;
  readonly #projects: ProjectBook;
  #opened: Store | undefined;
  #closed = false;

  constructor(options: AppOptions) {
    const { env, cwd, home } = options;
    this.#options = options;
    this.now = options.now ?? Date.now;
    this.version = options.version;
    this.#osHome = env.HOME ?? env.USERPROFILE ?? homedir();
    this.layout = homeLayout(resolveHome({ flag: home, env, osHome: this.#osHome, cwd }));
    this.#machine = lazy(machineId);
    this.#projects = new ProjectBook({
      store: () => this.store(),
      machine: this.#machine,
      env,
      onError: () => void this.#count({ 'project.failures': 1 }),
    });
  }

  /** Read once; the clients' own variables say where their transcripts are, unless midturn was told otherwise. */
  readonly config = once((): Promise<Configuration> => {
    const { env } = this.#options;
    return loadConfiguration({
      file: this.layout.config,
      env,
      osHome: this.#osHome,
      flags: {
        'capture.codex_home': clientHome(env, 'MIDTURN_CAPTURE_CODEX_HOME', 'CODEX_HOME'),
        'capture.claude_home': clientHome(env, 'MIDTURN_CAPTURE_CLAUDE_HOME', 'CLAUDE_CONFIG_DIR'),
      },
    });
  });

  /** The store, opened (and created) when first asked for. A failed opening is tried again at the next question. */
  readonly store = once((): Promise<Store> => this.#open());

  async #open(): Promise<Store> {
    await prepareHome(this.layout);
    const { openSqlite } = await import('../store/sqlite/store.ts');
    const store = await openSqlite({ path: this.layout.db, now: this.now, memoryTerms });
    if (this.#closed) store.close();
    this.#opened = store;
    return store;
  }

  /** Closes at once; writes are committed one by one, so nothing is lost. */
  close(): void {
    this.#closed = true;
    this.#opened?.close();
  }

  async caller(facts: CallFacts): Promise<Caller> {
    const store = await this.store();
    const project = await this.#projects.callerProject(facts.cwd);
    return { ...facts, owner: store.owner, project };
  }

  readonly history = once(
    async (): Promise<HistoryService> => historyService({ store: await this.store(), now: this.now }),
  );

  readonly recall = once(
    async (): Promise<RecallService> => recallService({ store: await this.store(), now: this.now }),
  );

  readonly memories = once(async (): Promise<MemoriesService> => {
    const [store, { trust }, tail] = [await this.store(), await this.config(), await this.#tail()];
    return memoriesService({
      store,
      now: this.now,
      policy: trust.policy,
      findCall: async (caller) => {
        const asked = tailCaller(caller);
        return { readable: tail.isReadable(asked), call: await tail.awaitCall(asked, AWAIT_CALL_MS) };
      },
    });
  });

  async status(): Promise<StatusService> {
    return statusService({
      store: await this.store(),
      now: this.now,
      version: this.version,
      home: this.layout.root,
      warnings: (await this.config()).warnings,
      paused: () => this.isPaused(),
    });
  }

  /**
   * Takes what the transcripts of the caller's project have grown by, and returns the caller with the session that
   * its call was seen in (a sub-agent's call carries its parent's environment).
   */
  async refresh(caller: Caller): Promise<Caller> {
    const tail = await this.#tail();
    await tail.refresh(tailCaller(caller), REFRESH_MS);
    if (caller.callId === null || caller.client !== 'claude-code') return caller;
    const call = await (await this.store()).capture.findCall(caller.callId);
    return call === null ? caller : { ...caller, session: call.session };
  }

  /** What an import would read, and the directories it is about. */
  async planImport(request: ImportRequest): Promise<Discovery> {
    const { capture } = await this.config();
    const folders = [
      { root: capture.codex_home, adapter: codex },
      { root: capture.claude_home, adapter: claudeCode },
    ];
    if (request.paths.length === 0) {
      const wanted = folders.filter(
        ({ adapter }) => request.client === undefined || adapter.client === request.client,
      );
      return discoverClients(wanted);
    }
    const generic = ndjson({ confirmed: request.confirmed });
    const forced = [codex, claudeCode, generic].find(({ client }) => client === request.client) ?? null;
    return discoverPaths(request.paths, [codex, claudeCode], generic, forced);
  }

  /** The directory that a transcript is about, looked up in its first lines. */
  peek(path: string): Promise<string | null> {
    return peekCwd(path);
  }

  /** @throws UserInputError while capture is paused. */
  async runImport(
    plan: Discovery,
    caller: Caller,
    options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: ImportProgress) => void } = {},
  ): Promise<ImportReport> {
    if (await this.isPaused()) {
      throw new UserInputError({
        what: 'Nothing was imported',
        why: 'capture is paused',
        next: 'Run `midturn resume` first',
      });
    }
    const deps = await this.#ingest();
    const report = await importFiles(plan.files, plan.unfit, deps, {
      fallbackProject: caller.project?.id ?? null,
      ...options,
    });
    await deps.store.health.setNote('capture', {
      at: this.now(),
      error: null,
      detail: { messages: report.added, files: report.files.read, skipped_lines: report.skipped_lines },
    });
    const unknown = Object.values(report.unknown).reduce((sum, count) => sum + count, 0);
    await deps.store.health.count({
      'capture.skipped_lines': report.skipped_lines,
      'capture.unknown_records': unknown,
    });
    if (report.added > 0) await (await this.memories()).reconsider(caller);
    return report;
  }

  /** Notes what was shown to a model or opened by it; off the path of the answer, a failure is counted only. */
  record(caller: Caller, kind: FeedbackKind, targets: readonly string[]): void {
    if (targets.length === 0) return;
    const write = async (): Promise<void> => {
      const store = await this.store();
      await store.feedback.record(targets.map((target) => ({ kind, target, session: caller.session })));
    };
    setImmediate(() => void write().catch(() => this.#count({ 'feedback.failures': 1 })));
  }

  /** Calls back when the process that started this one is gone. */
  watchParent(onGone: () => void, intervalMs: number): void {
    watchParent(onGone, { intervalMs });
  }

  isPaused(): Promise<boolean> {
    return isPaused(this.layout, this.now());
  }

  async pause(until: number | null): Promise<void> {
    await prepareHome(this.layout);
    await pause(this.layout, this.now(), until);
  }

  async resume(): Promise<void> {
    await prepareHome(this.layout);
    await resume(this.layout, this.now());
  }

  async doctor(rebuild: boolean): Promise<Examination> {
    const { examine } = await import('./doctor.ts');
    return examine({
      layout: this.layout,
      version: this.version,
      store: () => this.store(),
      config: () => this.config(),
      terms: TERMS,
      rebuild,
    });
  }

  readonly #tail = once(() => this.#buildTail());

  async #buildTail(): Promise<Tail> {
    const { capture } = await this.config();
    return new Tail({
      ...(await this.#ingest()),
      codex: { root: capture.codex_home, adapter: codex },
      claude: { root: capture.claude_home, adapter: claudeCode },
      paused: () => this.isPaused(),
      onCaptured: async () => {
        const memories = await this.memories();
        await memories.reconsider(await this.caller(systemCall(this.#options.cwd)));
      },
    });
  }

  async #ingest(): Promise<IngestDeps> {
    const [store, { capture }, pauses] = [
      await this.store(),
      await this.config(),
      await readPause(this.layout),
    ];
    return {
      store,
      now: this.now,
      machine: this.#machine(),
      projectOf: async (cwd): Promise<ProjectId | null> => this.#projects.idOf(cwd),
      maxLineBytes: capture.max_line_bytes,
      exclusion: {
        path: (path) => capture.exclude.length > 0 && isExcluded(path, capture.exclude, hostOs()),
        time: (at) => isInPause(pauses, at),
      },
    };
  }

  async #count(counters: Readonly<Record<string, number>>): Promise<void> {
    try {
      await (await this.store()).health.count(counters);
    } catch {
      // The store cannot be written now: whoever asked for it is told so by their own call.
    }
  }
}

/** Makes the value when it is first asked for; one that failed is made anew at the next question. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    if (made === undefined) {
      const making = make();
      made = making;
      making.catch(() => {
        if (made === making) made = undefined;
      });
    }
    return made;
  };
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Work that midturn does by itself. */
function systemCall(cwd: string): CallFacts {
  return {
    surface: 'cli',
    client: 'midturn',
    externalSession: null,
    session: null,
    turnKey: null,
    callId: null,
    cwd,
    rights: { read: true, write: true, admin: false },
    personPresent: false,
  };
}

function tailCaller(caller: Caller): TailCaller {
  const root = caller.project?.root ?? null;
  return {
    client: caller.client,
    external: caller.externalSession,
    directories: root === null ? [caller.cwd] : [caller.cwd, root],
    callId: caller.callId,
  };
}

function clientHome(env: Environment, ours: string, theirs: string): string | undefined {
  return filled(env[ours]) || !filled(env[theirs]) ? undefined : env[theirs];
}

function filled(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
