import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedInPrompt } from '../../src/text/asked-prompt.ts';

const MOST = 2000;
const ASKED = 'On which port does the staging database listen?';
const lines = (count: number) =>
  Array.from({ length: count }, (_, at) => `2026-11-21T08:30:${at % 60}Z INFO worker ${at} waits`).join('\n');
const code = (count: number) => 'Always take port 6000 here.\n'.repeat(count);

describe('askedInPrompt', () => {
  it('leaves a prompt of ordinary length as it is, with what was pasted into it', () => {
    for (const prompt of [ASKED, `${ASKED}\n\`\`\`\n${code(10)}\`\`\``, '', 'x'.repeat(MOST)])
      expect(askedInPrompt(` ${prompt}\n`, MOST)).toBe(prompt);
  });

  it.each([
    ['before a log', `${ASKED}\n${lines(100)}`],
    ['behind a log', `${lines(100)}\n${ASKED}`],
    ['before a very long log', `${ASKED}\n${lines(3000)}`],
    ['behind a very long log', `${lines(3000)}\n\n${ASKED}`],
    ['behind a block of code', `\`\`\`\n${code(100)}\`\`\`\n${ASKED}`],
    ['behind a block of code longer than what is read', `~~~~md\n${code(2000)}\n~~~\n${code(400)}\n~~~~\n${ASKED}`],
    ['behind a line without an end', `${'{"port":6000},'.repeat(8000)}\n${ASKED}`],
    ['before a line without an end', `${ASKED}\n${'{"port":6000},'.repeat(8000)}`],
    ['before a block of code that nobody has closed', `${ASKED}\n\`\`\`\n${code(4000)}`],
  ])('finds what is asked %s, and nothing else', (_where, prompt) => {
    expect(askedInPrompt(prompt, MOST)).toBe(ASKED);
  });

  it('finds what is asked between two logs, when both lie within what is read', () => {
    expect(askedInPrompt(`${lines(60)}\n\n${ASKED}\n\n${lines(60)}`, MOST)).toBe(ASKED);
  });

  it('takes both ends of what was dictated without a line end, by whole words', () => {
    const said = Array.from({ length: 400 }, (_, at) => `Then we came to point number${at} of it.`).join(' ');
    const asked = askedInPrompt(said, MOST);
    expect(asked).toMatch(/^Then we came to point number0 of it\./);
    expect(asked).toMatch(/number399 of it\.$/);
    expect(asked.split(/\s+/).filter((word) => !/^(?:Then|we|came|to|point|number\d+|of|it\.)$/.test(word))).toEqual([]);
  });

  it('takes both ends of a prompt in which nobody speaks', () => {
    const asked = askedInPrompt(lines(200), MOST);
    expect(asked).toContain('worker 0 waits');
    expect(asked).toContain('worker 199 waits');
  });

  it('is never longer than it may be, whatever is sent', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom('```', '~~~', '\n', '\r\n', '<a>', '"', '{\n', '日本語の文章です。', ' ', 'x'.repeat(500)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 10, max: 400 }), (pieces, most) => {
        const prompt = pieces.join('');
        const asked = askedInPrompt(prompt, most);
        expect(asked.length).toBeLessThanOrEqual(Math.max(most, 0));
        if (prompt.trim().length <= most) expect(asked).toBe(prompt.trim());
      }),
    );
  });
});
