/** Opens the scheduler service: the machine as it is, and what the log tells of the last scheduled run. */
import { hostOs } from '../platform/paths.ts';
import { isMissingProgram, runProgram } from '../platform/run-program.ts';
import type { HomeLayout } from '../project/home.ts';
import { readLog } from '../project/log-file.ts';
import {
  type NotedRun,
  type SchedulerService,
  type SchedulerWorld,
  schedulerService,
} from '../setup/scheduler/index.ts';
import type { Program } from '../setup/types.ts';
import type { Environment } from './caller.ts';

export type { SchedulerStatus } from '../setup/scheduler/index.ts';

/** A scheduler that does not answer by then is none. */
const ANSWER_MS = 20_000;
const DAY_MS = 86_400_000;
/** Under this kind a scheduled run stands in the log. */
const SCHEDULED = 'scheduler';

type SchedulerPlace = {
  readonly env: Environment;
  readonly osHome: string;
  readonly layout: HomeLayout;
  readonly now: () => number;
  readonly program: (write: boolean) => Promise<Program>;
};

export function openScheduler({ env, osHome, layout, now, program }: SchedulerPlace): SchedulerService {
  const run: SchedulerWorld['run'] = async (argv, { stdin, env: more } = {}) => {
    try {
      const given = stdin === undefined ? {} : { stdin };
      return await runProgram({ argv, env: { ...env, ...more }, timeoutMs: ANSWER_MS, ...given });
    } catch (error) {
      if (isMissingProgram(error)) return null;
      throw error;
    }
  };
  const world = { os: hostOs(), env, osHome, layout, uid: process.getuid?.() ?? null, run };
  return schedulerService({ world, program, lastRun: () => lastRun(layout, now()) });
}

/** The files of the log may be long: today's are looked at first. */
async function lastRun(layout: HomeLayout, now: number): Promise<NotedRun | null> {
  for (const days of [1, 14]) {
    const lines = await readLog(layout, { since: now - days * DAY_MS });
    const line = lines.findLast(({ kind }) => kind === SCHEDULED);
    if (line === undefined) continue;
    const { at, ok, error } = line;
    return { at, ok, ...(typeof error === 'string' ? { error } : {}) };
  }
  return null;
}
