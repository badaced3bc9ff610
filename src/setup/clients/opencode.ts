/** OpenCode: `mcp` in its configuration; version 2 keeps the servers one level deeper. It starts them where it works. */
import { pathsOf } from '../../platform/paths.ts';
import { jsonValue } from '../json-edit.ts';
import { isObject, SERVER } from '../marks.ts';
import type { ClientWiring, Program, World } from '../types.ts';
import { noTranscripts, peek, type ServerEntry, serverFinding, within } from './server-entry.ts';

const NAME = 'OpenCode';
/** All of them are read, later ones over earlier ones: the entry goes into the last that is there. */
const FILES = ['opencode.jsonc', 'opencode.json', 'config.json'];
const NEW_FILE = 'opencode.json';

export const opencode: ClientWiring = {
  id: 'opencode',
  name: NAME,
  detect: async (world) => {
    const { join } = pathsOf(world.os);
    const folder = folderOf(world);
    const data = world.env.XDG_DATA_HOME ?? join(world.osHome, '.local', 'share');
    const places = [folder, join(data, 'opencode'), join(world.osHome, '.opencode')];
    const found = await Promise.all(places.map((place) => world.files.isFolder(place)));
    return found.includes(true) ? { folder } : null;
  },
  plan: async (world, program) => {
    const { file, at, value } = await entryOf(world, program);
    return {
      edits: [{ file, kind: 'jsonc', why: `${NAME} starts the server`, entries: [{ set: at, value }] }],
      notes: [`Start ${NAME} again: it reads its configuration once.`, noTranscripts(NAME)],
      problems: [],
    };
  },
  examine: async (world, program) => [await serverFinding(world, program, await entryOf(world, program))],
};

function folderOf({ os, env, osHome }: World): string {
  const { join } = pathsOf(os);
  const named = env.OPENCODE_CONFIG_DIR ?? '';
  if (named !== '') return named;
  const config = env.XDG_CONFIG_HOME ?? '';
  return join(config === '' ? join(osHome, '.config') : config, 'opencode');
}

async function entryOf(world: World, { node, launcher }: Program): Promise<ServerEntry> {
  const { join } = pathsOf(world.os);
  const folder = folderOf(world);
  let file = join(folder, NEW_FILE);
  let text: string | null = null;
  for (const name of FILES) {
    const found = await peek(world, join(folder, name));
    if (found === null) continue;
    [file, text] = [join(folder, name), found];
    break;
  }
  const entry = { client: 'opencode', name: NAME, file } as const;
  const command = [node, launcher, 'mcp'];
  return isSecondVersion(jsonValue(text))
    ? { ...entry, at: ['mcp', 'servers', SERVER], value: { type: 'local', command } }
    : { ...entry, at: ['mcp', SERVER], value: { type: 'local', command, enabled: true } };
}

/** In version 1 `servers` would be the name of a server, and so have a type. */
function isSecondVersion(value: unknown): boolean {
  const servers = within(value, ['mcp', 'servers']);
  return isObject(servers) && servers.type === undefined;
}
