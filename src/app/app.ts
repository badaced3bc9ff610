/**
 * Opens the store, builds the services, makes the caller. Everything is built when it is first asked for: a server
 * that only answers its handshake has opened nothing.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Discovery } from '../capture/index.ts';
import type { CompileService } from '../compile/index.ts';
import type { EmbeddingsService } from '../embeddings/index.ts';
import type { HistoryService } from '../history/index.ts';
import type { InjectService } from '../inject/index.ts';
import type { MemoriesService } from '../memories/index.ts';
import type { Caller } from '../model/caller.ts';
import type { Clock } from '../model/time.ts';
import type { Configuration } from '../project/configuration.ts';
import { type HomeLayout, homeLayout, prepareHome, resolveHome } from '../project/home.ts';
import { appendLog, type LogLine } from '../project/log-file.ts';
import { listSpool } from '../project/spool.ts';
import type { RecallService } from '../recall/index.ts';
import type { ReviewService } from '../review/index.ts';
import type { SetupService } from '../setup/index.ts';
import type { SchedulerService } from '../setup/scheduler/index.ts';
import type { SkillsService } from '../skills/index.ts';
import type { StatusService } from '../status/index.ts';
import type { FeedbackKind } from '../store/feedback.ts';
import type { Store } from '../store/store.ts';
import { type AnsweredHook, AnsweredHooks } from './answered-hooks.ts';
import type * as Asking from './asking.ts';
import type { CallFacts, Environment } from './caller.ts';
import type { CaptureDesk, ImportRequest } from './capture-desk.ts';
import { ChangeWatch } from './change-watch.ts';
import type { ConfigDesk } from './config-desk.ts';
import type { Examination, Wishes } from './doctor/index.ts';
import { FeedbackBook } from './feedback-book.ts';
import type { MigrateDesk } from './migrate-desk.ts';
import { once } from './once.ts';
import type { ProjectBook } from './project-book.ts';
import type { ProjectDesk } from './project-desk.ts';
import { stillThere } from './same-file.ts';
import type * as Services from './services.ts';

// Only types stand above: a server that has answered its handshake has loaded neither a service nor the store.
const services = (): Promise<typeof Services> => import('./services.ts');
const asking = (): Promise<typeof Asking> => import('./asking.ts');

export type AppOptions = {
  readonly env: Environment;
  readonly cwd: string;
  readonly version: string;
  /** `--home` */
  readonly home?: string | undefined;
  readonly now?: Clock;
  /** A hook has a tenth of a second: it leaves to others what is not its answer. */
  readonly isHook?: boolean;
};

export class App {
  readonly layout: HomeLayout;
  readonly now: Clock;
  readonly version: string;
  readonly cwd: string;
  readonly #options: AppOptions;
  readonly #osHome: string;
  readonly #feedback = new FeedbackBook({
    store: () => this.store(),
    onError: () => this.#count({ 'feedback.failures': 1 }),
  });
  readonly #answered = new AnsweredHooks({
    store: () => this.store(),
    now: () => this.now(),
    version: () => this.version,
    log: (line) => this.log(line),
    onError: () => this.failed('hook.note'),
  });
  #opened: Store | undefined;
  #embeddings: EmbeddingsService | null = null;
  #requireFile = (): void => undefined;
  #closed = false;
  #makesHome = true;

  constructor(options: AppOptions) {
    const { env, cwd, home } = options;
    this.#options = options;
    this.now = options.now ?? Date.now;
    this.version = options.version;
    this.cwd = cwd;
    this.#osHome = env.HOME ?? env.USERPROFILE ?? homedir();
    this.layout = homeLayout(resolveHome({ flag: home, env, osHome: this.#osHome, cwd }));
  }

  /** Read once. */
  readonly config = once((): Promise<Configuration> => this.#loadConfig());

  async #loadConfig(): Promise<Configuration> {
    const { env, isHook } = this.#options;
    const sources = { file: this.layout.config, env, osHome: this.#osHome };
    const { configurationOfHook, readConfiguration } = await asking();
    return isHook === true
      ? configurationOfHook(sources, { folder: this.layout.cache, version: this.version })
      : readConfiguration(sources);
  }

  /** The configuration to show, check and change: it reads the file each time. */
  async configDesk(): Promise<ConfigDesk> {
    const { ConfigDesk } = await services();
    const [layout, { env }] = [this.layout, this.#options];
    return new ConfigDesk({ layout, env, load: () => this.#loadConfig() });
  }

  /** The store, opened (and created) when first asked for. A failed opening is tried again at the next question. */
  readonly store = async (): Promise<Store> => {
    const store = await this.#store();
    this.#requireFile();
    return store;
  };

  readonly #store = once(async (): Promise<Store> => {
    const store = await this.#open();
    if (this.#options.isHook !== true) await this.#goOnErasing(store);
    return store;
  });

  async #open(): Promise<Store> {
    const isHook = this.#options.isHook === true;
    const { openStore, openStoreOfHook, makePrivateFile } = await asking();
    // Whoever made the store has looked after its home: a hook has no time to look again.
    if (!isHook || !existsSync(this.layout.db)) {
      if (this.#makesHome) await prepareHome(this.layout);
      // Made before SQLite would make it: its journal takes the file's permissions over.
      await makePrivateFile(this.layout.db);
    }
    const open = isHook ? openStoreOfHook : openStore;
    const store = await open({ path: this.layout.db, now: this.now });
    if (this.#closed) store.close();
    this.#requireFile = stillThere(this.layout.db);
    this.#opened = store;
    return store;
  }

  /** For a process that works in a home which somebody may remove meanwhile: from now on it is never made anew. */
  leaveHomeAsItIs(): void {
    this.#makesHome = false;
  }

  /** Closes at once; writes are committed one by one, so nothing is lost. */
  close(): void {
    this.#closed = true;
    // Its requests would keep a command alive; what they were about is taken up again by the next start.
    void this.#embeddings?.stop();
    this.#opened?.close();
  }

  /**
   * Who asks. A project that is new must be recorded first, which another process's lock may delay: a question waits
   * for it `patienceMs` at most, and is then asked from a project that holds nothing yet.
   */
  async caller(facts: CallFacts, patienceMs = Number.POSITIVE_INFINITY): Promise<Caller> {
    const store = await this.store();
    const project = await (await this.#projects()).callerProject(facts.cwd, patienceMs);
    return { ...facts, owner: store.owner, project };
  }

  /** Nearness by meaning; null, and nothing loaded, where no endpoint is configured. */
  readonly embeddings = once(async (): Promise<EmbeddingsService | null> => {
    const { embeddings: settings } = await this.config();
    if (settings.url === null || settings.model === null) return null;
    const [{ indexText }, { openEmbeddings }] = [await services(), await import('./embeddings.ts')];
    const store = await this.store();
    this.#embeddings = await openEmbeddings({
      store,
      settings,
      layout: this.layout,
      env: this.#options.env,
      now: this.now,
      messageText: indexText,
    });
    return this.#embeddings;
  });

  /** Gives vectors to what has none, in the background of a process that stays. */
  async embedInBackground(): Promise<void> {
    const embeddings = await this.embeddings();
    if (!this.#closed) embeddings?.start();
  }

  readonly history = once(async (): Promise<HistoryService> => {
    const { historyService, withoutSignals } = await asking();
    return historyService({
      store: await this.store(),
      now: this.now,
      semantic: await this.embeddings(),
      weights: withoutSignals((await this.config()).recall.without),
    });
  });

  readonly recall = once(async (): Promise<RecallService> => {
    const { openRecall, withoutSignals } = await asking();
    return openRecall({
      store: await this.store(),
      now: this.now,
      semantic: await this.embeddings(),
      weights: withoutSignals((await this.config()).recall.without),
    });
  });

  /** What is given to a model unasked. */
  readonly inject = once(async (): Promise<InjectService> => {
    const { openInject } = await asking();
    return openInject({
      store: await this.store(),
      layout: this.layout,
      settings: await this.config(),
      // Loaded with the first prompt: the start of a session asks nothing of it.
      recall: { ask: async (...asked) => (await this.recall()).ask(...asked) },
      history: await this.history(),
    });
  });

  readonly memories = once(async (): Promise<MemoriesService> => {
    return this.#memoriesOver(await this.store());
  });

  async #memoriesOver(store: Store): Promise<MemoriesService> {
    const { memoriesService, renderKnown } = await services();
    const { trust, compile } = await this.config();
    const budgets = { user: compile.user_characters, project: compile.project_characters };
    return memoriesService({
      store,
      now: this.now,
      policy: trust.policy,
      findCall: async (caller) => (await this.capture()).findCall(caller),
      home: this.layout.root,
      render: async () => {
        const [self, layout] = [this.#self(store), this.layout];
        const caughtUp = this.#caughtUp;
        await renderKnown({ store, layout, now: this.now, budgets, caughtUp }, self);
        await (await this.#skillsOver(store)).sync(self);
      },
    });
  }

  /** Whether there is anything for a worker to do: told by a few looks at indexes. */
  async hasWork(): Promise<boolean> {
    const store = await this.store();
    if (listSpool(this.layout).length > 0 || (await store.projections.dirty()).length > 0) return true;
    return (await store.suggestions.counts()).pending > 0;
  }

  /** Starts the worker where hooks have left something that nobody has taken for a while. */
  async wakeWorker(): Promise<void> {
    const { env } = this.#options;
    if ((env.MIDTURN_AGENT ?? '') !== '') return;
    const { isLeftBehind, wakeWorker } = await import('./loop-start.ts');
    const now = this.now();
    if (isLeftBehind(this.layout, now)) await wakeWorker({ layout: this.layout, env, now });
  }

  /** Midturn itself, which works for nobody in particular. */
  async self(): Promise<Caller> {
    return this.#self(await this.store());
  }

  #self(store: Store): Caller {
    return { ...systemCall(this.#options.cwd), owner: store.owner, project: null };
  }

  /** What was to be erased and was cut off is gone on with by whoever comes next; nobody is kept from the store. */
  async #goOnErasing(store: Store): Promise<void> {
    if ((await store.eraseJobs.open()).length === 0) return;
    try {
      await (await this.#memoriesOver(store)).resumeErasing(this.#self(store));
    } catch {
      await store.health.count({ 'erase.failures': 1 });
    }
  }

  readonly skills = once(async (): Promise<SkillsService> => this.#skillsOver(await this.store()));

  async #skillsOver(store: Store): Promise<SkillsService> {
    const { openSkills } = await services();
    return openSkills({
      store,
      layout: this.layout,
      userHome: this.#osHome,
      env: this.#options.env,
      caughtUp: (since) => this.#caughtUp(this.#self(store), since),
    });
  }

  /** The scheduler of the system. It has no need of the store. */
  readonly scheduler = once(async (): Promise<SchedulerService> => {
    const { openScheduler } = await services();
    return openScheduler({
      env: this.#options.env,
      osHome: this.#osHome,
      layout: this.layout,
      now: this.now,
      program: async (write) => {
        const setup = await this.setup();
        return (await (write ? setup.install() : setup.plan([], { keepTranscriptDays: null }))).program;
      },
    });
  });

  /** Wiring clients in and out. */
  readonly setup = once(async (): Promise<SetupService> => {
    const { openSetup } = await services();
    return openSetup({
      env: this.#options.env,
      osHome: this.#osHome,
      cwd: this.#options.cwd,
      layout: this.layout,
      now: this.now,
      version: this.version,
    });
  });

  readonly #caughtUp = async (caller: Caller, since: number | null): Promise<boolean> =>
    (await this.capture()).caughtUp(caller, since);

  readonly compile = once(async (): Promise<CompileService> => {
    const { openCompile } = await services();
    return openCompile({
      store: await this.store(),
      now: this.now,
      layout: this.layout,
      settings: await this.config(),
      env: this.#options.env,
      findCall: async (caller) => (await this.capture()).findCall(caller),
      caughtUp: this.#caughtUp,
      projectOf: async (cwd) => (await this.#projects()).callerProject(cwd),
      skills: () => this.skills(),
    });
  });

  readonly review = once(async (): Promise<ReviewService> => {
    const { openReview } = await services();
    return openReview({
      store: await this.store(),
      now: this.now,
      layout: this.layout,
      settings: await this.config(),
      env: this.#options.env,
      compile: () => this.compile(),
      projectOf: async (cwd) => (await this.#projects()).callerProject(cwd),
    });
  });

  /** The files of memory that a command makes stale are rendered when it ends. */
  readonly changes = new ChangeWatch({
    isOpen: () => this.#opened !== undefined,
    store: () => this.store(),
    compile: () => this.compile(),
  });

  readonly capture = once(async (): Promise<CaptureDesk> => {
    const { CaptureDesk } = await services();
    return new CaptureDesk({
      store: await this.store(),
      now: this.now,
      layout: this.layout,
      settings: await this.config(),
      projectOf: async (cwd) => (await this.#projects()).idOf(cwd),
      onCaptured: async () => {
        const memories = await this.memories();
        const self = this.#self(await this.store());
        await memories.reconsider(self);
        const { reconsiderAbsorbed } = await services();
        await reconsiderAbsorbed(await this.store(), this.now, self);
      },
    });
  });

  /** What an import would read, without opening the store. */
  async planImport(request: ImportRequest): Promise<Discovery> {
    const { planImport } = await services();
    return planImport(await this.config(), request);
  }

  /** The directory that a transcript is about, looked up in its first lines. */
  async peek(path: string): Promise<string | null> {
    const { peekCwd } = await services();
    return peekCwd(path);
  }

  readonly #projects = once(async (): Promise<ProjectBook> => {
    const { ProjectBook, machineId } = await asking();
    return new ProjectBook({
      store: await this.store(),
      machine: machineId(),
      env: this.#options.env,
      now: this.now,
      learns: this.#options.isHook !== true,
      onError: () => void this.#count({ 'project.failures': 1 }),
    });
  });

  /** Takes over what other memory systems keep. */
  async migrateDesk(): Promise<MigrateDesk> {
    const [{ machineId }, { openMigrate }] = [await asking(), await services()];
    return openMigrate({
      store: await this.store(),
      now: this.now,
      layout: this.layout,
      settings: await this.config(),
      env: this.#options.env,
      osHome: this.#osHome,
      machine: machineId(),
      compile: () => this.compile(),
      projectOf: async (path) => (await this.#projects()).callerProject(path),
    });
  }

  /** Projects as a person works with them: listed, joined, taken apart. */
  async projectDesk(): Promise<ProjectDesk> {
    const { ProjectDesk } = await services();
    return new ProjectDesk({ store: await this.store(), book: await this.#projects() });
  }

  async status(): Promise<StatusService> {
    const { projectNews, statusService } = await services();
    const store = await this.store();
    return statusService({
      store,
      now: this.now,
      version: this.version,
      home: this.layout.root,
      warnings: (await this.config()).warnings,
      embeddings: (await this.config()).embeddings,
      budget: (await this.config()).review,
      paused: () => this.isPaused(),
      joined: () => projectNews(store),
    });
  }

  /** Notes what was shown to a model or opened by it: off the path of the answer, and never at the cost of one. */
  record(caller: Caller, kind: FeedbackKind, targets: readonly string[]): void {
    this.#feedback.note(targets.map((target) => ({ kind, target, session: caller.session })));
  }

  /** Leaves word of a hook that this process has answered: off the path of the answer, and never at the cost of one. */
  hookAnswered(facts: CallFacts, hook: AnsweredHook): void {
    this.#answered.note(facts, hook);
  }

  /** A line for the log file; never at the cost of anything. */
  log(line: LogLine): void {
    appendLog(this.layout, line);
  }

  /** Counts what went wrong where nobody could be told; `status` shows it. */
  failed(what: string): void {
    void this.#count({ [`${what}.failures`]: 1 });
  }

  /** Calls back when the process that started this one is gone. */
  async watchParent(onGone: () => void, intervalMs: number): Promise<void> {
    const { watchParent } = await services();
    watchParent(onGone, { intervalMs });
  }

  async isPaused(): Promise<boolean> {
    const { isPaused } = await services();
    return isPaused(this.layout, this.now());
  }

  async pause(until: number | null): Promise<void> {
    const { pause } = await services();
    await prepareHome(this.layout);
    await pause(this.layout, this.now(), until);
  }

  async resume(): Promise<void> {
    const { resume } = await services();
    await prepareHome(this.layout);
    await resume(this.layout, this.now());
  }

  async doctor(wishes: Wishes): Promise<Examination> {
    const { examine } = await services();
    return examine({ app: this, env: this.#options.env, osHome: this.#osHome, wishes });
  }

  async #count(counters: Readonly<Record<string, number>>): Promise<void> {
    try {
      await (await this.store()).health.count(counters);
    } catch {
      // The store cannot be written now: whoever asked for it is told so by their own call.
    }
  }
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
