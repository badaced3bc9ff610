/**
 * Cursor (the editor and `cursor-agent`): one `mcp.json` for both. It starts servers of the user in the home folder,
 * whatever is open, and ignores `cwd`; only words with `${workspaceFolder}` in them tell where the person works.
 */
import { pathsOf } from '../../platform/paths.ts';
import { SERVER } from '../marks.ts';
import type { ClientWiring, Program, World } from '../types.ts';
import { noTranscripts, type ServerEntry, serverFinding } from './server-entry.ts';

const NAME = 'Cursor';

export const cursor: ClientWiring = {
  id: 'cursor',
  name: NAME,
  detect: async (world) => {
    const folder = folderOf(world);
    return (await world.files.isFolder(folder)) ? { folder } : null;
  },
  plan: async (world, program) => {
    const { file, at, value } = entryOf(world, program);
    return {
      edits: [{ file, kind: 'jsonc', why: `${NAME} starts the server`, entries: [{ set: at, value }] }],
      notes: [
        `${NAME} asks before it runs a tool of midturn for the first time: allow it there, or allow recall and recall_history for good.`,
        noTranscripts(NAME),
      ],
      problems: [],
    };
  },
  examine: async (world, program) => [await serverFinding(world, program, entryOf(world, program))],
};

function folderOf({ os, osHome }: World): string {
  return pathsOf(os).join(osHome, '.cursor');
}

function entryOf(world: World, { node, launcher }: Program): ServerEntry {
  return {
    client: 'cursor',
    name: NAME,
    file: pathsOf(world.os).join(folderOf(world), 'mcp.json'),
    at: ['mcpServers', SERVER],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the client fills it in.
    value: { type: 'stdio', command: node, args: [launcher, 'mcp', '--workspace', '${workspaceFolder}'] },
  };
}
