/**
 * The real Codex CLI and Claude Code, run headless against a fake model in homes of their own. Nothing of the
 * developer's environment reaches them, and a proxy that refuses everything keeps them on this machine.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { anthropic, openai, startModel, type Turn } from './fake-model.ts';

export type ClientName = 'codex' | 'claude-code';

/** Where a test lives: a home for the client, a workspace, and variables that the client is started with besides. */
export type Place = {
  readonly home: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
};

export type TurnResult = {
  readonly code: number | null;
  readonly output: string;
  /** What the model was sent, oldest first, as text. */
  readonly requests: readonly string[];
  readonly unasked: number;
};

const VARIABLES = { codex: 'MIDTURN_TEST_CODEX', 'claude-code': 'MIDTURN_TEST_CLAUDE' } as const;
const COMMANDS = { codex: 'codex', 'claude-code': 'claude' } as const;

/** The client's program: named by the environment, else found on the PATH; null when it is not installed. */
export function clientProgram(client: ClientName): string | null {
  const named = process.env[VARIABLES[client]];
  if (named !== undefined && named !== '') return named;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, COMMANDS[client]);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** What to do to have the tests of a client run. */
export function missing(client: ClientName): string {
  return `${client} is not installed: set ${VARIABLES[client]} to its program, or put it on the PATH`;
}

/** One prompt, answered by the script; more arguments of the client's own stand in `args`. */
export async function clientTurn(
  client: ClientName,
  place: Place,
  prompt: string,
  script: readonly Turn[],
  args: readonly string[] = [],
): Promise<TurnResult> {
  const program = clientProgram(client);
  if (program === null) throw new Error(missing(client));
  const model = await startModel(client === 'codex' ? openai : anthropic, script);
  const wall = await refusingProxy();
  try {
    const argv =
      client === 'codex' ? codexArguments(place, model.url, prompt, args) : claudeArguments(prompt, args);
    const env =
      client === 'codex'
        ? { CODEX_HOME: join(place.home, '.codex'), FAKE_KEY: 'dummy' }
        : {
            ANTHROPIC_BASE_URL: model.url,
            ANTHROPIC_API_KEY: 'dummy',
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
            DISABLE_AUTOUPDATER: '1',
          };
    const { code, output } = await runProgram(program, argv, place, { ...place.env, ...env, ...wall.env });
    return { code, output, requests: model.requests, unasked: model.left() };
  } finally {
    await model.close();
    wall.close();
  }
}

function codexArguments(
  place: Place,
  url: string,
  prompt: string,
  args: readonly string[],
): readonly string[] {
  const settings: Readonly<Record<string, string | number>> = {
    model: 'fake-model',
    model_provider: 'fake',
    'model_providers.fake.name': 'fake',
    'model_providers.fake.base_url': `${url}/v1`,
    'model_providers.fake.wire_api': 'responses',
    'model_providers.fake.env_key': 'FAKE_KEY',
    'model_providers.fake.request_max_retries': 0,
    'model_providers.fake.stream_max_retries': 0,
    approval_policy: 'never',
  };
  const given = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${JSON.stringify(value)}`]);
  const fixed = [
    'exec',
    '--json',
    '--skip-git-repo-check',
    '--dangerously-bypass-hook-trust',
    '-C',
    place.cwd,
  ];
  // The sandbox of a machine inside a container may not start: the test's own commands are harmless.
  return [...fixed, ...given, '-s', 'danger-full-access', ...args, prompt];
}

function claudeArguments(prompt: string, args: readonly string[]): readonly string[] {
  const fixed = ['--output-format', 'stream-json', '--verbose', '--model', 'claude-sonnet-4-5'];
  return ['-p', prompt, ...fixed, '--allowedTools', 'Bash', ...args];
}

const LIMIT_MS = 90_000;

function runProgram(
  program: string,
  args: readonly string[],
  place: Place,
  more: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const env = {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    USER: 'tester',
    SHELL: '/bin/sh',
    HOME: place.home,
    ...more,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: place.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(limit);
      resolve({ code, output });
    });
  });
}

async function refusingProxy(): Promise<{
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}> {
  const server = createServer((_, response) => response.writeHead(403).end());
  server.on('connect', (_, socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const url = `http://127.0.0.1:${port}`;
  return {
    env: {
      HTTP_PROXY: url,
      HTTPS_PROXY: url,
      http_proxy: url,
      https_proxy: url,
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
    },
    close: () => server.close(),
  };
}
