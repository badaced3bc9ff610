/** `npm run plugin`: the folder that both clients take as a plugin. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
let folder = '';
/** The folder that is handed out, and the plugin in it. */
let out = '';
let plugin = '';

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-plugin-')));
  out = join(folder, 'out');
  plugin = join(out, 'plugins', 'midturn');
  const script = `import { buildPlugin } from ${JSON.stringify(join(root, 'scripts/plugin.mjs'))};
    await buildPlugin({ outdir: ${JSON.stringify(out)} });`;
  const built = node(['--input-type=module', '-e', script]);
  if (built.status !== 0) throw new Error(built.stderr);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function node(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = '') {
  return spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    input,
    env: { PATH: process.env.PATH, HOME: folder, MIDTURN_HOME: join(folder, 'home'), ...env },
  });
}

function files(below: string): string[] {
  return readdirSync(below, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(below, join(entry.parentPath, entry.name)));
}

function json(name: string): Record<string, unknown> {
  const value: unknown = JSON.parse(readFileSync(join(out, name), 'utf8'));
  if (typeof value !== 'object' || value === null) throw new Error(`${name} is no object`);
  return { ...value };
}

const INITIALIZE = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
})}\n`;

describe('the plugin', () => {
  it('has valid JSON and one version throughout', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = files(out).filter((name) => name.endsWith('.json') && !name.includes('node_modules'));
    for (const name of named) expect(() => json(name), name).not.toThrow();
    for (const name of ['.codex-plugin/plugin.json', '.claude-plugin/plugin.json'])
      expect(json(`plugins/midturn/${name}`)).toMatchObject({ name: 'midturn', version });
    expect(json('.claude-plugin/marketplace.json')).toMatchObject({
      plugins: [{ name: 'midturn', version }],
    });
    expect(readFileSync(join(plugin, 'codex/mcp.json'), 'utf8')).toContain(`'${version}'`);
  });

  it('names only files that it has', () => {
    const codex = json('plugins/midturn/.codex-plugin/plugin.json');
    for (const key of ['skills', 'mcpServers', 'hooks'])
      expect(existsSync(join(plugin, String(codex[key])))).toBe(true);
    for (const market of ['.agents/plugins/marketplace.json', '.claude-plugin/marketplace.json'])
      expect(JSON.stringify(json(market))).toContain('"./plugins/midturn"');
    const started = JSON.stringify([
      json('plugins/midturn/.mcp.json'),
      json('plugins/midturn/hooks/hooks.json'),
    ]);
    for (const [, name] of started.matchAll(/\$\{CLAUDE_PLUGIN_ROOT\}\/([\w./-]+)/g))
      expect(existsSync(join(plugin, name ?? '')), name).toBe(true);
  });

  it('holds no path of the machine that built it', () => {
    const texts = files(out).filter((name) => /\.(?:json|md|mjs|cjs|js|txt)$/.test(name));
    expect(texts.length).toBeGreaterThan(20);
    const machine = [root, homedir(), folder].filter((path) => path.length > 5);
    for (const name of texts) {
      const text = readFileSync(join(out, name), 'utf8');
      for (const path of machine) expect(text.includes(path), `${path} in ${name}`).toBe(false);
    }
    expect(files(out).filter((name) => /Makefile|\.gypi?$|\.d$/.test(name))).toEqual([]);
  });

  it('gives each client the events that it knows', () => {
    const events = (name: string) => Object.keys(Object(json(`plugins/midturn/${name}`).hooks));
    const both = ['SessionStart', 'UserPromptSubmit', 'Stop', 'PreCompact', 'SessionEnd'];
    expect(events('codex/hooks.json').sort()).toEqual([...both, 'PostToolUse'].sort());
    expect(events('hooks/hooks.json').sort()).toEqual([...both, 'PostToolUseFailure'].sort());
  });

  it('has a skill that both clients take', () => {
    const skill = readFileSync(join(plugin, 'skills/midturn/SKILL.md'), 'utf8');
    const [, name, description] = /^---\nname: (.+)\ndescription: (.+)\n---\n\n\S/.exec(skill) ?? [];
    expect(name).toBe('midturn');
    expect(description?.length).toBeLessThanOrEqual(1024);
    expect(description).not.toContain(': ');
    for (const tool of ['recall', 'recall_history', 'remember', 'submit_suggestion'])
      expect(skill).toContain(`\`${tool}\``);
  });
});

describe('the program in it', () => {
  it('runs with nothing else installed', () => {
    const start = join(plugin, 'program/start.cjs');
    const kept = node([start, 'remember', 'We deploy on Tuesdays', '--scope', 'user']);
    expect({ status: kept.status, stderr: kept.stderr }).toEqual({ status: 0, stderr: '' });
    expect(node([start, 'recall', 'when do we deploy?']).stdout).toContain('We deploy on Tuesdays');
  });

  it('is found by the server of Codex, wherever its home is and whatever the marketplace is called', () => {
    const home = join(folder, 'codex home');
    const cache = join(
      home,
      'plugins/cache/some-market/midturn',
      String(json('plugins/midturn/.codex-plugin/plugin.json').version),
    );
    mkdirSync(dirname(cache), { recursive: true });
    mkdirSync(join(home, 'plugins/cache/another'));
    cpSync(plugin, cache, { recursive: true });
    const server: unknown = Object(json('plugins/midturn/codex/mcp.json').mcpServers).midturn;
    expect(server).toMatchObject({ command: 'node', env_vars: expect.arrayContaining(['CODEX_HOME']) });
    const args: string[] = Object(server).args;
    const answer = node(args, { CODEX_HOME: home }, INITIALIZE);
    expect(JSON.parse(answer.stdout.split('\n')[0] ?? '')).toMatchObject({
      id: 1,
      result: { serverInfo: { name: 'midturn' } },
    });
    const gone = node(args, { CODEX_HOME: join(folder, 'another home') }, INITIALIZE);
    expect(gone.status).not.toBe(0);
  });

  it('says so when another Node runs it, and lets the agent go on', () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    cpSync(join(plugin, 'program/start.cjs'), join(other, 'start.cjs'));
    writeFileSync(
      join(other, 'built-for.json'),
      JSON.stringify({ platform: process.platform, arch: process.arch, modules: '1', node: '1.2.3' }),
    );
    const server = node([join(other, 'start.cjs'), 'mcp']);
    expect(server.status).toBe(1);
    expect(server.stderr).toMatch(/built for Node 1\.2\.3 .* Build it again with this Node: npm run plugin/);
    expect(node([join(other, 'start.cjs'), 'stop-review'])).toMatchObject({ status: 0, stdout: '' });
  });
});
