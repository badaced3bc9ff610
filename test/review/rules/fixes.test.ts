import { describe, expect, it } from 'vitest';
import { findingsIn } from '../../../src/review/rules/index.ts';
import { agent, contentsOf, person, ran, snapshotOf, toolOf, wrote } from './support.ts';

const MISSING = "Error: Cannot find module './dist/index.js'\n    at Module._resolve (node:internal/x:1:1)";

describe('a failing command that passes after a change', () => {
  it('is a pitfall with its resolution', () => {
    const [found, ...more] = findingsIn(
      snapshotOf([
        person('run the tests'),
        ran('npm test', 1, MISSING),
        wrote('package.json'),
        ran('npm test', 0),
      ]),
    );
    expect(more).toEqual([]);
    expect(found).toMatchObject({ kind: 'fix', scope: 'project', paths: ['package.json'] });
    expect(found?.summary).toBe("Error: Cannot find module './dist/index.js'");
    expect(found?.content).toContain('`npm test` failed:');
    expect(found?.content).toContain('`package.json`');
    expect(found?.content).toContain('Then `npm test` passed.');
  });

  it('may have been mended by a command, in a later turn', () => {
    const [content] = contentsOf(
      person('try it'),
      ran('pytest tests/a.py -q', 1, 'E   OperationalError: no such table: batches'),
      person('run the migration'),
      ran('alembic upgrade head', 0),
      ran('pytest tests/a.py', 0),
    );
    expect(content).toContain('no such table: batches');
    expect(content).toContain('`alembic upgrade head`');
  });

  it('is read from calls and results that stand apart', () => {
    const call = (command: string) =>
      ({ role: 'assistant', by: 'agent', text: '', tool: toolOf({ command }) }) as const;
    const result = (command: string, failed: boolean, text = '') =>
      ({ role: 'tool', by: 'tool', text, tool: toolOf({ command, failed }) }) as const;
    const edit = { ...call(''), tool: toolOf({ name: 'Edit', wrote: ['Dockerfile'] }) };
    const build = 'docker build -t shop . 2>&1 | tail -5';
    expect(
      contentsOf(
        person('build it'),
        call(build),
        result(build, true, 'Exit code 1\nERROR: failed to solve: node:18-alpne: not found'),
        edit,
        { ...result('', false), tool: toolOf({ name: 'Edit', wrote: ['Dockerfile'] }) },
        call('docker build -t shop .'),
        result('docker build -t shop .', false),
      ),
    ).toHaveLength(1);
  });

  it.each([
    ['nothing happened in between', [ran('npm test', 1, MISSING), ran('npm test', 0)]],
    [
      'another target passed',
      [ran('npx vitest run a.test.ts', 1, MISSING), wrote('a.ts'), ran('npx vitest run b.test.ts', 0)],
    ],
    ['a part of it passed', [ran('npm test', 1, MISSING), wrote('a.ts'), ran('npm test -- money', 0)]],
    ['it still fails', [ran('npx tsc', 2, 'error TS1'), wrote('a.ts'), ran('npx tsc', 2, 'error TS2')]],
    ['only other checks ran', [ran('npm test', 1, MISSING), ran('npx tsc --noEmit', 0), ran('npm test', 0)]],
    [
      'only something was looked at',
      [ran('npm test', 1, MISSING), ran('cat package.json', 0), ran('npm test', 0)],
    ],
    ['it was looking that failed', [ran('ls a', 2, 'ls: cannot access a'), wrote('a'), ran('ls a', 0)]],
    ['it was stopped', [ran('npm test', 130, MISSING), wrote('a.ts'), ran('npm test', 0)]],
    ['it failed without a word', [ran('npm test', 1, ''), wrote('a.ts'), ran('npm test', 0)]],
    [
      'the test was written first',
      [
        wrote('test/a.test.ts'),
        ran('npx vitest', 1, 'AssertionError: expected 1 to be 2'),
        wrote('src/a.ts'),
        ran('npx vitest', 0),
      ],
    ],
  ])('is nothing to learn from where %s', (_what, steps) => {
    expect(contentsOf(person('go'), ...steps, agent('Done.'))).toEqual([]);
  });

  it('is told once: not again when the turn was reviewed before', () => {
    const steps = [person('go'), ran('npm test', 1, MISSING), wrote('a.ts'), ran('npm test', 0)];
    expect(findingsIn(snapshotOf(steps, { reviewedUpTo: 1 }))).toEqual([]);
  });
});

const ASSERTION = 'AssertionError [ERR_ASSERTION]: expected 3 but got 4';

describe('a failing test that passes once the code under test is mended', () => {
  it.each([
    ['an edit', [wrote('src/cart.js')]],
    ['an edit by a command', [ran("sed -i 's/+ 1//' src/cart.js", 0)]],
    [
      'edits and a formatter',
      [wrote('src/cart.ts', 'test/cart.test.ts'), ran('npx prettier --write src', 0)],
    ],
  ])('is everyday work: %s', (_what, steps) => {
    expect(contentsOf(person('go'), ran('npm test', 1, ASSERTION), ...steps, ran('npm test', 0))).toEqual([]);
    const broken = "TypeError: Cannot read properties of undefined (reading 'total')";
    expect(contentsOf(person('go'), ran('npm test', 1, broken), ...steps, ran('npm test', 0))).toEqual([]);
  });

  it.each([
    ['a configuration', ASSERTION, [wrote('vitest.config.ts')]],
    ['a file of the environment', ASSERTION, [wrote('.env.test')]],
    ['a dependency', ASSERTION, [wrote('src/cart.js'), ran('npm install decimal.js', 0)]],
    ['a generated file', ASSERTION, [ran('npm run generate', 0)]],
    ['the cause of the environment', 'Error: connect ECONNREFUSED 127.0.0.1:5432', [wrote('src/db.js')]],
    ['a missing module', MISSING, [wrote('src/index.ts')]],
  ])('is a pitfall with %s', (_what, error, steps) => {
    expect(contentsOf(person('go'), ran('npm test', 1, error), ...steps, ran('npm test', 0))).toHaveLength(1);
  });

  it('is a pitfall when it came twice', () => {
    const round = [ran('npm test', 1, ASSERTION), wrote('src/cart.js'), ran('npm test', 0)];
    expect(contentsOf(person('go'), ...round, person('again'), ...round)).toHaveLength(1);
  });
});
