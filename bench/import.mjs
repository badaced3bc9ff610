/** Import of a large corpus made from the fixture transcripts. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bin, residentMB, root, withHome } from './program.mjs';
import { words } from './words.mjs';

const MEGABYTES = Number(process.env.BENCH_MB ?? 120);
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const CALL = /\b(?:call|toolu|msg|fc|fco|rs|exec)_[A-Za-z0-9_]{8,}/g;
/** A fixture is a turn or two; a session of a working day is this many of them. */
const PARTS = 20;
/** Kinds of session that a working day is made of. */
const SCENARIOS = [
  'plain',
  'shell',
  'failing-then-fixed',
  'mcp-tool',
  'resume',
  'cwd-change',
  'large-output',
];

export function importSpeed() {
  return withHome(async (place) => {
    const bytes = layCorpus(place.home);
    const began = performance.now();
    const { report, peak } = await run(place);
    const seconds = (performance.now() - began) / 1000;
    const messages = report.sessions.reduce((sum, session) => sum + session.messages, 0);
    const again = performance.now();
    const second = await run(place);
    const store = statSync(join(place.home, '.midturn', 'midturn.db')).size;
    return [
      ['corpus', `${(bytes / 1e6).toFixed(0)} MB, ${report.sessions.length} sessions, ${messages} messages`],
      [
        'import',
        `${seconds.toFixed(1)} s: ${(bytes / 1e6 / seconds).toFixed(1)} MB/s, ${Math.round(messages / seconds)} messages/s`,
      ],
      ['peak memory', `${peak} MB`],
      ['store, bytes a message', String(Math.round(store / messages))],
      [
        'import again, nothing new',
        `${((performance.now() - again) / 1000).toFixed(1)} s, ${second.report.added} added`,
      ],
    ];
  });
}

/** Sessions made of the fixtures' turns, each with ids of its own and text that differs; returns the bytes. */
function layCorpus(home) {
  const draw = words(11);
  let bytes = 0;
  for (let copy = 0; bytes < MEGABYTES * 1e6; copy += 1) {
    for (const client of ['codex', 'claude-code']) {
      const target = join(home, client === 'codex' ? '.codex' : '.claude');
      for (const scenario of SCENARIOS) {
        const from = join(root, 'test', 'fixtures', client, scenario);
        for (const file of filesBelow(from)) {
          const text = readFileSync(join(from, file), 'utf8');
          const sessions = new Set(file.match(UUID));
          const out = join(
            target,
            file.replace(UUID, (id) => rename(id, copy)),
          );
          let session = '';
          let last = null;
          for (let part = 0; part < PARTS; part += 1) {
            const own = (id) => rename(id, sessions.has(id) ? copy : `${copy}.${part}`);
            const renamed = text
              .replace(UUID, own)
              .replace(CALL, (id) => `${id.split('_')[0]}_${own(id).replaceAll('-', '').slice(0, 24)}`);
            // The first record of a part answers to the last one of the part before, or it would be a rewind.
            const linked =
              last === null ? renamed : renamed.replace('"parentUuid":null', `"parentUuid":"${last}"`);
            last = [...renamed.matchAll(/"uuid":"([^"]+)"/g)].at(-1)?.[1] ?? null;
            session += vary(linked, draw);
          }
          mkdirSync(dirname(out), { recursive: true });
          writeFileSync(out, session);
          bytes += Buffer.byteLength(session);
        }
      }
    }
  }
  return bytes;
}

/** The same id in every file of one copy, another in the next copy. */
function rename(id, copy) {
  const hex = createHash('sha256').update(`${copy}:${id}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${id.slice(14, 18)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** Answers and outputs get forty words of their own. */
function vary(text, draw) {
  return text.replace(
    /"(text|aggregated_output|stdout)":"((?:[^"\\]|\\.){12,})"/g,
    (_, key, said) => `"${key}":"${said} ${draw(40).join(' ')}"`,
  );
}

function filesBelow(folder, below = '') {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? filesBelow(folder, path) : path.endsWith('.jsonl') ? [path] : [];
  });
}

function run({ cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, 'import', '--json', '--yes'], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, residentMB(child.pid, 'VmHWM') ?? 0);
    }, 50);
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.once('close', (code) => {
      clearInterval(watch);
      if (code === 0) resolve({ report: JSON.parse(out), peak });
      else reject(new Error(`import ended with ${code}`));
    });
  });
}
