import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readStdin } from '../../src/hooks/stdin.ts';

const LIMITS = { ms: 20_000, bytes: 32 * 1024 * 1024 };

describe('stdin', () => {
  it('is read to its end', async () => {
    const stdin = new PassThrough();
    const read = readStdin(stdin, LIMITS);
    stdin.write('{"a":');
    stdin.end('1}');
    expect(await read).toEqual({ text: '{"a":1}' });
  });

  it('that is left open is taken as soon as it holds a whole object', async () => {
    const stdin = new PassThrough();
    const read = readStdin(stdin, LIMITS);
    stdin.write('{"a":{"b":1}');
    stdin.write('}\n');
    expect(await read).toEqual({ text: '{"a":{"b":1}}\n' });
  });

  it('that is left open without anything on it is waited for no longer than its limit', async () => {
    expect(await readStdin(new PassThrough(), { ...LIMITS, ms: 5 })).toEqual({ wrong: 'endless' });
    const half = new PassThrough();
    half.write('{"a":');
    expect(await readStdin(half, { ...LIMITS, ms: 5 })).toEqual({ wrong: 'endless' });
  });

  it('takes 10 MB in one piece, and no more than its limit', async () => {
    const text = JSON.stringify({ tool_response: 'x'.repeat(10 * 1024 * 1024) });
    const stdin = new PassThrough();
    const read = readStdin(stdin, LIMITS);
    for (let at = 0; at < text.length; at += 65_536) stdin.write(text.slice(at, at + 65_536));
    stdin.end();
    expect(await read).toEqual({ text });
    const endless = new PassThrough();
    const refused = readStdin(endless, { ...LIMITS, bytes: 10 });
    endless.write('x'.repeat(11));
    expect(await refused).toEqual({ wrong: 'too long' });
  });

  it('of a terminal holds no payload', async () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    expect(await readStdin(terminal, LIMITS)).toEqual({ text: '' });
  });
});
