import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { converse, type Said } from '../support/conversation.ts';
import { project, tempFolder } from '../support/temp-store.ts';

const ENVELOPE = {
  memory_updates: [{ action: 'add', scope: 'project', content: 'We use pnpm here, never npm' }],
  recall_candidate: [],
  skill_action: [],
};
const TURN = [
  { text: 'We use pnpm here, never npm' },
  { role: 'assistant', text: 'I will use pnpm.' },
] as const;

const open: Array<() => void> = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function appIn(env: Readonly<Record<string, string>>, config = '') {
  const folder = tempFolder();
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'config.toml'), config);
  const app = new App({ env: { HOME: folder, MIDTURN_HOME: home, ...env }, cwd: folder, version: '0.0.0' });
  open.push(() => app.close());
  const store = await app.store();
  const shop = await project(store, 'shop');
  const { session } = await converse(store, 'one', TURN, { project: shop });
  const service = await app.review();
  const caller = await app.self();
  await service.enqueue(caller, { session, trigger: 'session-end' });
  return { app, store, service, caller, shop };
}

function ran(command: string): Said {
  const id = `call ${command}`;
  return {
    role: 'tool',
    tool: 'Bash',
    text: 'ok',
    blocks: [
      { type: 'tool_call', id, name: 'Bash', arguments: { command } },
      { type: 'tool_result', id, text: 'ok' },
    ],
  };
}

/** Answers each request with the next status and body; the last one for good. */
async function modelServer(...answers: ReadonlyArray<readonly [status: number, body: unknown]>) {
  let asked = 0;
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      const [status, body] = answers[Math.min(asked, answers.length - 1)] ?? [500, {}];
      asked += 1;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const config = `[review]\nprofile = "mine"\n[profiles.mine]\nprovider = "openai-compatible"\nmodel = "small"\nbase_url = "http://127.0.0.1:${port}/v1"\nmax_retries = 1\nretry_backoff = [0]\n`;
  return { config, asked: () => asked };
}

function said(content: string) {
  return {
    choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1200, completion_tokens: 80 },
  };
}

describe('the reviewer that is configured', () => {
  it('is dummy, with an answer that is given', async () => {
    const { service, caller, store } = await appIn(
      { MIDTURN_REVIEW_STUB: JSON.stringify(ENVELOPE) },
      '[review]\nprofile = "dummy"\n',
    );
    expect(await service.runQueued(caller)).toMatchObject({ done: 1, counts: { memory_updates: 1 } });
    expect(await store.suggestions.counts()).toMatchObject({ pending: 1 });
  });

  it('is the rules, and what a person has said is remembered as theirs', async () => {
    const { app, service, caller, store } = await appIn({});
    expect(await service.runQueued(caller)).toMatchObject({ done: 1, counts: { memory_updates: 1 } });
    await (await app.compile()).scan(caller);
    const { memories } = await store.memories.list({ states: ['active'], limit: 5 });
    expect(memories).toMatchObject([{ origin: 'user', content: expect.stringContaining('pnpm') }]);
  });

  it('is the rules: a procedure that comes for the third time is drafted as a skill', async () => {
    const { service, caller, store, shop } = await appIn({});
    const steps = ['pnpm lint', 'pnpm test', 'git tag v1', 'pnpm publish'];
    for (const name of ['a', 'b', 'c']) {
      const said: Said[] = [
        { text: 'Release it' },
        ...steps.map(ran),
        { role: 'assistant', text: 'Released.' },
      ];
      const { session } = await converse(store, name, said, { project: shop });
      await service.enqueue(caller, { session, trigger: 'stop' });
    }
    await service.runQueued(caller);
    const [drafted] = await store.suggestions
      .list({ limit: 9 })
      .then((items) => items.filter(({ family }) => family === 'skill_action'));
    expect(drafted?.summary).toContain('pnpm');
  });

  it('is a server: a call that failed on the way is in the ledger beside the one that succeeded', async () => {
    const { config, asked } = await modelServer([503, {}], [200, said(JSON.stringify(ENVELOPE))]);
    const { service, caller, store } = await appIn({ OPENAI_API_KEY: 'dummy' }, config);
    const summary = await service.runQueued(caller);
    expect(await store.reviews.list({ limit: 1 })).toMatchObject([{ state: 'done', error: null }]);
    expect(summary).toMatchObject({ done: 1, counts: { memory_updates: 1 } });
    expect(asked()).toBe(2);
    expect(await store.suggestions.list({ limit: 9 })).toHaveLength(1);
    const [line] = await store.reviews.ledger(0);
    expect(line).toMatchObject({ provider: 'openai-compatible', model: 'small', calls: 2, failed: 1 });
    expect(line?.outputTokens).toBe(80);
  });

  it('is a server that is down: the turn waits for the next attempt', async () => {
    const { config } = await modelServer([503, {}]);
    const { service, caller, store } = await appIn({ OPENAI_API_KEY: 'dummy' }, config);
    expect(await service.runQueued(caller)).toMatchObject({ again: 1, queued: 1 });
    expect(await store.reviews.list({ limit: 1 })).toMatchObject([{ state: 'queued', attempts: 0 }]);
    expect(await store.suggestions.list({ limit: 9 })).toEqual([]);
  });

  it('lacks its key: that is said, and nothing is asked', async () => {
    const { service, caller, store } = await appIn({}, '[review]\nprofile = "openai-compatible"\n');
    expect(await service.runQueued(caller)).toMatchObject({ again: 1, queued: 1 });
    const [job] = await store.reviews.list({ limit: 1 });
    expect(job?.error).toContain('OPENAI_API_KEY');
    expect(await store.reviews.spent(0)).toEqual({ calls: 0, tokens: 0 });
  });
});
