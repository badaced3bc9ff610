/**
 * Wall and processor time of each hook as a client starts it, beside a bare Node, with the store free and with it locked.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quantile } from './lib/metrics.mjs';
import { bin, command, midturn, root, withHome } from './lib/program.mjs';
import { message, PROJECTS, writeMessages } from './lib/synthetic.mjs';
import { pair } from './lib/table.mjs';

const RUNS = 30;
const MESSAGES = 5000;
const MEMORIES = 200;
const SESSION = '37715f12-131c-4d6c-a82d-c77ec3694927';
const EVENTS = {
  'session-start': { hook_event_name: 'SessionStart', source: 'startup' },
  'user-prompt': { hook_event_name: 'UserPromptSubmit', prompt: 'Which port does the cache listen on here?' },
  'post-tool': {
    hook_event_name: 'PostToolUseFailure',
    tool_name: 'Bash',
    tool_input: { command: 'npm test' },
    tool_use_id: 'call_1',
    error: 'Exit code 1\nError: connect ECONNREFUSED 127.0.0.1:5432',
  },
  'stop-review': { hook_event_name: 'Stop', stop_hook_active: false, last_assistant_message: 'Done.' },
  'pre-compact': { hook_event_name: 'PreCompact', trigger: 'auto' },
  'session-end': { hook_event_name: 'SessionEnd', reason: 'other' },
};

export function hooks() {
  return withHome(async (place) => {
    await fill(place);
    const free = await measure(place, () => settle(place));
    const release = await lock(place);
    // The worker waits for the lock meanwhile, and costs nothing.
    const locked = await measure(place, () => undefined);
    await release();
    await settle(place);
    const rows = Object.keys(free).map((event) => [
      event,
      ...[free, locked].map((all) => pair(all[event].p50, all[event].p95)),
      free[event].cpu === null ? '—' : free[event].cpu.toFixed(0),
    ]);
    return {
      figures: { free, locked, messages: MESSAGES, memories: MEMORIES },
      tables: [
        {
          title: `Hooks, spawn to end, p50 / p95 of ${RUNS} in ms (${MESSAGES} messages, ${MEMORIES} memories)`,
          head: ['hook', 'store free', 'store locked for writing', 'processor time, mean'],
          rows,
        },
      ],
    };
  });
}

async function fill(place) {
  const file = join(place.home, 'sessions.ndjson');
  writeMessages(
    file,
    MESSAGES,
    PROJECTS.map(() => place.cwd),
  );
  await command(['import', file, '--json', '--yes'], place);
  rmSync(file);
  const server = await midturn(place);
  for (let number = 0; number < MEMORIES; number += 1)
    await server.call('remember', { content: message(number * 100).text.slice(0, 300) });
  await server.close();
}

async function measure(place, between) {
  const times = { 'bare Node': [], ...Object.fromEntries(Object.keys(EVENTS).map((event) => [event, []])) };
  const work = Object.fromEntries(Object.keys(times).map((event) => [event, 0]));
  // In turns, so that a slow spell of the machine meets all of them; the first round makes the code caches.
  for (let run = -1; run < RUNS; run += 1) {
    for (const event of Object.keys(times)) {
      const before = childrenCpu();
      const took = await once(event, place);
      if (run >= 0) {
        times[event].push(took);
        work[event] += childrenCpu() - before;
      }
      await between();
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([event, all]) => [
      event,
      {
        p50: quantile(all, 0.5),
        p95: quantile(all, 0.95),
        cpu: process.platform === 'linux' ? work[event] / RUNS : null,
      },
    ]),
  );
}

/** Milliseconds of processor time of the children that have ended, in steps of ten: for the mean of many. Linux. */
function childrenCpu() {
  if (process.platform !== 'linux') return 0;
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ');
  return 10 * (Number(fields[13]) + Number(fields[14]));
}

function once(event, place) {
  const payload = {
    session_id: SESSION,
    prompt_id: '0a96dfa0-1f0e-4a6d-9a77-0c1d2e3f4a5b',
    transcript_path: join(place.home, '.claude/projects/-shop', `${SESSION}.jsonl`),
    cwd: place.cwd,
    ...EVENTS[event],
  };
  const args = event in EVENTS ? [bin, event] : ['-e', '0'];
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, {
      cwd: place.cwd,
      env: place.env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdout.resume();
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(payload));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(performance.now() - began) : reject(new Error(`${event} ended with ${code}`)),
    );
  });
}

/** Waits until the worker that the hooks have started is gone: it is measured elsewhere. */
async function settle(place) {
  const home = place.env.MIDTURN_HOME;
  for (let looks = 0; looks < 600; looks += 1) {
    const names = readdirSync(home);
    if (!names.includes('worker.lock') && !names.includes('worker.starting')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Another process writes, and does not end; answers how to end it. */
async function lock({ env }) {
  const script = `
    const db = new (require('better-sqlite3'))(process.argv[1]);
    for (const sql of ['BEGIN EXCLUSIVE', 'CREATE TABLE held (x)', 'DROP TABLE held']) db.exec(sql);
    process.stdout.write('held');
    process.stdin.resume().on('end', () => { db.exec('ROLLBACK'); db.close(); });
  `;
  const holder = spawn(process.execPath, ['-e', script, join(env.MIDTURN_HOME, 'midturn.db')], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  return () =>
    new Promise((resolve) => {
      holder.once('close', resolve);
      holder.stdin.end();
    });
}
