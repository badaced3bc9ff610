import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACTION_VERSION, redact, redactBlocks } from '../../src/text/redaction.ts';
import { ALNUM, JWT, random, SAMPLES } from './secret-samples.ts';

const [GITHUB = ''] = SAMPLES['github-token'] ?? [];
const [ANTHROPIC = ''] = SAMPLES['anthropic-key'] ?? [];
const [PEM = ''] = SAMPLES['private-key'] ?? [];
const ESC = '\u001b';

describe('redact', () => {
  it('has a version', () => {
    expect(REDACTION_VERSION).toBeGreaterThan(0);
  });

  it('answers the very same string when there is nothing to cut', () => {
    const text = 'The API listens on port 8080.\n'.repeat(50);
    expect(redact(text).text).toBe(text);
    expect(redact(text).counts).toEqual({});
    expect(redact('').text).toBe('');
  });

  it('counts by rule', () => {
    expect(redact(`${GITHUB} ${GITHUB} password=hunter22 ${JWT}`).counts).toEqual({
      'github-token': 2,
      password: 1,
      jwt: 1,
    });
  });

  it('keeps everything else of the original, byte for byte', () => {
    const noise = ` a\u200bb ${ESC}[31mred${ESC}[0m \r\n\u00ad é 👩‍💻 `;
    expect(redact(noise + GITHUB + noise).text).toBe(`${noise}[redacted:github-token]${noise}`);
  });
});

describe('looks through what a person does not see', () => {
  it.each([
    ['colours', `${GITHUB.slice(0, 9)}${ESC}[1;32m${GITHUB.slice(9, 20)}${ESC}[0m${GITHUB.slice(20)}`],
    ['a colour before it', `${ESC}[32m${GITHUB}${ESC}[0m`],
    ['a colour within the prefix', `${GITHUB.slice(0, 2)}${ESC}[0m${GITHUB.slice(2)}`],
    ['zero-width spaces', [...GITHUB].join('\u200b')],
    ['a word joiner', `${GITHUB.slice(0, 15)}\u2060${GITHUB.slice(15)}`],
    ['direction marks', `${GITHUB.slice(0, 15)}\u202e${GITHUB.slice(15)}`],
    ['tag characters', `${GITHUB.slice(0, 15)}\u{e0041}\u{e0042}${GITHUB.slice(15)}`],
    ['soft hyphens', `${GITHUB.slice(0, 15)}\u00ad${GITHUB.slice(15)}`],
    ['control characters', `${GITHUB.slice(0, 15)}\u0000\u0007${GITHUB.slice(15)}`],
    ['a lone carriage return', `${GITHUB.slice(0, 15)}\r${GITHUB.slice(15)}`],
  ])('%s', (_, hidden) => {
    const { text, counts } = redact(`token: ${hidden} end`);
    expect(counts).toEqual({ 'github-token': 1 });
    expect(text.endsWith(' end')).toBe(true);
    expect(text).toContain('[redacted:github-token]');
    expect(text).not.toContain(GITHUB.slice(-8));
  });

  it('a password between colours', () => {
    expect(redact(`password=${ESC}[33mhunter22${ESC}[0m`).text).toBe(
      `password=${ESC}[33m[redacted:password]${ESC}[0m`,
    );
  });

  it('a secret in the address of a terminal hyperlink', () => {
    const link = `${ESC}]8;;https://jane:hunter22@example.org${ESC}\\here${ESC}]8;;${ESC}\\`;
    expect(redact(link).text).not.toContain('hunter22');
  });
});

describe('line wraps within a token', () => {
  const wrapped = (secret: string, at: number, end = '\n') => secret.slice(0, at) + end + secret.slice(at);

  it.each([3, 5, 12, 25, 39])('a token of fixed length, broken at %i', (at) => {
    const text = `the token is ${wrapped(GITHUB, at)} and works\n`;
    expect(redact(text).text).toBe('the token is [redacted:github-token] and works\n');
  });

  it.each(['\r\n', '\\\n', '\n  ', '\u00ad\n'])('broken by %j', (end) => {
    expect(redact(`x ${wrapped(GITHUB, 20, end)} y`).text).toBe('x [redacted:github-token] y');
  });

  it('a token of any length over several lines', () => {
    const lines = (JWT.match(/.{1,40}/g) ?? []).join('\n');
    expect(redact(`Set the token:\n${lines}\nThen go on.`).text).toBe(
      'Set the token:\n[redacted:jwt]\nThen go on.',
    );
  });

  it('the rest of a token whose beginning is long enough to be one', () => {
    const { text } = redact(`key ${wrapped(ANTHROPIC, 60)}\nnext`);
    expect(text).toBe('key [redacted:anthropic-key]\nnext');
  });

  it('the value beside a name', () => {
    const value = random(48, ALNUM);
    expect(redact(`API_KEY=${wrapped(value, 30)}\n`).text).toBe('API_KEY=[redacted:named-secret]\n');
  });

  it('does not take the next line along when the token was whole', () => {
    expect(redact(`${GITHUB}\nabc123DEF456 is a commit`).text).toBe(
      '[redacted:github-token]\nabc123DEF456 is a commit',
    );
  });

  it('does not take the next word along', () => {
    for (const next of [
      'Thanks',
      'export NODE_ENV=test',
      'NEXT_KEY=1',
      'getToken()',
      '- item',
      '2026-11-21 08:00',
    ]) {
      expect(redact(`use ${ANTHROPIC}\n${next}\n`).text).toBe(`use [redacted:anthropic-key]\n${next}\n`);
    }
  });

  it('leaves wrapped prose alone', () => {
    const prose =
      'The secret of a good wrap at some\ncolumn is that words stay whole and the tokens\nof a text do not.\n';
    expect(redact(prose).text).toBe(prose);
  });
});

describe('private keys', () => {
  it('cuts a block whose end is missing', () => {
    const open = PEM.slice(0, PEM.indexOf('\n-----END'));
    expect(redact(`cat id_rsa\n${open}\n[output truncated]`).text).toBe(
      'cat id_rsa\n[redacted:private-key]\n[output truncated]',
    );
  });

  it('cuts two blocks apart', () => {
    expect(redact(`${PEM}\nand\n${PEM}`)).toEqual({
      text: '[redacted:private-key]\nand\n[redacted:private-key]',
      counts: { 'private-key': 2 },
    });
  });

  it('cuts the field of a service account', () => {
    const account = JSON.stringify({ type: 'service_account', private_key: `${PEM}\n`, client_id: '1234' });
    expect(JSON.parse(redact(account).text)).toEqual({
      type: 'service_account',
      private_key: '[redacted:private-key]\n',
      client_id: '1234',
    });
  });
});

describe('redactBlocks', () => {
  it('finds a secret that is split over neighbouring blocks', () => {
    expect(redactBlocks([`the token ${GITHUB.slice(0, 17)}`, `${GITHUB.slice(17)} is mine`, 'bye'])).toEqual({
      blocks: ['the token [redacted:github-token]', '[redacted:github-token] is mine', 'bye'],
      counts: { 'github-token': 1 },
    });
  });

  it('finds a private key over three blocks', () => {
    const third = Math.ceil(PEM.length / 3);
    const { blocks, counts } = redactBlocks([
      PEM.slice(0, third),
      PEM.slice(third, 2 * third),
      PEM.slice(2 * third),
    ]);
    expect(counts).toEqual({ 'private-key': 1 });
    expect(blocks).toEqual(Array.from({ length: 3 }, () => '[redacted:private-key]'));
  });

  it('answers as many blocks as it got, clean ones unchanged', () => {
    const blocks = ['a', '', 'b\n', `password=hunter22`, ''];
    expect(redactBlocks(blocks).blocks).toEqual(['a', '', 'b\n', 'password=[redacted:password]', '']);
    expect(redactBlocks([])).toEqual({ blocks: [], counts: {} });
  });

  it('does to one block what redact does', () => {
    fc.assert(
      fc.property(texts(), (text) => {
        expect(redactBlocks([text]).blocks[0]).toBe(redact(text).text);
      }),
    );
  });
});

describe('on any text', () => {
  it('a mark is no user and password of an address', () => {
    expect(redact(`redis://${GITHUB}@cache.example`)).toEqual({
      text: 'redis://[redacted:github-token]@cache.example',
      counts: { 'github-token': 1 },
    });
  });

  it('redacting twice is redacting once', () => {
    fc.assert(
      fc.property(texts(), (text) => {
        const once = redact(text).text;
        expect(redact(once).text).toBe(once);
      }),
      { numRuns: 400 },
    );
  });

  it('cuts only what is counted, and keeps the rest in order', () => {
    fc.assert(
      fc.property(texts(), (text) => {
        const { text: redacted, counts } = redact(text);
        const marks = redacted.match(/\[redacted:[a-z-]+\]/g)?.length ?? 0;
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        expect(total).toBeGreaterThanOrEqual(marks - (text.match(/\[redacted:[a-z-]+\]/g)?.length ?? 0));
        let from = 0;
        for (const piece of redacted.split(/\[redacted:[a-z-]+\]/)) {
          const at = text.indexOf(piece, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + piece.length;
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['letters', 'a'],
    ['equals signs', '='],
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['beginnings of a web token', 'eyJ'],
    ['beginnings of a web token and dots', 'eyJ.'],
    ['beginnings of a private key', `-----BEGIN PRIV${'ATE KEY'}-----`],
    ['a private key and no end', `-----BEGIN PRIV${'ATE KEY'}-----!`],
    ['schemes', '://'],
    ['user parts', '://a:'],
    ['names', 'password'],
    ['assignments', 'password='],
    ['assignments of quotes', 'token="'],
    ['dashes', '--'],
    ['token prefixes', 'sk-'],
    ['cookies', 'cookie: a=b;'],
    ['curl', 'curl -u '],
    ['escapes', `${ESC}[`],
    ['string escapes', `${ESC}]8;;`],
    ['short lines', 'a\n'],
    ['wrapped lines', `${'k7'.repeat(20)}\n`],
    ['wrapped tokens', `${GITHUB.slice(0, 20)}\n`],
    ['zero-width spaces', '\u200b'],
    ['names and values', '{"name":"'],
  ])('ends on a long run of %s', (_, unit) => {
    const text = unit.repeat(Math.ceil(150_000 / unit.length));
    expect(redact(redact(text).text).text).toBe(redact(text).text);
  });
});

/** Texts put together from secrets, pieces of them, names, quotes and line ends. */
function texts() {
  const pieces = [
    ...Object.values(SAMPLES).map((list) => list[0] ?? ''),
    GITHUB.slice(0, 12),
    GITHUB.slice(12),
    JWT.slice(0, 40),
    JWT.slice(40),
    PEM.slice(0, 80),
    PEM.slice(80),
    ...'password= token: api_key= "password":" Authorization:\u0020Bearer cookie: --password -u curl login :// @ hunter22 [redacted:password]'.split(
      ' ',
    ),
    ...[
      '"',
      "'",
      '\\',
      '\n',
      '\r\n',
      ' ',
      ', ',
      '}',
      ')',
      '=',
      ':',
      '\u200b',
      `${ESC}[31m`,
      ESC,
      'word',
      'Ünïcode',
      '密码：',
      '=>',
      '>',
      '<',
    ],
  ];
  return fc
    .array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 6 })), {
      maxLength: 12,
    })
    .map((list) => list.join(''));
}
