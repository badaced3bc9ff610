/** The machine as setup's wirings look at it; with `starts` false nothing is run or asked. */
import { hostOs } from '../../platform/paths.ts';
import { isMissingProgram, runProgram } from '../../platform/run-program.ts';
import { talk } from '../../platform/talk.ts';
import { diskFiles, type World } from '../../setup/index.ts';
import type { Patient } from './types.ts';

export function worldOf({ app, env, osHome, wishes }: Patient): World {
  const { cwd, layout, now } = app;
  const still: World = {
    env,
    osHome,
    os: hostOs(),
    cwd,
    layout,
    now,
    files: diskFiles,
    run: async () => null,
  };
  if (!wishes.starts) return still;
  return {
    ...still,
    run: async (argv, timeoutMs) => {
      try {
        return await runProgram({ argv, cwd, env, timeoutMs });
      } catch (error) {
        if (isMissingProgram(error)) return null;
        throw error;
      }
    },
    talk: (argv, lines, enough, timeoutMs) => talk({ argv, cwd, env, lines, enough, timeoutMs }),
  };
}
