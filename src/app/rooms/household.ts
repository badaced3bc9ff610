/** What people keep house with: clients wired in and out, the scheduler, settings, projects, status, the pause. */
import type { AccessService } from '../../access/index.ts';
import { UserInputError } from '../../model/errors.ts';
import { iso } from '../../model/time.ts';
import { prepareHome } from '../../project/home.ts';
import type { SetupService } from '../../setup/index.ts';
import type { SchedulerService } from '../../setup/scheduler/index.ts';
import type { StatusService } from '../../status/index.ts';
import type * as Asking from '../asking.ts';
import { type CallFacts, isAgents } from '../caller.ts';
import type { ConfigDesk } from '../config-desk.ts';
import type { Core } from '../core.ts';
import type { MigrateDesk } from '../migrate-desk.ts';
import { once } from '../once.ts';
import type { ProjectDesk } from '../projects/desk.ts';
import type * as Services from '../services.ts';
import type { Answering } from './answering.ts';
import type { Keeping } from './keeping.ts';

const services = (): Promise<typeof Services> => import('../services.ts');
const asking = (): Promise<typeof Asking> => import('../asking.ts');

export class Household {
  readonly #core: Core;
  readonly #answering: Answering;
  readonly #keeping: Keeping;

  constructor(core: Core, answering: Answering, keeping: Keeping) {
    this.#core = core;
    this.#answering = answering;
    this.#keeping = keeping;
  }

  /** Wiring clients in and out. */
  readonly setup = once(async (): Promise<SetupService> => {
    const { openSetup } = await services();
    const { env, osHome, cwd, layout, now, version } = this.#core;
    return openSetup({ env, osHome, cwd, layout, now, version });
  });

  /** The scheduler of the system. It has no need of the store. */
  readonly scheduler = once(async (): Promise<SchedulerService> => {
    const { openScheduler } = await services();
    const { env, osHome, layout, now } = this.#core;
    return openScheduler({
      env,
      osHome,
      layout,
      now,
      program: async (write) => {
        const setup = await this.setup();
        return (await (write ? setup.install() : setup.plan([], { keepTranscriptDays: null }))).program;
      },
    });
  });

  /** The configuration to show, check and change: it reads the file each time. */
  async configDesk(): Promise<ConfigDesk> {
    const { ConfigDesk } = await services();
    const { layout, env } = this.#core;
    return new ConfigDesk({ layout, env, load: () => this.#core.loadConfig() });
  }

  /** Takes over what other memory systems keep. */
  async migrateDesk(): Promise<MigrateDesk> {
    const [{ machineId }, { openMigrate }] = [await asking(), await services()];
    const { store, now, layout, config, env, osHome } = this.#core;
    return openMigrate({
      store: await store(),
      now,
      layout,
      settings: await config(),
      env,
      osHome,
      machine: machineId(),
      compile: () => this.#keeping.compile(),
      projectOf: this.#answering.projectOf,
    });
  }

  /** Projects as a person works with them: listed, joined, taken apart. */
  async projectDesk(): Promise<ProjectDesk> {
    const { ProjectDesk } = await services();
    return new ProjectDesk({ store: await this.#core.store(), book: await this.#answering.projects() });
  }

  /** Tokens of callers over the network. */
  readonly access = once(async (): Promise<AccessService> => {
    const [{ machineId }, { accessService, tokenFileOf }] = [await asking(), await services()];
    const { store, now, env, layout, config } = this.#core;
    return accessService({
      store: await store(),
      now,
      machine: machineId(),
      tokenFile: tokenFileOf(layout, (await config()).http),
      isAgents: (caller) => isAgents(caller, env),
      onError: () => void this.#core.failed('token'),
    });
  });

  async status(): Promise<StatusService> {
    const { projectNews, statusService } = await services();
    const { now, version, layout, config } = this.#core;
    const store = await this.#core.store();
    const { warnings, embeddings, review } = await config();
    return statusService({
      store,
      now,
      version,
      home: layout.root,
      warnings,
      embeddings,
      budget: review,
      paused: () => this.isPaused(),
      joined: () => projectNews(store),
    });
  }

  /** Starts the worker where hooks have left something that nobody has taken for a while. */
  async wakeWorker(): Promise<void> {
    const { env, layout } = this.#core;
    if ((env.MIDTURN_AGENT ?? '') !== '') return;
    const { isLeftBehind, wakeWorker } = await import('../loop/start.ts');
    const now = this.#core.now();
    if (isLeftBehind(layout, now)) await wakeWorker({ layout, env, now });
  }

  /** Calls back when the process that started this one is gone. */
  async watchParent(onGone: () => void, intervalMs: number): Promise<void> {
    const { watchParent } = await import('../../platform/process.ts');
    watchParent(onGone, { intervalMs });
  }

  async isPaused(): Promise<boolean> {
    const { isPaused } = await services();
    return isPaused(this.#core.layout, this.#core.now());
  }

  /** While a pause lasts nothing that an agent sends is kept. @throws UserInputError */
  async refuseAgentInPause(facts: CallFacts): Promise<void> {
    if (facts.personPresent || !isAgents(facts, this.#core.env)) return;
    const { pausedUntil } = await services();
    const pause = await pausedUntil(this.#core.layout, this.#core.now());
    if (pause === null) return;
    throw new UserInputError({
      what: 'Nothing was stored',
      why: `midturn is paused until ${pause.until === null ? 'the user resumes it' : iso(pause.until)}`,
      next: 'Do not try again; the user ends the pause with `midturn resume`',
    });
  }

  async pause(until: number | null): Promise<void> {
    const { pause } = await services();
    await prepareHome(this.#core.layout);
    await pause(this.#core.layout, this.#core.now(), until);
  }

  async resume(): Promise<void> {
    const { resume } = await services();
    await prepareHome(this.#core.layout);
    await resume(this.#core.layout, this.#core.now());
  }
}
