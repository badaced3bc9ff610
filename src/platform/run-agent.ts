/**
 * Runs an agent for one answer: in an empty private folder of its own, marked so that its hooks do nothing, one at a
 * time in this process (background work is one process a home, and a compile holds its lock: so one a machine).
 */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentName,
  type AgentRecipe,
  agentEnvironment,
  isAgentName,
  recipeOf,
  unknownOption,
  withoutOption,
} from '../model/agent.ts';
import { codeOf } from '../model/errors.ts';
import { makePrivateDir } from './permissions.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';

export type AgentCall = {
  /** The name of a recipe alone, or a program and its arguments; `{file}` in one of them is the payload's path. */
  readonly command: readonly [string, ...string[]];
  /** Of a recipe; a program that somebody wrote out names its own. */
  readonly model: string | null;
  /** What it is told on stdin. @param file where the payload lies, null when it does not lie in a file */
  readonly input: (file: string | null) => string;
  /** Written to `payload.json` where that is asked for, or where an argument names `{file}`. */
  readonly payload: string;
  readonly payloadInFile: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
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
  const folder = join(call.cache, 'agents', randomUUID());
  await makePrivateDir(call.cache);
  await makePrivateDir(join(call.cache, 'agents'));
  await makePrivateDir(folder);
  try {
    const recipe = await recipeFor(call, folder);
    return await runRecipe(call, recipe, folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** `own`: one of ours, which reads everything on stdin; it may have no tool to open a file. */
type Recipe = Pick<AgentRecipe, 'argv' | 'optional' | 'env'> & { readonly own: boolean };

async function recipeFor(call: AgentCall, folder: string): Promise<Recipe> {
  const [program, ...args] = call.command;
  if (args.length > 0 || !isAgentName(program))
    return { argv: call.command, optional: {}, env: {}, own: false };
  const recipe = recipeOf(program, { model: call.model, servers: await serversOf(program, call, folder) });
  return { ...recipe, own: true };
}

async function runRecipe(
  call: AgentCall,
  { argv: given, optional, env, own }: Recipe,
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
      env: agentEnvironment(call.env, env),
      stdin: call.input(file),
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
  const argv = ['codex', 'mcp', 'list', '--json'] as const;
  const env = agentEnvironment(call.env);
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
