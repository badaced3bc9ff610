/** The built program under measurement: homes of its own, and a bare JSON-RPC client over stdio. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from './usage.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Another build than the one in dist/ is measured by naming its folder. */
const elsewhere = process.env.MIDTURN_DIST;
export const bin = join(elsewhere === undefined ? join(root, 'dist') : resolve(elsewhere), 'midturn.cjs');

/** Builds what is measured, unless a build was named. */
export async function prepareProgram() {
  if (elsewhere === undefined) {
    const { build } = await import('../../scripts/build.mjs');
    await build();
  } else if (!existsSync(bin)) {
    throw new UsageError(`MIDTURN_DIST is ${elsewhere}, and there is no midturn.cjs in it`);
  }
}

/** A home and a workspace below `folder`; nothing of the person's own is passed on. `more` = further variables. */
export function placeIn(folder, more = {}) {
  mkdirSync(folder, { recursive: true });
  const home = realpathSync(folder);
  const cwd = join(home, 'shop');
  mkdirSync(cwd, { recursive: true });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    USERPROFILE: home,
    MIDTURN_HOME: join(home, '.midturn'),
    ...more,
  };
  return { home, cwd, env };
}

/** The same home, called from another of its workspaces. */
export function from(place, name) {
  const cwd = join(place.home, name);
  mkdirSync(cwd, { recursive: true });
  return { ...place, cwd };
}

/** Runs `body` with a temporary home and workspace, and removes them. */
export async function withHome(body, more) {
  const place = placeIn(mkdtempSync(join(tmpdir(), 'midturn-bench-')), more);
  try {
    return await body(place);
  } finally {
    rmSync(place.home, { recursive: true, force: true });
  }
}

/** A server over stdio; `request` resolves with the result and the time from the spawn, in ms. */
function serve(command, args, { cwd, env }) {
  const began = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Map();
  let rest = '';
  let complaint = '';
  let last = 0;
  let ended = false;
  const fail = (why) => {
    ended = true;
    for (const { reject } of waiting.values()) reject(new Error(why));
    waiting.clear();
  };
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-2000);
  });
  child.stdin.on('error', () => undefined);
  child.once('error', (error) => fail(`${command} could not be started: ${error.message}`));
  child.once('close', (code, signal) => fail(`the server ended (${signal ?? code}) ${complaint}`.trim()));
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line);
      waiting.get(message.id)?.resolve({ ...message, at: performance.now() - began });
      waiting.delete(message.id);
    }
  });
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  return {
    pid: child.pid,
    request: async (method, params) => {
      if (ended) throw new Error(`the server ended ${complaint}`.trim());
      last += 1;
      const id = last;
      const { result, error, at } = await new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({ id, method, params });
      });
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return { result, at };
    },
    notify: (method) => send({ method }),
    close: () =>
      new Promise((resolve) => {
        if (ended) return resolve();
        child.once('close', resolve);
        child.stdin.end();
        setTimeout(() => child.kill('SIGKILL'), 3000).unref();
      }),
  };
}

const HANDSHAKE = {
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

/** The built server, with `call(tool, arguments)` = `{text, structured, ms}`; an error that it answers is thrown. */
export async function midturn(place) {
  const connected = await connect(process.execPath, [bin, 'mcp'], place);
  const { server } = connected;
  return {
    ...connected,
    pid: server.pid,
    close: server.close,
    call: async (name, args) => {
      const at = performance.now();
      const { result } = await server.request('tools/call', { name, arguments: args });
      const ms = performance.now() - at;
      const text = result.content.map((part) => part.text ?? '').join('\n');
      if (result.isError === true) throw new Error(`${name} ${JSON.stringify(args)}: ${text}`);
      return { text, structured: result.structuredContent, ms };
    },
  };
}

/** Runs a command of the built program; resolves with its JSON, the time it took, on the clock and of the processors, and the most memory it had (MB). */
export function command(args, { cwd, env }, { script = bin } = {}) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let complaint = '';
    let peak = null;
    let cpu = null;
    const watch = setInterval(() => {
      peak = residentMB(child.pid, 'VmHWM') ?? peak;
      cpu = cpuMs(child.pid) ?? cpu;
    }, 50);
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complaint = (complaint + chunk).slice(-4000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(watch);
      if (code === 0) {
        const seconds = (performance.now() - began) / 1000;
        resolve({ report: JSON.parse(out), seconds, peak, cpuSeconds: cpu === null ? null : cpu / 1000 });
      } else reject(new Error(`midturn ${args[0]} ended with ${code}: ${complaint}`));
    });
  });
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

/** Processor time of a process so far in ms, what the machine's other work does not distort; null where not told. */
export function cpuMs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    // utime and stime, in ticks of 10 ms.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}
