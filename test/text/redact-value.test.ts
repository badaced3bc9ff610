import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactValue } from '../../src/text/redaction.ts';
import { ALNUM, JWT, random, SAMPLES } from './secret-samples.ts';

const [GITHUB = ''] = SAMPLES['github-token'] ?? [];

describe('redactValue', () => {
  it('takes the key as the name beside the value', () => {
    const value = {
      user: 'jane',
      password: 'hunter22',
      nested: { api_key: random(24, ALNUM), n: 1, list: [true, null] },
    };
    expect(redactValue(value)).toEqual({
      value: {
        user: 'jane',
        password: '[redacted:password]',
        nested: { api_key: '[redacted:named-secret]', n: 1, list: [true, null] },
      },
      counts: { password: 1, 'named-secret': 1 },
    });
  });

  it('keeps the order of keys', () => {
    const { value } = redactValue({ z: 1, password: 'hunter22', a: { y: GITHUB, b: 2 } });
    expect(JSON.stringify(value)).toBe(
      '{"z":1,"password":"[redacted:password]","a":{"y":"[redacted:github-token]","b":2}}',
    );
  });

  it('answers the very same value when there is nothing to cut', () => {
    const value = { a: [{ b: 'token' }], password: null };
    expect(redactValue(value).value).toBe(value);
  });

  it('names the token by its own rule', () => {
    expect(redactValue({ token: JWT }).counts).toEqual({ jwt: 1 });
  });

  it('looks at lists under a name, at pairs of name and value, at arguments behind a flag, at numbers', () => {
    expect(
      redactValue({
        passwords: ['none'],
        password: ['hunter22', 'hunter23'],
        env: [{ name: 'DB_PASSWORD', value: 'hunter22' }],
        argv: ['mysql', '--password', 'hunter22', '--port', '3306'],
        pin: { password: 12345678 },
      }).value,
    ).toEqual({
      passwords: ['none'],
      password: ['[redacted:password]', '[redacted:password]'],
      env: [{ name: 'DB_PASSWORD', value: '[redacted:password]' }],
      argv: ['mysql', '--password', '[redacted:password]', '--port', '3306'],
      pin: { password: '[redacted:password]' },
    });
  });

  it('looks at the value of a header behind its name', () => {
    const headers = {
      authorization: 'Basic dXNlcjpodW50ZXIyMg==',
      Cookie: 'session=abc123def456',
      accept: '*/*',
    };
    expect(redactValue({ headers }).value).toEqual({
      headers: {
        authorization: 'Basic [redacted:authorization-header]',
        Cookie: '[redacted:cookie]',
        accept: '*/*',
      },
    });
  });

  it('leaves placeholders and schemas', () => {
    const value = {
      password: '********',
      properties: { password: { type: 'string' }, token: 'string' },
      required: ['password'],
    };
    expect(redactValue(value).value).toBe(value);
  });

  it('parses a string of arguments and keeps it as an object', () => {
    const { value, counts } = redactValue('{"cmd":"x","env":{"password":"hunter22"}}', {
      parseStrings: true,
    });
    expect(value).toEqual({ cmd: 'x', env: { password: '[redacted:password]' } });
    expect(counts).toEqual({ password: 1 });
  });

  it('leaves strings within as strings, and unparsed what parsing would change', () => {
    const content = '{ "a": 1,\n  "password": "hunter22" }';
    expect(redactValue({ content }, { parseStrings: true }).value).toEqual({
      content: '{ "a": 1,\n  "password": "[redacted:password]" }',
    });
    expect(redactValue('{"id": 12345678901234567890}', { parseStrings: true }).value).toBe(
      '{"id": 12345678901234567890}',
    );
    expect(redactValue('not {json', { parseStrings: true }).value).toBe('not {json');
    expect(redactValue('{"a":1}').value).toBe('{"a":1}');
  });

  it('redacts keys, without letting one overwrite another', () => {
    const [first = '', second = ''] = SAMPLES['github-token'] ?? [];
    expect(Object.keys(redactValue({ [first]: 1, [second]: 2 }).value ?? {})).toEqual([
      '[redacted:github-token]',
      '[redacted:github-token] (2)',
    ]);
  });

  it('does not take a key of the name __proto__ for a prototype', () => {
    const { value } = redactValue(JSON.parse('{"__proto__":{"password":"hunter22"},"a":1}'));
    expect(JSON.stringify(value)).toBe('{"__proto__":{"password":"[redacted:password]"},"a":1}');
  });

  it('goes through a nesting of 200,000', () => {
    let value: unknown = { password: 'hunter22' };
    for (let i = 0; i < 200_000; i += 1) value = [value];
    expect(redactValue(value).counts).toEqual({ password: 1 });
  });

  it('leaves no secret of the table in any value', () => {
    const secret = fc.constantFrom(
      ...Object.entries(SAMPLES).flatMap(([rule, list]) => (rule === 'discord-token' ? [] : list)),
    );
    fc.assert(
      fc.property(
        fc.jsonValue({ depthSize: 'small' }),
        fc.string({ maxLength: 5 }),
        secret,
        (json, key, token) => {
          const text = JSON.stringify(redactValue({ a: json, [`k${key}`]: [` ${token} `] }).value);
          expect(text).not.toContain(JSON.stringify(token).slice(1, -1));
        },
      ),
    );
  });
});
