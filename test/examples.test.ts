/** The files under examples/: that each is what its client reads, and that midturn answers to what it says. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { workspaceOf } from '../src/mcp/workspace.ts';
import { Http } from '../src/project/configuration-http.ts';
import { commandLine } from './cli/command-line.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const examples = join(root, 'examples');
const read = (...path: readonly string[]): string => readFileSync(join(examples, ...path), 'utf8');

const { host, port } = Http.parse({});
const url = z.literal(`http://${host}:${port}/mcp`);
const PROJECT = 'Midturn-Project';

const command = z.literal('midturn');
/** `mcp`, and perhaps where the person works. */
const isCall = ([word, flag, folder, ...more]: readonly string[]): boolean =>
  word === 'mcp' &&
  more.length === 0 &&
  (flag === undefined ||
    (flag === '--workspace' && [workspaceOf(['mcp', flag, folder ?? '']), WORKSPACE].includes(folder)));
/** Filled in by Cursor and VS Code. */
const WORKSPACE = `\${workspaceFolder}`;
const args = z.array(z.string()).refine(isCall);
const local = z.strictObject({ type: z.literal('stdio').optional(), command, args });

/** Headers with the token as the client fills it in. */
const headersWith = (token: string) =>
  z.strictObject({ Authorization: z.literal(`Bearer ${token}`), [PROJECT]: z.string().min(1) });
const servers = (key: string, entry: z.ZodType) =>
  z.strictObject({ [key]: z.strictObject({ midturn: entry }) });

/** The keys that the clients know, and no others: some of them ignore a misspelt one without a word. */
const CLIENTS: Readonly<Record<string, z.ZodType>> = {
  'codex.toml': servers('mcp_servers', z.strictObject({ command, args })),
  'codex-http.toml': servers(
    'mcp_servers',
    z.strictObject({
      url,
      bearer_token_env_var: z.literal('MIDTURN_TOKEN'),
      http_headers: z.strictObject({ [PROJECT]: z.string().min(1) }),
    }),
  ),
  'claude-code.json': servers('mcpServers', local.extend({ alwaysLoad: z.literal(true) })),
  'claude-code-http.json': servers(
    'mcpServers',
    z.strictObject({
      type: z.literal('http'),
      url,
      headers: headersWith(`\${MIDTURN_TOKEN}`),
      alwaysLoad: z.literal(true),
    }),
  ),
  'claude-desktop.json': servers('mcpServers', z.strictObject({ command, args })),
  'cursor.json': servers('mcpServers', local),
  'cursor-http.json': servers(
    'mcpServers',
    z.strictObject({ url, headers: headersWith(`\${env:MIDTURN_TOKEN}`) }),
  ),
  'vscode.json': servers('servers', local.extend({ cwd: z.literal(WORKSPACE) })),
  'vscode-http.json': z.strictObject({
    inputs: z.tuple([
      z.strictObject({
        type: z.literal('promptString'),
        id: z.literal('midturn-token'),
        description: z.string(),
        password: z.literal(true),
      }),
    ]),
    servers: z.strictObject({
      midturn: z.strictObject({
        type: z.literal('http'),
        url,
        headers: headersWith(`\${input:midturn-token}`),
      }),
    }),
  }),
  'zed.json': servers('context_servers', z.strictObject({ command, args, env: z.strictObject({}) })),
  'gemini-cli.json': servers('mcpServers', z.strictObject({ command, args })),
  'gemini-cli-http.json': servers(
    'mcpServers',
    z.strictObject({ httpUrl: url, headers: headersWith(`\${MIDTURN_TOKEN}`) }),
  ),
  'opencode.json': z.strictObject({
    $schema: z.url(),
    mcp: z.strictObject({
      midturn: z.strictObject({
        type: z.literal('local'),
        command: z
          .tuple([command])
          .rest(z.string())
          .refine(([, ...words]) => isCall(words)),
        enabled: z.literal(true),
      }),
    }),
  }),
  'opencode-http.json': z.strictObject({
    $schema: z.url(),
    mcp: z.strictObject({
      midturn: z.strictObject({
        type: z.literal('remote'),
        url,
        oauth: z.literal(false),
        headers: headersWith('{env:MIDTURN_TOKEN}'),
        enabled: z.literal(true),
      }),
    }),
  }),
};

describe('configuration of clients', () => {
  it.each(readdirSync(join(examples, 'clients')))('%s is what its client reads', (file) => {
    const text = read('clients', file);
    const value: unknown = file.endsWith('.toml') ? parseToml(text) : JSON.parse(text);
    expect(CLIENTS[file]?.parse(value)).toEqual(value);
    expect(text).not.toMatch(/mtk_/);
  });

  it('is told of in the page beside it, file by file', () => {
    const page = read('README.md');
    const linked = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path ?? '');
    for (const path of linked) expect(existsSync(join(examples, path)), path).toBe(true);
    const files = linked.filter((path) => path.startsWith('clients/')).map((path) => path.slice(8));
    expect(files.sort()).toEqual(readdirSync(join(examples, 'clients')).sort());
  });
});

describe('a server that is always there', () => {
  it.each([
    ['serve', ['--host', '--port', '--token-file']],
    ['token create', ['--scope', '--project']],
  ])('midturn %s has the options that are shown', async (words, options) => {
    const { code, out } = await commandLine().midturn(`${words} --help`);
    expect(code).toBe(0);
    for (const option of options) expect(out).toContain(option);
  });

  it.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)('is a unit that systemd reads', () => {
    const file = join(examples, 'systemd', 'midturn-serve.service');
    const env = { PATH: process.env.PATH, XDG_RUNTIME_DIR: tmpdir() };
    const { stderr } = spawnSync('systemd-analyze', ['--user', 'verify', file], { encoding: 'utf8', env });
    // Node lies elsewhere on many a machine.
    expect(stderr.replaceAll(/^.*is not executable.*\n/gm, '')).toBe('');
    expect(read('systemd', 'midturn-serve.service')).toMatch(/^ExecStart=\/\S+ %h\/\S+ serve$/m);
  });

  it('is an agent of launchd', () => {
    const strings = [...read('launchd', 'midturn.serve.plist').matchAll(/<string>([^<]*)<\/string>/g)];
    expect(strings.map(([, text]) => text)).toEqual([
      'midturn.serve',
      expect.stringMatching(/^\/.*\/node$/),
      expect.stringMatching(/^\/.*\/\.midturn\/app\/midturn\.cjs$/),
      'serve',
      'Background',
    ]);
  });
});

describe('the image', () => {
  const lines = read('docker', 'Dockerfile')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const told = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const listOf = (word: string) => z.array(z.string()).parse(JSON.parse(told(word)[0] ?? ''));

  it('copies what is there, and what its ignore file lets through', () => {
    const copied = told('COPY').filter((line) => !line.startsWith('--from='));
    const paths = copied.flatMap((line) => line.split(' ').slice(0, -1));
    const kept = read('docker', 'Dockerfile.dockerignore').split('\n');
    expect(kept[0]).toBe('*');
    for (const path of paths) expect(existsSync(join(root, path)), path).toBe(true);
    expect(kept.filter((line) => line.startsWith('!')).map((line) => line.slice(1))).toEqual(paths);
  });

  it('serves as a user without rights, and looks after itself without a shell', () => {
    expect(told('USER')).toEqual(['node']);
    expect(listOf('ENTRYPOINT')).toEqual(['midturn']);
    expect(listOf('CMD')).toEqual(['serve', '--host', '0.0.0.0']);
    expect(told('EXPOSE')).toEqual([String(port)]);
    const [home] = listOf('VOLUME');
    expect(told('ENV')[0]).toContain(`MIDTURN_HOME=${home}`);
    expect(told('RUN').at(-1)).toContain(`install -d -o node -g node -m 0700 ${home}`);
  });

  it('is found healthy when the server says so, and not otherwise', async () => {
    const check = z
      .array(z.string())
      .parse(JSON.parse(/CMD (\[.*\])/.exec(told('HEALTHCHECK')[0] ?? '')?.[1] ?? ''));
    const [program, flag, script] = check;
    expect([program, flag]).toEqual(['node', '-e']);
    expect(script).toContain(`fetch('http://${host}:${port}/health')`);
    const judged = (answer: string) =>
      spawnSync(process.execPath, ['-e', `globalThis.fetch = async () => { ${answer} }; ${script}`]).status;
    expect(judged('return { ok: true };')).toBe(0);
    expect(judged('return { ok: false };')).toBe(1);
    expect(judged("throw new Error('ECONNREFUSED');")).toBe(1);
  });

  it('is offered to this machine alone by compose, with the token as a secret', () => {
    const Compose = z.looseObject({
      services: z.strictObject({
        midturn: z.looseObject({
          build: z.strictObject({ context: z.string(), dockerfile: z.string() }),
          ports: z.array(z.string()),
          volumes: z.array(z.string()),
          environment: z.record(z.string(), z.string()),
          secrets: z.array(
            z.strictObject({ source: z.string(), uid: z.string(), gid: z.string(), mode: z.number() }),
          ),
        }),
      }),
      secrets: z.record(z.string(), z.strictObject({ environment: z.string() })),
    });
    const { services, secrets } = Compose.parse(
      parseYaml(read('docker', 'compose.yaml'), { version: '1.1' }),
    );
    const { build, ports, volumes, environment, secrets: given } = services.midturn;
    expect(existsSync(join(examples, 'docker', build.context, build.dockerfile))).toBe(true);
    expect(ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(volumes).toEqual([`home:${listOf('VOLUME')[0]}`]);
    expect(given).toEqual([{ source: 'midturn_token', uid: '1000', gid: '1000', mode: 0o400 }]);
    expect(secrets).toEqual({ midturn_token: { environment: 'MIDTURN_TOKEN' } });
    expect(environment).toEqual({ MIDTURN_HTTP_TOKEN_FILE: '/run/secrets/midturn_token' });
    expect(Object.keys(Http.parse({}))).toContain('token_file');
  });
});
