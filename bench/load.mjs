/**
 * Many agents at one `midturn serve`: a call a second each, then all at full speed, then a call a second while others
 * compile and import. Each has a token of its own, bound to a project of its own and to the large one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { quantile } from './lib/metrics.mjs';
import { bin, command, cpuMs, from, residentMB } from './lib/program.mjs';
import { message, PROJECTS, writeMessages } from './lib/synthetic.mjs';
import { mixedStore, storeBytes, workspaces } from './lib/synthetic-stores.mjs';
import { pair, thousands } from './lib/table.mjs';
import { UsageError } from './lib/usage.mjs';

const MESSAGES = 100_000;
const MEMORIES = 10_000;
const CLIENTS = 64;
const SECONDS = 60;
/** Full speed for a third of that. */
const FULL = 3;
const PACE_MS = 1000;
const SAMPLE_MS = 5000;
const START_MS = 20_000;
/** Commands that run at a time while the tokens are made. */
const MAKERS = 4;
/** What another process has to do meanwhile. Messages that no store of this run holds are numbered from here. */
const BUSY = { suggestions: 200, import: 20_000, from: 5_000_000 };

export async function load({ keep }) {
  const clients = whole('BENCH_CLIENTS', CLIENTS);
  const seconds = whole('BENCH_SECONDS', SECONDS);
  if (keep !== undefined && !existsSync(keep))
    throw new UsageError(`--keep ${keep}: there is no such folder`);
  const own = mkdtempSync(join(tmpdir(), 'midturn-bench-'));
  try {
    const { place } = await mixedStore(keep === undefined ? join(own, 'store') : resolve(keep, 'load'), {
      messages: MESSAGES,
      memories: MEMORIES,
    });
    // The kept store stays as it was made: a copy of its home is what gets written to.
    const copy = join(own, '.midturn');
    cpSync(place.env.MIDTURN_HOME, copy, { recursive: true });
    return await measure({ ...place, env: { ...place.env, MIDTURN_HOME: copy }, own }, clients, seconds);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function whole(name, fallback) {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(value) || value < 1 || value > 1000)
    throw new UsageError(`${name} is "${process.env[name]}": a whole number from 1 to 1000`);
  return value;
}

async function measure(place, count, seconds) {
  const bytes = { before: bytesOf(place) };
  const shared = from(place, PROJECTS[0]).cwd;
  await makeKnown(place, count);
  const plans = await tokens(place, count, shared);
  const server = await serve(place);
  const watch = watched(server.pid);
  const agents = await startClients(place, {
    url: server.url,
    shared: PROJECTS[0],
    messages: MESSAGES,
    memories: MEMORIES,
    clients: plans,
  });
  try {
    const { connectedMs } = await agents.connected;
    const phases = [];
    const run = async (name, more, meanwhile) => {
      const figures = await phase({ watch, agents }, { seconds, pace: PACE_MS, ...more }, meanwhile);
      phases.push({ name, ...figures });
      process.stderr.write(`bench: ${name}: measured\n`);
    };
    await run('a call a second each');
    await run('at full speed', { seconds: Math.max(1, Math.round(seconds / FULL)), pace: null });
    await run('while others compile and import', {}, (until) => othersAtWork(place, until));
    bytes.after = bytesOf(place);
    const figures = { clients: count, connectedMs, bytes, phases, rss: watch.samples };
    return { figures, tables: [callTable(figures), phaseTable(figures)] };
  } finally {
    watch.end();
    await agents.close();
    await server.close();
  }
}

/** The store lies in the home of the copy, not beside the workspaces. */
const bytesOf = ({ own }) => storeBytes({ home: own });

/** A token can be bound to a project that midturn knows. */
async function makeKnown(place, count) {
  const file = join(place.own, 'clients.ndjson');
  const lines = Array.from({ length: count }, (_, number) => {
    const { cwd } = from(place, `client-${number}`);
    return `${JSON.stringify({ session: `client-${number}`, text: `Client ${number} begins its work`, cwd })}\n`;
  });
  writeFileSync(file, lines.join(''));
  await command(['import', file, '--json', '--yes'], place);
}

/** Client number 7 works in `client-7`, and may see the large project too. */
async function tokens(place, count, shared) {
  const plans = Array.from({ length: count });
  let next = 0;
  const maker = async () => {
    while (next < count) {
      const number = next;
      next += 1;
      const { cwd: project } = from(place, `client-${number}`);
      const scopes = ['--scope', 'read', '--scope', 'write'];
      const projects = ['--project', project, '--project', shared];
      const { report } = await command(['token', 'create', ...scopes, ...projects, '--json'], {
        ...place,
        cwd: project,
      });
      plans[number] = { number, token: report.token, project, older: number % 2 === 0 };
    }
  };
  await Promise.all(Array.from({ length: MAKERS }, maker));
  return plans;
}

async function serve({ cwd, env }) {
  const port = await freePort();
  const flags = (process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean);
  const args = [...flags, bin, 'serve', '--port', String(port)];
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-4000);
  });
  const ended = once(child, 'close');
  const url = `http://127.0.0.1:${port}`;
  const late = performance.now() + START_MS;
  while (!(await answers(`${url}/health`))) {
    if (child.exitCode !== null || performance.now() > late)
      throw new Error(`midturn serve does not answer: ${complaint}`);
    await sleep(50);
  }
  return {
    pid: child.pid,
    url: `${url}/mcp`,
    close: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), START_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function startClients(place, plan) {
  const file = join(place.own, 'clients.json');
  writeFileSync(file, JSON.stringify(plan), { mode: 0o600 });
  const script = fileURLToPath(new URL('lib/load-clients.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the clients ended');
    return JSON.parse(value);
  };
  return {
    connected: answer(),
    ask: (phase) => {
      child.stdin.write(`${JSON.stringify(phase)}\n`);
      return answer();
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** The server's memory, every five seconds from now on. */
function watched(pid) {
  const began = performance.now();
  const samples = [];
  const look = () => {
    const mb = residentMB(pid);
    if (mb !== null) samples.push({ seconds: (performance.now() - began) / 1000, mb });
  };
  look();
  const timer = setInterval(look, SAMPLE_MS);
  return { samples, cpu: () => cpuMs(pid), end: () => clearInterval(timer) };
}

async function phase({ watch, agents }, { seconds, pace }, meanwhile) {
  const from = watch.samples.length;
  const cpu = watch.cpu();
  const state = { over: false };
  const others = meanwhile?.(() => state.over);
  const report = await agents.ask({ seconds, pace });
  const used = cpu === null ? null : (watch.cpu() - cpu) / 1000;
  state.over = true;
  const done = await others;
  const { tools, counts, troubles, first, cpuSeconds } = report;
  const calls = counts.reduce((sum, one) => sum + one, 0);
  return {
    seconds,
    calls,
    ...troubles,
    first,
    tools: Object.fromEntries(Object.entries(tools).map(([tool, values]) => [tool, latency(values)])),
    all: latency(Object.values(tools).flat()),
    perClient: { least: Math.min(...counts), most: Math.max(...counts) },
    serverCpuSeconds: used,
    clientCpuSeconds: cpuSeconds,
    rss: slope(watch.samples.slice(from)),
    ...(done === undefined ? {} : { others: done }),
  };
}

function latency(values) {
  const [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1].map((part) => quantile(values, part));
  return { n: values.length, p50, p95, p99, most };
}

/** Least squares over the samples: MB a minute; the first and the last. */
function slope(samples) {
  if (samples.length < 2)
    return { first: samples[0]?.mb ?? null, last: samples.at(-1)?.mb ?? null, perMinute: null };
  const middle = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [middle(samples.map(({ seconds }) => seconds)), middle(samples.map(({ mb }) => mb))];
  const over = samples.reduce((sum, { seconds, mb }) => sum + (seconds - x) * (mb - y), 0);
  const under = samples.reduce((sum, { seconds }) => sum + (seconds - x) ** 2, 0);
  return { first: samples[0].mb, last: samples.at(-1).mb, perMinute: (60 * over) / under };
}

/** One process at a time of each kind, again and again until the clients are done. */
async function othersAtWork(place, over) {
  const [compiled, imported] = await Promise.all([compiling(place, over), importing(place, over)]);
  return { compiled, imported };
}

async function compiling(place, over) {
  const file = join(place.own, 'suggestions.json');
  let round = 0;
  let processed = 0;
  while (!over()) {
    const updates = Array.from({ length: BUSY.suggestions }, (_, n) => {
      const { text } = message(BUSY.from + round * BUSY.suggestions + n);
      return { action: 'add', scope: 'project', content: text.slice(0, 300) };
    });
    writeFileSync(file, JSON.stringify({ memory_updates: updates }));
    await command(['suggest', file, '--json'], place);
    const { report } = await command(['compile', '--json'], place);
    processed += report.processed;
    round += 1;
  }
  return { rounds: round, processed };
}

async function importing(place, over) {
  const file = join(place.own, 'more.ndjson');
  let messages = 0;
  while (!over()) {
    writeMessages(file, BUSY.import, workspaces(place), BUSY.from + messages);
    await command(['import', file, '--json', '--yes'], place);
    messages += BUSY.import;
  }
  return { messages };
}

const NAMES = ['recall', 'recall_history', 'remember'];
const three = ({ p50, p95, p99 }) => [p50, p95, p99].map((value) => value.toFixed(1)).join(' / ');

function callTable({ clients, phases }) {
  return {
    title: `Calls of ${clients} clients, p50 / p95 / p99 ms`,
    head: ['', ...NAMES, 'all', 'slowest'],
    rows: phases.map(({ name, tools, all }) => [
      name,
      ...NAMES.map((tool) => (tools[tool] === undefined ? '–' : three(tools[tool]))),
      three(all),
      all.most.toFixed(0),
    ]),
    note: `As the clients see it, the work of their SDK included. ${thousands(MESSAGES)} messages and ${thousands(MEMORIES)} memories; half of the clients speak the protocol of 2025-11-25, half that of 2026-07-28.`,
  };
}

function phaseTable({ phases, bytes, connectedMs, clients }) {
  const cpu = ({ serverCpuSeconds, calls }) =>
    serverCpuSeconds === null ? '–' : ((1000 * serverCpuSeconds) / calls).toFixed(1);
  const memory = ({ rss: { first, last, perMinute } }) =>
    first === null
      ? '–'
      : `${first} → ${last}${perMinute === null ? '' : ` (${perMinute.toFixed(1)} a minute)`}`;
  const others = phases.find(({ others }) => others !== undefined)?.others;
  return {
    title: 'What became of them',
    head: [
      '',
      'calls',
      'a second',
      'errors',
      'cross-talk',
      'lost',
      'calls of a client',
      'CPU ms a call',
      'RSS MB',
    ],
    rows: phases.map((one) => [
      one.name,
      thousands(one.calls),
      (one.calls / one.seconds).toFixed(0),
      one.error,
      one.crossTalk,
      one.lost,
      `${one.perClient.least}–${one.perClient.most}`,
      cpu(one),
      memory(one),
    ]),
    note: `All ${clients} connected, with a first call each, in ${(connectedMs / 1000).toFixed(1)} s. Lost: a client did not find what it had remembered. CPU: of the server. The store grew from ${pair(bytes.before / 1e6, bytes.after / 1e6).replace(' / ', ' to ')} MB.${others === undefined ? '' : ` Meanwhile ${thousands(others.compiled.processed)} suggestions were compiled and ${thousands(others.imported.messages)} messages imported.`}`,
  };
}
