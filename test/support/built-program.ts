/** The built program: run as a command, or spoken to over stdio by the real SDK clients of both protocol eras. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema, ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterThisTest } from './cleanup.ts';
import { formOf, type Person } from './person.ts';

export const BIN =
  process.env.MIDTURN_TEST_BIN ?? fileURLToPath(new URL('../../dist/midturn.cjs', import.meta.url));
export const NODE = process.env.MIDTURN_TEST_NODE ?? process.execPath;
if (!existsSync(BIN)) throw new Error(`${BIN} is not built: run npm run build`);

/** `2026` speaks 2026-07-28, `2025` the current client's older handshake, `sdk1` is the SDK's own older client. */
export const ERAS = ['2026', '2025', 'sdk1'] as const;
export type Era = (typeof ERAS)[number];

type Answer = { readonly text: string; readonly structured: unknown; readonly isError: boolean };
export type Connection = {
  readonly call: (
    name: string,
    args?: Record<string, unknown>,
    meta?: Record<string, unknown>,
  ) => Promise<Answer>;
  readonly tools: () => Promise<readonly unknown[]>;
  readonly instructions: () => string | undefined;
  readonly protocol: () => string | undefined;
  readonly stderr: () => string;
  readonly pid: () => number | null;
  /** Tells the server that the client's roots are others now. */
  readonly rootsChanged: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** What a client answers to `roots/list`; a client without it does not declare the capability. */
export type Roots = () => Promise<readonly string[]>;

export type Environment = Readonly<Record<string, string>>;

/** What a test may pass to the program: nothing of the developer's own. */
export function environment(home: string, more: Environment = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, MIDTURN_HOME: `${home}/.midturn`, ...more };
}

/** Starts `midturn mcp` and connects. */
export async function connect(
  era: Era,
  options: {
    readonly home: string;
    readonly cwd: string;
    readonly env?: Environment;
    readonly name?: string;
    readonly args?: readonly string[];
    readonly roots?: Roots;
    readonly person?: Person;
  },
): Promise<Connection> {
  const server = {
    command: NODE,
    args: [BIN, 'mcp', ...(options.args ?? [])],
    env: environment(options.home, options.env),
    cwd: options.cwd,
    stderr: 'pipe' as const,
  };
  const info = { name: options.name ?? 'test-client', version: '1.0.0' };
  return era === 'sdk1'
    ? connectOlder(server, info, options.roots, options.person)
    : connectCurrent(era, server, info, options.roots, options.person);
}

type Server = ConstructorParameters<typeof StdioClientTransport>[0];

/** What a client declares, and what it answers. */
const able = (roots: Roots | undefined, person: Person | undefined) => ({
  capabilities: {
    ...(roots === undefined ? {} : { roots: { listChanged: true } }),
    ...(person === undefined ? {} : { elicitation: { form: {} } }),
  },
});
const listed = async (roots: Roots) => ({ roots: (await roots()).map((uri) => ({ uri })) });

async function connectCurrent(
  era: Era,
  server: Server,
  info: { name: string; version: string },
  roots?: Roots,
  person?: Person,
): Promise<Connection> {
  const transport = new StdioClientTransport(server);
  const client = new Client(info, {
    ...able(roots, person),
    versionNegotiation: { mode: era === '2026' ? { pin: '2026-07-28' } : 'legacy' },
  });
  if (roots !== undefined) client.setRequestHandler('roots/list', () => listed(roots));
  if (person !== undefined)
    client.setRequestHandler('elicitation/create', async ({ params }) => person(formOf(params)));
  const stderr = gather(transport.stderr);
  await client.connect(transport);
  return connection({
    call: async (name, args, meta) =>
      answerOf(
        await client.callTool({ name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }),
      ),
    tools: async () => (await client.listTools()).tools,
    instructions: () => client.getInstructions(),
    protocol: () => client.getNegotiatedProtocolVersion(),
    stderr,
    pid: () => transport.pid,
    rootsChanged: () => client.sendRootsListChanged(),
    close: () => client.close(),
  });
}

async function connectOlder(
  server: Server,
  info: { name: string; version: string },
  roots?: Roots,
  person?: Person,
): Promise<Connection> {
  const transport = new OlderTransport(server);
  const client = new OlderClient(info, able(roots, person));
  if (roots !== undefined) client.setRequestHandler(ListRootsRequestSchema, () => listed(roots));
  if (person !== undefined)
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({
      ...(await person(formOf(params))),
    }));
  const stderr = gather(transport.stderr);
  await client.connect(transport);
  return connection({
    call: async (name, args, meta) =>
      answerOf(
        await client.callTool({ name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }),
      ),
    tools: async () => (await client.listTools()).tools,
    instructions: () => client.getInstructions(),
    protocol: () => undefined,
    stderr,
    pid: () => transport.pid,
    rootsChanged: () => client.sendRootsListChanged(),
    close: () => client.close(),
  });
}

function connection(made: Connection): Connection {
  afterThisTest(made.close);
  return made;
}

function answerOf(result: Record<string, unknown>): Answer {
  const content = Array.isArray(result.content) ? result.content : [];
  const text = content.map((block: { text?: string }) => block.text ?? '').join('\n');
  return { text, structured: result.structuredContent, isError: result.isError === true };
}

function gather(
  stream: NodeJS.ReadableStream | null | { on(event: 'data', listener: (chunk: Buffer) => void): unknown },
): () => string {
  let text = '';
  stream?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

export type Finished = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a command to its end. */
export function run(
  args: readonly string[],
  options: {
    readonly home: string;
    readonly cwd: string;
    readonly env?: Environment;
    readonly input?: string;
  },
): Promise<Finished> {
  const child = start(args, options);
  return finished(child, options.input ?? '');
}

/** Starts the program without waiting for it. */
export function start(
  args: readonly string[],
  options: { readonly home: string; readonly cwd: string; readonly env?: Environment },
): ChildProcess {
  const child = spawn(NODE, [BIN, ...args], {
    cwd: options.cwd,
    env: environment(options.home, options.env),
    stdio: 'pipe',
  });
  afterThisTest(() => killed(child));
  return child;
}

/** Kills it, where it still runs, and waits until it is gone. */
function killed(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

export function finished(child: ChildProcess, input?: string): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  if (input !== undefined) child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
