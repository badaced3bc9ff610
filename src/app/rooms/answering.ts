/** Who asks and what they are answered with: projects, history, recall, what is injected. All that a hook needs. */
import type { EmbeddingsService } from '../../embeddings/index.ts';
import type { HistoryService } from '../../history/index.ts';
import type { InjectService } from '../../inject/index.ts';
import type { Caller } from '../../model/caller.ts';
import type { RecallService } from '../../recall/index.ts';
import type * as Asking from '../asking.ts';
import type { CallFacts } from '../caller.ts';
import type { CallersAfar } from '../caller-afar.ts';
import type { Core } from '../core.ts';
import { once } from '../once.ts';
import type { ProjectBook } from '../projects/book.ts';
import type * as Services from '../services.ts';

const services = (): Promise<typeof Services> => import('../services.ts');
const asking = (): Promise<typeof Asking> => import('../asking.ts');

export class Answering {
  readonly #core: Core;
  #embeddings: EmbeddingsService | null = null;

  constructor(core: Core) {
    this.#core = core;
  }

  readonly projects = once(async (): Promise<ProjectBook> => {
    const { ProjectBook, machineId } = await asking();
    const { store, env, now, isHook } = this.#core;
    return new ProjectBook({
      store: await store(),
      machine: machineId(),
      env,
      now,
      learns: !isHook,
      onError: () => void this.#core.failed('project'),
    });
  });

  /** The project of a directory, which waits as long as it takes to record one that is new. */
  readonly projectOf = async (cwd: string): Promise<Caller['project']> =>
    (await this.projects()).callerProject(cwd);

  /**
   * Who asks. A project that is new must be recorded first, which another process's lock may delay: a question waits
   * for it `patienceMs` at most, and is then asked from a project that holds nothing yet.
   */
  async caller(facts: CallFacts, patienceMs: number, records = true): Promise<Caller> {
    const store = await this.#core.store();
    if (facts.projectId !== undefined) {
      const { asSeen } = await asking();
      return asSeen(store, await (await this.#afar()).caller(facts));
    }
    const project = await (await this.projects()).callerProject(facts.cwd, patienceMs, records);
    return { ...facts, owner: store.owner, project };
  }

  /** Callers over the network, who stand in no folder. */
  readonly #afar = once(async (): Promise<CallersAfar> => {
    const [{ machineId }, { CallersAfar }] = [await asking(), await services()];
    const projects = await this.projects();
    return new CallersAfar({
      store: await this.#core.store(),
      machine: machineId(),
      projectAt: (path) => projects.callerProject(path, Number.POSITIVE_INFINITY, false),
    });
  });

  /** Nearness by meaning; null, and nothing loaded, where no endpoint is configured. */
  readonly embeddings = once(async (): Promise<EmbeddingsService | null> => {
    const { config, store, layout, env, now } = this.#core;
    const { embeddings: settings } = await config();
    if (settings.url === null || settings.model === null) return null;
    const [{ indexText }, { openEmbeddings }] = [await services(), await import('../embeddings.ts')];
    this.#embeddings = await openEmbeddings({
      store: await store(),
      settings,
      layout,
      env,
      now,
      messageText: indexText,
    });
    return this.#embeddings;
  });

  /** Gives vectors to what has none, in the background of a process that stays. */
  async embedInBackground(): Promise<void> {
    const embeddings = await this.embeddings();
    if (!this.#core.isClosed) embeddings?.start();
  }

  /** Its requests would keep a command alive; what they were about is taken up again by the next start. */
  stopEmbedding(): void {
    void this.#embeddings?.stop();
  }

  readonly history = once(async (): Promise<HistoryService> => {
    const { historyService } = await asking();
    return historyService(await this.#searching());
  });

  readonly recall = once(async (): Promise<RecallService> => {
    const { openRecall } = await asking();
    return openRecall(await this.#searching());
  });

  /** What is given to a model unasked. */
  readonly inject = once(async (): Promise<InjectService> => {
    const { openInject } = await asking();
    const { store, layout, config } = this.#core;
    return openInject({
      store: await store(),
      layout,
      settings: await config(),
      // Loaded with the first prompt: the start of a session asks nothing of it.
      recall: { ask: async (...asked) => (await this.recall()).ask(...asked) },
      history: await this.history(),
    });
  });

  /** What every search is made of. */
  async #searching() {
    const { withoutSignals } = await asking();
    const { store, now, config } = this.#core;
    return {
      store: await store(),
      now,
      semantic: await this.embeddings(),
      weights: withoutSignals((await config()).recall.without),
    };
  }
}
