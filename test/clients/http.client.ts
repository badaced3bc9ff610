/**
 * The real clients against `midturn serve`, wired as examples/clients says, with a token from the environment: what they
 * recall and remember, what a token that may only read or is bound to a project is refused, and that a session goes on
 * when the server is killed and started again, or its token revoked.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { finished, run, start } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';
import type { Turn } from './fake-model.ts';
import {
  type ClientName,
  clientProgram,
  clientTurn,
  missing,
  type Place,
  type TurnResult,
} from './real-clients.ts';

const CLIENTS: readonly ClientName[] = ['codex', 'claude-code'];
const EXAMPLES = fileURLToPath(new URL('../../examples/clients', import.meta.url));
const EXAMPLE_ADDRESS = 'http://127.0.0.1:4127/mcp';
const LIMIT_MS = 120_000;
const DONE = { text: 'done' } as const;

const SHOP = 'The staging database listens on port 6543';
const ELSEWHERE = 'Tideline is deployed with make ship-tide';
const SAID = 'The label printer of the warehouse needs firmware 4.2';
const ASKED = { tool: 'recall', args: { query: 'On which port does the staging database listen?' } };

/** The shell tool of each client, and what the command's argument is called there. */
const SHELL = {
  codex: (command: string): Turn => ({ tool: 'exec_command', args: { cmd: command, yield_time_ms: 30_000 } }),
  'claude-code': (command: string): Turn => ({ tool: 'Bash', args: { command, description: 'wait' } }),
} as const;

/** How each client reads a resource by itself. */
const READER = { codex: 'read_mcp_resource', 'claude-code': 'ReadMcpResourceTool' } as const;

for (const client of CLIENTS) {
  const installed = clientProgram(client) !== null;
  if (!installed) process.stdout.write(`skipped: ${missing(client)}\n`);

  describe.skipIf(!installed)(`${client} over HTTP`, () => {
    it(
      'recalls, and remembers what its person says; its own turn is no hit',
      async () => {
        const world = await makeWorld();
        const { url } = await world.serve();
        const { told } = await turn(client, world, {
          url,
          token: await world.token(),
          prompt: `Keep in mind: ${SAID}. This is the quokka question.`,
          script: [
            ASKED,
            { tool: 'remember', args: { content: SAID } },
            { tool: 'recall_history', args: { query: 'the quokka question' } },
            DONE,
          ],
        });
        expect(told).toContain('port 6543');
        expect(told).toContain('accepted');
        expect(told).toContain('Nothing relevant is stored in the history of this project');
        expect(await world.memories()).toContainEqual({ content: SAID, origin: 'user', project: 'shop' });
      },
      LIMIT_MS,
    );

    it(
      'reads resources',
      async () => {
        const world = await makeWorld();
        const { url } = await world.serve();
        const { told, output } = await turn(client, world, {
          url,
          token: await world.token('--scope', 'read'),
          script: [
            { tool: READER[client], args: { server: 'midturn', uri: 'midturn://project' } },
            { tool: READER[client], args: { server: 'midturn', uri: 'midturn://memories/m_none00' } },
            DONE,
          ],
        });
        expect(told).toContain(SHOP);
        expect(told).toMatch(/not found/i);
        // Codex shows no prompts of servers.
        if (client === 'claude-code') expect(output).toContain('mcp__midturn__review_session');
      },
      LIMIT_MS,
    );

    it(
      'writes nothing with a token that may only read',
      async () => {
        const world = await makeWorld();
        const { url } = await world.serve();
        const before = await world.memories();
        const { told } = await turn(client, world, {
          url,
          token: await world.token('--scope', 'read'),
          prompt: `Keep in mind: ${SAID}`,
          script: [
            { tool: 'remember', args: { content: SAID } },
            {
              tool: 'submit_suggestion',
              args: { memory_updates: [{ action: 'add', scope: 'project', content: SAID }] },
            },
            { tool: 'compile', args: {} },
            ASKED,
            DONE,
          ],
        });
        for (const tool of ['remember', 'submit_suggestion', 'compile'])
          expect(told).toContain(`${tool} needs the right to write`);
        expect(told).toContain('port 6543');
        expect(await world.memories()).toEqual(before);
        const { stdout } = await world.midturn('status', '--json');
        expect(JSON.parse(stdout).queue.suggestions).toEqual({ pending: 0, processing: 0, failed: 0 });
      },
      LIMIT_MS,
    );

    it(
      'sees nothing of other projects with a token that is bound to one',
      async () => {
        const world = await makeWorld();
        const { url } = await world.serve();
        const { told } = await turn(client, world, {
          url,
          token: await world.token('--project', world.shop),
          script: [
            { tool: 'recall', args: { query: 'How is tideline deployed?', scope: 'all' } },
            { tool: 'recall_history', args: { query: 'deploy', project: 'tideline' } },
            ASKED,
            DONE,
          ],
        });
        expect(told).toContain('port 6543');
        expect(told).toContain('No project is called');
        expect(told).not.toContain('ship-tide');
      },
      LIMIT_MS,
    );

    it(
      'goes on where its server was killed and started again',
      async () => {
        const world = await makeWorld();
        const first = await world.serve();
        const token = await world.token();
        const wait = SHELL[client](`node ${join(world.shop, 'wait.js')}`);
        const running = turn(client, world, {
          url: first.url,
          token,
          script: [ASKED, wait, { tool: 'remember', args: { content: SAID } }, DONE],
        });
        await until(() => existsSync(join(world.shop, 'waiting')));
        await first.kill();
        await world.serve(first.url);
        writeFileSync(join(world.shop, 'go'), '');
        const { told } = await running;
        expect(told).toContain('port 6543');
        expect((await world.memories()).map(({ content }) => content)).toContain(SAID);
      },
      LIMIT_MS,
    );

    it(
      'works without memory where its token was revoked',
      async () => {
        const world = await makeWorld();
        const { url } = await world.serve();
        const token = await world.token();
        const { stdout } = await world.midturn('token', 'list', '--json');
        for (const { id } of tokenList.parse(JSON.parse(stdout)).tokens)
          await world.midturn('token', 'revoke', id);
        const { output } = await turn(client, world, {
          url,
          token,
          script: [{ text: 'Hello from a session without memory.' }],
        });
        expect(output).toContain('Hello from a session without memory.');
      },
      LIMIT_MS,
    );
  });
}

const tokenList = z.looseObject({ tokens: z.array(z.looseObject({ id: z.string() })) });
const memoryList = z.looseObject({
  memories: z.array(z.object({ content: z.string(), origin: z.string(), project: z.string().nullable() })),
});

/** Says on disk that it has begun, and ends when it is told to. */
const WAIT = `const fs = require('node:fs');
fs.writeFileSync(__dirname + '/waiting', '');
const timer = setInterval(() => { if (fs.existsSync(__dirname + '/go')) clearInterval(timer); }, 50);
`;

/** Two repositories with a memory each, in a home where nothing is set up. */
async function makeWorld() {
  const home = tempFolder();
  for (const folder of ['.codex', '.claude']) mkdirSync(join(home, folder));
  const [shop, tideline] = [join(home, 'shop'), join(home, 'tideline')];
  for (const [cwd, fact] of [
    [shop, SHOP],
    [tideline, ELSEWHERE],
  ] as const) {
    mkdirSync(cwd);
    execFileSync('git', ['init', '-q'], { cwd });
    const { code, stderr } = await run(['remember', fact, '--scope', 'project'], { home, cwd });
    expect(code, stderr).toBe(0);
  }
  writeFileSync(join(shop, 'wait.js'), WAIT);
  const midturn = (...args: readonly string[]) => run(args, { home, cwd: shop });
  return {
    home,
    shop,
    midturn,
    token: async (...args: readonly string[]): Promise<string> => {
      const { stdout } = await midturn('token', 'create', '--json', ...args);
      return z.looseObject({ token: z.string() }).parse(JSON.parse(stdout)).token;
    },
    memories: async () =>
      memoryList.parse(JSON.parse((await midturn('memories', 'list', '--json')).stdout)).memories,
    /** At the address of an earlier one, or at any. */
    serve: async (address?: string) => {
      const port = address === undefined ? '0' : new URL(address).port;
      const server = start(['serve', '--port', port, '--json'], { home, cwd: home });
      const ended = finished(server);
      const line = await new Promise<string>((resolve, reject) => {
        server.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
        void ended.then(({ stderr }) => reject(new Error(stderr)));
      });
      return {
        url: z.looseObject({ url: z.string() }).parse(JSON.parse(line)).url,
        kill: async () => {
          server.kill('SIGKILL');
          await ended;
        },
      };
    },
  };
}

type Wish = {
  readonly url: string;
  readonly token: string;
  readonly prompt?: string;
  readonly script: readonly Turn[];
};

/** One turn in the shop; `told` is what the tools have answered. */
async function turn(
  client: ClientName,
  { home, shop }: { readonly home: string; readonly shop: string },
  { url, token, prompt = 'Go on', script }: Wish,
): Promise<TurnResult & { readonly told: string }> {
  const place: Place = { home, cwd: shop, env: { MIDTURN_TOKEN: token } };
  const result = await clientTurn(client, place, prompt, script, wire(client, home, url));
  const { code, unasked, output } = result;
  expect({ code, unasked }, output.slice(-2000)).toEqual({ code: 0, unasked: 0 });
  return { ...result, told: answersIn(result.requests.at(-1) ?? '{}') };
}

const toolAnswer = z.looseObject({ type: z.enum(['function_call_output', 'tool_result']) });

/** Of all that the model is sent, what tools have answered. */
function answersIn(request: string): string {
  const found: string[] = [];
  JSON.parse(request, (_, value: unknown) => {
    if (toolAnswer.safeParse(value).success) found.push(JSON.stringify(value));
    return value;
  });
  return found.join('\n');
}

/** The example's own words, but for the address; answers what the client is to be started with. */
function wire(client: ClientName, home: string, url: string): readonly string[] {
  const example = (name: string): string => {
    const text = readFileSync(join(EXAMPLES, name), 'utf8');
    expect(text).toContain(EXAMPLE_ADDRESS);
    return text.replace(EXAMPLE_ADDRESS, url);
  };
  if (client === 'codex') {
    writeFileSync(join(home, '.codex', 'config.toml'), example('codex-http.toml'));
    return [];
  }
  const file = join(home, 'mcp.json');
  writeFileSync(file, example('claude-code-http.json'));
  return ['--mcp-config', file, '--allowedTools', 'Bash,mcp__midturn'];
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1200 && !holds(); tries += 1) await sleep(50);
}
