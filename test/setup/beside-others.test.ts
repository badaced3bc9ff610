/** Setup beside things that are there already: a plugin that does the same, hooks of others, files that cannot be read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Machine, machine, NO_WISHES, outside } from './machine.ts';

const CODEX_PLUGIN = '[plugins."midturn@midturn"]\nenabled = true\n';
const CLAUDE_PLUGIN = '{"enabledPlugins": {"midturn@midturn": true, "other@x": true}}\n';

async function wire({ setup }: Machine, clients: readonly string[] = []) {
  const service = setup();
  const plan = await service.plan(clients, NO_WISHES);
  return { plan, ...(await service.apply(plan)) };
}

async function unwire({ setup }: Machine) {
  const service = setup();
  const plan = await service.planRemoval([]);
  return { plan, ...(await service.remove(plan)) };
}

describe('a client that has midturn as a plugin', () => {
  it('gets nothing from setup, and is told how to change that', async () => {
    const made = machine();
    made.write('.codex/config.toml', CODEX_PLUGIN);
    made.write('.claude/settings.json', CLAUDE_PLUGIN);
    const before = outside(made.home);
    const { plan, written } = await wire(made);
    expect(plan.clients.map(({ plugin, problems }) => [plugin, problems])).toEqual([
      ['midturn@midturn', []],
      ['midturn@midturn', []],
    ]);
    expect(plan.clients.flatMap(({ notes }) => notes)).toEqual([
      expect.stringContaining('`codex plugin remove midturn@midturn`, then `midturn setup codex`'),
      expect.stringContaining('`claude plugin uninstall midturn@midturn`'),
    ]);
    expect(written).toEqual([]);
    expect(outside(made.home)).toEqual(before);
    const findings = await made.setup().examine();
    expect(findings.map(({ id, status }) => [id, status])).toEqual([
      ['codex.server', 'ok'],
      ['claude-code.server', 'ok'],
    ]);
  });

  it('is wired where the plugin is switched off', async () => {
    const made = machine();
    made.write('.codex/config.toml', CODEX_PLUGIN.replace('true', 'false'));
    made.write('.claude/settings.json', CLAUDE_PLUGIN.replace('true', 'false'));
    expect((await wire(made)).written).toHaveLength(4);
  });

  it('is said to have it twice where setup came first, by doctor too', async () => {
    const made = machine();
    made.write('.codex/config.toml', '');
    await wire(made);
    made.write('.codex/config.toml', `${CODEX_PLUGIN}\n${made.read('.codex/config.toml')}`);
    const words = expect.stringContaining('Codex has midturn twice');
    expect((await wire(made)).plan.clients[0]?.problems).toEqual([words]);
    const findings = await made.setup().examine();
    expect(findings.find(({ id }) => id === 'codex.plugin')).toMatchObject({
      status: 'warn',
      words,
      fix: 'codex plugin remove midturn@midturn',
    });
    const { plan } = await unwire(made);
    expect(plan.clients[0]?.notes).toEqual([expect.stringContaining('Codex keeps the plugin')]);
    expect(made.read('.codex/config.toml').trim()).toBe(CODEX_PLUGIN.trim());
  });
});

describe('hooks of others in Codex', () => {
  const stop = (command: string) => ({ hooks: [{ type: 'command', command }] });

  it('that stand behind ours lose their place, and a person is told', async () => {
    const made = machine();
    made.write('.codex/hooks.json', JSON.stringify({ hooks: { Stop: [stop('first')] } }));
    await wire(made);
    expect((await made.setup().planRemoval(['codex'])).clients[0]?.notes).toEqual([]);
    const hooks = JSON.parse(made.read('.codex/hooks.json'));
    hooks.hooks.Stop.push(stop('last'));
    made.write('.codex/hooks.json', JSON.stringify(hooks));
    const { plan } = await unwire(made);
    expect(plan.clients[0]?.notes).toEqual([expect.stringContaining('(Stop) and move up')]);
    expect(JSON.parse(made.read('.codex/hooks.json'))).toEqual({
      hooks: { Stop: [stop('first'), stop('last')] },
    });
  });
});

describe('a server of others under our name', () => {
  const CLAUDE = '{"mcpServers":{"midturn":{"command":"theirs"}}}';
  const SERVER = '[mcp_servers.midturn]\ncommand = "theirs"\n';
  const HOOK = '\n[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "mine"\n';
  const prompts = (value: { hooks: { UserPromptSubmit: unknown } }) => value.hooks.UserPromptSubmit;
  const byCommand = (made: Machine) => [
    {
      hooks: [
        {
          type: 'command',
          command: '/opt/node/bin/node',
          args: [made.launcher, 'user-prompt', '--client', 'claude-code'],
          timeout: 5,
        },
      ],
    },
  ];

  it('is handed no prompt, gets no permission, and a person is told', async () => {
    const made = machine();
    made.write('.claude.json', CLAUDE);
    made.write('.codex/config.toml', SERVER);
    const { plan } = await wire(made);
    for (const { notes, problems } of plan.clients) {
      expect(notes[0]).toContain('the hook on prompts starts midturn itself');
      expect(problems).toEqual([expect.stringContaining('is not ours: left alone')]);
    }
    expect(made.read('.claude.json')).toBe(CLAUDE);
    expect(made.read('.codex/config.toml')).toBe(SERVER);
    const settings = JSON.parse(made.read('.claude/settings.json'));
    expect(prompts(settings)).toEqual(byCommand(made));
    expect(settings.permissions).toBeUndefined();
    const hooks = JSON.parse(made.read('.codex/hooks.json'));
    expect(prompts(hooks)).toEqual([
      {
        hooks: [
          {
            type: 'command',
            command: `/opt/node/bin/node ${made.launcher} user-prompt --client codex`,
            timeout: 5,
          },
        ],
      },
    ]);
    expect((await wire(made)).written).toEqual([]);
    expect(await unwire(made)).toMatchObject({ failed: [], last: true });
    expect(made.read('.claude.json')).toBe(CLAUDE);
  });

  it('is in order where it is one over HTTP, as that of `midturn serve`', async () => {
    const made = machine();
    const url = 'http://127.0.0.1:4127/mcp';
    made.write('.claude.json', JSON.stringify({ mcpServers: { midturn: { type: 'http', url } } }));
    made.write('.codex/config.toml', `[mcp_servers.midturn]\nurl = "${url}"\n`);
    const servers = async () =>
      (await made.setup().examine()).filter(({ id }) => id.endsWith('.server')).map(({ status }) => status);
    expect(await servers()).toEqual(['ok', 'ok']);
    const { plan } = await wire(made);
    for (const { notes } of plan.clients) {
      expect(notes[0]).toContain('has a server over HTTP under the name midturn');
      expect(notes[0]).toContain('the hook on prompts starts midturn itself');
      expect(notes[0]).not.toContain('another program');
    }
    expect(made.read('.claude.json')).toContain(url);
    expect(await servers()).toEqual(['ok', 'ok']);
  });

  it('that comes later is found by doctor, and the next setup takes the prompts from it; when it goes, ours answers', async () => {
    const made = machine();
    made.write('.claude.json', '{}');
    made.write('.codex/config.toml', '');
    await wire(made);
    const ours = JSON.parse(made.read('.claude/settings.json'));
    expect(prompts(ours)).toEqual([{ hooks: [expect.objectContaining({ type: 'mcp_tool' })] }]);
    made.write('.claude.json', CLAUDE);
    made.write('.codex/config.toml', SERVER);
    const stray = (await made.setup().examine()).filter(({ id }) => id.endsWith('.hooks'));
    expect(stray.map(({ status, words }) => [status, words.includes('hands prompts to another')])).toEqual([
      ['warn', true],
      ['warn', true],
    ]);
    await wire(made);
    expect(prompts(JSON.parse(made.read('.claude/settings.json')))).toEqual(byCommand(made));
    expect(made.read('.codex/hooks.json')).not.toContain('mcp_tool');
    made.write('.claude.json', '{}');
    await wire(made);
    expect(JSON.parse(made.read('.claude/settings.json'))).toEqual(ours);
  });

  it('keeps no hook out of a config.toml that holds hooks of others', async () => {
    const made = machine();
    made.write('.codex/config.toml', `${SERVER}${HOOK}`);
    const { plan } = await wire(made);
    expect(plan.clients[0]?.problems).toEqual([expect.stringContaining('is not ours: left alone')]);
    const text = made.read('.codex/config.toml');
    expect(text.startsWith(`${SERVER}${HOOK}`)).toBe(true);
    expect(text).toContain('user-prompt --client codex');
    expect(text).not.toContain('mcp_tool');
    expect((await wire(made)).written).toEqual([]);
    await unwire(made);
    expect(made.read('.codex/config.toml')).toBe(`${SERVER}${HOOK}`);
  });
});

describe('a file that cannot be read', () => {
  it('keeps neither the other files nor the other clients from being wired', async () => {
    const made = machine();
    made.write('.codex/config.toml', '');
    mkdirSync(made.file('.codex/hooks.json'));
    mkdirSync(made.file('.claude'));
    writeFileSync(made.file('.claude/settings.json'), Buffer.from([0xff, 0xfe, 0x7b]));
    const before = outside(made.home);
    const { plan, written } = await wire(made);
    expect(plan.clients.flatMap(({ problems }) => problems)).toEqual([
      expect.stringContaining('hooks.json is a folder'),
      expect.stringContaining('settings.json is not UTF-8 text'),
    ]);
    expect(written.map(({ file }) => file.slice(made.home.length + 1))).toEqual([
      '.codex/config.toml',
      '.claude.json',
    ]);
    expect(await unwire(made)).toMatchObject({ failed: [], last: true });
    expect(outside(made.home)).toEqual(before);
  });

  it('is told by doctor', async () => {
    const made = machine();
    mkdirSync(made.file('.claude.json'));
    expect(await made.setup().examine()).toEqual([
      expect.objectContaining({ id: 'claude-code.server', status: 'fail' }),
    ]);
  });
});
