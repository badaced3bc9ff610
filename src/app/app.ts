/**
 * What surfaces work with: one door to every service. Everything behind it is built when it is first asked for: a
 * server that only answers its handshake has opened nothing.
 */
import type { AccessService } from '../access/index.ts';
import type { Discovery } from '../capture/index.ts';
import type { CompileService } from '../compile/index.ts';
import type { EmbeddingsService } from '../embeddings/index.ts';
import type { HistoryService } from '../history/index.ts';
import type { InjectService } from '../inject/index.ts';
import type { MemoriesService } from '../memories/index.ts';
import type { Caller } from '../model/caller.ts';
import type { Clock } from '../model/time.ts';
import type { Configuration } from '../project/configuration.ts';
import type { HomeLayout } from '../project/home.ts';
import type { LogLine } from '../project/log-file.ts';
import type { RecallService } from '../recall/index.ts';
import type { ReviewService } from '../review/index.ts';
import type { SetupService } from '../setup/index.ts';
import type { SchedulerService } from '../setup/scheduler/index.ts';
import type { SkillsService } from '../skills/index.ts';
import type { StatusService } from '../status/index.ts';
import type { FeedbackKind } from '../store/feedback.ts';
import type { Store } from '../store/store.ts';
import { type AnsweredHook, AnsweredHooks } from './answered-hooks.ts';
import type { CallFacts } from './caller.ts';
import type { CaptureDesk, ImportRequest } from './capture-desk.ts';
import type { ChangeWatch } from './change-watch.ts';
import type { ConfigDesk } from './config-desk.ts';
import { type AppOptions, Core } from './core.ts';
import type { Examination, Wishes } from './doctor/index.ts';
import { FeedbackBook } from './feedback-book.ts';
import type { MigrateDesk } from './migrate-desk.ts';
import type { ProjectDesk } from './projects/desk.ts';
import { Answering } from './rooms/answering.ts';
import { Household } from './rooms/household.ts';
import { Keeping } from './rooms/keeping.ts';
import type * as Services from './services.ts';

export type { AppOptions } from './core.ts';

// A service is a type here and in the rooms: a server that has answered its handshake has loaded none, nor the store.
const services = (): Promise<typeof Services> => import('./services.ts');

export class App {
  readonly layout: HomeLayout;
  readonly now: Clock;
  readonly version: string;
  readonly cwd: string;
  /** The files of memory that a command makes stale are rendered when it ends. */
  readonly changes: ChangeWatch;
  readonly #core: Core;
  readonly #answering: Answering;
  readonly #keeping: Keeping;
  readonly #household: Household;
  readonly #feedback: FeedbackBook;
  readonly #answered: AnsweredHooks;

  constructor(options: AppOptions) {
    const core = new Core(options, { onOpened: (store) => this.#keeping.goOnErasing(store) });
    this.layout = core.layout;
    this.now = core.now;
    this.version = core.version;
    this.cwd = core.cwd;
    this.#core = core;
    this.#answering = new Answering(core);
    this.#keeping = new Keeping(core, this.#answering);
    this.#household = new Household(core, this.#answering, this.#keeping);
    this.changes = this.#keeping.changes;
    this.#feedback = new FeedbackBook({ store: core.store, onError: () => core.failed('feedback') });
    this.#answered = new AnsweredHooks({
      store: core.store,
      now: core.now,
      version: () => core.version,
      log: (line) => core.log(line),
      onError: () => this.failed('hook.note'),
    });
  }

  /** Read once. */
  readonly config = (): Promise<Configuration> => this.#core.config();

  /** The store, opened (and created) when first asked for. A failed opening is tried again at the next question. */
  readonly store = (): Promise<Store> => this.#core.store();

  /** For a process that works in a home which somebody may remove meanwhile: from now on it is never made anew. */
  leaveHomeAsItIs(): void {
    this.#core.leaveHomeAsItIs();
  }

  /** Closes at once; writes are committed one by one, so nothing is lost. */
  close(): void {
    this.#answering.stopEmbedding();
    this.#core.close();
  }

  /** Midturn itself, which works for nobody in particular. */
  async self(): Promise<Caller> {
    return this.#core.self(await this.store());
  }

  /** A line for the log file; never at the cost of anything. */
  log(line: LogLine): void {
    this.#core.log(line);
  }

  /** Counts what went wrong where nobody could be told; `status` shows it. */
  failed(what: string): void {
    void this.#core.failed(what);
  }

  /**
   * Who asks. A project that is new must be recorded first, which another process's lock may delay: a question waits
   * for it `patienceMs` at most, and is then asked from a project that holds nothing yet.
   */
  caller(facts: CallFacts, patienceMs = Number.POSITIVE_INFINITY): Promise<Caller> {
    return this.#answering.caller(facts, patienceMs);
  }

  /** The same for who only reads: a folder that is not known is no project for that. */
  reader(facts: CallFacts): Promise<Caller> {
    return this.#answering.caller(facts, Number.POSITIVE_INFINITY, false);
  }

  readonly history = (): Promise<HistoryService> => this.#answering.history();
  readonly recall = (): Promise<RecallService> => this.#answering.recall();
  /** What is given to a model unasked. */
  readonly inject = (): Promise<InjectService> => this.#answering.inject();
  /** Nearness by meaning; null, and nothing loaded, where no endpoint is configured. */
  readonly embeddings = (): Promise<EmbeddingsService | null> => this.#answering.embeddings();

  /** Gives vectors to what has none, in the background of a process that stays. */
  embedInBackground(): Promise<void> {
    return this.#answering.embedInBackground();
  }

  readonly capture = (): Promise<CaptureDesk> => this.#keeping.capture();
  readonly memories = (): Promise<MemoriesService> => this.#keeping.memories();
  readonly skills = (): Promise<SkillsService> => this.#keeping.skills();
  readonly compile = (): Promise<CompileService> => this.#keeping.compile();
  readonly review = (): Promise<ReviewService> => this.#keeping.review();

  /** Whether there is anything for a worker to do: told by a few looks at indexes. */
  hasWork(): Promise<boolean> {
    return this.#keeping.hasWork();
  }

  /** What an import would read, without opening the store. */
  planImport(request: ImportRequest): Promise<Discovery> {
    return this.#keeping.planImport(request);
  }

  /** The name of the project that a transcript is about, or null where it names no folder. */
  peekProject(path: string): Promise<string | null> {
    return this.#keeping.peekProject(path);
  }

  /** The directory that a transcript is about, looked up in its first lines. */
  peek(path: string): Promise<string | null> {
    return this.#keeping.peek(path);
  }

  /** Wiring clients in and out. */
  readonly setup = (): Promise<SetupService> => this.#household.setup();
  /** The scheduler of the system. It has no need of the store. */
  readonly scheduler = (): Promise<SchedulerService> => this.#household.scheduler();

  /** The configuration to show, check and change: it reads the file each time. */
  configDesk(): Promise<ConfigDesk> {
    return this.#household.configDesk();
  }

  /** Takes over what other memory systems keep. */
  migrateDesk(): Promise<MigrateDesk> {
    return this.#household.migrateDesk();
  }

  /** Projects as a person works with them: listed, joined, taken apart. */
  projectDesk(): Promise<ProjectDesk> {
    return this.#household.projectDesk();
  }

  /** Tokens of callers over the network. */
  readonly access = (): Promise<AccessService> => this.#household.access();

  status(): Promise<StatusService> {
    return this.#household.status();
  }

  /** Starts the worker where hooks have left something that nobody has taken for a while. */
  wakeWorker(): Promise<void> {
    return this.#household.wakeWorker();
  }

  /** Calls back when the process that started this one is gone. */
  watchParent(onGone: () => void, intervalMs: number): Promise<void> {
    return this.#household.watchParent(onGone, intervalMs);
  }

  isPaused(): Promise<boolean> {
    return this.#household.isPaused();
  }

  /** @throws UserInputError for what an agent sends to be kept while `midturn pause` lasts */
  refuseAgentInPause(facts: CallFacts): Promise<void> {
    return this.#household.refuseAgentInPause(facts);
  }

  pause(until: number | null): Promise<void> {
    return this.#household.pause(until);
  }

  resume(): Promise<void> {
    return this.#household.resume();
  }

  /** Notes what was shown to a model or opened by it: off the path of the answer, and never at the cost of one. */
  record(caller: Caller, kind: FeedbackKind, targets: readonly string[]): void {
    this.#feedback.note(targets.map((target) => ({ kind, target, session: caller.session })));
  }

  /** Leaves word of a hook that this process has answered: off the path of the answer, and never at the cost of one. */
  hookAnswered(facts: CallFacts, hook: AnsweredHook): void {
    this.#answered.note(facts, hook);
  }

  async doctor(wishes: Wishes): Promise<Examination> {
    const { examine } = await services();
    return examine({ app: this, env: this.#core.env, osHome: this.#core.osHome, wishes });
  }
}
