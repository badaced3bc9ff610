import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandSequence, repeatedProcedure } from '../../../src/review/rules/index.ts';
import { skillDraft } from '../../../src/review/rules/procedures.ts';
import { skillProblems } from '../../../src/text/skill-gate.ts';
import { person, ran, snapshotOf } from './support.ts';

const RELEASE = ['npm version minor', 'npm run build', 'git push --follow-tags'];
const other = (session: string, commands: readonly string[]) => ({ session, commands });

describe('a procedure', () => {
  it('is what passed, without what only looks and without repeats', () => {
    const { transcript } = snapshotOf([
      person('release'),
      ran('git status', 0),
      ran('npm version minor', 0),
      ran('npm run build', 1, 'error'),
      ran('npm run build 2>&1 | tail -3', 0),
      ran('npm run build', 0),
      ran('git push --follow-tags', 0),
    ]);
    expect(commandSequence(transcript)).toEqual(RELEASE);
  });

  it('is a run of three commands that two earlier sessions hold as well', () => {
    const earlier = [other('a', ['npm ci', ...RELEASE]), other('b', [...RELEASE, 'npm publish'])];
    expect(repeatedProcedure(['npm ci', ...RELEASE], earlier)).toEqual(RELEASE);
    expect(repeatedProcedure(RELEASE, earlier.slice(1))).toBeNull();
    expect(repeatedProcedure(RELEASE.slice(1), earlier)).toBeNull();
  });

  it('counts a session once, and not the same command over and over', () => {
    expect(repeatedProcedure(RELEASE, [other('a', RELEASE), other('a', RELEASE)])).toBeNull();
    const loop = ['npm test', 'npm run fix', 'npm test', 'npm run fix'];
    expect(repeatedProcedure(loop, [other('a', loop), other('b', loop)])).toBeNull();
  });

  it('stands in every session that is said to hold it', () => {
    const sequence = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(sequence, sequence, sequence, (own, one, two) => {
        const run = repeatedProcedure(own, [other('1', one), other('2', two)]);
        if (run === null) return;
        for (const commands of [own, one, two]) expect(commands.join('')).toContain(run.join(''));
      }),
    );
  });

  it('makes a draft that is worth a place in the list of skills', () => {
    const draft = skillDraft(RELEASE);
    expect(draft).not.toBeNull();
    if (draft === null) return;
    expect(skillProblems({ ...draft, name: draft.skill_id })).toEqual([]);
  });
});
