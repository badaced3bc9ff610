/**
 * Claude Code. The server goes into .claude.json, which Claude Code rewrites by itself all the time; hooks and
 * permissions into settings.json. Hooks are started without a shell, by program and arguments.
 */
import { pathsOf } from '../../platform/paths.ts';
import type { Finding } from '../../store/health.ts';
import { jsonTrouble, jsonValue } from '../json-edit.ts';
import { isList, isObject, isOurs, SERVER } from '../marks.ts';
import type { ClientWiring, Json, JsonEntry, Program, World } from '../types.ts';
import {
  anotherServerNote,
  asksServer,
  isAnothers,
  PROMPT_COMMAND,
  PROMPT_HOOK,
  PROMPT_SECONDS,
  strayWords,
} from './prompt-hook.ts';
import { peek, serverFinding, within } from './server-entry.ts';

const NAME = 'Claude Code';
/** Without `compile`: what rewrites memory is asked about. */
const ALLOWED = ['recall', 'recall_history', 'remember', 'submit_suggestion', 'status'];
/** What Claude Code keeps its transcripts when nothing is set. */
const USUAL_DAYS = 30;

export const claudeCode: ClientWiring = {
  id: 'claude-code',
  name: NAME,
  detect: async (world) => {
    const { folder, servers } = placesOf(world);
    const there = (await world.files.isFolder(folder)) || (await world.files.read(servers)) !== null;
    return there ? { folder } : null;
  },
  plan: async (world, program, { keepTranscriptDays }) => {
    const { servers, settings } = placesOf(world);
    const text = await peek(world, settings);
    const there = await serverThere(world);
    const isTaken = isAnothers(there, program);
    const trouble = text === null ? null : jsonTrouble(text, true);
    const days = daysOf(jsonValue(text));
    const raise: readonly JsonEntry[] =
      keepTranscriptDays !== null && keepTranscriptDays > days
        ? [{ set: ['cleanupPeriodDays'], value: keepTranscriptDays, replaces: 'any' }]
        : [];
    return {
      edits: [
        {
          kind: 'jsonc',
          file: servers,
          why: `${NAME} starts the server`,
          volatile: true,
          entries: [{ set: ['mcpServers', SERVER], value: serverOf(program) }],
        },
        {
          kind: 'jsonc',
          file: settings,
          why: isTaken
            ? `${NAME} runs the hooks`
            : `${NAME} runs the hooks and lets the tools run without asking (compile apart)`,
          entries: [
            ...Object.entries(hooksOf(program, isTaken)).map(([event, value]) => ({
              into: ['hooks', event],
              value,
            })),
            // Of another's server of that name nothing is let run.
            ...(isTaken ? [] : ALLOWED).map((tool) => ({
              into: ['permissions', 'allow'],
              value: `mcp__${SERVER}__${tool}`,
            })),
            ...raise,
          ],
        },
      ],
      notes: [
        ...(isTaken ? [anotherServerNote(there, { name: NAME, file: servers, client: 'claude-code' })] : []),
        `Sessions of ${NAME} that are open now know midturn after a restart.`,
        ...(days < 365 && raise.length === 0
          ? [
              `${NAME} deletes its transcripts after ${days} days. midturn keeps what it has captured; to keep the originals longer: midturn setup claude-code --keep-transcripts 365`,
            ]
          : []),
      ],
      ...(raise.length === 0 ? { transcriptDays: days } : {}),
      problems:
        trouble === null
          ? []
          : [`${NAME} runs no hook of ${settings}: ${trouble}. Take them out, and the hooks run`],
    };
  },
  examine,
  plugin: async (world) => {
    const value = jsonValue(await peek(world, placesOf(world).settings));
    const plugins = isObject(value) && isObject(value.enabledPlugins) ? value.enabledPlugins : {};
    return (
      Object.keys(plugins).find((name) => name.startsWith(`${SERVER}@`) && plugins[name] === true) ?? null
    );
  },
  pluginRemoval: (plugin) => `claude plugin uninstall ${plugin}`,
};

function placesOf({ env, os, osHome }: World) {
  const { join } = pathsOf(os);
  const named = env.CLAUDE_CONFIG_DIR;
  const own = named === undefined || named === '' ? null : named;
  const folder = own ?? join(osHome, '.claude');
  return { folder, servers: join(own ?? osHome, '.claude.json'), settings: join(folder, 'settings.json') };
}

/** `alwaysLoad`: the tools are there from the first request on, not behind a search. */
function serverOf({ node, launcher }: Program): Json {
  return { type: 'stdio', command: node, args: [launcher, 'mcp'], alwaysLoad: true };
}

/** What goes by our name in the list of servers. */
async function serverThere(world: World): Promise<unknown> {
  return within(jsonValue(await peek(world, placesOf(world).servers)), ['mcpServers', SERVER]);
}

/** Timeouts are in seconds. @param isTaken the server of our name is another's */
function hooksOf({ node, launcher }: Program, isTaken: boolean): Readonly<Record<string, Json>> {
  const command = (word: string, timeout: number): readonly Json[] => [
    { type: 'command', command: node, args: [launcher, word, '--client', 'claude-code'], timeout },
  ];
  return {
    SessionStart: { hooks: command('session-start', 10) },
    UserPromptSubmit: { hooks: isTaken ? command(PROMPT_COMMAND, PROMPT_SECONDS) : [PROMPT_HOOK] },
    PostToolUseFailure: { matcher: 'Bash', hooks: command('post-tool', 5) },
    Stop: { hooks: command('stop-review', 10) },
    PreCompact: { hooks: command('pre-compact', 20) },
    SessionEnd: { hooks: command('session-end', 3) },
  };
}

function daysOf(settings: unknown): number {
  const days = isObject(settings) ? settings.cleanupPeriodDays : undefined;
  return typeof days === 'number' ? days : USUAL_DAYS;
}

async function examine(world: World, program: Program): Promise<readonly Finding[]> {
  const { servers, settings } = placesOf(world);
  const server = await serverFinding(world, program, {
    client: 'claude-code',
    name: NAME,
    file: servers,
    at: ['mcpServers', SERVER],
    value: serverOf(program),
  });
  return [server, await hookFinding(world, program, settings)];
}

async function hookFinding(world: World, program: Program, file: string): Promise<Finding> {
  const id = 'claude-code.hooks';
  const text = await world.files.read(file);
  const trouble = text === null ? null : jsonTrouble(text, true);
  if (trouble !== null)
    return {
      id,
      status: 'fail',
      words: `${NAME} runs no hook of ${file}: ${trouble}`,
      fix: `Repair ${file}`,
    };
  const value = jsonValue(text);
  if (isObject(value) && value.disableAllHooks === true)
    return {
      id,
      status: 'warn',
      words: `${NAME} has all hooks switched off (${file})`,
      fix: 'Take disableAllHooks out',
    };
  const isTaken = isAnothers(await serverThere(world), program);
  if (isTaken && asksServer(within(value, ['hooks', 'UserPromptSubmit'])))
    return { id, status: 'warn', words: strayWords(NAME, file), fix: 'midturn setup claude-code' };
  const missing = Object.keys(hooksOf(program, isTaken)).filter((event) => {
    const groups = within(value, ['hooks', event]);
    return !(isList(groups) && groups.some((group) => isOurs(group, program)));
  });
  return missing.length === 0
    ? { id, status: 'ok', words: `${NAME} has the hooks` }
    : {
        id,
        status: 'warn',
        words: `${NAME} has no hook of midturn for ${missing.join(', ')}`,
        fix: 'midturn setup claude-code',
      };
}
