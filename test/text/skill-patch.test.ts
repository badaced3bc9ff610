import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchSkill } from '../../src/text/skill-patch.ts';

const text = 'one\ntwo\nthree\nfour\nfive\n';
const conflicts = (...args: Parameters<typeof patchSkill>) => {
  const result = patchSkill(...args);
  return 'conflicts' in result ? result.conflicts : [];
};

describe('patchSkill', () => {
  it('applies edits one after the other', () => {
    const edits = [
      { find: 'two', replace: '2' },
      { find: '2\nthree', replace: '2\n3' },
    ];
    expect(patchSkill(text, { edits })).toEqual({ content: 'one\n2\n3\nfour\nfive\n' });
  });

  it('changes nothing when one edit does not fit, and says which', () => {
    const edits = [
      { find: 'two', replace: '2' },
      { find: 'six', replace: '6' },
      { find: 'o', replace: '0' },
    ];
    expect(conflicts(text, { edits })).toEqual([
      'edit 2: "six" is not in the text',
      'edit 3: "o" stands more than once; send more of what is around it',
    ]);
  });

  it('takes the replacement as it is, signs and all', () => {
    expect(patchSkill('a', { edits: [{ find: 'a', replace: '$& $1' }] })).toEqual({ content: '$& $1' });
  });

  it('applies a unified diff with its head, a fence and CRLF', () => {
    const diff =
      '```diff\n--- a/SKILL.md\n+++ b/SKILL.md\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n@@ -5 +5,2 @@\n five\n+six\n```\n';
    const expected = { content: 'one\n2\nthree\nfour\nfive\nsix\n' };
    expect(patchSkill(text, { diff })).toEqual(expected);
    expect(patchSkill(text.replaceAll('\n', '\r\n'), { diff: diff.replaceAll('\n', '\r\n') })).toEqual(
      expected,
    );
  });

  it('finds a hunk whose line number is wrong or missing', () => {
    expect(patchSkill(text, { diff: '@@ -90,2 +90,2 @@\n three\n-four\n+4\n' })).toEqual({
      content: 'one\ntwo\nthree\n4\nfive\n',
    });
    expect(patchSkill(text, { diff: '@@ … @@\n-one\n' })).toEqual({ content: 'two\nthree\nfour\nfive\n' });
  });

  it('lets the line number decide between equal places, and asks where it does not', () => {
    expect(patchSkill('a\nb\na\n', { diff: '@@ -3 +3 @@\n-a\n+c\n' })).toEqual({ content: 'a\nb\nc\n' });
    expect(conflicts('a\nb\na\n', { diff: '@@ @@\n-a\n+c' })[0]).toContain('2 places');
  });

  it.each([
    ['@@ -1 +1 @@\n-gone\n+new', 'hunk 1: the text has no line "gone"'],
    ['@@ -1,2 +1 @@\n-one\n-three\n+x', 'hunk 1: its lines are in the text, but not one after the other'],
    ['@@ -1 +1 @@\n one', 'the diff changes nothing'],
    ['one\ntwo', 'the diff has no hunk: it needs a line that begins with "@@"'],
    ['@@ -1 +1 @@\n-one\n*x', 'line 3 of the diff begins with none of " ", "-", "+", "@@"'],
    ['@@ @@\n+x', 'hunk 1: it only adds lines and does not say where'],
    [
      '--- a\n+++ a\n@@ -1 +1 @@\n-one\n+1\n--- b\n+++ b\n@@ -1 +1 @@\n-two\n+2',
      'the diff changes more than one file; a skill is one',
    ],
    ['', 'the patch is empty: send `edits` or a unified diff'],
  ])('refuses %j', (diff, reason) => {
    expect(conflicts(text, { diff })).toEqual([reason]);
  });

  it('adds lines where an empty range says', () => {
    expect(patchSkill(text, { diff: '@@ -2,0 +3 @@\n+2.5' })).toEqual({
      content: 'one\ntwo\n2.5\nthree\nfour\nfive\n',
    });
  });

  it('turns any text into any other by a diff of the whole', () => {
    const lines = fc.array(
      fc.string().map((line) => line.replace(/[\r\n]/g, '')),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        fc.pre(before.join('\n') !== after.join('\n') && before.join('') !== '');
        const diff = `@@ -1,${before.length} +1,${after.length} @@\n${before.map((line) => `-${line}`).join('\n')}\n${after.map((line) => `+${line}`).join('\n')}`;
        expect(patchSkill(before.join('\n'), { diff })).toEqual({ content: after.join('\n') });
      }),
    );
  });
});
