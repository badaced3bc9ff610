/** Opens the setup service on the machine as it is. It has no need of the store. */
import { hostOs } from '../platform/paths.ts';
import { isMissingProgram, runProgram } from '../platform/run-program.ts';
import { talk } from '../platform/talk.ts';
import type { HomeLayout } from '../project/home.ts';
import { diskFiles, type SetupService, setupService, type World } from '../setup/index.ts';
import type { Environment } from './caller.ts';
import { alone } from './setup-locks.ts';

type SetupPlace = {
  readonly env: Environment;
  readonly osHome: string;
  readonly cwd: string;
  readonly layout: HomeLayout;
  readonly now: () => number;
  readonly version: string;
  /** The folder of the bundles that run now. */
  readonly dist?: string;
};

export function openSetup({
  env,
  osHome,
  cwd,
  layout,
  now,
  version,
  dist = __dirname,
}: SetupPlace): SetupService {
  const run: World['run'] = async (argv, timeoutMs) => {
    try {
      return await runProgram({ argv, cwd, env, timeoutMs });
    } catch (error) {
      if (isMissingProgram(error)) return null;
      throw error;
    }
  };
  const ask: World['talk'] = (argv, lines, enough, timeoutMs) =>
    talk({ argv, cwd, env, lines, enough, timeoutMs });
  const world: World = { env, osHome, os: hostOs(), cwd, layout, now, files: diskFiles, run, talk: ask };
  return alone(setupService({ world, source: { dist, version, node: process.execPath } }), { layout, now });
}
