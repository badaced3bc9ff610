/** A thousand calls at once, of twenty tokens in both eras: every answer is its caller's own, and nobody else's. */
import { expect, it } from 'vitest';
import { type Caller, connect, INITIALIZE, JSON_HEADERS, send } from '../mcp/http/world.ts';
import { servedWorld } from '../support/served-world.ts';

const TOKENS = 20;
const ROUNDS = 25;
/** Letters of no other name, so that a marker is one word to every search. */
const WORDS =
  'amber birch cedar dahlia elder fennel ginkgo hazel iris juniper kelp laurel maple nettle olive poplar quince rowan sorrel thyme'.split(
    ' ',
  );

it('no answer carries the words of another token, with a project of its own each', async () => {
  const world = await servedWorld();
  const bearers: Array<{ word: string; callers: Caller[] }> = [];
  for (const word of WORDS.slice(0, TOKENS)) {
    const project = await world.makeProject(`project-${word}`);
    const { token } = await world.makeToken({ projects: [project] });
    const modern = await connect('2026', world.url, token);
    const legacy = await connect('2025', world.url, token);
    bearers.push({ word, callers: [modern, legacy] });
  }
  const others = (word: string) => new RegExp(WORDS.filter((each) => each !== word).join('|'));
  const answers: Array<{ word: string; text: string; what: string }> = [];
  const calls: Promise<void>[] = [];
  for (const { word, callers } of bearers) {
    // Client and server are one process here: connections are taken up in between.
    await new Promise((resolve) => setImmediate(resolve));
    const sent = callers.flatMap((caller, era) =>
      Array.from({ length: ROUNDS }, async (_, round) => {
        const of = round % 5;
        const content = `The ${word} service number ${era}${round} listens on its own port`;
        const text = await [
          () => caller.call('remember', { content, title: `${word} ${era}${round}` }),
          () => caller.call('recall', { query: `which port has the ${word} service` }),
          () => caller.call('recall', { query: 'which service listens on its own port', scope: 'all' }),
          () => caller.call('recall_history', { query: word }),
          () => caller.call('status'),
        ][of]?.();
        answers.push({ word, text: text ?? '', what: `${of}` });
      }),
    );
    calls.push(...sent);
  }
  expect(calls).toHaveLength(1000);
  await Promise.all(calls);
  expect(answers).toHaveLength(1000);
  const crossed = answers.filter(({ word, text }) => others(word).test(text));
  expect(crossed).toEqual([]);
  // Remembered under its own name, and found by it.
  for (const { word, callers } of bearers) {
    for (const caller of callers) {
      const text = await caller.call('recall', { query: `which port has the ${word} service`, limit: 20 });
      expect(text).toContain(`The ${word} service`);
      expect(text).not.toMatch(others(word));
    }
  }
  expect(world.lines).toEqual([]);
}, 120_000);

it('a session is nobody’s who learns, guesses or plants its id', async () => {
  const world = await servedWorld();
  const [one, two] = [await world.makeToken(), await world.makeToken()];
  const headers = (token: string) => ({ ...JSON_HEADERS, authorization: `Bearer ${token}` });
  const opened: string[] = [];
  for (let turn = 0; turn < 50; turn += 1) {
    const { headers: answered } = await send(world.port, { headers: headers(one.token), body: INITIALIZE });
    opened.push(String(answered['mcp-session-id']));
  }
  // 192 bits each, of which no place is always the same.
  expect(new Set(opened).size).toBe(50);
  for (const id of opened) expect(id).toMatch(/^[\w-]{32}$/);
  for (let at = 0; at < 32; at += 1) expect(new Set(opened.map((id) => id[at])).size).toBeGreaterThan(5);

  const [id = ''] = opened;
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const as = (token: string, session: string | string[], body: unknown = list, method = 'POST') =>
    send(world.port, {
      method,
      headers: { ...headers(token), 'mcp-session-id': session },
      ...(method === 'POST' ? { body } : {}),
    });
  expect((await as(one.token, id)).status).toBe(200);
  const never = await as(two.token, 'x'.repeat(32));
  for (const session of [
    id,
    id.toLowerCase(),
    `${id} `,
    `${id},${id}`,
    id.slice(0, -1),
    '',
    '*',
    '../',
    '__proto__',
    one.token,
  ]) {
    for (const method of ['POST', 'DELETE', 'GET']) {
      const answer = await as(two.token, session, list, method);
      expect([400, 404], `${session} ${method}`).toContain(answer.status);
      if (answer.status === 404)
        expect(answer.text.replace(/"id":(?:1|null)/, '')).toBe(never.text.replace(/"id":(?:1|null)/, ''));
    }
  }
  // Planted: the handshake makes an id of its own, whatever was sent with it.
  const planted = 'A'.repeat(32);
  const fixed = await as(two.token, planted, INITIALIZE);
  expect(fixed.status === 404 || fixed.headers['mcp-session-id'] !== planted).toBe(true);
  expect((await as(two.token, planted)).status).toBe(404);
  expect((await as(one.token, id)).status).toBe(200);
});
