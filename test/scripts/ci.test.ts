/** Runs .ci/run with an `npm` that only takes notes, and the scripts it stands on. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const steps = ['ci', 'run lint', 'test', 'run build', 'run demo'];

const report = (passed: number, failed: number, skipped: number, files: readonly object[] = []) => ({
  success: failed === 0 && files.length === 0,
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: skipped,
  numTodoTests: 0,
  testResults: files,
});

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midturn-ci-'));
  for (const path of ['.ci/run', 'scripts/ci-count.mjs', 'scripts/process.mjs', 'scripts/prepare.mjs'])
    cpSync(join(root, path), join(folder, path));
  mkdirSync(join(folder, 'bin'));
  const npm = `#!/usr/bin/env bash
echo "$*" >> "${folder}/log"
if [ "$*" = test ] && [ -f "${folder}/next-report" ]; then
  mkdir -p "${folder}/reports" && cp "${folder}/next-report" "${folder}/reports/vitest.json"
fi
[ "$*" != "$FAILS" ]`;
  writeFileSync(join(folder, 'bin/npm'), npm, { mode: 0o755 });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function ci(fails: string, next?: object) {
  if (next !== undefined) writeFileSync(join(folder, 'next-report'), JSON.stringify(next));
  const { status, stdout } = spawnSync(join(folder, '.ci/run'), [], {
    encoding: 'utf8',
    env: {
      ...process.env,
      FAILS: fails,
      PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  const ran = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
  return { status, ran, last: stdout.trim().split('\n').at(-1) };
}

describe('.ci/run', () => {
  it('runs every step and closes with the count', () => {
    expect(ci('', report(12, 0, 1))).toEqual({
      status: 0,
      ran: steps,
      last: '12 passed, 0 failed, 1 skipped',
    });
  });

  it.each(steps)('stops where `npm %s` fails, and still closes with a count', (step) => {
    const { status, ran, last } = ci(step, report(3, 2, 0));
    expect(status).not.toBe(0);
    expect(ran).toEqual(steps.slice(0, steps.indexOf(step) + 1));
    expect(last).toBe(
      steps.indexOf(step) < 2 ? '0 passed, 0 failed, 0 skipped' : '3 passed, 2 failed, 0 skipped',
    );
  });

  it('fails when the tests left no report, and does not count an old one', () => {
    mkdirSync(join(folder, 'reports'));
    writeFileSync(join(folder, 'reports/vitest.json'), JSON.stringify(report(9, 0, 0)));
    expect(ci('')).toEqual({ status: 1, ran: steps, last: '0 passed, 0 failed, 0 skipped' });
  });

  it('fails when the report says so though every command passed', () => {
    expect(ci('', report(9, 1, 0))).toMatchObject({ status: 1, last: '9 passed, 1 failed, 0 skipped' });
    expect(ci('', report(0, 0, 4))).toMatchObject({ status: 1, last: '0 passed, 0 failed, 4 skipped' });
  });

  it('counts a test file that cannot be loaded as a failure', () => {
    const broken = { status: 'failed', assertionResults: [] };
    expect(ci('', report(9, 0, 0, [broken]))).toMatchObject({
      status: 1,
      last: '9 passed, 1 failed, 0 skipped',
    });
  });
});

describe('prepare', () => {
  const prepare = () =>
    spawnSync(process.execPath, [join(folder, 'scripts/prepare.mjs')], { encoding: 'utf8' });

  it('says one line and succeeds where the development dependencies are absent', () => {
    const { status, stdout, stderr } = prepare();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });

  it('fails where they are present and the build fails', () => {
    mkdirSync(join(folder, 'node_modules/esbuild'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/esbuild/index.js'), '');
    writeFileSync(
      join(folder, 'scripts/build.mjs'),
      "export const build = async () => { throw new Error('no'); };",
    );
    expect(prepare().status).not.toBe(0);
  });
});
