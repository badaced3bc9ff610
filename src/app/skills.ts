/** Opens the skills service: where this person's clients look for skills. */
import { join } from 'node:path';
import { machineId } from '../platform/machine.ts';
import { hostOs } from '../platform/paths.ts';
import { touchedByTool } from '../policy/index.ts';
import type { HomeLayout } from '../project/home.ts';
import { type SkillsService, skillsService } from '../skills/index.ts';
import type { Store } from '../store/store.ts';
import type { Environment } from './caller.ts';

type SkillsPlace = {
  readonly store: Store;
  readonly layout: HomeLayout;
  /** The person's home folder. */
  readonly userHome: string;
  readonly env: Environment;
  /** Whether what agents did since then is captured. */
  readonly caughtUp?: (since: number | null) => Promise<boolean>;
};

export function openSkills({ store, layout, userHome, env, caughtUp }: SkillsPlace): SkillsService {
  const claude = (env.CLAUDE_CONFIG_DIR ?? '').trim();
  return skillsService({
    store,
    layout,
    userHome,
    claudeHome: claude === '' ? join(userHome, '.claude') : claude,
    os: hostOs(),
    machine: machineId(),
    touchedByTool: async (path, since) =>
      (caughtUp !== undefined && !(await caughtUp(since))) || touchedByTool(store, path, since),
  });
}
