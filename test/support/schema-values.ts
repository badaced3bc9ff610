/** Values for the arguments of a tool as its published schema describes them, most of them chosen to break something. */
import fc from 'fast-check';

/** Paths, injections into SQL, FTS5, regular expressions and templates, look-alikes, odd sizes. */
export const HOSTILE: readonly string[] = [
  '',
  ' ',
  '.',
  '..',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '%252e%252e%252f',
  '/etc/shadow',
  'C:\\Windows\\win.ini',
  '\\\\server\\share\\x',
  'file:///etc/passwd',
  '/dev/zero',
  '/proc/self/environ',
  'NUL',
  'a\0b',
  '\0',
  '%00',
  '~/.ssh/id_rsa',
  '$HOME/.midturn/midturn.db',
  '$(touch /tmp/x)',
  '`touch /tmp/x`',
  '; rm -rf /',
  '--help',
  '-1',
  "' OR 1=1 --",
  "'; DROP TABLE memories; --",
  '" OR "" = "',
  '%',
  '_',
  'm_%',
  'm______',
  '*',
  'a*',
  '^a',
  'NEAR(a b, 5)',
  'a AND NOT b OR (c',
  '"unclosed',
  'title:secret',
  '{a b}: c',
  '-a +b',
  '(((((((((((((((((((((',
  '[',
  '[[[[[[[[',
  '{"a":',
  '(a+)+$',
  'a'.repeat(30),
  ['$', '{7*7}{{7*7}}<%= 7*7 %>'].join(''),
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'ｍ＿４ｆ９ｋ２ｃ',
  'm\u0435mory',
  '\u0130\u0131ſK',
  'ﷺ'.repeat(50),
  'e\u0301'.repeat(200),
  '\u0301'.repeat(3000),
  '\u202em_4f9k2c',
  'm_4f9\u200bk2c',
  '\u001b[2J',
  '\ud800',
  '\udc00\ud800',
  '\ufffe\uffff',
  '👩‍👩‍👧‍👦'.repeat(100),
  '\u{10ffff}',
  '1e400',
  '0x10',
  'NaN',
  'Infinity',
  '9'.repeat(400),
  '0000-00-00',
  '2026-02-31',
  '2026-13',
  '+275760-09-13T00:00:00.001Z',
  '9999-12-31T23:59:59.999999999+23:59',
  '99999999999999999999d',
  '0d',
  '9999w',
  'null',
  'undefined',
  'true',
  '[1,2,3]',
  '1,2,3',
  'x'.repeat(5000),
  'word '.repeat(2000),
  'a/b/'.repeat(1000),
  '"'.repeat(2000),
  '\n'.repeat(2000),
  '- [ ] '.repeat(500),
  '<!-- midturn:01234567890123456789abcdef -->',
  '## Heading\n\n- m_000000',
  '```\n~~~\n',
  '---\nname: x\n---',
];

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  2,
  0.5,
  -0.5,
  1e-7,
  5e-324,
  50,
  51,
  100,
  8000,
  8001,
  2 ** 31,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  8.64e15,
  8.64e15 + 1,
  1e21,
  1e308,
  -1e308,
  253402300800000,
];

export type Schema = Readonly<Record<string, unknown>>;

/** @param known strings that name something which is there */
export function stringsLike(known: readonly string[]): fc.Arbitrary<string> {
  const hostile = fc.constantFrom(...HOSTILE);
  const there = known.length === 0 ? hostile : fc.constantFrom(...known);
  return fc.oneof(
    hostile,
    there,
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ maxLength: 60 }),
    fc.tuple(there, hostile).map(([one, two]) => `${one}${two}`),
    fc.tuple(there, hostile).map(([one, two]) => `${two}${one}`),
    there.map((text) => text.slice(0, 3)),
    there.map((text) => text.toUpperCase()),
  );
}

/** Mostly of the type that the schema asks for, sometimes of another. */
function valuesOf(schema: unknown, known: readonly string[], depth = 0): fc.Arbitrary<unknown> {
  const anything = fc.oneof(
    stringsLike(known),
    fc.constantFrom(...NUMBERS),
    fc.constantFrom(null, true, false, [], {}, [[]], [null]),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const fitting = fittingOf(schema, known, depth) ?? anything;
  return fc.oneof({ arbitrary: fitting, weight: 12 }, { arbitrary: anything, weight: 1 });
}

function fittingOf(schema: unknown, known: readonly string[], depth: number): fc.Arbitrary<unknown> | null {
  if (!isSchema(schema) || depth > 4) return null;
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const either = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(either)) return fc.oneof(...either.map((each) => valuesOf(each, known, depth + 1)));
  switch (schema.type) {
    case 'string':
      return stringsLike(known);
    case 'integer':
      return fc.oneof(fc.integer({ min: -3, max: 30 }), fc.constantFrom(...NUMBERS));
    case 'number':
      return fc.oneof(fc.double(), fc.constantFrom(...NUMBERS));
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valuesOf(schema.items, known, depth + 1), { maxLength: 4 });
    case 'object':
      return argumentsOf(schema, known, depth + 1);
    default:
      return null;
  }
}

/** An object with some of the properties of its schema, and now and then with one that is not in it. */
export function argumentsOf(
  schema: Schema,
  known: readonly string[],
  depth = 0,
): fc.Arbitrary<Record<string, unknown>> {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const each = Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, valuesOf(one, known, depth)]),
  );
  const right = fc.record<Record<string, unknown>>(each, {
    requiredKeys: required.filter((name) => name in each),
  });
  const wrong = fc.dictionary(stringsLike(known), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 });
  return fc.oneof(
    { arbitrary: right, weight: 9 },
    { arbitrary: fc.tuple(right, wrong).map(([one, two]) => ({ ...one, ...two })), weight: 1 },
  );
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
