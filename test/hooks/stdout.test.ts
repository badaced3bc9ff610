import { describe, expect, it } from 'vitest';
import { printNow, type Write } from '../../src/hooks/stdout.ts';

const failing = (code: string): never => {
  throw Object.assign(new Error(code), { code });
};

describe('an answer', () => {
  it('goes out whole over a pipe that takes a few bytes at a time and is full now and then', async () => {
    let [taken, calls] = ['', 0];
    const write: Write = (_, bytes, from) => {
      calls += 1;
      if (calls % 2 === 0) failing('EAGAIN');
      const part = bytes.subarray(from, from + 5);
      taken += part.toString('utf8');
      return part.length;
    };
    await printNow('{"hookSpecificOutput":{}}', write);
    expect(taken).toBe('{"hookSpecificOutput":{}}');
  });

  it('is nobody’s where the pipe is closed or stays full', async () => {
    await printNow('x', () => failing('EPIPE'));
    await printNow('x', () => failing('EAGAIN'));
  });
});
