import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect, ERAS, finished, run, start } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

function place(): { home: string; cwd: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  return { home, cwd };
}

const SUGGESTED = {
  memory_updates: [
    { summary: 'Package manager', content: 'We use pnpm in this repository, never npm.' },
    { action: 'replace', content: 'no target' },
  ],
  recall_candidates: [
    {
      summary: 'Deploy runbook',
      content: 'Deploys run from the release branch with make deploy; the canary is watched.',
    },
  ],
};

describe('suggestions', () => {
  it.each(ERAS)('become memory that recall finds (%s)', async (era) => {
    const { home, cwd } = place();
    const server = await connect(era, { home, cwd });
    const submitted = await server.call('submit_suggestion', SUGGESTED);
    expect(submitted.isError).toBe(false);
    expect(submitted.structured).toMatchObject({
      suggestion_id: expect.stringMatching(/^e_/),
      state: 'pending',
      items: [
        { family: 'memory_updates', index: 0, status: 'pending', id: expect.stringMatching(/^i_/) },
        { family: 'recall_candidate', index: 0, status: 'pending' },
        {
          family: 'memory_updates',
          index: 1,
          status: 'rejected',
          reason: expect.stringContaining('old_summary'),
        },
      ],
    });
    expect(submitted.text).toMatch(/^Suggestion e_/);
    const planned = await server.call('compile', { dry_run: true });
    expect(planned.structured).toMatchObject({ run_status: 'plan', processed: 2 });
    const compiled = await server.call('compile');
    expect(compiled.structured).toMatchObject({
      run_status: 'success',
      processed: 2,
      actions: { added: 2 },
      by_scope: { project: 2, user: 0 },
      receipt_id: expect.stringMatching(/^c_/),
    });
    expect(compiled.text).toMatch(/^Compiled 2 suggestions: 2 added \(receipt c_/);
    expect((await server.call('compile')).structured).toMatchObject({ run_status: 'skip_empty' });
    expect((await server.call('recall', { query: 'npm or pnpm?' })).text).toContain('never npm');
    const again = await server.call('submit_suggestion', SUGGESTED);
    expect(again.structured).toMatchObject({
      state: 'done',
      items: [{ status: 'accepted' }, { status: 'accepted' }, {}],
    });
    const status = await server.call('status');
    expect(status.structured).toMatchObject({
      queue: { suggestions: { pending: 0, processing: 0, failed: 0 } },
      lock: null,
      last: { compile: { at: expect.any(String) } },
    });
  });

  it('says what to send where nothing could be taken', async () => {
    const server = await connect('2025', place());
    const wrong = await server.call('submit_suggestion', { facts: ['x'] });
    expect(wrong.isError).toBe(true);
    expect(wrong.text).toMatch(/unknown key `facts`.*memory_updates/);
    const empty = await server.call('submit_suggestion', {});
    expect(empty.text).toContain('nothing is suggested');
    const agent = await server.call('compile', { backend: 'agent:codex' });
    expect(agent.isError).toBe(true);
    expect(agent.text).toContain('mcp_backends');
  });

  it('tells a client that asked for it how far it has come, and stops between batches when it is cancelled', async () => {
    const { home, cwd } = place();
    const child = start(['mcp'], { home, cwd });
    const done = finished(child);
    const lines: string[] = [];
    let rest = '';
    const seen = (wanted: string) =>
      new Promise<void>((resolve) => {
        const look = () => lines.some((line) => line.includes(wanted)) && resolve();
        child.stdout?.on('data', look);
        look();
      });
    child.stdout?.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
    const send = (message: object) =>
      child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const call = (id: number, name: string, args: object, meta?: object) =>
      send({
        id,
        method: 'tools/call',
        params: { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) },
      });
    send({
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'codex', version: '1' },
      },
    });
    send({ method: 'notifications/initialized' });
    for (const [at, id] of [2, 3, 4, 5].entries()) {
      const facts = Array.from({ length: 200 }, (_, fact) => ({
        content: `Service ${at}-${fact} listens on ${8000 + fact}`,
      }));
      // Each session may suggest so many.
      call(id, 'submit_suggestion', { memory_updates: facts }, { threadId: `thread-${id}` });
      await seen(`"id":${id}`);
    }
    call(6, 'compile', {}, { progressToken: 'p1' });
    await seen('notifications/progress');
    send({ method: 'notifications/cancelled', params: { requestId: 6, reason: 'enough' } });
    call(7, 'status', {});
    await seen('"id":7');
    const progress = lines
      .map((line) => JSON.parse(line))
      .filter(({ method }) => method === 'notifications/progress');
    expect(progress[0].params).toMatchObject({ progressToken: 'p1', progress: 100, total: 800 });
    child.stdin?.end();
    expect((await done).code).toBe(0);
    const { stdout } = await run(['compile', '--json'], { home, cwd });
    const { processed } = JSON.parse(stdout);
    expect(processed).toBeGreaterThan(0);
    expect(processed).toBeLessThan(800);
    const { queue } = JSON.parse((await run(['status', '--json'], { home, cwd })).stdout);
    expect(queue.suggestions).toEqual({ pending: 0, processing: 0, failed: 0 });
  });

  it('are taken from a file, from stdin and from the inbox by the command line', async () => {
    const { home, cwd } = place();
    writeFileSync(join(cwd, 'review.json'), JSON.stringify({ memory_updates: [{ content: 'We use pnpm' }] }));
    const file = await run(['suggest', 'review.json', '--json'], { home, cwd });
    expect(file.code).toBe(0);
    expect(JSON.parse(file.stdout)).toMatchObject({ state: 'pending', items: [{ status: 'pending' }] });
    const input = '```json\n{"memory_updates": [{"content": "The API is written in Go"}]}\n```';
    expect((await run(['suggest', '-'], { home, cwd, input })).stdout).toMatch(/^e_\w+: 1 item, pending/);
    expect((await run(['suggest', 'nothing.json'], { home, cwd })).code).toBe(2);
    const before = await run(['compile-preflight', '--json'], { home, cwd });
    expect(JSON.parse(before.stdout)).toMatchObject({ status: 'run', pending: 2, lock: null });
    const plan = await run(['compile', '--dry-run'], { home, cwd });
    expect(plan.stdout).toContain('nothing was written');
    const compiled = await run(['compile', '--once', '--json'], { home, cwd });
    expect(JSON.parse(compiled.stdout)).toMatchObject({
      run_status: 'success',
      processed: 2,
      backend: 'script',
    });
    const projects = JSON.parse((await run(['scan', '--json'], { home, cwd })).stdout);
    expect(projects).toMatchObject({ counts: { run: 0, skipped: 1, failed: 0 }, aggregate: { projects: 1 } });
    const { memories } = JSON.parse((await run(['memories', 'list', '--json'], { home, cwd })).stdout);
    expect(memories.map(({ origin }: { origin: string }) => origin)).toEqual(['agent', 'agent']);
  });

  it('stand in a file that may be edited, and what was typed there is kept', async () => {
    const { home, cwd } = place();
    const server = await connect('2025', { home, cwd });
    await server.call('submit_suggestion', {
      memory_updates: [{ content: 'The user writes British English', scope: 'user', summary: 'Language' }],
    });
    await server.call('compile');
    const path = join(home, '.midturn', 'USER.md');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('The user writes British English');
    writeFileSync(path, `${text}\n## Editor\n\nThe user edits with Helix\n`);
    // Over a connection whose session nobody can read it would wait: an agent may have typed it.
    expect((await run(['compile'], { home, cwd })).stdout).toContain('Took over 1 new entry');
    expect((await server.call('recall', { query: 'which editor does the user edit with?' })).text).toContain(
      'Helix',
    );
    expect(readFileSync(path, 'utf8')).toContain('The user edits with Helix');
  });
});
