import { describe, expect, it } from 'vitest';
import { toolIndexText } from '../../src/text/tool-excerpt.ts';

const filler = (n: number) => Array.from({ length: n }, (_, i) => `line ${i} of ordinary output`).join('\n');

describe('toolIndexText', () => {
  it('has command, exit status and a short output whole', () => {
    expect(toolIndexText({ command: 'npm test', exitCode: 1, output: '2 failed' })).toBe(
      'npm test\nexit 1\n2 failed',
    );
    expect(toolIndexText({ output: 'only output' })).toBe('only output');
    expect(toolIndexText({ command: 'true', exitCode: 0, output: '' })).toBe('true\nexit 0');
  });

  it('has the edges and the error lines of a long output, not the rest', () => {
    const output = `${filler(100)}\nTypeError: cannot read properties of undefined\n${filler(100)}\nnpm ERR! code ELIFECYCLE\n${filler(100)}`;
    const text = toolIndexText({ command: 'npm run build', output });
    expect(text).toContain('TypeError: cannot read properties of undefined');
    expect(text).toContain('npm ERR! code ELIFECYCLE');
    expect(text.startsWith('npm run build\nline 0 of ordinary output')).toBe(true);
    expect(text.endsWith('line 99 of ordinary output')).toBe(true);
    expect(text).not.toContain('line 50 of ordinary output');
    expect(text.length).toBeLessThan(1_300);
  });

  it('counts a flood of one error once, and bounds the number and length of lines', () => {
    const output = `${filler(50)}\n${'error: boom\n'.repeat(1_000)}${filler(50)}`;
    expect(toolIndexText({ output }).match(/error: boom/g)).toHaveLength(1);
    const many = `${filler(50)}\n${Array.from({ length: 500 }, (_, i) => `error number ${i} ${'x'.repeat(1_000)}`).join('\n')}\n${filler(50)}`;
    const text = toolIndexText({ output: many });
    expect(text.match(/error number/g)?.length).toBeLessThanOrEqual(20);
    expect(text.length).toBeLessThan(20 * 301 + 1_100);
  });

  it('does not take a clean summary for an error', () => {
    const output = `${filler(50)}\nFound 0 errors in 12 files\n${filler(50)}`;
    expect(toolIndexText({ output })).not.toContain('Found 0 errors');
  });

  it('bounds the command', () => {
    expect(toolIndexText({ command: 'x'.repeat(10_000), output: '' })).toHaveLength(1_000);
  });

  it('does not break a character at the edges', () => {
    const text = toolIndexText({ output: '😀'.repeat(3_000) });
    expect(text).not.toMatch(/\p{Cs}/u);
  });
});
