/** The built program under measurement: temporary homes, a bare JSON-RPC client over stdio, medians. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const bin = join(root, 'dist', 'midturn.cjs');

/** Runs `body` with a temporary home and workspace, and removes them. */
export async function withHome(body) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-bench-')));
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    USERPROFILE: home,
    MIDTURN_HOME: join(home, '.midturn'),
  };
  try {
    return await body({ home, cwd, env });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A server over stdio; `request` resolves with the result and the time from the spawn, in ms. */
export function serve(command, args, { cwd, env }) {
  const began = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Map();
  let rest = '';
  let last = 0;
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line);
      waiting.get(message.id)?.({ result: message.result ?? message.error, at: performance.now() - began });
      waiting.delete(message.id);
    }
  });
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  return {
    pid: child.pid,
    request: (method, params) =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(last, resolve);
        send({ id: last, method, params });
      }),
    notify: (method) => send({ method }),
    close: () =>
      new Promise((resolve) => {
        child.once('close', resolve);
        child.stdin.end();
        setTimeout(() => child.kill('SIGKILL'), 3000).unref();
      }),
  };
}

export const HANDSHAKE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'bench', version: '1' },
};

/** Connects as a client does. */
export async function connect(command, args, place) {
  const server = serve(command, args, place);
  const initialize = await server.request('initialize', HANDSHAKE);
  server.notify('notifications/initialized');
  const list = await server.request('tools/list', {});
  return { server, initializeMs: initialize.at, listMs: list.at, tools: list.result.tools };
}

/** Resident memory of a process in MB; null where the system does not tell. */
export function residentMB(pid, field = 'VmRSS') {
  try {
    const kb = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? null : Math.round(Number(kb) / 1024);
  } catch {
    return null;
  }
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values) => quantile(values, 0.5);
export const ms = (value) => `${value.toFixed(1)} ms`;
