import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { expect, it } from 'vitest';
import { EventLog } from '../../../src/mcp/http/event-log.ts';

const note = (text: string): JSONRPCMessage => ({
  jsonrpc: '2.0',
  method: 'notifications/message',
  params: { level: 'info', data: text },
});

async function replayed(log: EventLog, last: string): Promise<unknown[]> {
  const sent: unknown[] = [];
  await log.replayEventsAfter(last, { send: async (id, message) => void sent.push([id, message]) });
  return sent;
}

it('replays what came after an event on its own stream, and no opening event', async () => {
  const log = new EventLog();
  // What the SDK stores when it opens a stream.
  const opening: JSONRPCMessage = JSON.parse('{}');
  const first = await log.storeEvent('s', opening);
  await log.storeEvent('other', note('theirs'));
  await log.storeEvent('s', opening);
  const second = await log.storeEvent('s', note('ours'));
  expect(await replayed(log, first)).toEqual([[second, note('ours')]]);
  expect(await log.getStreamIdForEventId(first)).toBe('s');
});

it('keeps the last 64 events', async () => {
  const log = new EventLog();
  for (let at = 0; at < 100; at += 1) await log.storeEvent('s', note(String(at)));
  expect(log.size).toBe(64);
  expect(await log.getStreamIdForEventId('36')).toBeUndefined();
  expect(await log.getStreamIdForEventId('37')).toBe('s');
  await expect(replayed(log, '36')).rejects.toThrow();
});

it('keeps a quarter of a million characters, and the newest event however long it is', async () => {
  const log = new EventLog();
  for (let at = 0; at < 10; at += 1) await log.storeEvent('s', note('x'.repeat(100_000)));
  expect(log.size).toBe(2);
  await log.storeEvent('s', note('x'.repeat(1_000_000)));
  expect(log.size).toBe(1);
});
