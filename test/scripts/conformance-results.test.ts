/** What `npm run conformance` makes of the suite's results: when a run is good, and what a baseline may hold. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type Check = { readonly id: string; readonly status: string; readonly errorMessage?: string };
type Judged = {
  readonly passed: number;
  readonly failed: number;
  readonly expected: number;
  readonly skipped: number;
  readonly problems: string[];
};
type Results = {
  readonly readResults: (folder: string) => Map<string, Check[]>;
  readonly startedScenarios: (output: string) => string[];
  readonly parseBaseline: (text: string) => string[];
  readonly judge: (
    results: Map<string, Check[]>,
    options?: { baseline?: readonly string[]; scenarios?: readonly string[]; started?: readonly string[] },
  ) => Judged;
  readonly table: (rows: readonly (readonly unknown[])[]) => string[];
};

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const script = pathToFileURL(join(root, 'scripts/lib/conformance-results.mjs')).href;
const { readResults, startedScenarios, parseBaseline, judge, table }: Results = await import(script);

const good = (id: string): Check => ({ id, status: 'SUCCESS' });
const bad = (id: string): Check => ({ id, status: 'FAILURE', errorMessage: 'it is wrong' });

describe('the results of the suite', () => {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'midturn-results-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are read by scenario, whose name may look like a date or begin as the folder does', () => {
    const names = ['server-ping', 'server-server-initialize', 'server-json-schema-2020-12'];
    for (const name of names) {
      const at = join(folder, `${name}-2026-11-21T17-58-15-409Z`);
      mkdirSync(at);
      writeFileSync(join(at, 'checks.json'), JSON.stringify([good(name)]));
    }
    mkdirSync(join(folder, 'something-else'));
    expect(Object.fromEntries(readResults(folder))).toEqual({
      ping: [good('server-ping')],
      'server-initialize': [good('server-server-initialize')],
      'json-schema-2020-12': [good('server-json-schema-2020-12')],
    });
  });

  it('are asked for of each scenario that the suite says it began', () => {
    const output =
      '\n=== Running scenario: ping ===\nfine\n\n=== Running scenario: caching ===\n=== SUMMARY ===\n';
    expect(startedScenarios(output)).toEqual(['ping', 'caching']);
    const results = new Map([['ping', [good('ping')]]]);
    expect(judge(results, { started: startedScenarios(output) }).problems).toEqual(['caching: no result']);
  });
});

describe('a run', () => {
  it('is good when every check passes or does not apply', () => {
    const checks = [good('a'), { id: 'b', status: 'INFO' }, { id: 'c', status: 'SKIPPED' }];
    const judged = judge(new Map([['ping', checks]]));
    expect(judged).toEqual({ passed: 1, failed: 0, expected: 0, skipped: 1, problems: [] });
  });

  it('is not good with a failure, nor with a warning', () => {
    const results = new Map([
      ['ping', [good('a'), bad('b')]],
      ['caching', [{ id: 'c', status: 'WARNING' }]],
    ]);
    const { failed, problems } = judge(results);
    expect(failed).toBe(2);
    expect(problems).toEqual(['ping:b: it is wrong', 'caching:c: WARNING']);
  });

  it('is not good without a scenario that counts, or with an empty one', () => {
    const results = new Map([
      ['ping', [good('a')]],
      ['caching', []],
    ]);
    const { problems } = judge(results, { scenarios: ['ping', 'caching', 'tools-list'] });
    expect(problems).toEqual(['caching: no result', 'tools-list: no result']);
  });

  it('leaves out what does not count', () => {
    const results = new Map([
      ['ping', [good('a')]],
      ['test_tools', [bad('b')]],
    ]);
    expect(judge(results, { scenarios: ['ping'] }).problems).toEqual([]);
  });
});

describe('a baseline', () => {
  it('is read as the suite itself reads it', () => {
    const text =
      '# why\nserver:\n  - tasks-lifecycle # all of it\n  - server-stateless:sep-2575-$x\n\n  - ping\r\n';
    expect(parseBaseline(text)).toEqual(['tasks-lifecycle', 'server-stateless:sep-2575-$x', 'ping']);
    expect(parseBaseline('server: []\n')).toEqual([]);
  });

  it.each(['client:\n', '  - ping: all\n', '- ping\n', '  - ping\n  - ping\n', '  - \n'])(
    'refuses what it would overlook: %j',
    (text) => {
      expect(() => parseBaseline(text)).toThrow(/baseline/);
    },
  );

  it('excuses a scenario, or one check of it and no other', () => {
    const results = new Map([
      ['tasks-lifecycle', [good('a'), bad('b'), bad('c')]],
      ['caching', [bad('d'), bad('e')]],
    ]);
    const judged = judge(results, { baseline: ['tasks-lifecycle', 'caching:d'] });
    expect(judged).toMatchObject({ passed: 1, failed: 1, expected: 3, problems: ['caching:e: it is wrong'] });
  });

  it('may only shrink: an entry that does not fail any more fails the run', () => {
    const results = new Map([['ping', [good('a')]]]);
    for (const entry of ['ping', 'ping:a', 'ping:gone', 'never-run'])
      expect(judge(results, { baseline: [entry] }).problems).toEqual([
        `${entry}: does not fail any more, take it out of the baseline`,
      ]);
  });

  it('of the fixture server holds nothing but the extension that midturn does not have', () => {
    const at = join(root, 'test', 'conformance');
    const files = readdirSync(at).filter((name) => name.startsWith('fixture-') && name.endsWith('.yml'));
    const entries = files.flatMap((name) => parseBaseline(readFileSync(join(at, name), 'utf8')));
    expect(files).toHaveLength(3);
    expect(entries.filter((entry) => !entry.startsWith('tasks-'))).toEqual([]);
  });
});

it('prints columns as wide as their widest cell', () => {
  const rows = [
    ['server', 'passed'],
    ['product', 9],
  ];
  expect(table(rows)).toEqual(['server   passed', 'product  9']);
});
