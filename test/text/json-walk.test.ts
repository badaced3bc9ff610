import { describe, expect, it } from 'vitest';
import { boundDepth, TOO_DEEP } from '../../src/text/json-walk.ts';

describe('a bound on depth', () => {
  it('answers the very same value when it is not that deep', () => {
    const value = { a: [1, { b: [] }] };
    expect(boundDepth(value, 4)).toBe(value);
  });

  it('puts a marker in the place of what is deeper', () => {
    expect(boundDepth({ a: [1, { b: [] }], c: 2 }, 3)).toEqual({ a: [1, { b: TOO_DEEP }], c: 2 });
  });

  it('makes a value of any depth one that can be written', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(JSON.stringify(boundDepth(deep))).toContain(TOO_DEEP);
  });
});
