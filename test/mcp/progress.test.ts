import { InMemoryTransport } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import type { CallLimits } from '../../src/mcp/limits.ts';
import { formWorld } from '../support/form-world.ts';

type Step = { readonly wait: number; readonly done: number };

/** The server's messages to one call of recall_history, whose search goes these steps. */
async function called(steps: readonly Step[], limits?: CallLimits) {
  const world = formWorld();
  // What a call loads is no part of its time here.
  await Promise.all([world.app.capture(), world.app.history(), import('../../src/mcp/calling.ts')]);
  let isOver = false;
  const ask = async (_caller: unknown, _asked: unknown, pace: { onProgress: (step: object) => void }) => {
    for (const { wait, done } of steps) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      pace.onProgress({ done, total: 3 });
    }
    isOver = true;
    return { sentence: 'Nothing fits.', blocks: [], closing: [], next: () => null };
  };
  Object.defineProperty(world.app, 'history', { value: async () => ({ ask }) });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const sent: string[] = [];
  ours.onmessage = (message) => sent.push(JSON.stringify(message));
  await world
    .server(limits === undefined ? {} : { limits })()
    .connect(theirs);
  await ours.start();
  const clientInfo = { name: 'test', version: '1' };
  const opening = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  await ours.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: opening });
  await ours.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const params = { name: 'recall_history', arguments: { query: 'x' }, _meta: { progressToken: 'p' } };
  await ours.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params });
  await expect
    .poll(() => isOver && sent.some((one) => one.includes('"id":2')), { timeout: 10_000 })
    .toBe(true);
  return { sent, told: sent.flatMap((one) => /"progress":(\d+)/.exec(one)?.[1] ?? []), lines: world.lines };
}

it('progress goes on and never back, and is not told twice', async () => {
  const { told } = await called([
    { wait: 0, done: 1 },
    { wait: 120, done: 1 },
    { wait: 120, done: 2 },
    { wait: 120, done: 1 },
    { wait: 120, done: 3 },
    { wait: 120, done: 3 },
  ]);
  expect(told).toEqual(['1', '2', '3']);
});

it('the last step of progress is told, however soon it comes', async () => {
  const { told } = await called([
    { wait: 0, done: 1 },
    { wait: 0, done: 2 },
    { wait: 0, done: 3 },
  ]);
  expect(told.at(-1)).toBe('3');
});

it('progress ends with the call, whatever goes on behind it', async () => {
  const limits = { callMs: 150, agentMs: 150, graceMs: 10, formMs: 50 };
  const { told, sent, lines } = await called(
    [
      { wait: 0, done: 1 },
      { wait: 600, done: 2 },
    ],
    limits,
  );
  expect(sent.some((one) => one.includes('was given up'))).toBe(true);
  expect(told).toEqual(['1']);
  expect(lines).toEqual([]);
});
