/** Speed and size at 1,000 to 1,000,000 records: import, `remember`, `recall`, `recall_history`, a cold start. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askHistory, read } from './lib/answer.mjs';
import { mean, median, quantile, share } from './lib/metrics.mjs';
import { cpuMs, midturn, residentMB } from './lib/program.mjs';
import { message, question } from './lib/synthetic.mjs';
import { historyStore, memoryStore } from './lib/synthetic-stores.mjs';
import { pair, percent, thousands } from './lib/table.mjs';
import { UsageError } from './lib/usage.mjs';

const SIZES = '1000,10000,100000';
const LARGEST = 10_000_000;
const QUESTIONS = 300;
/** Asked first, and not counted. */
const WARM_UP = 20;
const WRITES = 200;
const COLD = 5;

const KINDS = { history: ofHistory, memories: ofMemories };

export async function scale({ keep, only }) {
  const sizes = sizesOf(process.env.BENCH_SIZES ?? SIZES);
  if (keep !== undefined && !existsSync(keep))
    throw new UsageError(`--keep ${keep}: there is no such folder`);
  if (only !== undefined && !(only in KINDS))
    throw new UsageError(`--only is "${only}": ${Object.keys(KINDS).join(' or ')}`);
  const figures = [];
  for (const size of sizes) {
    const one = { size };
    for (const [kind, measure] of Object.entries(KINDS)) {
      if (only !== undefined && kind !== only) continue;
      const folder =
        keep === undefined
          ? mkdtempSync(join(tmpdir(), 'midturn-bench-'))
          : resolve(keep, String(size), kind);
      try {
        one[kind] = await measure(folder, size);
      } finally {
        if (keep === undefined) rmSync(folder, { recursive: true, force: true });
      }
      process.stderr.write(`bench: ${thousands(size)} records, ${kind}: measured\n`);
    }
    figures.push(one);
  }
  const tables = [importTable(figures), rememberTable(figures), answerTable(figures), coldTable(figures)];
  return { figures, tables: tables.filter(({ rows }) => rows.length > 0) };
}

function sizesOf(text) {
  const sizes = text.split(',').map((part) => Number(part.trim()));
  const wrong = sizes.some((size) => !Number.isInteger(size) || size < 100 || size > LARGEST);
  if (wrong) throw new UsageError(`BENCH_SIZES is "${text}": a comma list of numbers from 100 to ${LARGEST}`);
  return sizes;
}

async function ofHistory(folder, size) {
  const { place, made } = await historyStore(folder, size);
  const { sessions, ...ingest } = made;
  const refOf = (n) => {
    const { session, number } = message(n);
    return `${sessions[session]}/${number}`;
  };
  const server = await midturn(place);
  const ask = (more) =>
    asked(server, size, async ({ text, target }) => {
      const { refs, ms, verdict } = await askHistory(server, text, { limit: 10, ...more });
      return { ms, found: refs.includes(refOf(target)), verdict };
    });
  const own = await ask({});
  const all = await ask({ project: 'all' });
  const rss = residentMB(server.pid);
  await server.close();
  return { ingest, own, all, rss, cold: await cold(place, size, 'recall_history') };
}

async function ofMemories(folder, size) {
  const { place, made } = await memoryStore(folder, size);
  const { ids, ...filled } = made;
  const server = await midturn(place);
  const reads = await asked(server, size, async ({ text, target }) => {
    const answer = await server.call('recall', { query: text, limit: 10 });
    const { refs, verdict } = read(answer.text);
    return { ms: answer.ms, found: refs.includes(ids[target]), verdict };
  });
  const rss = residentMB(server.pid);
  const writes = [];
  const began = cpuMs(server.pid);
  // Texts that no store of this run holds, and that a second run on a kept store has not written either.
  const fresh = LARGEST + (Date.now() % LARGEST);
  for (let n = 0; n < WRITES; n += 1) {
    const { ms } = await server.call('remember', { content: message(fresh + n).text });
    writes.push(ms);
  }
  const cpu = began === null ? null : (cpuMs(server.pid) - began) / WRITES;
  await server.close();
  return { filled, reads, writes: { ...latency(writes), cpu }, rss, cold: await cold(place, size, 'recall') };
}

async function asked(server, size, ask) {
  const rows = [];
  let began = null;
  for (let q = 0; q < WARM_UP + QUESTIONS; q += 1) {
    if (q === WARM_UP) began = cpuMs(server.pid);
    const row = await ask(question(q, size));
    if (q >= WARM_UP) rows.push(row);
  }
  return {
    ...latency(rows.map(({ ms }) => ms)),
    cpu: began === null ? null : (cpuMs(server.pid) - began) / QUESTIONS,
    found10: share(rows, ({ found }) => found),
    silent: share(rows, ({ verdict }) => verdict === 'silent'),
  };
}

/** A fresh process each time: to `initialize` answered, then the first question of all. The disk's cache is warm. */
async function cold(place, size, tool) {
  const starts = [];
  const firsts = [];
  for (let n = 0; n < COLD; n += 1) {
    const server = await midturn(place);
    const { ms } = await server.call(tool, { query: question(1000 + n, size).text });
    starts.push(server.initializeMs);
    firsts.push(ms);
    await server.close();
  }
  return { initialize: median(starts), first: median(firsts), worst: Math.max(...firsts) };
}

function latency(values) {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => quantile(values, part));
  return { p50, p95, p99, mean: mean(values) };
}

const three = ({ p50, p95, p99 }) => [p50, p95, p99].map((value) => value.toFixed(1)).join(' / ');

/** Of the sizes that a kind was measured at. */
const rowsOf = (figures, kind, row) =>
  figures.flatMap(({ size, [kind]: one }) => (one === undefined ? [] : [[thousands(size), ...row(one)]]));

function importTable(figures) {
  return {
    title: 'Import of sessions',
    head: ['messages', 'messages/s', 'MB/s', 'CPU s', 'peak MB', 'bytes a message'],
    rows: rowsOf(figures, 'history', ({ ingest }) => [
      thousands(ingest.messagesPerSecond),
      ingest.megabytesPerSecond.toFixed(1),
      ingest.cpuSeconds?.toFixed(1) ?? '–',
      ingest.peakMB ?? '–',
      thousands(ingest.bytesPerMessage),
    ]),
  };
}

function rememberTable(figures) {
  return {
    title: 'Memories',
    head: ['records', 'remember p50 / p95 ms', 'CPU ms', 'bytes a record', 'filled by'],
    rows: rowsOf(figures, 'memories', ({ filled, writes }) => [
      pair(writes.p50, writes.p95),
      cpuOf(writes),
      thousands(filled.bytesPerRecord),
      filled.filledBy,
    ]),
    note: `\`remember\`: ${WRITES} more calls over stdio, durable, to a store of that many records.`,
  };
}

function answerTable(figures) {
  const line = (name, one, rss) => [name, three(one), cpuOf(one), percent(one.found10), rss ?? '–'];
  const rows = figures.flatMap(({ size, history, memories }) =>
    [
      ...(history === undefined
        ? []
        : [
            line('recall_history', history.own, history.rss),
            line('recall_history, all projects', history.all, history.rss),
          ]),
      ...(memories === undefined ? [] : [line('recall', memories.reads, memories.rss)]),
    ].map((row) => [thousands(size), ...row]),
  );
  return {
    title: 'Answers over stdio',
    head: ['records', 'call', 'p50 / p95 / p99 ms', 'CPU ms', 'found@10', 'RSS MB'],
    rows,
    note: `${QUESTIONS} questions of 3 to 8 words after ${WARM_UP} to warm up. Six in ten records belong to the project that asks. CPU: processor time of the server for one answer, which other work on the machine distorts less.`,
  };
}

function coldTable(figures) {
  const line = (name, { initialize, first, worst }) => [
    name,
    ...[initialize, first, worst].map((value) => value.toFixed(1)),
  ];
  return {
    title: `Cold start: a fresh process and its first question, ${COLD} times`,
    head: ['records', 'call', 'initialize ms', 'first answer ms', 'slowest ms'],
    rows: [
      ...rowsOf(figures, 'history', ({ cold: one }) => line('recall_history', one)),
      ...rowsOf(figures, 'memories', ({ cold: one }) => line('recall', one)),
    ],
    note: "Medians, from the call to its answer; the disk's cache is warm.",
  };
}

const cpuOf = ({ cpu }) => cpu?.toFixed(1) ?? '–';
