/**
 * A server with the tools, resources and prompts that the official conformance suite asks for, on the HTTP and by the
 * registry of midturn: what the suite finds out of order here is out of order in `midturn serve`. Built and started by
 * scripts/conformance.mjs; prints one line of JSON, `{url}`, and ends with its standard input.
 */
import { InMemoryServerEventBus, McpServer } from '@modelcontextprotocol/server';
import { App } from '../../src/app/app.ts';
import { type ListenSettings, listenHttp } from '../../src/mcp/http/listen.ts';
import type { Principal } from '../../src/model/access.ts';
import { registerAsking } from './fixture-asking.ts';
import { registerCalls } from './fixture-calls.ts';
import { registerPrompts, registerResources } from './fixture-resources.ts';
import { registerRounds, requestState } from './fixture-rounds.ts';
import { registerOthers } from './fixture-tools.ts';

const ANYBODY: Principal = {
  id: 'a_suite',
  owner: 'suite',
  rights: { read: true, write: true, admin: true },
  projects: null,
  expiresAt: null,
};

const SETTINGS: ListenSettings = {
  host: '127.0.0.1',
  port: 0,
  allowed_hosts: [],
  allowed_origins: [],
  max_body_bytes: 1024 * 1024,
  requests_per_minute: 100_000,
  max_sessions: 256,
  session_idle_minutes: 5,
  request_seconds: 60,
  tls_cert: null,
  tls_key: null,
};

const log = (line: string): void => void process.stderr.write(`${line}\n`);
const bus = new InMemoryServerEventBus();
/** Its home is the one that the environment names; no tool of the suite opens its store. */
const app = new App({ env: process.env, cwd: process.cwd(), version: '1.0.0' });

function buildServer(): McpServer {
  const server = new McpServer(
    { name: 'midturn-conformance', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        logging: {},
        completions: {},
      },
      requestState,
    },
  );
  registerCalls(server, { app, principal: ANYBODY, log, publish: (event) => void bus.publish(event) });
  registerOthers(server);
  registerAsking(server);
  registerRounds(server);
  registerResources(server);
  registerPrompts(server);
  return server;
}

async function start(): Promise<void> {
  const { url, close } = await listenHttp({
    settings: SETTINGS,
    authenticate: async () => ANYBODY,
    projectFor: async () => null,
    buildServer,
    changes: { bus, listening: (_asked, serve) => serve() },
    onerror: (error) => log(error.message),
    accessLog: () => {},
  });
  process.stdin.resume();
  process.stdin.once('end', () => {
    close().finally(() => process.exit());
  });
  process.stdout.write(`${JSON.stringify({ url })}\n`);
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
