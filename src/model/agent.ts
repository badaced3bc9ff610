/**
 * Agents that midturn knows how to run without a person, for an answer in JSON: with which arguments they start no
 * hooks and no MCP servers (ours would otherwise review its own reviews), can change nothing, and keep no session.
 */

export const AGENTS = ['codex', 'claude', 'opencode'] as const;
export type AgentName = (typeof AGENTS)[number];

/** Set for every agent that midturn starts: hooks that see it end at once. */
export const AGENT_MARK = 'MIDTURN_AGENT';

export type AgentRecipe = {
  readonly argv: readonly [string, ...string[]];
  readonly format: 'codex-events' | 'claude-json' | 'opencode-events';
  /** Options that older versions do not know and that it works without, with how many values follow each. */
  readonly optional: Readonly<Record<string, number>>;
  readonly env: Readonly<Record<string, string>>;
};

/**
 * Lets one agent run on this home at a time, whoever starts it. Null = another one still ran when the wait was over.
 */
export type AgentTurn = <T>(
  act: () => Promise<T>,
  limits: { readonly waitMs: number; readonly signal?: AbortSignal },
) => Promise<T | null>;

export type RecipeOptions = {
  /** Null = midturn's usual one for the agent, or where there is none the one that the agent is set up with. */
  readonly model: string | null;
  /** Names of the MCP servers that the agent is set up with, where it has to be told each of them. */
  readonly servers: readonly string[];
};

/**
 * What an agent is asked to run unless somebody names a model: the one that it is set up with may be the dearest there
 * is. Null = it has none that is cheap and known to be there for everybody.
 */
const USUAL_MODELS: Readonly<Record<AgentName, string | null>> = {
  codex: null,
  claude: 'haiku',
  opencode: null,
};

/** The prompt is read from stdin by all three. */
export function recipeOf(name: AgentName, options: RecipeOptions): AgentRecipe {
  return RECIPES[name]({ ...options, model: options.model ?? USUAL_MODELS[name] });
}

/**
 * The model that a command runs with, and the agent that it leaves to its own model: the first is null where midturn
 * does not know it, the second where it is named or the command is somebody's own.
 */
export function modelOf(
  [program = '', ...args]: readonly string[],
  model: string | null,
): { readonly model: string | null; readonly ownOf: AgentName | null } {
  const agent = args.length > 0 ? null : agentNamed(program);
  if (model !== null || agent === null) return { model, ownOf: null };
  const usual = USUAL_MODELS[agent];
  return { model: usual, ownOf: usual === null ? agent : null };
}

function isAgentName(name: string): name is AgentName {
  return AGENTS.some((agent) => agent === name);
}

/** The agent that a program is, by the name of its file: a path to it, and Windows' `codex.cmd`, are that agent, too. */
export function agentNamed(program: string): AgentName | null {
  const name = (program.split(/[\\/]/).at(-1) ?? '').replace(/\.(?:exe|cmd|bat|ps1)$/i, '').toLowerCase();
  return isAgentName(name) ? name : null;
}

/**
 * A command that somebody wrote out for an agent, with what keeps it from starting hooks and MCP servers. What they
 * wrote comes last, and so counts where it says otherwise.
 */
export function guarded(
  name: AgentName,
  [program, ...args]: readonly [string, ...string[]],
  options: RecipeOptions,
): AgentRecipe {
  const { env, format } = recipeOf(name, options);
  const guards = { codex: codexSettings(options), claude: CLAUDE_GUARDS, opencode: [] }[name];
  const optional = name === 'claude' ? CLAUDE_OPTIONAL : {};
  return { argv: [program, ...guards, ...args], format, optional, env };
}

const RECIPES: Readonly<Record<AgentName, (options: RecipeOptions) => AgentRecipe>> = {
  codex,
  claude,
  opencode,
};

/**
 * Measured with 0.104, 0.147 and 0.169. `-c mcp_servers={}` is merged with what is configured and leaves it as it is:
 * each server is switched off by its name. Unknown features and settings are passed over, by old versions without a
 * word. Without the shell there is nothing that a planted instruction could run.
 */
function codexSettings({ servers }: RecipeOptions): readonly string[] {
  const off = ['hooks', 'plugins', 'apps', 'shell_tool', 'multi_agent', 'goals', 'memories'];
  const settings = [
    ...off.map((feature) => `features.${feature}=false`),
    ...servers.filter((name) => /^[\w-]+$/.test(name)).map((name) => `mcp_servers.${name}.enabled=false`),
    'notify=[]',
    'web_search="disabled"',
    'approval_policy="never"',
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}

function codex(options: RecipeOptions): AgentRecipe {
  const { model } = options;
  return {
    argv: [
      'codex',
      'exec',
      '--json',
      '--skip-git-repo-check',
      '--ephemeral',
      '-s',
      'read-only',
      ...codexSettings(options),
      ...(model === null ? [] : ['-m', model]),
      '-',
    ],
    format: 'codex-events',
    optional: { '--ephemeral': 0 },
    env: {},
  };
}

const CLAUDE_GUARDS = ['--strict-mcp-config', '--settings', '{"disableAllHooks":true}'] as const;
const CLAUDE_OPTIONAL = { '--settings': 1, '--strict-mcp-config': 0 } as const;

/** Measured with 2.1.329, 2.1.80 and 2.0.50. Its own system prompt and tools are not needed: 50 kB less a call. */
function claude({ model }: RecipeOptions): AgentRecipe {
  return {
    argv: [
      'claude',
      '-p',
      '--output-format',
      'json',
      ...CLAUDE_GUARDS,
      '--no-session-persistence',
      '--disable-slash-commands',
      '--tools',
      '',
      '--system-prompt',
      'You answer with one JSON object and nothing else.',
      ...(model === null ? [] : ['--model', model]),
    ],
    format: 'claude-json',
    optional: {
      '--no-session-persistence': 0,
      '--disable-slash-commands': 0,
      '--tools': 1,
      '--system-prompt': 1,
      ...CLAUDE_OPTIONAL,
    },
    env: {
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      // It would try ten times, longer than it may run; who started it tries again by itself.
      CLAUDE_CODE_MAX_RETRIES: '2',
    },
  };
}

/** Measured with 1.18. It takes its configuration from the environment on top of the person's; a session stays in its database. */
function opencode({ model, servers }: RecipeOptions): AgentRecipe {
  const mcp = Object.fromEntries(['midturn', ...servers].map((name) => [name, { enabled: false }]));
  const configuration = { share: 'disabled', mcp, permission: { '*': 'deny' } };
  return {
    argv: [
      'opencode',
      'run',
      '--pure',
      '--format',
      'json',
      // Without a title it asks a model for one.
      '--title',
      'midturn',
      ...(model === null ? [] : ['--model', model]),
    ],
    format: 'opencode-events',
    optional: { '--pure': 0, '--title': 1 },
    env: {
      OPENCODE_CONFIG_CONTENT: JSON.stringify(configuration),
      OPENCODE_DISABLE_PROJECT_CONFIG: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_CLAUDE_CODE: '1',
    },
  };
}

/** The option that an agent's refusal to start names: it is of an older version. */
export function unknownOption(stderr: string): string | null {
  const said =
    /(?:unexpected argument|unknown option|unknown arguments?:?)\s+['"`]?-{0,2}([a-z][\w-]*)/i.exec(stderr);
  return said?.[1] === undefined ? null : `--${said[1]}`;
}

/** The arguments without one of the optional options; null where it is none of them. */
export function withoutOption(
  argv: readonly [string, ...string[]],
  option: string,
  optional: AgentRecipe['optional'],
): readonly [string, ...string[]] | null {
  const values = Object.hasOwn(optional, option) ? optional[option] : undefined;
  const at = argv.indexOf(option);
  if (values === undefined || at < 1) return null;
  const [program, ...args] = argv;
  args.splice(at - 1, 1 + values);
  return [program, ...args];
}
