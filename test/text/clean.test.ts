import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, cleanForIndex } from '../../src/text/clean.ts';

const ESC = '\u001b';
const TAGS = String.fromCodePoint(0xe0069, 0xe0067, 0xe006e);

describe('clean', () => {
  it('answers the very same string when there is nothing to clean', () => {
    const text = 'Plain text,\n\twith tabs, Ünïcode, 中文, עברית, हिन्दी and 😀.';
    expect(clean(text)).toBe(text);
  });

  it.each([
    ['colours', `${ESC}[1;31mred${ESC}[0m`, 'red'],
    ['cursor moves', `a${ESC}[2K${ESC}[1Gb`, 'ab'],
    ['window titles', `${ESC}]0;title\u0007text`, 'text'],
    ['hyperlinks', `${ESC}]8;;https://x.org${ESC}\\link${ESC}]8;;${ESC}\\`, 'link'],
    ['eight-bit introducers', '\u009b31mred\u009b0m', 'red'],
    ['device strings', `${ESC}Pq#0${ESC}\\text`, 'text'],
    ['charset switches', `${ESC}(Btext`, 'text'],
    ['an escape without an end', `a${ESC}]0;title\nb`, 'a0;title\nb'],
    ['a lone escape', `a${ESC}`, 'a'],
    ['control characters', 'a\u0000b\u0008c\u007fd\u0084e', 'abcde'],
    ['line ends of other systems', 'a\r\nb\rc\u2028d\u0085e\u000bf', 'a\nb\nc\nd\ne\nf'],
    ['zero-width spaces', 'i\u200bg\u2060n\ufeffore', 'ignore'],
    ['a byte order mark', '\ufeffhello', 'hello'],
    ['direction marks', '\u202eabc\u202c \u2066x\u2069 \u200f\u061c', 'abc x '],
    ['tag characters', `hi${TAGS}`, 'hi'],
    ['soft hyphens', 'pass\u00adword', 'password'],
    ['annotations', 'a\ufff9b\ufffac\ufffb', 'abc'],
    ['invisible letters', 'a\u3164b\u115fc\u034fd', 'abcd'],
    ['a lone surrogate', 'a\ud800b\udc00c', 'a\ufffdb\ufffdc'],
  ])('%s', (_, dirty, expected) => {
    expect(clean(dirty)).toBe(expected);
    expect(cleanForIndex(dirty)).toBe(expected);
  });

  it.each([
    ['emoji of several', '👩‍💻 👨‍👩‍👧 🏳️‍🌈 👍🏽 ❤️ 1️⃣ 👩🏽‍🚀'],
    ['Persian words', 'می\u200cخواهم'],
    ['Indic spelling', 'क्\u200dष र्\u200cक'],
    ['emoji in text form', '©\ufe0e'],
  ])('keeps joiners and selectors in %s', (_, text) => {
    expect(clean(text)).toBe(text);
  });

  it('takes joiners and selectors from where they mean nothing', () => {
    expect(clean('pass\u200dword \u200c a\ufe0fb')).toBe('password  ab');
    expect(clean(`❤${'\ufe0f'.repeat(20)}`)).toBe('❤\ufe0f');
    expect(clean(`a${String.fromCodePoint(0xe0100, 0xe0101, 0xe0102)}`)).toBe('a');
  });

  it('is idempotent, leaves nothing invisible and touches nothing else', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          ESC,
          '[',
          '0',
          'm',
          ']',
          '\u0007',
          '\u200b',
          '\u200d',
          '\u202e',
          '\ufe0f',
          '\r',
          '\n',
          '👩',
          '💻',
          '\ud800',
          '\udc00',
          '\u00ad',
          'क',
          '\u094d',
          TAGS,
        ),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const once = clean(text);
        expect(clean(once)).toBe(once);
        expect(once).not.toMatch(/[^\P{Cc}\n\t]|[\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
        expect(cleanForIndex(once)).toBe(cleanForIndex(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe('cleanForIndex', () => {
  it('makes equal words equal, however they were joined', () => {
    expect(cleanForIndex('می\u200cخواهم')).toBe('میخواهم');
    expect(cleanForIndex('👩‍💻❤️')).toBe('👩💻❤');
  });
});
