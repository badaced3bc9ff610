/**
 * Reads what the official conformance suite has written (`-o`: a folder for each scenario, with checks.json), and
 * decides whether a run is as it should be. A baseline names what is known to fail, as the suite's own files do: a
 * scenario, or `scenario:check`. It may only shrink: an entry that does not fail any more is as wrong as a failure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `server-tools-list-2026-11-21T17-58-15-409Z` */
const FOLDER = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/;
const STARTED = /^=== Running scenario: (.+) ===$/gm;
const WRONG = new Set(['FAILURE', 'WARNING']);

/** The checks by scenario. */
export function readResults(folder) {
  const results = new Map();
  for (const name of readdirSync(folder).sort()) {
    const scenario = FOLDER.exec(name)?.[1];
    if (scenario === undefined) continue;
    const checks = JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8'));
    results.set(scenario, [...(results.get(scenario) ?? []), ...checks]);
  }
  return results;
}

/** The scenarios that the suite says it has begun: one without a result has broken off. */
export function startedScenarios(output) {
  return [...output.matchAll(STARTED)].map(([, scenario]) => scenario);
}

/** The entries of `server:` in a baseline. Throws for a line that is none. */
export function parseBaseline(text) {
  const entries = [];
  for (const line of text.split(/\r?\n/)) {
    const bare = line.replace(/(?:^|\s)#.*$/, '').trimEnd();
    if (bare === '' || bare === 'server:' || bare === 'server: []') continue;
    const entry = /^ {2}- ([\w.$-]+(?::[\w.$-]+)?)$/.exec(bare)?.[1];
    if (entry === undefined) throw new Error(`not an entry of a baseline: ${line}`);
    if (entries.includes(entry)) throw new Error(`twice in a baseline: ${entry}`);
    entries.push(entry);
  }
  return entries;
}

/**
 * @param results of readResults
 * @param options `baseline`: entries; `scenarios`: what has to be there, all others are left out (default: everything
 * that ran); `started`: of startedScenarios
 * @returns counts of checks, and `problems`: one line each, none when the run is as it should be
 */
export function judge(results, { baseline = [], scenarios, started = [] } = {}) {
  const wanted = scenarios ?? [...new Set([...started, ...results.keys()])];
  const excused = new Set();
  const problems = [];
  const counts = { passed: 0, failed: 0, expected: 0, skipped: 0 };
  for (const scenario of wanted) {
    const checks = results.get(scenario);
    if (checks === undefined || checks.length === 0) {
      problems.push(`${scenario}: no result`);
      continue;
    }
    for (const { id, status, errorMessage } of checks) {
      if (status === 'SUCCESS') counts.passed += 1;
      if (status === 'SKIPPED') counts.skipped += 1;
      if (!WRONG.has(status)) continue;
      const entry = [scenario, `${scenario}:${id}`].find((one) => baseline.includes(one));
      if (entry === undefined) {
        counts.failed += 1;
        problems.push(`${scenario}:${id}: ${errorMessage ?? status}`);
      } else {
        counts.expected += 1;
        excused.add(entry);
      }
    }
  }
  for (const entry of baseline)
    if (!excused.has(entry)) problems.push(`${entry}: does not fail any more, take it out of the baseline`);
  return { ...counts, problems };
}

/** Lines of a table, columns as wide as their widest cell. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  return rows.map((row) =>
    row
      .map((cell, column) => String(cell).padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
