/**
 * Codex. The server goes into config.toml. The hooks go into hooks.json: Codex keys the trust in a hook by file, event
 * and place in the list, and rewrites config.toml itself, so that a file of their own is where they keep their places.
 * Only where config.toml holds hooks of others and hooks.json none do ours join them: Codex warns at every start of
 * hooks in both.
 */
import { parse, stringify } from 'smol-toml';
import { pathsOf } from '../../platform/paths.ts';
import type { Finding } from '../../store/health.ts';
import { jsonTrouble, jsonValue } from '../json-edit.ts';
import { withoutByteMark } from '../json-text.ts';
import { isList, isObject, isOurs, powerShellLine, SERVER, shellWord, withoutOurs } from '../marks.ts';
import { tomlTrouble } from '../toml-block.ts';
import type { ClientWiring, Edit, Json, Leftover, Program, World } from '../types.ts';
import { hookTrust } from './codex-trust.ts';
import {
  anotherServerNote,
  asksServer,
  isAnothers,
  PROMPT_COMMAND,
  PROMPT_HOOK,
  PROMPT_SECONDS,
  strayWords,
} from './prompt-hook.ts';
import { isOverHttp, overHttpWords, peek, within } from './server-entry.ts';

const NAME = 'Codex';

export const codex: ClientWiring = {
  id: 'codex',
  name: NAME,
  detect: async (world) => {
    const { folder } = placesOf(world);
    return (await world.files.isFolder(folder)) ? { folder } : null;
  },
  plan: async (world, program) => {
    const { config, hooks } = placesOf(world);
    const [configText, hooksText] = [await peek(world, config), await peek(world, hooks)];
    const inConfig = belongInConfig(tomlValue(configText), jsonValue(hooksText), program);
    const there = within(tomlValue(configText), ['mcp_servers', SERVER]);
    const isTaken = isAnothers(there, program);
    const wanted = hooksOf(world, program, isTaken);
    const server = stringify({ mcp_servers: { [SERVER]: serverOf(world, program) } });
    const hooksBlock = `${stringify({ hooks: wanted }).trim()}\n`;
    // Where the name is another's, the hooks come all the same.
    const hooksAlone = isTaken && inConfig;
    const edits: Edit[] = [
      {
        kind: 'toml',
        file: config,
        why: hooksAlone
          ? `${NAME} runs the hooks`
          : inConfig
            ? `${NAME} starts the server and runs the hooks`
            : `${NAME} starts the server`,
        block: hooksAlone ? hooksBlock : inConfig ? `${server.trim()}\n\n${hooksBlock}` : server,
        defines: hooksAlone ? [] : [['mcp_servers', SERVER]],
      },
    ];
    const problems: string[] = hooksAlone
      ? [`${config}: mcp_servers.${SERVER} is there already and is not ours: left alone`]
      : [];
    if (!inConfig) {
      const trouble = hooksText === null ? null : jsonTrouble(hooksText, true);
      if (trouble !== null) problems.push(`${NAME} runs no hook of ${hooks}: ${trouble}`);
      edits.push({
        kind: 'jsonc',
        file: hooks,
        why: `${NAME} runs the hooks`,
        entries: Object.entries(wanted).flatMap(([event, groups]) =>
          groups.map((value) => ({ into: ['hooks', event], value })),
        ),
      });
    }
    const taken = isTaken ? [anotherServerNote(there, { name: NAME, file: config, client: 'codex' })] : [];
    return { edits, notes: [...taken, ...TRUST, ...memoryNotes(tomlValue(configText))], problems };
  },
  examine,
  plugin: async (world) => {
    const value = tomlValue(await peek(world, placesOf(world).config));
    const plugins = isObject(value) && isObject(value.plugins) ? Object.entries(value.plugins) : [];
    const on = plugins.find(
      ([name, about]) => name.startsWith(`${SERVER}@`) && !(isObject(about) && about.enabled === false),
    );
    return on?.[0] ?? null;
  },
  pluginRemoval: (plugin) => `codex plugin remove ${plugin}`,
  leaving,
  leftovers,
};

const TRUST = [
  `${NAME} runs a hook only when you have trusted it: start codex, type /hooks, look at what midturn has added and trust it. Until then memory works by its tools alone. An upgrade of midturn does not change the hooks, so they are trusted once.`,
];

function placesOf({ env, os, osHome }: World) {
  const { join } = pathsOf(os);
  const named = env.CODEX_HOME;
  const folder = named === undefined || named === '' ? join(osHome, '.codex') : named;
  return { folder, config: join(folder, 'config.toml'), hooks: join(folder, 'hooks.json') };
}

/** No approval settings: the hints of the tools let all run but `compile`, which a person is to be asked about. */
function serverOf({ env }: World, { node, launcher }: Program) {
  const named = env.CODEX_HOME;
  // Codex hands a server no more than HOME, PATH and the like: it would look for the sessions in the usual place.
  const own = named === undefined || named === '' ? {} : { env: { CODEX_HOME: named } };
  return { command: node, args: [launcher, 'mcp'], ...own };
}

type Group = { readonly matcher?: string; readonly hooks: readonly Readonly<Record<string, Json>>[] };

/** Codex starts a hook by a shell (on Windows PowerShell) and takes no list of arguments. Timeouts are in seconds. */
function hooksOf(
  { os }: World,
  { node, launcher }: Program,
  isTaken: boolean,
): Readonly<Record<string, readonly Group[]>> {
  const line = (words: readonly string[]): string =>
    os === 'win32' ? powerShellLine(words) : words.map(shellWord).join(' ');
  const command = (event: string, timeout: number): readonly Readonly<Record<string, Json>>[] => [
    { type: 'command', command: line([node, launcher, event, '--client', 'codex']), timeout },
  ];
  return {
    SessionStart: [{ matcher: 'startup|resume|clear|compact', hooks: command('session-start', 10) }],
    UserPromptSubmit: [{ hooks: isTaken ? command(PROMPT_COMMAND, PROMPT_SECONDS) : [PROMPT_HOOK] }],
    PostToolUse: [{ matcher: '^Bash$', hooks: command('post-tool', 5) }],
    Stop: [{ hooks: command('stop-review', 10) }],
    PreCompact: [{ hooks: command('pre-compact', 20) }],
    // More than 3 would be clamped, with a warning at every end.
    SessionEnd: [{ hooks: command('session-end', 3) }],
  };
}

function belongInConfig(config: unknown, hooksFile: unknown, program: Program): boolean {
  const [inConfig, inFile] = [groupsOf(config), groupsOf(hooksFile)];
  if (inFile.some(({ group }) => isOurs(group, program))) return false;
  return inConfig.length > 0 && inFile.length === 0;
}

function groupsOf(value: unknown) {
  const hooks = isObject(value) && isObject(value.hooks) ? value.hooks : {};
  return Object.entries(hooks).flatMap(([event, groups]) =>
    event !== 'state' && isList(groups) ? groups.map((group, at) => ({ event, group, at })) : [],
  );
}

/** Codex's own memory: what it means to have both. */
function memoryNotes(config: unknown): readonly string[] {
  if (!isObject(config)) return [];
  const on = isObject(config.features) && config.features.memories === true;
  const memories = isObject(config.memories) ? config.memories : {};
  const strict =
    memories.disable_on_external_context === true || memories.no_memories_if_mcp_or_web_search === true;
  if (!on) return [];
  return strict
    ? [
        `${NAME}'s own memories are on, with disable_on_external_context: a session in which a tool of midturn is called is marked as polluted and left out of them. midturn itself is not touched by that.`,
      ]
    : [
        `${NAME}'s own memories are on and stay so; both work side by side, and \`midturn migrate\` can bring theirs in.`,
      ];
}

async function examine(world: World, program: Program): Promise<readonly Finding[]> {
  const { config, hooks } = placesOf(world);
  const text = await world.files.read(config);
  const trouble = text === null ? null : tomlTrouble(text);
  if (trouble !== null)
    return [
      {
        id: 'codex.server',
        status: 'fail',
        words: `${NAME} cannot read ${config}: ${trouble}`,
        fix: 'Repair it, then midturn setup codex',
      },
    ];
  const value = tomlValue(text);
  const servers = isObject(value) && isObject(value.mcp_servers) ? value.mcp_servers : {};
  const server = servers[SERVER];
  const findings: Finding[] = [serverFinding(server, config, program)];
  const isTaken = isAnothers(server, program);
  const expected = Object.keys(hooksOf(world, program, isTaken));
  const hooksValue = jsonValue(await world.files.read(hooks));
  if (isTaken && [value, hooksValue].some((each) => asksServer(within(each, ['hooks', 'UserPromptSubmit']))))
    return [
      ...findings,
      { id: 'codex.hooks', status: 'warn', words: strayWords(NAME, hooks), fix: 'midturn setup codex' },
    ];
  const there = [value, hooksValue].flatMap(groupsOf).filter(({ group }) => isOurs(group, program));
  const missing = expected.filter((event) => !there.some((each) => each.event === event));
  if (missing.length > 0)
    return [
      ...findings,
      {
        id: 'codex.hooks',
        status: 'warn',
        words: `${NAME} has no hook of midturn for ${missing.join(', ')}`,
        fix: 'midturn setup codex',
      },
    ];
  return [
    ...findings,
    { id: 'codex.hooks', status: 'ok', words: `${NAME} has the hooks` },
    await hookTrust(world, program),
  ];
}

function serverFinding(server: Json | undefined, file: string, program: Program): Finding {
  const [id, fix] = ['codex.server', 'midturn setup codex'];
  if (server === undefined) return { id, status: 'warn', words: `${NAME} does not know midturn`, fix };
  if (isOverHttp(server)) return { id, status: 'ok', words: overHttpWords(NAME, file) };
  if (!isOurs(server, program))
    return {
      id,
      status: 'warn',
      words: `${NAME} starts another program under the name midturn (${file})`,
      fix: `Take that entry out, then ${fix}`,
    };
  if (isObject(server) && server.command !== program.node)
    return {
      id,
      status: 'warn',
      words: `${NAME} starts midturn by another Node than setup would write (${file})`,
      fix,
    };
  if (isObject(server) && server.enabled === false)
    return {
      id,
      status: 'warn',
      words: `${NAME} has midturn switched off (${file})`,
      fix: 'Take `enabled = false` out',
    };
  return { id, status: 'ok', words: `${NAME} starts midturn (${file})` };
}

/** Codex knows a hook that it trusts by its place in the list: those behind ours move up. */
async function leaving(world: World, program: Program): Promise<readonly string[]> {
  const { config, hooks } = placesOf(world);
  const inConfig = tomlValue(await peek(world, config));
  const moved = [inConfig, jsonValue(await peek(world, hooks))].flatMap((value) => {
    const groups = groupsOf(value);
    return groups.filter(
      ({ event, group, at }) =>
        withoutOurs(isObject(group) ? group : null, program) !== undefined &&
        groups.some(
          (other) =>
            other.event === event &&
            other.at < at &&
            withoutOurs(isObject(other.group) ? other.group : null, program) === undefined,
        ),
    );
  });
  if (moved.length === 0) return [];
  const events = [...new Set(moved.map(({ event }) => event))].join(', ');
  return [
    `Hooks of others stand behind midturn's in the list (${events}) and move up when it goes. ${NAME} knows what it trusts by its place: look at them in /hooks and trust them again.`,
  ];
}

/** The rows in which Codex keeps that a person has trusted our hooks. */
async function leftovers(world: World, program: Program): Promise<readonly Leftover[]> {
  const { config, hooks } = placesOf(world);
  const value = tomlValue(await peek(world, config));
  const state =
    isObject(value) && isObject(value.hooks) && isObject(value.hooks.state) ? value.hooks.state : {};
  const places = [
    ...(await keysIn(world, config, value, program)),
    ...(await keysIn(world, hooks, jsonValue(await peek(world, hooks)), program)),
  ];
  return Object.keys(state)
    .filter((key) => places.includes(key))
    .map((key) => ({ file: config, table: ['hooks', 'state', key] }));
}

/** `/home/u/.codex/hooks.json:session_start:0:0` */
async function keysIn(
  world: World,
  file: string,
  value: unknown,
  program: Program,
): Promise<readonly string[]> {
  const files = [file, (await world.files.real?.(file)) ?? file];
  return groupsOf(value).flatMap(({ event, group, at }) => {
    const handlers = isObject(group) && isList(group.hooks) ? group.hooks : [];
    const name = event.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
    return handlers.flatMap((handler, place) =>
      isOurs(handler, program) ? files.map((each) => `${each}:${name}:${at}:${place}`) : [],
    );
  });
}

function tomlValue(text: string | null): unknown {
  return text === null || tomlTrouble(text) !== null ? undefined : parse(withoutByteMark(text));
}
