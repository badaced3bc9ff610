/** Cursor, OpenCode, Gemini CLI and VS Code: where their files are, and what belongs into them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { workspaceOf } from '../../src/mcp/workspace.ts';
import type { Os } from '../../src/platform/paths.ts';
import { homeLayout } from '../../src/project/home.ts';
import { cursor } from '../../src/setup/clients/cursor.ts';
import { gemini } from '../../src/setup/clients/gemini-cli.ts';
import { opencode } from '../../src/setup/clients/opencode.ts';
import { vscode } from '../../src/setup/clients/vscode.ts';
import { jsonValue, putEntries, takeEntries } from '../../src/setup/json-edit.ts';
import type { ClientWiring, Edit, Program, World } from '../../src/setup/types.ts';

const PROGRAM: Program = { node: '/opt/node 20/bin/node', launcher: '/home/u/.midturn/app/midturn.cjs' };
const WISHES = { keepTranscriptDays: null };

type Place = {
  readonly os?: Os;
  readonly osHome?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Texts by path; the folders above them are there. */
  readonly files?: Readonly<Record<string, string>>;
};

function world({ os = 'linux', osHome = '/home/u', env = {}, files = {} }: Place = {}): World {
  const separator = os === 'win32' ? '\\' : '/';
  const paths = Object.keys(files);
  return {
    os,
    osHome,
    env,
    cwd: osHome,
    layout: homeLayout(join(osHome, '.midturn')),
    now: () => 0,
    run: async () => null,
    files: {
      read: async (path) => files[path] ?? null,
      isFolder: async (path) => paths.some((file) => file.startsWith(path + separator)),
      list: async (path) => [
        ...new Set(
          paths
            .filter((file) => file.startsWith(path + separator))
            .map((file) => file.slice(path.length + 1).split(separator)[0] ?? ''),
        ),
      ],
    },
  };
}

/** The files as the plan would leave them. */
async function applied(client: ClientWiring, place: Place): Promise<Readonly<Record<string, string>>> {
  const { edits } = await client.plan(world(place), PROGRAM, WISHES);
  return Object.fromEntries(edits.map((edit) => [edit.file, textOf(edit, place.files?.[edit.file] ?? '')]));
}

function textOf(edit: Edit, before: string): string {
  if (edit.kind === 'file') return edit.text;
  if (edit.kind === 'toml') return edit.block;
  const { text, problems } = putEntries(before, edit.entries, PROGRAM);
  expect(problems).toEqual([]);
  return text;
}

const CLIENTS = [
  { client: cursor, file: '/home/u/.cursor/mcp.json' },
  { client: opencode, file: '/home/u/.config/opencode/opencode.jsonc' },
  { client: gemini, file: '/home/u/.gemini/settings.json' },
  { client: vscode, file: '/home/u/.config/Code/User/mcp.json' },
];

describe.each(CLIENTS)('$client.name', ({ client, file }) => {
  it('is found by its folder, and only then', async () => {
    expect(await client.detect(world())).toBeNull();
    expect(await client.detect(world({ files: { [file]: '{}' } }))).toMatchObject({
      folder: expect.any(String),
    });
  });

  it('keeps what is there, comments too, and gives it back as it was', async () => {
    const before = '{\n  // mine\n  "theme": "dark",\n  "mcpServers": { "other": { "command": "x" } }\n}\n';
    const place = { files: { [file]: before } };
    const after = (await applied(client, place))[file] ?? '';
    expect(after).toContain('// mine');
    expect(after).toContain('"other": { "command": "x" }');
    expect(after).toContain(PROGRAM.launcher);
    const [edit] = (await client.plan(world(place), PROGRAM, WISHES)).edits;
    if (edit === undefined || !('entries' in edit)) throw new Error('no edit');
    const { puts, made } = putEntries(before, edit.entries, PROGRAM);
    expect(takeEntries(after, { puts, made }, PROGRAM)).toBe(before);
    expect(textOf(edit, after)).toBe(after);
  });

  it('is examined: unknown, well, another program, a file that is none', async () => {
    const finding = async (text: string | null) =>
      (await client.examine(world(text === null ? {} : { files: { [file]: text } }), PROGRAM)).find(
        ({ id }) => id === `${client.id}.server`,
      );
    expect(await finding('{}')).toMatchObject({ status: 'warn', fix: `midturn setup ${client.id}` });
    const well = (await applied(client, { files: { [file]: '{}' } }))[file] ?? '';
    expect(await finding(well)).toMatchObject({ status: 'ok' });
    expect(await finding(well.replaceAll(PROGRAM.node, '/gone/node'))).toMatchObject({
      status: 'warn',
      words: expect.stringContaining('in another way'),
    });
    expect(
      await finding(well.replaceAll(PROGRAM.launcher, '/x').replaceAll(PROGRAM.node, '/y')),
    ).toMatchObject({
      status: 'warn',
      words: expect.stringContaining('another program'),
    });
    expect(await finding('{ "a": ')).toMatchObject({
      status: 'fail',
      words: expect.stringContaining('cannot read'),
    });
  });

  it('tells that its sessions are not read', async () => {
    const { notes } = await client.plan(world({ files: { [file]: '{}' } }), PROGRAM, WISHES);
    expect(notes.join()).toContain(`does not read the sessions of ${client.name}`);
  });
});

describe('Cursor', () => {
  it('is told the workspace in the only way it fills in', async () => {
    const text = (await applied(cursor, { files: { '/home/u/.cursor/mcp.json': '' } }))[
      '/home/u/.cursor/mcp.json'
    ];
    expect(jsonValue(text ?? '')).toEqual({
      mcpServers: {
        midturn: {
          type: 'stdio',
          command: PROGRAM.node,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the client fills it in.
          args: [PROGRAM.launcher, 'mcp', '--workspace', '${workspaceFolder}'],
        },
      },
    });
  });

  it('may leave the variable as it is: then the working directory counts', () => {
    expect(workspaceOf(['mcp', '--workspace', '/srv/shop'])).toBe('/srv/shop');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a client without the variable hands it over.
    expect(workspaceOf(['mcp', '--workspace', '${workspaceFolder}'])).toBeUndefined();
    expect(workspaceOf(['mcp', '--workspace'])).toBeUndefined();
    expect(workspaceOf(['mcp'])).toBeUndefined();
  });
});

describe('OpenCode', () => {
  const folder = '/home/u/.config/opencode';

  it('has one list for program and arguments', async () => {
    const files = await applied(opencode, { files: { [`${folder}/opencode.json`]: '{}' } });
    expect(jsonValue(files[`${folder}/opencode.json`] ?? '')).toEqual({
      mcp: { midturn: { type: 'local', command: [PROGRAM.node, PROGRAM.launcher, 'mcp'], enabled: true } },
    });
  });

  it('is written in the form of its second version where that is used', async () => {
    const text = '{ "mcp": { "servers": { "other": { "type": "local", "command": ["x"] } } } }';
    const files = await applied(opencode, { files: { [`${folder}/opencode.jsonc`]: text } });
    expect(jsonValue(files[`${folder}/opencode.jsonc`] ?? '')).toMatchObject({
      mcp: { servers: { midturn: { type: 'local', command: [PROGRAM.node, PROGRAM.launcher, 'mcp'] } } },
    });
    const first = '{ "mcp": { "servers": { "type": "local", "command": ["a server of that name"] } } }';
    const older = await applied(opencode, { files: { [`${folder}/opencode.jsonc`]: first } });
    expect(jsonValue(older[`${folder}/opencode.jsonc`] ?? '')).toHaveProperty('mcp.midturn');
  });

  it('gets a file where it has none, and goes by its own variables', async () => {
    const files = { '/home/u/.local/share/opencode/log': '' };
    expect(Object.keys(await applied(opencode, { files }))).toEqual([`${folder}/opencode.json`]);
    const env = { OPENCODE_CONFIG_DIR: '/srv/oc' };
    expect(Object.keys(await applied(opencode, { env }))).toEqual(['/srv/oc/opencode.json']);
    expect(Object.keys(await applied(opencode, { env: { XDG_CONFIG_HOME: '/cfg' } }))).toEqual([
      '/cfg/opencode/opencode.json',
    ]);
  });
});

describe('Gemini CLI', () => {
  const settings = '/home/u/.gemini/settings.json';

  it('has a server, a hook and a policy', async () => {
    const files = await applied(gemini, { files: { [settings]: '{}' } });
    expect(jsonValue(files[settings] ?? '')).toEqual({
      mcpServers: { midturn: { command: PROGRAM.node, args: [PROGRAM.launcher, 'mcp'] } },
      hooks: {
        SessionStart: [
          {
            hooks: [
              {
                type: 'command',
                name: 'midturn',
                command: `'${PROGRAM.node}' ${PROGRAM.launcher} session-start --client gemini`,
                timeout: 10_000,
              },
            ],
          },
        ],
      },
    });
    const policy = files['/home/u/.gemini/policies/midturn.toml'] ?? '';
    expect(policy).toContain('mcpName = "midturn"');
    expect(policy).not.toContain('compile');
  });

  it('is asked for its hooks', async () => {
    const find = async (text: string) =>
      (await gemini.examine(world({ files: { [settings]: text } }), PROGRAM)).find(
        ({ id }) => id === 'gemini.hooks',
      );
    expect(await find('{}')).toMatchObject({ status: 'warn' });
    expect(
      await find((await applied(gemini, { files: { [settings]: '{}' } }))[settings] ?? ''),
    ).toMatchObject({
      status: 'ok',
    });
  });

  it('quotes the line for PowerShell on Windows', async () => {
    const osHome = "C:\\Users\\O'Neil";
    const { edits } = await gemini.plan(world({ os: 'win32', osHome }), PROGRAM, WISHES);
    expect(edits[0]?.file).toBe(win32.join(osHome, '.gemini', 'settings.json'));
    expect(JSON.stringify(edits[0])).toContain(`& '${PROGRAM.node}' '${PROGRAM.launcher}' 'session-start'`);
  });

  it('is not taken for another program in the same folder', async () => {
    expect(await gemini.detect(world({ files: { '/home/u/.gemini/antigravity/x': '' } }))).toBeNull();
  });

  it('may live elsewhere', async () => {
    const { edits } = await gemini.plan(world({ env: { GEMINI_CLI_HOME: '/srv/g' } }), PROGRAM, WISHES);
    expect(edits[0]?.file).toBe('/srv/g/.gemini/settings.json');
  });
});

describe('VS Code', () => {
  it('keeps its file in another place on each system', async () => {
    const places: Place[] = [
      { files: { '/home/u/.config/Code/User/x': '' } },
      { env: { XDG_CONFIG_HOME: '/cfg' }, files: { '/cfg/Code/User/x': '' } },
      {
        os: 'darwin',
        osHome: '/Users/u',
        files: { '/Users/u/Library/Application Support/Code/User/x': '' },
      },
      {
        os: 'win32',
        osHome: 'C:\\Users\\u',
        env: { APPDATA: 'D:\\Roaming' },
        files: { 'D:\\Roaming\\Code\\User\\x': '' },
      },
    ];
    const files = await Promise.all(places.map(async (place) => Object.keys(await applied(vscode, place))));
    expect(files).toEqual([
      ['/home/u/.config/Code/User/mcp.json'],
      ['/cfg/Code/User/mcp.json'],
      ['/Users/u/Library/Application Support/Code/User/mcp.json'],
      ['D:\\Roaming\\Code\\User\\mcp.json'],
    ]);
  });

  it('is wired in every edition that is there', async () => {
    const files = { '/home/u/.config/VSCodium/User/x': '', '/home/u/.config/Code - Insiders/User/x': '' };
    expect(Object.keys(await applied(vscode, { files }))).toEqual([
      '/home/u/.config/Code - Insiders/User/mcp.json',
      '/home/u/.config/VSCodium/User/mcp.json',
    ]);
    expect(await vscode.examine(world({ files }), PROGRAM)).toHaveLength(2);
  });

  it('is given no variable that it cannot fill in there', async () => {
    const text = Object.values(
      await applied(vscode, { files: { '/home/u/.config/Code/User/mcp.json': '' } }),
    ).join();
    expect(text).not.toContain('$');
  });
});

describe('a file of another hand', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it('keeps its byte order mark, its tabs and its line ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'midturn-clients-'));
    folders.push(folder);
    mkdirSync(join(folder, '.cursor'));
    writeFileSync(join(folder, '.cursor/mcp.json'), '\uFEFF{\r\n\t"mcpServers": {}\r\n}\r\n');
    const file = join(folder, '.cursor/mcp.json');
    const after = (await applied(cursor, { osHome: folder, files: { [file]: readFileSync(file, 'utf8') } }))[
      file
    ];
    expect(after?.startsWith('\uFEFF{\r\n\t')).toBe(true);
    expect(after?.replaceAll('\r\n', '')).not.toContain('\n');
  });
});
