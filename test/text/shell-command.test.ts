import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandShape } from '../../src/text/shell-command.ts';

describe('what a command line runs', () => {
  it.each([
    [
      'cd /w && FOO=1 npx vitest run test/a.test.ts 2>&1 | tail -20',
      ['vitest run test/a.test.ts'],
      ['vitest'],
      true,
    ],
    ['node --test test/ 2>&1 | head -30; exit 1', ['node --test test/'], ['node'], true],
    ['npm run build && npm test', ['npm run build', 'npm test'], ['npm run build', 'npm test'], false],
    ['python -m pytest -q tests/ || true', ['pytest -q tests/'], ['pytest'], true],
    ['timeout 60 cargo test --all', ['cargo test --all'], ['cargo test'], false],
    ['uv run pytest', ['pytest'], ['pytest'], false],
    ['git commit -m "a; b && c"', ['git commit -m "a; b && c"'], ['git commit'], false],
    ['docker compose up -d', ['docker compose up -d'], ['docker compose up'], false],
    [
      'sudo -E /usr/local/bin/terraform plan > out.txt',
      ['/usr/local/bin/terraform plan'],
      ['terraform plan'],
      false,
    ],
    ['npm \\\n  test', ['npm test'], ['npm test'], false],
    ['ls -la; pwd', [], [], true],
    ['', [], [], false],
  ])('%j', (command, steps, programs, masked) => {
    expect(commandShape(command)).toEqual({ steps, programs, masked });
  });

  it('is told of any text, and knows the same command again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const shape = commandShape(text);
        expect(shape.programs).toHaveLength(shape.steps.length);
        expect(commandShape(`cd /elsewhere && ${text}`).steps.slice(0, shape.steps.length).length).toBe(
          shape.steps.length,
        );
      }),
    );
  });
});
