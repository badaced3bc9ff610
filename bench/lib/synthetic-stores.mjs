/**
 * Stores of synthetic records: sessions by `midturn import`, memories by `remember`. Each has a home of its own,
 * which is used again where it was kept.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { quantile } from './metrics.mjs';
import { command, from, midturn, placeIn, root } from './program.mjs';
import { message, PROJECTS, writeMessages } from './synthetic.mjs';

/** Above this, memories are written many to a transaction (lib/fill-memories.mjs). */
const ONE_BY_ONE = 10_000;

/** `{place, made}`: `made` holds the figures of the making, and the map of sessions to their short ids. */
export function historyStore(folder, count) {
  return kept(folder, (place) => importMessages(place, count));
}

async function importMessages(place, count) {
  const file = join(place.home, 'sessions.ndjson');
  const bytes = writeMessages(file, count, workspaces(place));
  const { report, seconds, cpuSeconds, peak } = await command(['import', file, '--json', '--yes'], place);
  rmSync(file);
  return {
    count,
    seconds,
    cpuSeconds,
    peakMB: peak,
    messagesPerSecond: count / seconds,
    megabytesPerSecond: bytes / 1e6 / seconds,
    bytesPerMessage: storeBytes(place) / count,
    sessions: Object.fromEntries(report.sessions.map(({ external_id, session }) => [external_id, session])),
  };
}

/** `{place, made}`: `made` holds the figures of the making, and the short ids of the records in order. */
export function memoryStore(folder, count) {
  return kept(folder, async (place) => {
    const began = performance.now();
    const { ids, writes } =
      count > ONE_BY_ONE ? await fillAtOnce(place, count) : await fillByCalls(place, count);
    return {
      count,
      filledBy: writes === null ? 'remember in process, 500 to a transaction' : 'remember over stdio',
      seconds: (performance.now() - began) / 1000,
      writes: writes && { p50: quantile(writes, 0.5), p95: quantile(writes, 0.95) },
      bytesPerRecord: storeBytes(place) / count,
      ids,
    };
  });
}

/** Sessions and memories in one home: `{place, made}`, where `made` says how many of each. */
export function mixedStore(folder, { messages, memories }) {
  return kept(folder, async (place) => {
    await importMessages(place, messages);
    await fillAtOnce(place, memories);
    return { messages, memories };
  });
}

async function kept(folder, make) {
  const place = placeIn(folder);
  for (const name of PROJECTS) from(place, name);
  const note = join(folder, 'made.json');
  if (!existsSync(note)) writeFileSync(note, JSON.stringify(await make(place)));
  return { place, made: JSON.parse(readFileSync(note, 'utf8')) };
}

export const workspaces = ({ home }) => PROJECTS.map((name) => join(home, name));

export function storeBytes({ home }) {
  return ['midturn.db', 'midturn.db-wal'].reduce((sum, name) => {
    const path = join(home, '.midturn', name);
    return sum + (existsSync(path) ? statSync(path).size : 0);
  }, 0);
}

async function fillByCalls(place, count) {
  const servers = await Promise.all(PROJECTS.map((name) => midturn(from(place, name))));
  const ids = [];
  const writes = [];
  for (let n = 0; n < count; n += 1) {
    const { text, project } = message(n);
    const { structured, ms } = await servers[project].call('remember', { content: text });
    ids.push(structured.id);
    writes.push(ms);
  }
  for (const server of servers) await server.close();
  return { ids, writes };
}

async function fillAtOnce(place, count) {
  const folder = mkdtempSync(join(tmpdir(), 'midturn-bench-'));
  try {
    const script = join(folder, 'fill.cjs');
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: ['bench/lib/fill-memories.mjs'],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      loader: { '.md': 'text' },
      define: { __MIDTURN_VERSION__: '"bench"' },
      plugins: [installed],
      logLevel: 'error',
    });
    const { report: ids } = await command([String(count), ...workspaces(place)], place, { script });
    return { ids, writes: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packages with parts that are not JavaScript are loaded from where they are installed. */
const installed = {
  name: 'installed',
  setup(build) {
    const { resolve } = createRequire(join(root, 'package.json'));
    build.onResolve({ filter: /^(?:better-sqlite3|sqlite-vec)$/ }, ({ path }) => ({
      path: resolve(path),
      external: true,
    }));
  },
};
