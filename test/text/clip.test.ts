import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { clipEnd, clipMiddle, clipStart, estimateTokens } from '../../src/text/clip.ts';
import { snippet } from '../../src/text/snippet.ts';
import { analyse } from '../../src/text/terms.ts';
import { TOKEN_SAMPLES } from './token-samples.ts';

describe('clipEnd and clipStart', () => {
  it('leave a short text as it is', () => {
    expect(clipEnd('abc', 3)).toEqual({ text: 'abc', cut: 0 });
    expect(clipStart('abc', 3)).toEqual({ text: 'abc', cut: 0 });
  });

  it('say how much is gone', () => {
    expect(clipEnd('abcdef', 4)).toEqual({ text: 'abcd', cut: 2 });
    expect(clipStart('abcdef', 4)).toEqual({ text: 'cdef', cut: 2 });
    expect(clipEnd('abc', 0)).toEqual({ text: '', cut: 3 });
  });

  it.each([
    ['a surrogate pair', 'ab😀cd', 3, 'ab'],
    ['an emoji of several', 'a👩‍💻b', 4, 'a'],
    ['a skin tone', 'a👍🏽b', 3, 'a'],
    ['a combining mark', 'ae\u0301b', 2, 'a'],
    ['a selector', 'a❤\ufe0fb', 2, 'a'],
    ['a line end', 'a\r\nb', 2, 'a'],
  ])('never break %s', (_, text, max, expected) => {
    expect(clipEnd(text, max).text).toBe(expected);
  });

  it('keep within the limit and whole characters, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, max) => {
        for (const clipped of [clipEnd(text, max), clipStart(text, max)]) {
          expect(clipped.text.length).toBeLessThanOrEqual(max);
          expect(clipped.text.length + clipped.cut).toBe(text.length);
          expect(clipped.text).not.toMatch(/\p{Cs}/u);
        }
        expect(text.startsWith(clipEnd(text, max).text)).toBe(true);
        expect(text.endsWith(clipStart(text, max).text)).toBe(true);
      }),
    );
  });
});

describe('clipMiddle', () => {
  it('keeps head and tail and says how much is gone', () => {
    const text = `${'a'.repeat(500)}${'b'.repeat(500)}`;
    const clipped = clipMiddle(text, 100);
    expect(clipped.length).toBeLessThanOrEqual(100);
    expect(clipped).toMatch(/^a+\n… \d+ characters left out …\nb+$/);
    const said = Number(/\d+/.exec(clipped)?.[0]);
    expect(clipped.match(/[ab](?=[ab]|$|\n)/g)?.length).toBeDefined();
    expect(said + clipped.replace(/\n….*…\n/, '').length).toBe(1000);
  });

  it('takes a mark of one’s own', () => {
    expect(clipMiddle('abcdefghij', 7, () => '[…]')).toBe('ab[…]ij');
  });

  it('is never longer than asked, however long the mark', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(120), (text, max) => {
        const clipped = clipMiddle(text, max);
        expect(clipped.length).toBeLessThanOrEqual(Math.max(max, 0));
        expect(clipped).not.toMatch(/\p{Cs}/u);
        if (text.length <= max) expect(clipped).toBe(text);
      }),
    );
  });
});

describe('snippet', () => {
  const long = `${'Nothing of interest here. '.repeat(30)}Then the uploader retries three times with backoff, and the queue drains. ${'More of the same follows. '.repeat(30)}`;

  it('shows a short text whole, on one line', () => {
    expect(snippet('a\n  b\tc', ['x'], 100)).toBe('a b c');
  });

  it('shows the place where the terms are', () => {
    const shown = snippet(long, analyse('uploader retry backoff'), 120);
    expect(shown).toMatch(/^….*uploader retries three times with backoff.*…$/);
    expect(shown.length).toBeLessThanOrEqual(120);
  });

  it('prefers the place with most of the terms', () => {
    const text = `The uploader starts. ${'filler words go on '.repeat(20)} the uploader retries with backoff ${'filler words go on '.repeat(20)}`;
    expect(snippet(text, analyse('uploader retry backoff'), 80)).toContain('retries with backoff');
  });

  it('shows the beginning when nothing matches', () => {
    expect(snippet(long, ['zebra'], 60)).toMatch(/^Nothing of interest here\. .*…$/);
  });

  it('cuts between words', () => {
    const words = new Set(long.trim().split(/\s+/));
    for (const word of snippet(long, analyse('uploader'), 100).replace(/^…|…$/g, '').split(' ')) {
      expect(words).toContain(word);
    }
  });

  it('finds names and text without blanks', () => {
    expect(snippet(`${'x '.repeat(200)}call getToken() now ${'y '.repeat(200)}`, ['gettoken'], 60)).toContain(
      'getToken()',
    );
    const chinese = `${'这里没有什么。'.repeat(40)}查询没有使用索引所以很慢。${'后面也没有。'.repeat(40)}`;
    expect(snippet(chinese, analyse('索引'), 40)).toContain('使用索引所以');
  });

  it('is never longer than asked and holds a match when there is one', () => {
    const word = fc.stringMatching(/^[b-z]{4,9}$/);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 120 }), fc.integer({ min: 30, max: 200 }), (words, max) => {
        const text = [...words, 'needle', ...words].join(' ');
        const shown = snippet(text, ['needl'], max);
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(shown).toContain('needle');
      }),
    );
  });
});

describe('estimateTokens', () => {
  it.each(Object.entries(TOKEN_SAMPLES))('%s: within 15 % of o200k', (_, text) => {
    const exact = countTokens(text);
    expect(Math.abs(estimateTokens(text) - exact)).toBeLessThanOrEqual(Math.max(2, exact * 0.15));
  });

  it('is nothing for nothing, and grows with the text', () => {
    expect(estimateTokens('')).toBe(0);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(estimateTokens(`${a}\n\n${b}`)).toBeGreaterThanOrEqual(estimateTokens(b) - 1);
      }),
    );
  });
});
