/** Opens the compile service: what it needs of memories, skills, projects and the home. */
import { type CompileService, compileService } from '../compile/index.ts';
import { admittedText, prepare, sourcePaths } from '../memories/index.ts';
import type { Caller, CallerProject } from '../model/caller.ts';
import type { Clock } from '../model/time.ts';
import type { Settings } from '../project/configuration.ts';
import type { HomeLayout } from '../project/home.ts';
import { candidateSkill, planSkills, type SkillsService } from '../skills/index.ts';
import type { CapturedCall } from '../store/capture.ts';
import type { Store } from '../store/store.ts';
import { agentSpending } from './agent-spending.ts';
import { agentTurn } from './agent-turn.ts';
import type { Environment } from './caller.ts';
import { ownPrompt } from './own-prompt.ts';
import { projectionDesk } from './projection-desk.ts';
import { withSkills } from './skills-desk.ts';

type CompileDeskDeps = {
  readonly store: Store;
  readonly now: Clock;
  readonly layout: HomeLayout;
  readonly settings: Settings;
  /** For agents that compile. */
  readonly env: Environment;
  readonly findCall: (
    caller: Caller,
  ) => Promise<{ readonly call: CapturedCall | null; readonly readable: boolean }>;
  readonly caughtUp: (caller: Caller, since: number | null) => Promise<boolean>;
  readonly projectOf: (cwd: string) => Promise<CallerProject | null>;
  readonly skills: () => Promise<SkillsService>;
};

export function openCompile({
  store,
  now,
  layout,
  settings: { trust, compile, review },
  env,
  findCall,
  caughtUp,
  projectOf,
  skills,
}: CompileDeskDeps): CompileService {
  const budgets = { user: compile.user_characters, project: compile.project_characters };
  return compileService({
    store,
    now,
    policy: trust.policy,
    records: { prepare, text: admittedText, sourcePaths },
    findCall,
    inbox: layout.inbox,
    projectOf,
    projections: withSkills(projectionDesk({ store, layout, now, budgets, caughtUp }), skills),
    skills: {
      plan: (caller, claims) => planSkills(store, caller, claims),
      candidate: candidateSkill,
    },
    backend: compile.backend,
    agents: {
      env,
      cache: layout.cache,
      timeoutMs: compile.agent_timeout_seconds * 1000,
      model: compile.agent_model,
      command: compile.agent_command,
      prompt: () => ownPrompt(layout, 'compiler'),
      turn: agentTurn(store),
    },
    spending: agentSpending({ store, now, limits: review }),
    allowFallback: compile.allow_fallback,
  });
}
