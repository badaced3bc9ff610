import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { ingestFile } from '../../src/capture/ingest.ts';
import { historyService } from '../../src/history/index.ts';
import { sessionId } from '../../src/model/ids.ts';
import { agentIn } from '../support/conversation.ts';
import { ingestDeps, project, tempFolder, tempStore } from '../support/temp-store.ts';
import { assistant, fileOf, user } from './claude-reading.ts';

const [TALK, LATER, FORK] = [
  '11111111-2222-4333-8444-000000000001',
  '11111111-2222-4333-8444-000000000002',
  '11111111-2222-4333-8444-000000000003',
];

const summary = (words: string, leafUuid: string) => ({ type: 'summary', summary: words, leafUuid });

async function world() {
  const folder = tempFolder();
  const store = await tempStore(folder);
  const shop = await project(store, 'shop');
  const history = historyService({ store, now: () => Date.UTC(2026, 10, 22) });
  const agent = await agentIn(store, null, shop);
  return {
    store,
    shop,
    /** Reads a file named for this session in which these lines stand. */
    take: async (session: string, lines: readonly object[]) => {
      const { relative } = fileOf(`${session}.jsonl`);
      const path = join(folder, relative);
      mkdirSync(dirname(path), { recursive: true });
      const own = lines.map((line) => ('uuid' in line ? { ...line, sessionId: session } : line));
      writeFileSync(path, own.map((line) => `${JSON.stringify(line)}\n`).join(''));
      await ingestFile({ path, relative }, claudeCode, ingestDeps(store), {
        durable: false,
        fallbackProject: null,
      });
    },
    session: async (external: string) => store.sessions.get(sessionId('claude-code', external)),
    ask: async (query: string, more: object = {}) =>
      (await history.ask(agent, { query, ...more })).blocks.map(({ text }) => text.split('\n')[0]),
  };
}

const talk = () => [
  user('t1', null, 'The voucher codes are wrong.'),
  assistant('t2', 't1', 'They were cut at eight letters.'),
];
const later = () => [user('l1', null, 'Now the parcels.'), assistant('l2', 'l1', 'All sent.')];

describe('a summary line of Claude Code', () => {
  for (const order of ['before', 'after'] as const) {
    it(`titles the session that holds its leaf, imported ${order} that session`, async () => {
      const { take, session } = await world();
      const file = () => take(LATER, [summary('Voucher codes repaired', 't2'), ...later()]);
      if (order === 'before') await file();
      await take(TALK, talk());
      if (order === 'after') await file();
      expect((await session(TALK))?.title).toBe('Voucher codes repaired');
      expect(await session(LATER)).toMatchObject({ title: null, messages: 3 });
    });
  }

  it('is found in the project, at the time and under the session that it describes', async () => {
    const { take, session, store, shop, ask } = await world();
    // A file of nothing but summaries names no directory.
    await take(LATER, [summary('Zebra vouchers repaired', 't2')]);
    await take(TALK, talk());
    const { short = '' } = (await session(TALK)) ?? {};
    const [message] = (await store.messages.list({ session: sessionId('claude-code', LATER), limit: 5 }))
      .messages;
    expect(message).toMatchObject({ number: 1, project: shop, describes: short });
    expect(message?.at).not.toBeNull();
    const found = await ask('zebra');
    expect(found).toEqual([expect.stringMatching(new RegExp(`summary · about session ${short}$`))]);
    expect(await ask('zebra', { session: short })).toEqual(found);
    expect(await ask('zebra', { since: Date.UTC(2027, 0, 1) })).toEqual([]);
  });

  it('gives way to a title of the session itself, and to the summary of a later leaf', async () => {
    const { take, session } = await world();
    await take(LATER, [summary('All of it', 't2'), summary('The beginning', 't1'), ...later()]);
    await take(TALK, talk());
    expect((await session(TALK))?.title).toBe('All of it');
    const named = '11111111-2222-4333-8444-000000000004';
    await take(named, [
      user('n1', null, 'Hello'),
      { type: 'custom-title', customTitle: 'My own name', sessionId: named },
    ]);
    await take(FORK, [summary('Greeting', 'n1')]);
    expect((await session(named))?.title).toBe('My own name');
  });

  it('describes a copy of the session too, until that one has a summary of its own', async () => {
    const { take, session } = await world();
    const shared = talk();
    await take(TALK, shared);
    await take(FORK, [...shared, user('f1', 't2', 'And now in German.'), assistant('f2', 'f1', 'Gern.')]);
    await take(LATER, [summary('Voucher codes repaired', 't2')]);
    expect([(await session(TALK))?.title, (await session(FORK))?.title]).toEqual([
      'Voucher codes repaired',
      'Voucher codes repaired',
    ]);
    await take('11111111-2222-4333-8444-000000000005', [summary('Voucher codes in German', 'f2')]);
    expect([(await session(TALK))?.title, (await session(FORK))?.title]).toEqual([
      'Voucher codes repaired',
      'Voucher codes in German',
    ]);
  });

  it('whose leaf is never seen describes nothing', async () => {
    const { take, session, store } = await world();
    await take(LATER, [summary('Of a session that is gone', 'x9'), ...later()]);
    expect((await session(LATER))?.title).toBeNull();
    const [message] = (await store.messages.list({ session: sessionId('claude-code', LATER), limit: 5 }))
      .messages;
    expect(message).toMatchObject({ describes: null, at: null });
  });
});
