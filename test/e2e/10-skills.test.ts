/** A procedure that an agent suggests becomes a skill that its clients can use, once a person has said so. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, connect, environment, NODE, run } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

const STEPS = [
  '1. Run the tests and check that all of them pass.',
  '2. Write the version into the changelog and commit it.',
  '3. Push the tag and verify the pipeline.',
].join('\n');
const SKILL = {
  action: 'create',
  skill_id: 'release',
  title: 'Release the shop',
  description: 'Use when a new version of the shop is to be released',
  content: STEPS,
};

function place(): { home: string; cwd: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  return { home, cwd };
}

function parsed(text: string): Record<string, unknown>[] {
  const value: unknown = JSON.parse(text);
  const list = typeof value === 'object' && value !== null ? Object.values(value)[0] : undefined;
  return Array.isArray(list) ? list : [];
}

async function suggested(at: { home: string; cwd: string }, scope: 'user' | 'project'): Promise<string> {
  const server = await connect('2025', at);
  await server.call('submit_suggestion', { skill_action: [{ ...SKILL, scope }] });
  const compiled = await server.call('compile', {});
  expect(compiled.structured).toMatchObject({ run_status: 'success', processed: 1, waiting: 1 });
  const { stdout } = await run(['review', 'list', '--json'], at);
  const [item] = parsed(stdout);
  expect(item).toMatchObject({
    family: 'skill_action',
    scope,
    title: SKILL.title,
    content: STEPS,
    diff: null,
  });
  return String(item?.id);
}

describe('skills', () => {
  it('wait for a person, and are published nowhere before', async () => {
    const at = place();
    const id = await suggested(at, 'user');
    expect(id).toMatch(/^k_[0-9a-z]{6}$/);
    expect(existsSync(join(at.home, '.agents'))).toBe(false);
    expect(existsSync(join(at.home, '.claude/skills'))).toBe(false);
    const server = await connect('2025', at);
    expect((await server.call('status')).structured).toMatchObject({ waiting: 1 });
    expect((await server.call('recall', { query: 'release the shop', kinds: ['skill'] })).text).toBe(
      'No skills are stored yet.',
    );
  });

  it.each(['approve', 'reject'])('do not let an agent %s them', async (decision) => {
    const at = place();
    const id = await suggested(at, 'user');
    const { code, stderr } = await run(['review', decision, id], at);
    expect(code).toBe(2);
    expect(stderr).toMatch(/needs a person/);
    expect(parsed((await run(['skills', 'list', '--json'], at)).stdout)).toMatchObject([
      { id, state: 'draft', uses: 0 },
    ]);
  });

  it('are one for the same suggestion sent twice', async () => {
    const at = place();
    await suggested(at, 'project');
    const server = await connect('2025', at);
    await server.call('submit_suggestion', {
      skill_action: [{ ...SKILL, title: 'Release it', scope: 'project' }],
    });
    await server.call('compile', {});
    expect(parsed((await run(['review', 'list', '--json'], at)).stdout)).toHaveLength(1);
  });
});

const hasScript = process.platform === 'linux' && existsSync('/usr/bin/script');

describe.runIf(hasScript)('at a terminal', () => {
  it('publishes what a person approves, takes hand edits over, and takes it away again', async () => {
    const at = place();
    const id = await suggested(at, 'user');
    expect(await inTerminal(at, ['review', 'approve', id], `${id}\r`)).toContain('Published');
    const [codex, claude] = ['.agents', '.claude'].map((client) =>
      join(at.home, client, 'skills/midturn-release/SKILL.md'),
    );
    if (codex === undefined || claude === undefined) throw new Error('two clients');
    expect(readFileSync(codex, 'utf8')).toContain(STEPS);
    expect(readFileSync(claude, 'utf8')).toBe(readFileSync(codex, 'utf8'));
    const server = await connect('2025', at);
    const recalled = await server.call('recall', {
      query: 'how do I release a new version of the shop?',
      kinds: ['skill'],
    });
    expect(recalled.text).toContain(`[${id}] Release the shop · user · skill`);
    writeFileSync(codex, readFileSync(codex, 'utf8').replace('Push the tag', 'Push the signed tag'));
    await server.call('compile', {});
    expect(readFileSync(claude, 'utf8')).toContain('signed tag');
    expect((await server.call('recall', { query: id })).text).toContain('signed tag');
    await inTerminal(at, ['skills', 'retire', 'release', '--yes'], '');
    expect(existsSync(codex)).toBe(false);
    expect(existsSync(claude)).toBe(false);
  });
});

/** `script` gives the program a terminal of its own, which has no width until somebody gives it one. */
async function inTerminal(
  at: { home: string; cwd: string },
  words: readonly string[],
  typed: string,
): Promise<string> {
  const command = [NODE, BIN, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('/usr/bin/script', ['-qec', `stty cols 120 rows 40; ${command}`, '/dev/null'], {
    cwd: at.cwd,
    env: { ...environment(at.home), TERM: 'xterm' },
    stdio: 'pipe',
  });
  let out = '';
  let sent = false;
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (sent || !out.includes('Type ')) return;
    sent = true;
    child.stdin.write(typed);
  });
  await new Promise((resolve) => child.once('close', resolve));
  return out;
}
