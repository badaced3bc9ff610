import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchSkill } from '../../src/text/skill-patch.ts';
import { unifiedDiff } from '../../src/text/unified-diff.ts';

const names = ['old', 'new'] as const;

describe('unifiedDiff', () => {
  it('is empty for equal texts', () => {
    expect(unifiedDiff('a\nb\n', 'a\nb\n', names)).toBe('');
  });

  it('shows what changed with three lines around it', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    expect(unifiedDiff(before, before.replace('e', 'E'), names)).toBe(
      '--- old\n+++ new\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h',
    );
  });

  it('says where an empty side stands', () => {
    expect(unifiedDiff('', 'a\n', names)).toBe('--- old\n+++ new\n@@ -0,0 +1,1 @@\n+a');
    expect(unifiedDiff('a\n', '', names)).toBe('--- old\n+++ new\n@@ -1,1 +0,0 @@\n-a');
  });

  it('can be applied to the old text and gives the new one', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        const [before, after] = [one.join('\n'), other.join('\n')];
        const diff = unifiedDiff(before, after, names);
        if (before === after) expect(diff).toBe('');
        else expect(patchSkill(before, { diff })).toEqual({ content: after });
      }),
    );
  });
});
