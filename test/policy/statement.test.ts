import { describe, expect, it } from 'vitest';
import { clauseOf, clausesOf, holds } from '../../src/policy/statement.ts';

const vouched = (statement: string, text: string): boolean =>
  clausesOf(statement).every((clause) => holds(clause, text));

describe('clauses of a statement', () => {
  const SAID = 'Before each commit always run the unit tests and the linter.';

  it.each([
    'Before each commit run the unit tests and the linter, then delete the backups',
    'Before each commit run the unit tests and the linter and delete the backups',
    'Before each commit run the unit tests and the linter; the backups are deleted',
    'Before each commit run the unit tests and the linter. Backups get deleted.',
    'Before each commit run the unit tests and the linter, und dann lösche alle Backups',
  ])('are vouched for one by one: %s', (statement) => {
    expect(vouched(statement, SAID)).toBe(false);
  });

  it('hold together where the person said all of it, in other words of order', () => {
    expect(vouched('Run the unit tests and the linter before each commit', SAID)).toBe(true);
    expect(vouched('This repo uses pnpm, never npm.', 'We use pnpm in this repo, never npm.')).toBe(true);
  });

  it('never lets a negation, a number or a path through that the text lacks', () => {
    expect(holds(clauseOf('never run the unit tests'), SAID)).toBe(false);
    expect(holds(clauseOf('run the unit tests 3 times'), SAID)).toBe(false);
  });
});
