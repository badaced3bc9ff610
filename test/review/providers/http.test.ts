import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { ReviewFailure, type ReviewProfile, type ReviewUsage } from '../../../src/model/review.ts';
import { reviewerOf } from '../../../src/review/providers/index.ts';
import { type ModelServer, modelServer, type ServerAnswer } from '../../support/model-server.ts';
import { aProfile, aSnapshot, asRequest } from './review-asking.ts';

const KEY = 'sk-test-Zx81qPmL0vTt93kQwEr7';
const ENVELOPE = { memory_updates: [{ content: 'We use pnpm' }], recall_candidate: [], skill_action: [] };
const TEXT = JSON.stringify(ENVELOPE);

type HttpProvider = 'openai-compatible' | 'anthropic-style' | 'minimax';
const PROVIDERS = ['openai-compatible', 'anthropic-style', 'minimax'] as const;

/** An answer of the provider with this text. */
function said(provider: HttpProvider, text: string, ended = false): ServerAnswer {
  return provider === 'anthropic-style'
    ? {
        body: {
          type: 'message',
          content: [{ type: 'text', text }],
          stop_reason: ended ? 'max_tokens' : 'end_turn',
          usage: { input_tokens: 90, cache_read_input_tokens: 10, output_tokens: 20 },
        },
      }
    : {
        body: {
          choices: [
            { message: { role: 'assistant', content: text }, finish_reason: ended ? 'length' : 'stop' },
          ],
          usage: { prompt_tokens: 100, completion_tokens: 20 },
        },
      };
}

const errorBody = (message: string, type = 'x') => ({ error: { message, type } });

type Asking = { readonly waited: number[]; readonly spent: ReviewUsage[]; readonly asks: () => number };

function ask(
  server: Pick<ModelServer, 'url'>,
  provider: HttpProvider,
  changes: Partial<ReviewProfile> = {},
  calls = 99,
) {
  const waited: number[] = [];
  const request = asRequest(calls);
  const reviewer = reviewerOf(aProfile({ provider, baseUrl: server.url, timeoutMs: 5000, ...changes }), {
    env: {},
    key: () => KEY,
    cache: '/nowhere',
    prompt: null,
    pause: async (ms) => {
      waited.push(ms);
    },
  });
  const asking: Asking = { waited, spent: request.spentCalls, asks: () => request.asks };
  return { reviewer, asking, reviewed: reviewer.review(aSnapshot(), request) };
}

async function failureOf(reviewed: Promise<unknown>): Promise<ReviewFailure> {
  const error = await reviewed.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ReviewFailure)) throw new Error(`no failure of a review: ${String(error)}`);
  expect(`${error.message} ${error.stack} ${JSON.stringify(error.raw)} ${String(error.cause)}`).not.toContain(
    KEY,
  );
  return error;
}

describe.each(PROVIDERS)('a reviewer of the provider %s', (provider) => {
  it('answers with an envelope and what it cost', async () => {
    const server = await modelServer(said(provider, TEXT));
    const { reviewed, asking, reviewer } = ask(server, provider);
    expect(await reviewed).toEqual({
      output: ENVELOPE,
      usage: { calls: 1, inputTokens: 100, outputTokens: 20 },
      notes: [],
    });
    expect(asking.spent).toEqual([{ calls: 1, inputTokens: 100, outputTokens: 20 }]);
    expect(reviewer).toMatchObject({ provider, paid: true });
  });

  it('sends the instructions, the snapshot, the model, the limit and the key', async () => {
    const server = await modelServer(said(provider, TEXT));
    await ask(server, provider, { model: 'm-1', maxTokens: 777 }).reviewed;
    const [{ path, headers, body } = { path: '', headers: {}, body: {} }] = server.asked;
    expect(body).toMatchObject({ model: 'm-1', max_tokens: 777, temperature: 0 });
    const text = JSON.stringify(body);
    expect(text).toContain('memory_updates');
    expect(text).toContain('Use pnpm here');
    expect(path).toBe(provider === 'anthropic-style' ? '/v1/messages' : '/v1/chat/completions');
    expect(provider === 'anthropic-style' ? headers['x-api-key'] : headers.authorization).toContain(KEY);
    if (provider === 'anthropic-style') expect(headers['anthropic-version']).toBe('2023-06-01');
    if (provider === 'openai-compatible')
      expect(body).toMatchObject({ response_format: { type: 'json_object' } });
  });

  it('may answer in a fence, after a thought', async () => {
    const server = await modelServer(said(provider, `<think>{"a": 1}</think>\n\`\`\`json\n${TEXT}\n\`\`\``));
    expect((await ask(server, provider).reviewed).output).toEqual(ENVELOPE);
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 529])(
    'is asked again after %i, with the pauses of the profile',
    async (status) => {
      const bad = { status, body: errorBody('later') };
      const server = await modelServer(bad, bad, said(provider, TEXT));
      const { reviewed, asking } = ask(server, provider);
      expect((await reviewed).usage).toEqual({ calls: 3, inputTokens: 100, outputTokens: 20 });
      expect(asking.waited).toEqual([2000, 5000]);
      expect(asking.spent).toHaveLength(3);
    },
  );

  it('gives up after the retries of the profile, and says what was wrong', async () => {
    const server = await modelServer({ status: 529, body: errorBody('Overloaded') });
    const { reviewed, asking } = ask(server, provider);
    expect(await failureOf(reviewed)).toMatchObject({
      kind: 'rate_limited',
      passing: true,
      message: expect.stringMatching(/overloaded \(529\).*after 3 calls/),
    });
    expect(server.asked).toHaveLength(3);
    expect(asking.spent).toEqual(
      Array.from({ length: 3 }, () => ({ calls: 1, inputTokens: 0, outputTokens: 0 })),
    );
    expect(asking.asks()).toBe(3);
  });

  it('waits as long as the server asks, but not for ever', async () => {
    const date = new Date(Date.now() + 20_000).toUTCString();
    const server = await modelServer(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 529, headers: { 'retry-after': date } },
      { status: 503, headers: { 'retry-after': 'soon' } },
      said(provider, TEXT),
    );
    const { reviewed, asking } = ask(server, provider, { maxRetries: 4 });
    await reviewed;
    const [first, second = 0, third] = asking.waited;
    expect([first, third]).toEqual([7000, 5000]);
    expect(second).toBeGreaterThan(10_000);
    expect(second).toBeLessThanOrEqual(20_000);
    const busy = await modelServer({ status: 503, headers: { 'retry-after': '3600' } });
    const later = ask(busy, provider);
    expect(await failureOf(later.reviewed)).toMatchObject({ kind: 'unreachable', retryAfterMs: 3_600_000 });
    expect(later.asking.waited).toEqual([]);
  });

  it.each([
    [400, 'refused'],
    [401, 'not_configured'],
    [402, 'not_configured'],
    [403, 'not_configured'],
    [404, 'not_configured'],
    [413, 'refused'],
    [302, 'refused'],
  ])('is not asked again after %i', async (status, kind) => {
    const server = await modelServer({
      status,
      headers: { location: 'http://127.0.0.1:9/elsewhere' },
      body: errorBody(`Incorrect API key provided: ${KEY}`),
    });
    const failure = await failureOf(ask(server, provider).reviewed);
    expect(failure).toMatchObject({ kind, passing: false, message: expect.stringContaining(`(${status})`) });
    expect(server.asked).toHaveLength(1);
  });

  it('is asked twice more when its answer cannot be read; the raw answers are kept', async () => {
    const server = await modelServer(
      said(provider, 'no JSON'),
      said(provider, '{"memory_updates": "none"}'),
      said(provider, TEXT),
    );
    const { reviewed, asking } = ask(server, provider);
    expect((await reviewed).usage).toEqual({ calls: 3, inputTokens: 300, outputTokens: 60 });
    expect(asking.waited).toEqual([]);
    const never = ask(await modelServer(said(provider, 'no JSON')), provider);
    expect(await failureOf(never.reviewed)).toMatchObject({
      kind: 'invalid_output',
      raw: ['no JSON', 'no JSON', 'no JSON'],
    });
    expect(never.asking.spent).toHaveLength(3);
  });

  it.each([
    ['an unknown key', { ...ENVELOPE, notes: [] }, /unknown key "notes"/],
    ['a family that is no list', { ...ENVELOPE, skill_action: {} }, /skill_action is no list/],
    ['a family that is missing', { memory_updates: [], recall_candidate: [] }, /skill_action is no list/],
    ['a list in its place', [ENVELOPE.memory_updates], /unknown key|no JSON object/],
    ['more than it may', { ...ENVELOPE, memory_updates: ['x'.repeat(100_001)] }, /at most 100000/],
  ])('is not believed with %s', async (_name, answer, words) => {
    const server = await modelServer(said(provider, JSON.stringify(answer)));
    expect(await failureOf(ask(server, provider).reviewed)).toMatchObject({
      kind: 'invalid_output',
      message: expect.stringMatching(words),
    });
  });

  it('has not answered for free when its server counts no tokens', async () => {
    const { body } = said(provider, TEXT);
    const usage = { prompt_tokens: 0, completion_tokens: 0, input_tokens: 0, output_tokens: 0 };
    const server = await modelServer({ body: { ...Object(body), usage } });
    const { reviewed } = ask(server, provider);
    expect((await reviewed).usage).toEqual({ calls: 1, inputTokens: null, outputTokens: null });
  });

  it('that refuses after it has read the session is paid for it', async () => {
    const message = { role: 'assistant', content: null, refusal: 'no' };
    const body =
      provider === 'anthropic-style'
        ? { content: [], stop_reason: 'refusal', usage: { input_tokens: 90, output_tokens: 3 } }
        : { choices: [{ message }], usage: { prompt_tokens: 90, completion_tokens: 3 } };
    const { reviewed, asking } = ask(await modelServer({ body }), provider);
    expect(await failureOf(reviewed)).toMatchObject({ kind: 'refused' });
    expect(asking.spent).toEqual([{ calls: 1, inputTokens: 90, outputTokens: 3 }]);
  });

  it('is asked once for an answer that it could not give before', async () => {
    const server = await modelServer(said(provider, 'no JSON'));
    const again = reviewerOf(aProfile({ provider, baseUrl: server.url }), {
      env: {},
      key: () => KEY,
      cache: '/nowhere',
      prompt: null,
    });
    await failureOf(again.review(aSnapshot(), { ...asRequest(9), isAgain: true }));
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]?.body.max_tokens).toBe(2 * aProfile({ provider }).maxTokens);
  });

  it('has its key taken out of what it says', async () => {
    const echoed = { ...ENVELOPE, memory_updates: [{ content: `I was called with ${KEY}` }] };
    const server = await modelServer(said(provider, `no ${KEY}`), said(provider, JSON.stringify(echoed)));
    const { output } = await ask(server, provider).reviewed;
    expect(output.memory_updates).toEqual([{ content: 'I was called with [key]' }]);
    const never = ask(await modelServer(said(provider, `no ${KEY}`)), provider);
    expect((await failureOf(never.reviewed)).raw).toEqual(['no [key]', 'no [key]', 'no [key]']);
  });

  it('that answers without end is not read to its end, and not asked for weeks', async () => {
    const server = await modelServer(said(provider, 'x'.repeat(9 * 1024 * 1024)));
    expect(await failureOf(ask(server, provider).reviewed)).toMatchObject({
      kind: 'invalid_output',
      passing: false,
      message: expect.stringContaining('too large'),
    });
  });

  it('leaves wrong items to those who look at items', async () => {
    const items = { ...ENVELOPE, memory_updates: [{ action: 'explode' }, 7] };
    const server = await modelServer(said(provider, JSON.stringify(items)));
    expect((await ask(server, provider).reviewed).output.memory_updates).toEqual([{ action: 'explode' }, 7]);
  });

  it('that was cut off is asked once more with twice the room, and says so', async () => {
    const server = await modelServer(said(provider, TEXT.slice(0, 40), true), said(provider, TEXT));
    const reviewed = await ask(server, provider, { maxTokens: 100 }).reviewed;
    expect(server.asked.map(({ body }) => body.max_tokens)).toEqual([100, 200]);
    expect(reviewed.notes).toEqual(['an answer was cut off; it fitted into 200 tokens']);
    const always = await modelServer(said(provider, TEXT.slice(0, 40), true));
    expect(await failureOf(ask(always, provider, { maxTokens: 100 }).reviewed)).toMatchObject({
      kind: 'invalid_output',
      message: expect.stringMatching(/cut off at 200 tokens/),
    });
    expect(always.asked).toHaveLength(2);
  });

  it('that answers 200 with an error has failed; what may pass is tried again', async () => {
    const fatal = await modelServer({ body: errorBody(`no credit for ${KEY}`, 'billing') });
    expect(await failureOf(ask(fatal, provider).reviewed)).toMatchObject({
      kind: 'not_configured',
      message: expect.stringMatching(/no credit for \[key\]/),
    });
    expect(fatal.asked).toHaveLength(1);
    const passing = await modelServer({ body: errorBody('wait', 'overloaded_error') }, said(provider, TEXT));
    expect((await ask(passing, provider).reviewed).usage.calls).toBe(2);
  });

  it.each(['<html>502 Bad Gateway</html>', '{"choices": [', '', '[]', '{"ok": true}'])(
    'that answers 200 with %j is a server that is out of order',
    async (body) => {
      const server = await modelServer({ body }, said(provider, TEXT));
      const { reviewed, asking } = ask(server, provider);
      expect((await reviewed).output).toEqual(ENVELOPE);
      // What it cost is not known: the ledger takes an estimate.
      expect(asking.spent[0]).toEqual({ calls: 1, inputTokens: null, outputTokens: null });
    },
  );

  it('that does not answer is called off at the deadline, and tried again', async () => {
    const server = await modelServer({ fault: 'hang' }, { delay: 5000 }, said(provider, TEXT));
    const { reviewed, asking } = ask(server, provider, { timeoutMs: 1500 });
    expect((await reviewed).output).toEqual(ENVELOPE);
    expect(asking.spent.slice(0, 2)).toEqual(
      Array.from({ length: 2 }, () => ({ calls: 1, inputTokens: null, outputTokens: null })),
    );
    const never = await modelServer({ fault: 'hang' });
    expect(await failureOf(ask(never, provider, { timeoutMs: 200 }).reviewed)).toMatchObject({
      kind: 'timeout',
      passing: true,
    });
    expect(never.asked).toHaveLength(3);
  });

  it.each(['reset', 'half'] as const)('whose connection breaks (%s) is tried again', async (fault) => {
    const server = await modelServer({ fault, body: said(provider, TEXT).body }, said(provider, TEXT));
    expect((await ask(server, provider).reviewed).usage).toMatchObject({ calls: 2, inputTokens: null });
  });

  it('that is not there is unreachable', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => {
      probe.listen(0, '127.0.0.1', resolve);
    });
    const address = probe.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => {
      probe.close(resolve);
    });
    const { reviewed, asking } = ask({ url: `http://127.0.0.1:${port}` }, provider);
    expect(await failureOf(reviewed)).toMatchObject({
      kind: 'unreachable',
      passing: true,
      message: expect.stringMatching(/nothing listens there/),
    });
    expect(asking.spent).toEqual(
      Array.from({ length: 3 }, () => ({ calls: 1, inputTokens: 0, outputTokens: 0 })),
    );
  });

  it('is not asked without budget, nor once it is called off', async () => {
    const server = await modelServer({ status: 500 });
    const broke = ask(server, provider, {}, 2);
    expect(await failureOf(broke.reviewed)).toMatchObject({ kind: 'budget' });
    expect(server.asked).toHaveLength(2);
    const call = new AbortController();
    const hanging = await modelServer({ fault: 'hang' });
    const request = { ...asRequest(9), signal: call.signal };
    const reviewer = reviewerOf(aProfile({ provider, baseUrl: hanging.url }), {
      env: {},
      key: () => KEY,
      cache: '/nowhere',
      prompt: null,
    });
    const reviewed = reviewer.review(aSnapshot(), request);
    const failed = failureOf(reviewed);
    await vi.waitFor(() => expect(hanging.asked).toHaveLength(1), { timeout: 20_000 });
    call.abort();
    expect(await failed).toMatchObject({ kind: 'aborted' });
    expect(request.spentCalls).toHaveLength(1);
  });

  it('without its key is not configured', () => {
    const make = () =>
      reviewerOf(aProfile({ provider }), { env: {}, key: () => null, cache: '/nowhere', prompt: null });
    expect(make).toThrow(ReviewFailure);
    expect(make).toThrow(/_API_KEY is not set/);
  });
});

describe('a server of one’s own', () => {
  it('needs no key, and takes what it understands', async () => {
    const server = await modelServer(
      {
        status: 400,
        body: errorBody(
          "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        ),
      },
      { status: 400, body: errorBody("Unsupported value: 'temperature' does not support 0") },
      { status: 422, body: { detail: 'response_format is not known' } },
      said('openai-compatible', TEXT),
    );
    const profile = aProfile({ provider: 'openai-compatible', baseUrl: `${server.url}/api/v3` });
    const request = asRequest(9);
    await reviewerOf(profile, { env: {}, key: () => null, cache: '/nowhere', prompt: null }).review(
      aSnapshot(),
      request,
    );
    const last = server.asked.at(-1);
    expect(last?.path).toBe('/api/v3/chat/completions');
    expect(last?.headers.authorization).toBeUndefined();
    expect(last?.body).toMatchObject({ max_completion_tokens: 4096 });
    expect(Object.keys(last?.body ?? {}).sort()).toEqual(['max_completion_tokens', 'messages', 'model']);
    expect(request.spentCalls).toHaveLength(4);
  });

  it('is reached through the proxy that the environment names, on this machine directly', async () => {
    const asked: string[] = [];
    const proxy = createHttpServer((_request, response) => response.writeHead(403).end());
    proxy.on('connect', ({ url, headers }, socket) => {
      asked.push(`${url} ${JSON.stringify(headers)}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    const address = proxy.address();
    const proxyUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const server = await modelServer(said('openai-compatible', TEXT));
    const through = (baseUrl: string) =>
      reviewerOf(aProfile({ provider: 'openai-compatible', baseUrl, maxRetries: 0 }), {
        env: { HTTP_PROXY: proxyUrl, https_proxy: proxyUrl },
        key: () => KEY,
        cache: '/nowhere',
        prompt: null,
      }).review(aSnapshot(), asRequest(9));
    try {
      expect((await through(server.url)).output).toEqual(ENVELOPE);
      expect(asked).toEqual([]);
      // It is asked for a tunnel: the key is not for its eyes.
      const failure = await failureOf(through('https://models.example.invalid'));
      expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/proxy/) });
      expect(asked).toEqual([expect.stringContaining('models.example.invalid:443')]);
      expect(asked.join()).not.toContain(KEY);
    } finally {
      proxy.close();
    }
  });

  it.each(['ftp://models.example', 'not a url', 'https://me:secret@models.example/v1'])(
    'is not asked at %s',
    (baseUrl) => {
      const make = () =>
        reviewerOf(aProfile({ provider: 'openai-compatible', baseUrl }), {
          env: {},
          key: () => KEY,
          cache: '/nowhere',
          prompt: null,
        });
      expect(make).toThrow(/base_url of the profile test/);
      expect(make).not.toThrow(/secret/);
    },
  );
});

describe('MiniMax', () => {
  it.each([
    [1002, 'rate_limited', 3],
    [1001, 'timeout', 3],
    [1004, 'not_configured', 1],
    [1008, 'not_configured', 1],
    [2013, 'refused', 1],
  ])('says %i in an answer of status 200', async (code, kind, calls) => {
    const server = await modelServer({
      body: { base_resp: { status_code: code, status_msg: 'as it says' } },
    });
    expect(await failureOf(ask(server, 'minimax').reviewed)).toMatchObject({
      kind,
      message: expect.stringContaining(`error ${code}: as it says`),
    });
    expect(server.asked).toHaveLength(calls);
  });

  it('says 0 where all is well', async () => {
    const good = said('minimax', TEXT).body;
    const server = await modelServer({
      body: { ...(typeof good === 'object' ? good : {}), base_resp: { status_code: 0, status_msg: '' } },
    });
    expect((await ask(server, 'minimax').reviewed).output).toEqual(ENVELOPE);
  });
});
