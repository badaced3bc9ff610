import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect, NODE, run } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

/** Answers with a plan that adds each item, as Codex would print it. */
const AGENT = `
let input = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => {
  const { batch } = JSON.parse(input.slice(input.indexOf('The payload:') + 12));
  const operations = batch.map(({ id }) => ({ op: 'add', item: id }));
  const text = JSON.stringify({ operations });
  console.log(JSON.stringify({ type: 'item.completed', item: { type: 'agent_message', text } }));
});
`;

function place(compile: (agent: string) => string): { home: string; cwd: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  mkdirSync(join(home, '.midturn'));
  const agent = join(home, 'agent.cjs');
  writeFileSync(agent, AGENT);
  writeFileSync(join(home, '.midturn', 'config.toml'), `[compile]\n${compile(agent)}\n`);
  return { home, cwd };
}

const SUGGESTED = { memory_updates: [{ content: 'We use pnpm in this repository, never npm.' }] };

describe('an agent that compiles', () => {
  it('may be asked for over MCP where the configuration lists it', async () => {
    const where = place(
      (agent) => `mcp_backends = ["agent:codex"]\nagent_command = ${JSON.stringify([NODE, agent])}`,
    );
    const server = await connect('2025', where);
    await server.call('submit_suggestion', SUGGESTED);
    expect((await server.call('compile', { backend: 'agent:claude' })).isError).toBe(true);
    const compiled = await server.call('compile', { backend: 'agent:codex' });
    expect(compiled.structured).toMatchObject({
      run_status: 'success',
      backend: 'agent:codex',
      actions: { added: 1 },
    });
    expect(compiled.structured).not.toHaveProperty('fallback');
  });

  it('that cannot be run is replaced by the rules, which the answer and status say', async () => {
    const where = place(() => 'backend = "agent:opencode"\nagent_command = ["midturn-no-such-agent"]');
    const server = await connect('2025', where);
    await server.call('submit_suggestion', SUGGESTED);
    const { code, stdout } = await run(['compile', '--json'], where);
    expect(code).toBe(0);
    const reason = expect.stringMatching(/^agent_unavailable: agent:opencode: there is no program/);
    expect(JSON.parse(stdout)).toMatchObject({
      backend: 'script',
      fallback: { backend: 'script', reason },
      actions: { added: 1 },
    });
    const status = await server.call('status');
    expect(status.structured).toMatchObject({
      last: { compile: { fallback: expect.stringContaining('agent_unavailable') } },
    });
  });

  it('that cannot be run is an error where the rules may not do it', async () => {
    const where = place(() => 'agent_command = ["midturn-no-such-agent"]\nallow_fallback = false');
    const server = await connect('2025', where);
    await server.call('submit_suggestion', SUGGESTED);
    const { code, stderr } = await run(['compile', '--backend', 'agent:claude'], where);
    expect(code).toBe(1);
    expect(stderr).toContain('agent_unavailable');
    const { stdout } = await run(['compile-preflight', '--json'], where);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'run', pending: 1, lock: null });
  });
});
