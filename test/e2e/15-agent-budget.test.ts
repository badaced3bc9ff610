/** Agents that compile in the built program: what they cost, and when they are not asked. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, environment, NODE, run } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

/** Counts its runs; adds each item, as Codex would print it, or says something else. */
const AGENT = `
const { appendFileSync } = require('node:fs');
let input = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => {
  appendFileSync(__dirname + '/runs', 'x');
  const { batch } = JSON.parse(input.slice(input.indexOf('The payload:') + 12));
  const operations = batch.map(({ id }) => ({ op: 'add', item: id }));
  const text = process.argv[2] === 'rubbish' ? 'I would rather not' : JSON.stringify({ operations });
  console.log(JSON.stringify({ type: 'item.completed', item: { type: 'agent_message', text } }));
  const usage = { input_tokens: 700, output_tokens: 20 };
  console.log(JSON.stringify({ type: 'turn.completed', usage }));
});
`;

type Place = { readonly home: string; readonly cwd: string };

function place(agent: string, more: string): Place {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  mkdirSync(join(home, '.midturn'));
  const path = join(home, 'agent.cjs');
  writeFileSync(path, AGENT);
  const command = JSON.stringify([NODE, path, agent]);
  writeFileSync(
    join(home, '.midturn', 'config.toml'),
    `[compile]\nbackend = "agent:codex"\nagent_command = ${command}\n${more}\n`,
  );
  return { home, cwd };
}

const runs = ({ home }: Place) => {
  const path = join(home, 'runs');
  return existsSync(path) ? readFileSync(path, 'utf8').length : 0;
};

let said = 0;

async function suggest(at: Place): Promise<void> {
  said += 1;
  const path = join(at.home, 'sent.json');
  writeFileSync(
    path,
    JSON.stringify({ memory_updates: [{ content: `Port ${8000 + said} is the one of service ${said}.` }] }),
  );
  const { code, stderr } = await run(['suggest', path], at);
  expect([code, stderr]).toEqual([0, '']);
}

async function turn(at: Place, command = 'compile') {
  await suggest(at);
  const { code, stdout, stderr } = await run([command, '--json'], at);
  return { code, stderr, said: stdout === '' ? null : JSON.parse(stdout) };
}

const json = async (at: Place, command: string) => JSON.parse((await run([command, '--json'], at)).stdout);

describe('an agent that compiles', () => {
  it('is paid from the budget of the day, after which the rules do it, and everybody says so', async () => {
    const at = place('good', '[review]\ndaily_calls = 2');
    for (const backend of ['agent:codex', 'agent:codex', 'script', 'script'])
      expect((await turn(at)).said).toMatchObject({ backend, actions: { added: 1 } });
    expect(runs(at)).toBe(2);
    const budget = expect.stringContaining(
      'budget: agent:codex: The budget of the day is used up: 2 of 2 calls',
    );
    expect((await turn(at, 'scan')).said).toMatchObject({ aggregate: { with_fallback: 1 } });
    expect(runs(at)).toBe(2);
    expect(await json(at, 'usage')).toMatchObject({
      today: { calls: { used: 2, left: 0 }, tokens: { used: 1440 } },
      ledger: [{ provider: 'agent:codex (compile)', calls: 2, input_tokens: 1400, output_tokens: 40 }],
    });
    const { stdout } = await run(['usage'], at);
    expect(stdout).toMatch(/agent:codex \(compile\) +2 calls +1,400 tokens in, 40 out/);
    expect(await json(at, 'status')).toMatchObject({
      spend: { calls: 2, tokens: 1440 },
      last: { compile: { fallback: budget } },
      health: expect.arrayContaining([expect.objectContaining({ id: 'compile.fallback', words: budget })]),
    });
  });

  it('is an error beyond the budget where the rules may not do it, and nothing is lost', async () => {
    const at = place('good', 'allow_fallback = false\n[review]\ndaily_calls = 1');
    expect(await turn(at)).toMatchObject({ code: 0, said: { backend: 'agent:codex' } });
    const { code, stderr } = await turn(at);
    expect(code).toBe(1);
    expect(stderr).toContain('agent:codex could not compile');
    expect(stderr).toContain('[review] daily_calls');
    expect(await json(at, 'compile-preflight')).toMatchObject({ status: 'run', pending: 1, lock: null });
    expect(runs(at)).toBe(1);
  });

  it('is not asked again at each turn when its answer was none', async () => {
    const at = place('rubbish', '');
    const reasons = [];
    for (let count = 0; count < 4; count += 1) reasons.push((await turn(at)).said.fallback.reason);
    expect(reasons.map((words: string) => words.split(':')[0])).toEqual([
      'agent_output_invalid',
      'agent_backoff',
      'agent_backoff',
      'agent_backoff',
    ]);
    expect(runs(at)).toBe(1);
    // No person asks for it here: an agent, or a script, may have typed it.
    await suggest(at);
    await run(['compile', '--backend', 'agent:codex'], at);
    expect(runs(at)).toBe(1);
    expect(await json(at, 'usage')).toMatchObject({ ledger: [{ calls: 1, failed: 1, input_tokens: 700 }] });
  });

  it.runIf(process.platform === 'linux' && existsSync('/usr/bin/script'))(
    'is asked by a person at a terminal who names it, as long as the budget lasts',
    async () => {
      const at = place('rubbish', '[review]\ndaily_calls = 2');
      await turn(at);
      for (const asked of [2, 2]) {
        await suggest(at);
        await inTerminal(at, ['compile', '--backend', 'agent:codex']);
        expect(runs(at)).toBe(asked);
      }
    },
  );
});

/** `script` gives the program a terminal of its own. */
async function inTerminal({ home, cwd }: Place, words: readonly string[]): Promise<void> {
  const command = [NODE, BIN, ...words].map((word) => `'${word}'`).join(' ');
  const env = { ...environment(home), TERM: 'xterm' };
  const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], { cwd, env, stdio: 'ignore' });
  await new Promise((resolve) => child.once('close', resolve));
}
