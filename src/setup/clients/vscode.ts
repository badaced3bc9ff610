/** VS Code, its Insiders and VSCodium: `mcp.json` in the folder of the user, which is another place on each system. */
import { pathsOf } from '../../platform/paths.ts';
import { SERVER } from '../marks.ts';
import type { ClientWiring, Program, World } from '../types.ts';
import { noTranscripts, type ServerEntry, serverFinding } from './server-entry.ts';

const NAME = 'VS Code';
const EDITIONS = [
  { folder: 'Code', name: NAME },
  { folder: 'Code - Insiders', name: 'VS Code Insiders' },
  { folder: 'VSCodium', name: 'VSCodium' },
] as const;

export const vscode: ClientWiring = {
  id: 'vscode',
  name: NAME,
  detect: async (world) => {
    const [first] = await found(world);
    return first === undefined ? null : { folder: first.folder };
  },
  plan: async (world, program) => {
    const entries = (await found(world)).map((edition) => entryOf(world, program, edition));
    return {
      edits: entries.map(({ name, file, at, value }) => ({
        file,
        kind: 'jsonc' as const,
        why: `${name} starts the server`,
        entries: [{ set: at, value }],
      })),
      notes: [
        `${NAME} starts a server of the user in the home folder and tells it which folders are open: midturn takes the first one as the project. Where another one of several is meant, put the same entry into .vscode/mcp.json of that project with "cwd": "\${workspaceFolder}".`,
        `${NAME} asks whether you trust midturn when it starts it for the first time. Profiles of your own have an mcp.json of their own.`,
        noTranscripts(NAME),
      ],
      problems: [],
    };
  },
  examine: async (world, program) =>
    Promise.all(
      (await found(world)).map((edition) => serverFinding(world, program, entryOf(world, program, edition))),
    ),
};

type Edition = { readonly name: string; readonly folder: string };

/** The editions that are on this machine, with the folder of the user. */
async function found(world: World): Promise<readonly Edition[]> {
  const { join } = pathsOf(world.os);
  const all = EDITIONS.map(({ folder, name }) => ({ name, folder: join(baseOf(world), folder, 'User') }));
  const there = await Promise.all(all.map(({ folder }) => world.files.isFolder(folder)));
  return all.filter((_, at) => there[at] === true);
}

function baseOf({ os, env, osHome }: World): string {
  const { join } = pathsOf(os);
  if (os === 'darwin') return join(osHome, 'Library', 'Application Support');
  const named = (os === 'win32' ? env.APPDATA : env.XDG_CONFIG_HOME) ?? '';
  if (named !== '') return named;
  return os === 'win32' ? join(osHome, 'AppData', 'Roaming') : join(osHome, '.config');
}

function entryOf(world: World, { node, launcher }: Program, { name, folder }: Edition): ServerEntry {
  return {
    client: 'vscode',
    name,
    file: pathsOf(world.os).join(folder, 'mcp.json'),
    at: ['servers', SERVER],
    value: { type: 'stdio', command: node, args: [launcher, 'mcp'] },
  };
}
