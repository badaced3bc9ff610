import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { homeLayout } from '../../src/project/home.ts';
import { claudeCode } from '../../src/setup/clients/claude-code.ts';
import { codex } from '../../src/setup/clients/codex.ts';
import { stableNode } from '../../src/setup/install-program.ts';
import { isOurs, powerShellLine } from '../../src/setup/marks.ts';
import type { Files, World } from '../../src/setup/types.ts';
import { type Machine, machine, NO_WISHES, outside } from './machine.ts';

const CODEX = '# mine\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "a" # keep\n';
const CLAUDE = '{\n  "numStartups": 3,\n  "mcpServers": {}\n}';
const SETTINGS = '\uFEFF{\r\n\t"permissions": {\r\n\t\t"allow": ["Bash(ls:*)"]\r\n\t}\r\n}\r\n';

function withClients(env: Readonly<Record<string, string>> = {}): Machine {
  const made = machine(env);
  made.write('.codex/config.toml', CODEX);
  made.write('.claude.json', CLAUDE);
  made.write('.claude/settings.json', SETTINGS);
  return made;
}

async function wire({ setup }: Machine, clients: readonly string[] = [], wishes = NO_WISHES) {
  const service = setup();
  return service.apply(await service.plan(clients, wishes));
}

async function unwire({ setup }: Machine, clients: readonly string[] = []) {
  const service = setup();
  return service.remove(await service.planRemoval(clients));
}

describe('setup', () => {
  it('shows everything and writes nothing when it is only planned', async () => {
    const made = withClients();
    const before = outside(made.home);
    const { clients, absent } = await made.setup().plan([], NO_WISHES);
    expect(clients.map(({ client, drafts }) => [client, drafts.length])).toEqual([
      ['codex', 2],
      ['claude-code', 2],
    ]);
    expect(absent).toContain('Cursor');
    expect(outside(made.home)).toEqual(before);
    expect(existsSync(made.file('.midturn'))).toBe(false);
  });

  it('wires Codex and Claude Code to one launcher in the home, by absolute paths', async () => {
    const made = withClients();
    const { failed } = await wire(made);
    expect(failed).toEqual([]);
    expect(parse(made.read('.codex/config.toml'))).toEqual({
      ...parse(CODEX),
      mcp_servers: {
        other: { command: 'a' },
        midturn: { command: '/opt/node/bin/node', args: [made.launcher, 'mcp'] },
      },
    });
    expect(JSON.parse(made.read('.claude.json')).mcpServers.midturn).toEqual({
      type: 'stdio',
      command: '/opt/node/bin/node',
      args: [made.launcher, 'mcp'],
      alwaysLoad: true,
    });
    const settings = JSON.parse(made.read('.claude/settings.json').slice(1));
    expect(settings.permissions.allow).toEqual([
      'Bash(ls:*)',
      'mcp__midturn__recall',
      'mcp__midturn__recall_history',
      'mcp__midturn__remember',
      'mcp__midturn__submit_suggestion',
      'mcp__midturn__status',
    ]);
    expect(Object.keys(settings.hooks)).toEqual([
      'SessionStart',
      'UserPromptSubmit',
      'PostToolUseFailure',
      'Stop',
      'PreCompact',
      'SessionEnd',
    ]);
    expect(made.read('.midturn/app/midturn.cjs')).toContain('./1.0.0/dist/midturn.cjs');
    expect(existsSync(made.file('.midturn/app/1.0.0/node_modules/bindings/package.json'))).toBe(true);
    expect(existsSync(made.file('.midturn/app/1.0.0/node_modules/better-sqlite3/src'))).toBe(false);
  });

  it('changes nothing the second time', async () => {
    const made = withClients();
    await wire(made);
    const once = outside(made.home);
    const { clients } = await made.setup().plan([], NO_WISHES);
    expect(clients.flatMap(({ drafts }) => drafts)).toEqual([]);
    expect((await wire(made)).written).toEqual([]);
    expect(outside(made.home)).toEqual(once);
  });

  it('edits no configuration when midturn is upgraded', async () => {
    const made = withClients();
    await wire(made);
    const once = outside(made.home);
    const newer = made.setup({}, '1.1.0');
    const { installed, written } = await newer.apply(await newer.plan([], NO_WISHES));
    expect([installed.outcome, written]).toEqual(['installed', []]);
    expect(outside(made.home)).toEqual(once);
    expect(made.read('.midturn/app/midturn.cjs')).toContain('./1.1.0/dist/midturn.cjs');
    expect(existsSync(made.file('.midturn/app/1.0.0/dist/midturn.cjs'))).toBe(true);
  });

  it('mends an installed program of which a file is gone', async () => {
    const made = withClients();
    await wire(made);
    unlinkSync(made.file('.midturn/app/1.0.0/dist/services.cjs'));
    const { installed } = await wire(made);
    expect(installed.outcome).toBe('repaired');
    expect(existsSync(made.file('.midturn/app/1.0.0/dist/services.cjs'))).toBe(true);
  });

  it('leaves a file alone that cannot be understood, and wires the rest', async () => {
    const made = withClients();
    made.write('.codex/config.toml', 'model = ');
    made.write('.claude.json', '{ "a": ');
    const service = made.setup();
    const plan = await service.plan([], NO_WISHES);
    expect(plan.clients.flatMap(({ problems }) => problems).join('\n')).toMatch(
      /config\.toml: it is no TOML[\s\S]*\.claude\.json: it is no JSON/,
    );
    await service.apply(plan);
    expect([made.read('.codex/config.toml'), made.read('.claude.json')]).toEqual(['model = ', '{ "a": ']);
    expect(made.read('.claude/settings.json')).toContain('midturn');
  });

  it('says that Claude Code runs no hook of a file with comments', async () => {
    const made = withClients();
    made.write('.claude/settings.json', '{\n  // mine\n}\n');
    const { clients } = await made.setup().plan(['claude-code'], NO_WISHES);
    expect(clients[0]?.problems[0]).toMatch(/runs no hook of .*settings\.json: it holds comments/);
  });

  it('does not write over what was changed since it was shown', async () => {
    const made = withClients();
    const service = made.setup();
    const plan = await service.plan(['codex'], NO_WISHES);
    made.write('.codex/config.toml', `${CODEX}# more\n`);
    const { failed, written } = await service.apply(plan);
    expect(failed.map(({ why }) => why)[0]).toMatch(/changed since it was shown/);
    expect(written.map(({ file }) => file)).toEqual([made.file('.codex/hooks.json')]);
    expect(made.read('.codex/config.toml')).toBe(`${CODEX}# more\n`);
  });

  it('works what Claude Code has written meanwhile into its own file', async () => {
    const made = withClients();
    const service = made.setup();
    const plan = await service.plan(['claude-code'], NO_WISHES);
    made.write('.claude.json', CLAUDE.replace('3', '4'));
    expect((await service.apply(plan)).failed).toEqual([]);
    expect(JSON.parse(made.read('.claude.json'))).toMatchObject({
      numStartups: 4,
      mcpServers: { midturn: {} },
    });
  });

  it('writes through a symbolic link and keeps permissions', async () => {
    const made = withClients();
    made.write('dotfiles/config.toml', CODEX);
    chmodSync(made.file('dotfiles/config.toml'), 0o640);
    unlinkSync(made.file('.codex/config.toml'));
    symlinkSync(made.file('dotfiles/config.toml'), made.file('.codex/config.toml'));
    await wire(made, ['codex']);
    expect(lstatSync(made.file('.codex/config.toml')).isSymbolicLink()).toBe(true);
    expect(made.read('dotfiles/config.toml')).toContain('midturn');
    expect(statSync(made.file('dotfiles/config.toml')).mode & 0o777).toBe(0o640);
    await unwire(made);
    expect(made.read('dotfiles/config.toml')).toBe(CODEX);
    expect(lstatSync(made.file('.codex/config.toml')).isSymbolicLink()).toBe(true);
  });

  it('leaves a read-only file alone and says so', async () => {
    const made = withClients();
    chmodSync(made.file('.codex/config.toml'), 0o444);
    const { failed } = await wire(made, ['codex']);
    expect(failed.map(({ why }) => why)).toEqual([expect.stringContaining('is read-only')]);
    expect(made.read('.codex/config.toml')).toBe(CODEX);
  });

  it('raises the days of transcripts only when asked, and gives the old number back', async () => {
    const made = withClients();
    made.write('.claude/settings.json', '{\n  "cleanupPeriodDays": 20\n}\n');
    await wire(made, ['claude-code'], NO_WISHES);
    expect(JSON.parse(made.read('.claude/settings.json')).cleanupPeriodDays).toBe(20);
    const service = made.setup();
    await service.apply(await service.plan(['claude-code'], { keepTranscriptDays: 365 }));
    expect(JSON.parse(made.read('.claude/settings.json')).cleanupPeriodDays).toBe(365);
    made.write(
      '.claude/settings.json',
      made.read('.claude/settings.json').replace('{', '{\n  "theme": "dark",'),
    );
    await unwire(made);
    expect(JSON.parse(made.read('.claude/settings.json'))).toEqual({ theme: 'dark', cleanupPeriodDays: 20 });
  });

  it('refuses a client that it does not know', async () => {
    await expect(machine().setup().plan(['emacs'], NO_WISHES)).rejects.toThrow(
      'There are codex, claude-code',
    );
  });
});

describe('uninstall', () => {
  it('leaves every file byte for byte as it was, and nothing that speaks of midturn', async () => {
    const made = withClients();
    const before = outside(made.home);
    await wire(made);
    expect(outside(made.home)).not.toEqual(before);
    const { failed, last } = await unwire(made);
    expect([failed, last]).toEqual([[], true]);
    expect(outside(made.home)).toEqual(before);
    expect(existsSync(made.file('.midturn/setup.json'))).toBe(false);
  });

  it('leaves nothing where the clients had no file and no folder yet', async () => {
    const made = machine();
    await wire(made, ['codex', 'claude-code', 'cursor', 'opencode', 'gemini']);
    expect(Object.keys(outside(made.home)).length).toBeGreaterThan(5);
    await unwire(made);
    expect(outside(made.home)).toEqual({});
  });

  it('takes out only what is ours when others have written around it and into it', async () => {
    const made = withClients();
    await wire(made);
    const row = '\n[hooks.state]\n\n[hooks.state."KEY"]\ntrusted_hash = "sha256:1"\n'.replace(
      'KEY',
      `${made.file('.codex/hooks.json')}:stop:0:0`,
    );
    const theirs = '\n[hooks.state."/elsewhere:stop:0:0"]\ntrusted_hash = "sha256:2"\n';
    made.write(
      '.codex/config.toml',
      made
        .read('.codex/config.toml')
        .replace(/# >>>.*\n/, '')
        .replace('# <<<', `\n[mcp_servers.foo]\ncommand = "bar"\n${row}${theirs}# <<<`),
    );
    const hooks = JSON.parse(made.read('.codex/hooks.json'));
    hooks.hooks.Stop.push({ hooks: [{ type: 'command', command: 'mine' }] });
    made.write('.codex/hooks.json', JSON.stringify(hooks));
    const claude = JSON.parse(made.read('.claude.json'));
    claude.mcpServers.other = { command: 'b' };
    made.write('.claude.json', JSON.stringify(claude));
    expect((await unwire(made)).failed).toEqual([]);
    expect(parse(made.read('.codex/config.toml'))).toEqual({
      model: 'x',
      mcp_servers: { other: { command: 'a' }, foo: { command: 'bar' } },
      hooks: { state: { '/elsewhere:stop:0:0': { trusted_hash: 'sha256:2' } } },
    });
    expect(JSON.parse(made.read('.codex/hooks.json'))).toEqual({
      hooks: { Stop: [{ hooks: [{ type: 'command', command: 'mine' }] }] },
    });
    expect(JSON.parse(made.read('.claude.json'))).toEqual({
      numStartups: 3,
      mcpServers: { other: { command: 'b' } },
    });
    expect(Object.values(outside(made.home)).join('\n')).not.toContain('midturn');
  });

  it('finds what is ours without the list of it', async () => {
    const made = withClients();
    await wire(made);
    unlinkSync(made.file('.midturn/setup.json'));
    await unwire(made);
    expect(Object.values(outside(made.home)).join('\n')).not.toContain('midturn');
    expect(made.read('.codex/config.toml')).toBe(CODEX);
  });

  it('says what it could not clean, and keeps the program for it', async () => {
    const made = withClients();
    await wire(made);
    made.write('.claude/settings.json', `${made.read('.claude/settings.json')}}`);
    const { failed, last } = await unwire(made);
    expect(failed.map(({ why }) => why)).toEqual([expect.stringContaining('it is no JSON')]);
    expect(last).toBe(false);
    expect(existsSync(made.file('.midturn/setup.json'))).toBe(true);
    expect(made.read('.codex/config.toml')).toBe(CODEX);
  });

  it('takes out one client and leaves the others wired', async () => {
    const made = withClients();
    await wire(made);
    const { last } = await unwire(made, ['codex']);
    expect(last).toBe(false);
    expect(made.read('.codex/config.toml')).toBe(CODEX);
    expect(made.read('.claude.json')).toContain('midturn');
  });

  it('leaves a server of the same name that somebody else has put there', async () => {
    const made = withClients();
    const text = '[mcp_servers.midturn]\ncommand = "theirs"\n';
    made.write('.codex/config.toml', text);
    await wire(made, ['codex']);
    await unwire(made);
    expect(made.read('.codex/config.toml')).toBe(text);
  });

  it('deletes the home when asked, and of a folder with other things only what is its own', async () => {
    const made = withClients();
    await wire(made);
    expect(await made.setup().purge()).toEqual([]);
    expect(existsSync(made.file('.midturn'))).toBe(false);
    mkdirSync(made.file('srv/logs'), { recursive: true });
    writeFileSync(made.file('srv/mine.txt'), 'x');
    writeFileSync(made.file('srv/midturn.db-wal'), 'x');
    expect(await made.setup({ layout: homeLayout(made.file('srv')) }).purge()).toEqual(['mine.txt']);
  });
});

describe('the Node that clients are told of', () => {
  const links = (target: string): Files => ({
    read: async () => null,
    isFolder: async () => false,
    list: async () => [],
    real: async () => target,
  });
  const named = (node: string, target: string): Promise<string> =>
    stableNode({ ...machine().world, files: links(target) }, node);

  it('is the link that Homebrew keeps on the newest, as long as it leads to this one', async () => {
    const node = '/opt/homebrew/Cellar/node/24.1.0/bin/node';
    expect(await named(node, node)).toBe('/opt/homebrew/opt/node/bin/node');
    expect(await named(node, '/opt/homebrew/Cellar/node/26.0.0/bin/node')).toBe(node);
  });

  it('is the file itself where a version manager keeps each in its place', async () => {
    const node = '/home/a/.nvm/versions/node/v22.1.0/bin/node';
    expect(await named(node, node)).toBe(node);
    expect(await named('/run/user/1/fnm_multishells/7_1/bin/node', '/home/a/.fnm/v22/bin/node')).toBe(
      '/home/a/.fnm/v22/bin/node',
    );
  });
});

describe('doctor', () => {
  it('tells when the Node that clients start is gone', async () => {
    const made = withClients();
    await wire(made);
    const [finding] = await made.setup().examine();
    expect(finding).toMatchObject({ id: 'setup.program', status: 'fail', fix: 'midturn setup' });
    expect(finding?.words).toContain('/opt/node/bin/node, which is gone');
  });

  it('does not send to setup alone what setup leaves alone', async () => {
    const made = machine();
    made.write('.claude.json', '{"mcpServers":{"midturn":{"command":"theirs"}}}');
    made.write('.codex/config.toml', '[mcp_servers.midturn]\ncommand = "theirs"\n');
    const fixes = (await made.setup().examine()).flatMap(({ id, fix }) =>
      id.endsWith('.server') ? [fix] : [],
    );
    expect(fixes).toEqual([
      'Take that entry out, then midturn setup codex',
      'Take that entry out, then midturn setup claude-code',
    ]);
  });

  it('says which hooks are missing, and nothing of clients that are not here', async () => {
    const made = machine();
    made.write('.claude/settings.json', '{}');
    expect((await made.setup().examine()).map(({ id, status }) => [id, status])).toEqual([
      ['claude-code.server', 'warn'],
      ['claude-code.hooks', 'warn'],
    ]);
  });
});

describe('the memories that clients keep themselves', () => {
  it('are found and explained, never touched', async () => {
    const made = withClients();
    made.write('.codex/memories/MEMORY.md', 'x');
    made.write('.claude/projects/-a/memory/one.md', 'x');
    made.write(
      '.codex/config.toml',
      '[features]\nmemories = true\n[memories]\ndisable_on_external_context = true\n',
    );
    const { memories, clients } = await made.setup().plan([], NO_WISHES);
    expect(memories.map(({ client, files }) => [client, files])).toEqual([
      ['codex', 1],
      ['claude-code', 1],
    ]);
    expect(clients[0]?.notes.join(' ')).toContain('marked as polluted');
  });
});

describe('the hooks of Codex', () => {
  it('join those of others in config.toml, which Codex warns of in two places', async () => {
    const made = withClients();
    made.write(
      '.codex/config.toml',
      '[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "mine"\n',
    );
    await wire(made, ['codex']);
    expect(existsSync(made.file('.codex/hooks.json'))).toBe(false);
    const value = parse(made.read('.codex/config.toml'));
    expect(value.hooks).toMatchObject({
      Stop: [{ hooks: [{ command: 'mine' }] }, { hooks: [{ type: 'command' }] }],
    });
    expect((await made.setup().plan(['codex'], NO_WISHES)).clients[0]?.drafts).toEqual([]);
    await unwire(made);
    expect(made.read('.codex/config.toml')).toBe(
      '[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "mine"\n',
    );
  });

  it('stand behind those of others in hooks.json, whose trust hangs on their place', async () => {
    const made = withClients();
    const theirs = { hooks: { Stop: [{ hooks: [{ type: 'command', command: 'mine' }] }] } };
    made.write('.codex/hooks.json', JSON.stringify(theirs, null, 2));
    await wire(made, ['codex']);
    const value = JSON.parse(made.read('.codex/hooks.json'));
    expect(value.hooks.Stop[0]).toEqual(theirs.hooks.Stop[0]);
    expect(value.hooks.Stop).toHaveLength(2);
    await unwire(made);
    expect(made.read('.codex/hooks.json')).toBe(JSON.stringify(theirs, null, 2));
  });

  it('stay where they are when hooks of others come into config.toml later', async () => {
    const made = withClients();
    await wire(made, ['codex']);
    made.write(
      '.codex/config.toml',
      `${made.read('.codex/config.toml')}\n[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "mine"\n`,
    );
    expect((await made.setup().plan(['codex'], NO_WISHES)).clients[0]?.drafts).toEqual([]);
  });

  it('are trusted in the eyes of doctor only when Codex says so', async () => {
    const made = withClients();
    await wire(made, ['codex']);
    const listed =
      (trustStatus: string): NonNullable<World['talk']> =>
      async () => ({
        outcome: 'answered',
        complaint: '',
        answers: [
          JSON.stringify({
            id: 2,
            result: {
              data: [
                {
                  hooks: [
                    { handlerType: 'command', command: `node ${made.launcher} stop-review`, trustStatus },
                  ],
                },
              ],
            },
          }),
        ],
      });
    const status = async (more: Partial<World>) =>
      (await made.setup(more).examine()).find(({ id }) => id === 'codex.trust')?.status;
    expect([
      await status({ talk: listed('trusted') }),
      await status({ talk: listed('modified') }),
      await status({}),
    ]).toEqual(['ok', 'warn', 'warn']);
  });
});

describe('paths of other systems', () => {
  const none: Files = { read: async () => null, isFolder: async () => true, list: async () => [] };
  const elsewhere = (os: World['os'], osHome: string, env: World['env'] = {}): World => ({
    env,
    osHome,
    os,
    cwd: osHome,
    layout: homeLayout(`${osHome}/.midturn`),
    now: () => 0,
    files: none,
    run: async () => null,
  });

  it('are the system’s own on Windows, with quotes for PowerShell', async () => {
    const world = elsewhere('win32', 'C:\\Users\\A B');
    const program = {
      node: 'C:\\Program Files\\nodejs\\node.exe',
      launcher: 'C:\\Users\\A B\\.midturn\\app\\midturn.cjs',
    };
    const plan = await codex.plan(world, program, NO_WISHES);
    expect(plan.edits.map(({ file }) => file)).toEqual([
      'C:\\Users\\A B\\.codex\\config.toml',
      'C:\\Users\\A B\\.codex\\hooks.json',
    ]);
    const [, hooks] = plan.edits;
    const stop =
      hooks?.kind === 'jsonc'
        ? hooks.entries.find((entry) => 'into' in entry && entry.into[1] === 'Stop')
        : null;
    expect(stop?.value).toMatchObject({
      hooks: [{ command: `& '${program.node}' '${program.launcher}' 'stop-review' '--client' 'codex'` }],
    });
    const [servers] = (await claudeCode.plan(world, program, NO_WISHES)).edits;
    expect(servers?.file).toBe('C:\\Users\\A B\\.claude.json');
  });

  it('without blanks are a line that PowerShell and cmd.exe both run', async () => {
    const program = { node: 'C:\\node\\node.exe', launcher: 'C:\\Users\\a\\.midturn\\app\\midturn.cjs' };
    const { edits } = await codex.plan(elsewhere('win32', 'C:\\Users\\a'), program, NO_WISHES);
    expect(JSON.stringify(edits)).toContain(
      JSON.stringify(`${program.node} ${program.launcher} stop-review --client codex`),
    );
  });

  it('are known as ours on Windows, also with an apostrophe', () => {
    const launcher = "C:\\Users\\O'Neil\\.midturn\\app\\midturn.cjs";
    const line = powerShellLine(['C:\\node\\node.exe', launcher, 'stop-review']);
    expect(isOurs({ hooks: [{ command: line }] }, { node: 'C:\\node\\node.exe', launcher })).toBe(true);
  });

  it('follow CODEX_HOME and CLAUDE_CONFIG_DIR, which the server is told of', async () => {
    const world = elsewhere('darwin', '/Users/a', { CODEX_HOME: '/c', CLAUDE_CONFIG_DIR: '/d' });
    const program = { node: '/n', launcher: '/Users/a/.midturn/app/midturn.cjs' };
    const [config, hooks] = (await codex.plan(world, program, NO_WISHES)).edits;
    expect([config?.file, hooks?.file]).toEqual(['/c/config.toml', '/c/hooks.json']);
    expect(config?.kind === 'toml' ? parse(config.block) : null).toMatchObject({
      mcp_servers: { midturn: { env: { CODEX_HOME: '/c' } } },
    });
    expect((await claudeCode.plan(world, program, NO_WISHES)).edits.map(({ file }) => file)).toEqual([
      join('/d', '.claude.json'),
      join('/d', 'settings.json'),
    ]);
  });

  it('with blanks and apostrophes are one word of a shell’s command line', async () => {
    const made = machine();
    const home = made.file("o'brien x/.midturn");
    const service = made.setup({ layout: homeLayout(home) });
    await service.apply(await service.plan(['codex'], NO_WISHES));
    const { hooks } = JSON.parse(readFileSync(made.file('.codex/hooks.json'), 'utf8'));
    expect(hooks.Stop[0].hooks[0].command).toContain(
      `'${home.replace("'", "'\\''")}/app/midturn.cjs' stop-review`,
    );
    expect((await service.plan(['codex'], NO_WISHES)).clients[0]?.drafts).toEqual([]);
    await service.remove(await service.planRemoval([]));
    expect(existsSync(made.file('.codex'))).toBe(false);
  });
});
