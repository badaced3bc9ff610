/** Import of a large corpus made from the fixture transcripts. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command, root, withHome } from './lib/program.mjs';
import { drawWords } from './lib/synthetic.mjs';
import { plain, thousands } from './lib/table.mjs';

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
    const args = ['import', '--json', '--yes'];
    const { report, peak, seconds, cpuSeconds } = await command(args, place);
    const messages = report.sessions.reduce((sum, session) => sum + session.messages, 0);
    const again = await command(args, place);
    const store = statSync(join(place.home, '.midturn', 'midturn.db')).size;
    const figures = {
      megabytes: bytes / 1e6,
      sessions: report.sessions.length,
      messages,
      seconds,
      cpuSeconds,
      megabytesPerSecond: bytes / 1e6 / seconds,
      messagesPerSecond: messages / seconds,
      peakMB: peak,
      bytesPerMessage: store / messages,
      again: { seconds: again.seconds, added: again.report.added },
    };
    const speed = `${figures.megabytesPerSecond.toFixed(1)} MB/s, ${thousands(figures.messagesPerSecond)} messages/s`;
    const rows = [
      [
        'corpus',
        `${figures.megabytes.toFixed(0)} MB, ${figures.sessions} sessions, ${thousands(messages)} messages`,
      ],
      ['import', `${seconds.toFixed(1)} s: ${speed}`],
      ['processor time', cpuSeconds === null ? '–' : `${cpuSeconds.toFixed(1)} s`],
      ['peak memory', `${peak} MB`],
      ['store, bytes a message', thousands(figures.bytesPerMessage)],
      ['import again, nothing new', `${again.seconds.toFixed(1)} s, ${again.report.added} added`],
    ];
    return { figures, tables: [plain('Import of transcripts made from the fixtures', rows)] };
  });
}

/** Sessions made of the fixtures' turns, each with ids of its own and text that differs; returns the bytes. */
function layCorpus(home) {
  const draw = drawWords(11);
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
