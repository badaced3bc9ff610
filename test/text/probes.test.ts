/** Finding the bytes of a text again, however a program has written it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteSearch, bytesOf, probesOf, proofsOf } from '../../src/text/probes.ts';

const searchOf = (text: string) => new ByteSearch(probesOf(text).flatMap(bytesOf));
const finds = (text: string, bytes: Buffer | string) => searchOf(text).first(Buffer.from(bytes)) !== null;

/** As `ensure_ascii` writers do. */
const ascii = (json: string, capitals = false) =>
  json.replace(/[^\0-\x7f]/g, (unit) => {
    const digits = unit.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${capitals ? digits.toUpperCase() : digits}`;
  });

describe('pieces of a text', () => {
  it('break where a secret was cut out: the file that it came from holds the secret', () => {
    const stored = 'The token of the pipeline is [redacted:github-token], ask for it at the desk';
    expect(finds(stored, stored.replace('[redacted:github-token]', 'ghp_0123456789'))).toBe(true);
    expect(probesOf(stored).filter((piece) => piece.includes('redacted'))).toEqual([]);
  });

  it('are all that was written where every stretch is short', () => {
    const stored = 'a "b"\nc "d"\ne "f"';
    expect(finds(stored, stored)).toBe(true);
    expect(finds(stored, JSON.stringify({ stored }))).toBe(true);
    expect(finds('Key: [redacted:jwt]', 'x Key: [redacted:jwt] x')).toBe(true);
  });

  it('are none where there are too few words to tell from others', () => {
    expect(probesOf('Stage')).toEqual([]);
    expect(probesOf('[redacted:github-token]')).toEqual([]);
  });
});

describe('the forms of a piece', () => {
  it('are found as JSON of any writer and as UTF-16', () => {
    const text = 'Die Schlüssel für R&D liegen in /srv/übung/\u{1f511}, sagt 中文';
    const json = JSON.stringify({ text });
    for (const bytes of [
      text,
      text.normalize('NFD'),
      json,
      ascii(json),
      ascii(json, true),
      json.replaceAll('/', '\\/'),
      ascii(json.replaceAll('/', '\\/')),
      ascii(json.replaceAll('&', '\\u0026')),
      Buffer.from(text, 'utf16le'),
      Buffer.from(text, 'utf16le').swap16(),
    ])
      expect(finds(text, bytes)).toBe(true);
    expect(finds(text, 'Die Tür ist offen, und die Schlüssel liegen da')).toBe(false);
  });

  it('are found for any text that can be searched for', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 12, maxLength: 120 }),
        fc.boolean(),
        (text, capitals) => {
          fc.pre(probesOf(text).length > 0);
          const json = JSON.stringify([text]);
          expect(finds(text, json)).toBe(true);
          expect(finds(text, ascii(json, capitals))).toBe(true);
          expect(finds(text, Buffer.from(text, 'utf16le'))).toBe(true);
        },
      ),
    );
  });
});

describe('proofs', () => {
  it('are long pieces or all of a text, never a few words of it', () => {
    const long = 'The vault opens with the blue key on Fridays and on no other day';
    expect(proofsOf(long).every((piece) => piece.length >= 40)).toBe(true);
    expect(proofsOf('Deploys go out on Tuesday')).toEqual(['Deploys go out on Tuesday']);
    expect(proofsOf('We use pnpm here')).toEqual([]);
    const mixed = 'Use `pnpm install` in `packages/web`';
    expect(proofsOf(mixed)).toEqual([mixed]);
  });
});
