/**
 * Runs an agent for one answer: in an empty private folder of its own, marked so that its hooks do nothing, one at a
 * time in this process; whoever has a store sees to it that it is one at a time among processes, too.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentName,
  type AgentRecipe,
  agentNamed,
  guarded,
  recipeOf,
  unknownOption,
  withoutOption,
} from '../model/agent.ts';
import { agentEnvironment } from '../model/agent-environment.ts';
import { codeOf } from '../model/errors.ts';
import { makePrivateDir } from './permissions.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';

export type AgentCall = {
  /** A known agent alone (its name or its path), or a program and its arguments; `{file}` is the payload's path. */
  readonly command: readonly [string, ...string[]];
  /** Of a recipe; a program that somebody wrote out names its own. */
  readonly model: string | null;
  /** What it is told on stdin. @param file where the payload lies, null when it does not lie in a file */
  readonly input: (file: string | null) => string;
  /** Written to `payload.json` where that is asked for, or where an argument names `{file}`. */
  readonly payload: string;
  readonly payloadInFile: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables that it is to get, whatever they look like. */
  readonly named?: readonly string[];
  /** Under which its folder is made. */
  readonly cache: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
};

/** How long an agent may take to name its MCP servers. */
const LIST_MS = 5000;
const FILE = '{file}';

let queue: Promise<unknown> = Promise.resolve();

/** @throws what runProgram throws */
export function runAgent(call: AgentCall): Promise<ProgramEnd> {
  const turn = queue.then(() => runOne(call));
  queue = turn.catch(() => {});
  return turn;
}

async function runOne(call: AgentCall): Promise<ProgramEnd> {
  // Named by us, so that what is left when we are killed can be told from what is in use.
  const folder = join(call.cache, 'agents', `${process.pid}-${randomUUID()}`);
  await makePrivateDir(call.cache);
  await makePrivateDir(join(call.cache, 'agents'));
  await dropAbandoned(call.cache);
  await makePrivateDir(folder);
  try {
    const recipe = await recipeFor(call, folder);
    return await runRecipe(call, recipe, folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Takes away the folders of agents whose midturn was killed: what it was shown may lie in them. */
export async function dropAbandoned(cache: string): Promise<void> {
  const agents = join(cache, 'agents');
  const names = await readdir(agents).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid === 0 || !isPid(pid))
      await rm(join(agents, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function isPid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** `own`: one of ours, which reads everything on stdin; it may have no tool to open a file. */
type Recipe = Pick<AgentRecipe, 'argv' | 'optional' | 'env'> & {
  readonly own: boolean;
  readonly agent: AgentName | null;
  readonly named: readonly string[];
};

async function recipeFor(call: AgentCall, folder: string): Promise<Recipe> {
  const [program, ...args] = call.command;
  const agent = agentNamed(program);
  if (agent === null)
    return { argv: call.command, optional: {}, env: {}, own: false, agent, named: call.named ?? [] };
  const named = [...(call.named ?? []), ...(await namedByItself(agent, call.env))];
  const options = { model: call.model, servers: await serversOf(agent, { ...call, named }, folder) };
  if (args.length > 0) return { ...guarded(agent, call.command, options), own: false, agent, named };
  const recipe = recipeOf(agent, options);
  const [, ...rest] = recipe.argv;
  return { ...recipe, argv: [program, ...rest], own: true, agent, named };
}

async function runRecipe(
  call: AgentCall,
  { argv: given, optional, env, own, agent, named }: Recipe,
  folder: string,
): Promise<ProgramEnd> {
  const inFile = !own && (call.payloadInFile || given.some((one) => one.includes(FILE)));
  const file = inFile ? join(folder, 'payload.json') : null;
  if (file !== null) await writeFile(file, call.payload, { mode: 0o600 });
  const [program, ...args] = given;
  let argv: readonly [string, ...string[]] = [
    program,
    ...args.map((one) => one.replaceAll(FILE, file ?? FILE)),
  ];
  for (;;) {
    const end = await runProgram({
      argv,
      cwd: folder,
      env: agentEnvironment(call.env, { agent, named, own: env }),
      stdin: call.input(file),
      watched: true,
      timeoutMs: call.timeoutMs,
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    // It has refused its arguments: no model was asked yet.
    const option = end.code === 0 || end.code === null ? null : unknownOption(end.stderr);
    const fewer = option === null ? null : withoutOption(argv, option, optional);
    if (fewer === null) return end;
    argv = fewer;
  }
}

/** Codex alone has to be told each of its servers; it answers within 30 ms. An old one that cannot list them is run as it is. */
async function serversOf(name: AgentName, call: AgentCall, folder: string): Promise<readonly string[]> {
  if (name !== 'codex') return [];
  const argv = [call.command[0], 'mcp', 'list', '--json'] as const;
  const env = agentEnvironment(call.env, { agent: name, named: call.named ?? [] });
  const end = await runProgram({ argv, cwd: folder, env, timeoutMs: Math.min(LIST_MS, call.timeoutMs) });
  return end.code === 0 ? namesIn(end.stdout) : [];
}

function namesIn(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return [];
    return list.flatMap((one: unknown) =>
      typeof one === 'object' && one !== null && 'name' in one && typeof one.name === 'string'
        ? [one.name]
        : [],
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
}

/** Where a configuration of an agent names a variable with a key. */
const NAMED: Readonly<Record<AgentName, RegExp | null>> = {
  codex: /\benv_key\s*=\s*["'](\w+)["']/g,
  claude: null,
  opencode: /\{env:(\w+)\}/g,
};

/** Variables that the agent's own configuration says it reads. What cannot be read names none. */
async function namedByItself(agent: AgentName, env: AgentCall['env']): Promise<readonly string[]> {
  const pattern = NAMED[agent];
  const home = env.HOME ?? env.USERPROFILE ?? '';
  if (pattern === null || home === '') return [];
  const folder =
    agent === 'codex'
      ? (env.CODEX_HOME ?? join(home, '.codex'))
      : join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'opencode');
  const files = agent === 'codex' ? ['config.toml'] : ['opencode.json', 'opencode.jsonc', 'config.json'];
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8').catch(() => '')));
  return texts.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []));
}

/** Why a program could not be started, in words; null for what is no error of starting. */
export function startTrouble(error: unknown, program: string): string | null {
  const code = codeOf(error);
  if (code === undefined) return null;
  return START[code]?.(program) ?? `${program} could not be started (${code})`;
}

const START: Readonly<Record<string, (program: string) => string>> = {
  ENOENT: (program) => `there is no program ${program} on the PATH`,
  EACCES: (program) => `${program} may not be run`,
  E2BIG: (program) => `the arguments of ${program} are too long`,
};
