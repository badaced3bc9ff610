/**
 * Gemini CLI: server and hook in `settings.json` (comments allowed), and a policy file of our own that lets the tools
 * run which need no question. It starts servers where it works, and only in folders that the person trusts.
 */
import { type Os, pathsOf } from '../../platform/paths.ts';
import type { Finding } from '../../store/health.ts';
import { jsonValue } from '../json-edit.ts';
import { isList, isOurs, powerShellLine, SERVER, shellWord } from '../marks.ts';
import type { ClientWiring, Program, World } from '../types.ts';
import { noTranscripts, type ServerEntry, serverFinding, within } from './server-entry.ts';

const NAME = 'Gemini CLI';
const HOOKS = ['hooks', 'SessionStart'];
/** Milliseconds here; the hook itself takes a tenth of a second. */
const HOOK_MS = 10_000;
/** Another program of the same makers keeps its things in the same folder. */
const OTHERS = /^(?:antigravity|tmp$)/;

export const gemini: ClientWiring = {
  id: 'gemini',
  name: NAME,
  detect: async (world) => {
    const folder = folderOf(world);
    const names = await world.files.list(folder);
    return names.some((name) => !OTHERS.test(name)) ? { folder } : null;
  },
  plan: async (world, program) => {
    const { join } = pathsOf(world.os);
    const { file, at, value } = entryOf(world, program);
    const hook = {
      hooks: [{ type: 'command', name: SERVER, command: hookCommand(world.os, program), timeout: HOOK_MS }],
    };
    return {
      edits: [
        {
          file,
          kind: 'jsonc',
          why: `${NAME} starts the server, and is given what is remembered when a session begins`,
          entries: [
            { set: at, value },
            { into: HOOKS, value: hook },
          ],
        },
        {
          file: join(folderOf(world), 'policies', 'midturn.toml'),
          kind: 'file',
          why: 'these tools run without a question (compile still asks)',
          text: policy(),
        },
      ],
      notes: [
        `${NAME} starts no server in a folder that you have not trusted (/permissions).`,
        noTranscripts(NAME),
      ],
      problems: [],
    };
  },
  examine: async (world, program) => [
    await serverFinding(world, program, entryOf(world, program)),
    await hookFinding(world, program),
  ],
};

function folderOf({ os, env, osHome }: World): string {
  const named = env.GEMINI_CLI_HOME ?? '';
  return pathsOf(os).join(named === '' ? osHome : named, '.gemini');
}

function entryOf(world: World, { node, launcher }: Program): ServerEntry {
  return {
    client: 'gemini',
    name: NAME,
    file: pathsOf(world.os).join(folderOf(world), 'settings.json'),
    at: ['mcpServers', SERVER],
    value: { command: node, args: [launcher, 'mcp'] },
  };
}

async function hookFinding(world: World, program: Program): Promise<Finding> {
  const { file } = entryOf(world, program);
  const groups = within(jsonValue(await world.files.read(file)), HOOKS);
  const id = 'gemini.hooks';
  return isList(groups) && groups.some((group) => isOurs(group, program))
    ? { id, status: 'ok', words: `${NAME} runs the session-start hook` }
    : { id, status: 'warn', words: `${NAME} runs no hook of midturn`, fix: 'midturn setup gemini' };
}

/** The client hands the line to bash or PowerShell: there is no form without a shell. */
function hookCommand(os: Os, { node, launcher }: Program): string {
  const words = [node, launcher, 'session-start', '--client', 'gemini'];
  if (os === 'win32') return powerShellLine(words);
  return words.map(shellWord).join(' ');
}

function policy(): string {
  return [
    '# Written by midturn: `midturn uninstall` takes it away.',
    '[[rule]]',
    `mcpName = "${SERVER}"`,
    'toolName = ["recall", "recall_history", "remember", "submit_suggestion", "status"]',
    'decision = "allow"',
    'priority = 100',
    '',
  ].join('\n');
}
