import { describe, expect, it } from 'vitest';
import { talk } from '../../src/platform/talk.ts';

const ECHO =
  "require('readline').createInterface({input:process.stdin}).on('line',(l)=>console.log(l+' of '+process.pid));setInterval(()=>0,1e3)";

function ask(script: string, more: { readonly timeoutMs?: number; readonly program?: string } = {}) {
  const { timeoutMs = 20_000, program = process.execPath } = more;
  const enough = (answers: readonly string[]): boolean => answers.length === 2;
  return talk({
    argv: [program, '-e', script],
    cwd: process.cwd(),
    env: {},
    lines: ['a', 'b'],
    enough,
    timeoutMs,
  });
}

describe('asking a program that goes on running', () => {
  it('hears every answer, and leaves nothing of it running', async () => {
    const heard = await ask(ECHO);
    expect(heard?.outcome).toBe('answered');
    const [first = '', second = ''] = heard?.answers ?? [];
    expect([first, second]).toEqual([
      expect.stringMatching(/^a of \d+$/),
      expect.stringMatching(/^b of \d+$/),
    ]);
    expect(() => process.kill(Number(first.slice('a of '.length)), 0)).toThrow('ESRCH');
  });

  it('tells one that ended by its last words, and one that does not answer', async () => {
    expect(await ask("console.error('no module\\n')")).toMatchObject({
      outcome: 'ended',
      complaint: 'no module',
    });
    expect(await ask('setInterval(() => 0, 1000)', { timeoutMs: 50 })).toMatchObject({
      outcome: 'late',
      answers: [],
    });
  });

  it('answers null where there is no such program', async () => {
    expect(await ask('', { program: '/no/such/program' })).toBeNull();
  });
});
