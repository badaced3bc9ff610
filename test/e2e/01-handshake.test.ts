import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { connect, ERAS, finished, start } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-store.ts';

function place(): { home: string; cwd: string } {
  const home = tempFolder();
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  return { home, cwd };
}

const Listed = z.object({ name: z.string(), annotations: z.record(z.string(), z.boolean()) });

describe('midturn mcp', () => {
  it.each(ERAS)('lists the same tools to a client of %s', async (era) => {
    const server = await connect(era, place());
    const tools = (await server.tools()).map((tool) => Listed.parse(tool));
    expect(tools.map(({ name }) => name)).toEqual([
      'recall',
      'recall_history',
      'remember',
      'submit_suggestion',
      'compile',
      'status',
    ]);
    for (const { annotations } of tools) {
      expect(Object.keys(annotations).sort()).toEqual([
        'destructiveHint',
        'idempotentHint',
        'openWorldHint',
        'readOnlyHint',
      ]);
      expect(annotations).toMatchObject({ destructiveHint: false, openWorldHint: false });
    }
    expect(server.protocol()).toBe(era === '2026' ? '2026-07-28' : era === '2025' ? '2025-11-25' : undefined);
  });

  it('spends at most 1,500 tokens on tools/list and 1,500 characters on its instructions', async () => {
    const server = await connect('2025', place());
    expect(encode(JSON.stringify(await server.tools())).length).toBeLessThanOrEqual(1500);
    const instructions = server.instructions() ?? '';
    expect(instructions.length).toBeLessThanOrEqual(1500);
    expect(instructions.slice(0, 250)).toMatch(/recall.*recall_history/s);
  });

  it('answers unknown methods with -32601 in any state, and writes protocol only', async () => {
    const { home, cwd } = place();
    const child = start(['mcp'], { home, cwd });
    const done = finished(child);
    const send = (message: object) =>
      child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    send({ id: 1, method: 'made/up' });
    send({
      id: 2,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    });
    send({ method: 'notifications/initialized' });
    send({ id: 3, method: 'made/up' });
    send({ id: 4, method: 'tools/call', params: { name: 'status', arguments: {} } });
    await new Promise<void>((resolve) => {
      let seen = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        if (seen.includes('"id":4')) resolve();
      });
    });
    child.stdin?.end();
    const { code, stdout } = await done;
    expect(code).toBe(0);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    expect(byId.get(1).error.code).toBe(-32601);
    expect(byId.get(2).result.protocolVersion).toBe('2025-06-18');
    expect(byId.get(3).error.code).toBe(-32601);
    expect(byId.get(4).result.content[0].text).toMatch(/^midturn \d/);
  });

  it('says what to send instead of a wrong argument', async () => {
    const server = await connect('2025', place());
    const wrong = await server.call('recall', { query: 'pnpm', colour: 'red' });
    expect(wrong.isError).toBe(true);
    expect(wrong.text).toMatch(
      /`colour` is not known; the arguments are query, limit, scope, kinds, max_tokens/,
    );
    const missing = await server.call('recall', {});
    expect(missing.text).toMatch(/`query` is missing.*Call recall\(\{query: "…"\}\)/s);
    const outOfRange = await server.call('recall', { query: 'pnpm', limit: 500 });
    expect(outOfRange.text).toMatch(/`limit`/);
    const invented = await server.call('recall', { question: 'which package manager?', top_k: '3' });
    expect(invented.isError).toBe(false);
  });
});
