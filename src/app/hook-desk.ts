/**
 * What hooks do without a store: leave word in the spool, write a line into the log, start the worker. It loads
 * nothing of the services: a hook that has nothing to ask is over before they would be read.
 */
import type { HomeLayout } from '../project/home.ts';
import { appendLog, type LogLine } from '../project/log-file.ts';
import { appendSpool, type SpoolEntry } from '../project/spool.ts';
import type { Environment } from './caller.ts';
import { rests } from './capture-rests.ts';
import type { WakeDeps, Woken } from './loop/start.ts';

export type { SpoolEntry, SpoolKind } from '../project/spool.ts';

export type HookDeskDeps = {
  readonly layout: HomeLayout;
  readonly env: Environment;
  readonly now: () => number;
} & Pick<WakeDeps, 'program' | 'start'>;

export class HookDesk {
  readonly #deps: HookDeskDeps;

  constructor(deps: HookDeskDeps) {
    this.#deps = deps;
  }

  /** False where it could not be written. */
  spool(entry: SpoolEntry): boolean {
    return appendSpool(this.#deps.layout, entry) !== null;
  }

  log(line: LogLine): void {
    appendLog(this.#deps.layout, line);
  }

  /** `midturn pause`: no word of what is said now is kept. */
  get rests(): boolean {
    return rests(this.#deps.layout, this.#deps.now());
  }

  /** Starting a process is loaded only by the hooks that do it. */
  async wake(): Promise<Woken> {
    const { wakeWorker } = await import('./loop/start.ts');
    const { layout, env, now, ...more } = this.#deps;
    return wakeWorker({ layout, env, now: now(), ...more });
  }
}
