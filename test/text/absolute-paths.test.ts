import { describe, expect, it } from 'vitest';
import { withoutPaths } from '../../src/text/absolute-paths.ts';

describe('words without paths', () => {
  it('lose what names a place of this machine, on every system', () => {
    expect(withoutPaths('cannot read /home/me/.midturn/USER.md: no such file')).toBe(
      'cannot read <path> no such file'.replace('> no', '>: no'),
    );
    expect(withoutPaths('kept: C:\\Users\\me\\x.md, \\\\server\\share\\y')).toBe('kept: <path>, <path>');
    expect(withoutPaths('kept: /home/a b/.midturn/MEMORY.md.', ['/home/a b/.midturn'])).toBe('kept: <path>');
  });

  it('keep addresses, refs, fractions and words with a stroke', () => {
    const words = 'See https://example.com/a/b, k3f9a2/17, 1/2, and/or, projects/shop/MEMORY.md';
    expect(withoutPaths(words)).toBe(words);
  });
});
