import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedInPrompt } from '../../src/text/asked-prompt.ts';

const [WHOLE, MOST] = [2000, 800];
const ASKED = 'On which port does the staging database listen?';
const lines = (count: number) =>
  Array.from({ length: count }, (_, at) => `2026-11-21T08:30:${at % 60}Z INFO worker ${at} waits`).join('\n');
const code = (count: number) => 'Always take port 6000 here.\n'.repeat(count);

describe('askedInPrompt', () => {
  it('leaves a prompt of ordinary length as it is, with what was pasted into it', () => {
    for (const prompt of [ASKED, `${ASKED}\n\`\`\`\n${code(10)}\`\`\``, '', 'x'.repeat(WHOLE)])
      expect(askedInPrompt(` ${prompt}\n`)).toBe(prompt);
  });

  it.each([
    ['before a log', `${ASKED}\n${lines(100)}`],
    ['behind a log', `${lines(100)}\n${ASKED}`],
    ['before a very long log', `${ASKED}\n${lines(3000)}`],
    ['behind a very long log', `${lines(3000)}\n\n${ASKED}`],
    ['behind a block of code', `\`\`\`\n${code(100)}\`\`\`\n${ASKED}`],
    [
      'behind a block of code longer than what is read',
      `~~~~md\n${code(2000)}\n~~~\n${code(400)}\n~~~~\n${ASKED}`,
    ],
    ['behind a line without an end', `${'{"port":6000},'.repeat(8000)}\n${ASKED}`],
    ['before a line without an end', `${ASKED}\n${'{"port":6000},'.repeat(8000)}`],
    ['before a block of code that nobody has closed', `${ASKED}\n\`\`\`\n${code(4000)}`],
  ])('finds what is asked %s, and nothing else', (_where, prompt) => {
    expect(askedInPrompt(prompt)).toBe(ASKED);
  });

  it('finds what is asked between two logs, when both lie within what is read', () => {
    expect(askedInPrompt(`${lines(60)}\n\n${ASKED}\n\n${lines(60)}`)).toBe(ASKED);
  });

  it('takes both ends of what was dictated without a line end, by whole words', () => {
    const said = Array.from({ length: 400 }, (_, at) => `Then we came to point number${at} of it.`).join(' ');
    const asked = askedInPrompt(said);
    expect(asked).toMatch(/^Then we came to point number0 of it\./);
    expect(asked).toMatch(/number399 of it\.$/);
    expect(
      asked.split(/\s+/).filter((word) => !/^(?:Then|we|came|to|point|number\d+|of|it\.)$/.test(word)),
    ).toEqual([]);
  });

  it('is nothing of a long prompt in which nobody speaks', () => {
    for (const prompt of [lines(200), `\`\`\`\n${code(400)}`, '{"port":6000},'.repeat(8000)])
      expect(askedInPrompt(prompt)).toBe('');
  });

  it('is never longer than it may be, whatever is sent', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom(
        '```',
        '~~~',
        '\n',
        '\r\n',
        '<a>',
        '"',
        '{\n',
        '日本語の文章です。',
        ' ',
        'x'.repeat(500),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
        const prompt = pieces.join('');
        const asked = askedInPrompt(prompt);
        if (prompt.trim().length <= WHOLE) expect(asked).toBe(prompt.trim());
        else expect(asked.length).toBeLessThanOrEqual(MOST);
      }),
    );
  });
});
