/**
 * What takes in, keeps and brings up to date: capture, memories, skills, compile, review. They ask for one another,
 * each when it needs to, so they stand in one file.
 */

import type { Discovery } from '../../capture/index.ts';
import type { CompileService } from '../../compile/index.ts';
import type { MemoriesService } from '../../memories/index.ts';
import type { Caller } from '../../model/caller.ts';
import type { ReviewService } from '../../review/index.ts';
import type { SkillsService } from '../../skills/index.ts';
import type { Store } from '../../store/store.ts';
import type { CaptureDesk, ImportRequest } from '../capture-desk.ts';
import { ChangeWatch } from '../change-watch.ts';
import type { Core } from '../core.ts';
import { once } from '../once.ts';
import type * as Services from '../services.ts';
import type { Answering } from './answering.ts';

const services = (): Promise<typeof Services> => import('../services.ts');

export class Keeping {
  readonly #core: Core;
  readonly #answering: Answering;
  /** The files of memory that a command makes stale are rendered when it ends. */
  readonly changes: ChangeWatch;

  constructor(core: Core, answering: Answering) {
    this.#core = core;
    this.#answering = answering;
    this.changes = new ChangeWatch({
      isOpen: () => core.isOpen,
      store: core.store,
      compile: () => this.compile(),
    });
  }

  readonly capture = once(async (): Promise<CaptureDesk> => {
    const { CaptureDesk, reconsiderAbsorbed } = await services();
    const { now, layout, config } = this.#core;
    const store = await this.#core.store();
    return new CaptureDesk({
      store,
      now,
      layout,
      settings: await config(),
      projectOf: async (cwd) => (await this.#answering.projects()).idOf(cwd),
      onCaptured: async () => {
        const memories = await this.memories();
        const self = this.#core.self(await this.#core.store());
        await memories.reconsider(self);
        await reconsiderAbsorbed(await this.#core.store(), now, self);
      },
    });
  });

  readonly #findCall = async (caller: Caller) => (await this.capture()).findCall(caller);

  readonly #caughtUp = async (caller: Caller, since: number | null): Promise<boolean> =>
    (await this.capture()).caughtUp(caller, since);

  readonly memories = once(
    async (): Promise<MemoriesService> => this.#memoriesOver(await this.#core.store()),
  );

  /** Takes the store, since it is wanted before anybody else may ask for the store. */
  async #memoriesOver(store: Store): Promise<MemoriesService> {
    const { memoriesService, renderKnown } = await services();
    const { now, layout, config } = this.#core;
    const { trust, compile } = await config();
    const budgets = { user: compile.user_characters, project: compile.project_characters };
    return memoriesService({
      store,
      now,
      policy: trust.policy,
      findCall: this.#findCall,
      home: layout.root,
      render: async () => {
        const self = this.#core.self(store);
        await renderKnown({ store, layout, now, budgets, caughtUp: this.#caughtUp }, self);
        await (await this.#skillsOver(store)).sync(self);
      },
    });
  }

  /** What was to be erased and was cut off is gone on with by whoever comes next; nobody is kept from the store. */
  async goOnErasing(store: Store): Promise<void> {
    if ((await store.eraseJobs.open()).length === 0) return;
    try {
      await (await this.#memoriesOver(store)).resumeErasing(this.#core.self(store));
    } catch {
      await store.health.count({ 'erase.failures': 1 });
    }
  }

  readonly skills = once(async (): Promise<SkillsService> => this.#skillsOver(await this.#core.store()));

  async #skillsOver(store: Store): Promise<SkillsService> {
    const { openSkills } = await services();
    const { layout, env, osHome } = this.#core;
    return openSkills({
      store,
      layout,
      userHome: osHome,
      env,
      caughtUp: (since) => this.#caughtUp(this.#core.self(store), since),
    });
  }

  readonly compile = once(async (): Promise<CompileService> => {
    const { openCompile } = await services();
    const { store, now, layout, config, env } = this.#core;
    return openCompile({
      store: await store(),
      now,
      layout,
      settings: await config(),
      env,
      findCall: this.#findCall,
      caughtUp: this.#caughtUp,
      projectOf: this.#answering.projectOf,
      skills: () => this.skills(),
    });
  });

  readonly review = once(async (): Promise<ReviewService> => {
    const { openReview } = await services();
    const { store, now, layout, config, env } = this.#core;
    return openReview({
      store: await store(),
      now,
      layout,
      settings: await config(),
      env,
      compile: () => this.compile(),
      projectOf: this.#answering.projectOf,
    });
  });

  /**
   * Whether there is anything for a worker to do: told by a few looks at indexes. A word that was left just now is
   * taken by the worker of the turn that follows: one of its own would run beside the client's start.
   */
  async hasWork(): Promise<boolean> {
    const { layout, now } = this.#core;
    const store = await this.#core.store();
    const { isLeftBehind } = await import('../loop/start.ts');
    if (isLeftBehind(layout, now()) || (await store.projections.dirty()).length > 0) return true;
    return (await store.suggestions.counts()).pending > 0;
  }

  /** What an import would read, without opening the store. */
  async planImport(request: ImportRequest): Promise<Discovery> {
    const { planImport } = await services();
    return planImport(await this.#core.config(), request);
  }

  /** The name of the project that a transcript is about, or null where it names no folder. */
  async peekProject(path: string): Promise<string | null> {
    const cwd = await this.peek(path);
    return cwd === null ? null : (await import('../folder-name.ts')).folderName(cwd);
  }

  /** The directory that a transcript is about, looked up in its first lines. */
  async peek(path: string): Promise<string | null> {
    const { peekCwd } = await services();
    return peekCwd(path);
  }
}
