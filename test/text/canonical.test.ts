import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/text/canonical.ts';

describe('canonicalJson', () => {
  it('sorts keys by code unit, at every depth, without blanks', () => {
    expect(canonicalJson({ b: [{ z: 1, a: null }], a: 'x', B: true, é: -0, '10': 1, '9': 2 })).toBe(
      '{"10":1,"9":2,"B":true,"a":"x","b":[{"a":null,"z":1}],"é":0}',
    );
  });

  it('leaves undefined properties out', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it.each([
    ['NaN', { a: Number.NaN }],
    ['Infinity', [Number.POSITIVE_INFINITY]],
    ['undefined', undefined],
    ['undefined in an array', [undefined]],
    ['a function', { a: () => 1 }],
    ['a bigint', 1n],
    ['a symbol', Symbol('a')],
    ['a date', new Date(0)],
    ['a map', new Map()],
  ])('has no form for %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('has no form for a value that contains itself, but for one that is used twice', () => {
    const shared = { a: 1 };
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => canonicalJson(loop)).toThrow(/itself/);
  });

  it('goes through a nesting of 100,000', () => {
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i += 1) value = i % 2 === 0 ? [value] : { a: value };
    const text = canonicalJson(value);
    expect(text.startsWith('{"a":[')).toBe(true);
    expect(text.endsWith(']}')).toBe(true);
  });

  it('is JSON of the same value, and the same text for any order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(text)));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, reversed(child)]),
  );
}
