import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Endpoint, type EndpointOptions } from '../../src/embeddings/endpoint.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { type EmbeddingServer, embeddingServer, type ServerMode } from '../support/embedding-server.ts';

const KEY = 'sk-very-secret-1234567890';

async function setUp(mode: ServerMode = {}, changes: Partial<EndpointOptions> = {}) {
  const server = await embeddingServer(mode);
  return { server, endpoint: make(server, changes) };
}

function make(server: EmbeddingServer, changes: Partial<EndpointOptions> = {}): Endpoint {
  return new Endpoint({
    url: server.url,
    model: 'fake',
    dimensions: null,
    timeoutMs: 2_000,
    key: null,
    ...changes,
  });
}

describe('an endpoint that works', () => {
  it.each([true, false])(
    'gives a vector of length 1 for each text in their order (base64: %s)',
    async (base64) => {
      const { endpoint } = await setUp({ base64 });
      const both = await endpoint.embed(['the red car', 'a database']);
      const one = await endpoint.embed(['a database']);
      if (!both.ok || !one.ok) throw new Error('it should work');
      expect(both.vectors).toHaveLength(2);
      expect(both.vectors[1]).toEqual(one.vectors[0]);
      expect(both.vectors[0]).not.toEqual(both.vectors[1]);
      expect(Math.hypot(...(both.vectors[0] ?? []))).toBeCloseTo(1, 5);
    },
  );

  it.each(['', '/', '/embeddings', '/embeddings/'])('is found from a base that ends with %j', async (end) => {
    const server = await embeddingServer();
    const endpoint = make(server, { url: server.url + end });
    expect((await endpoint.embed(['a'])).ok).toBe(true);
    expect(server.asked.map(({ path }) => path)).toEqual(['/v1/embeddings']);
  });

  it('is found from host and port alone', async () => {
    const server = await embeddingServer();
    const endpoint = make(server, { url: new URL(server.url).origin });
    expect((await endpoint.embed(['a'])).ok).toBe(true);
  });

  it('gets the key as a bearer token, and none where there is none', async () => {
    const { server, endpoint } = await setUp({}, { key: KEY });
    await endpoint.embed(['a']);
    await make(server).embed(['a']);
    expect(server.asked.map(({ key }) => key)).toEqual([`Bearer ${KEY}`, null]);
  });
});

describe('an endpoint that fails', () => {
  it.each([
    [401, 'setup', /refuses the key \(401\)/],
    [403, 'setup', /refuses the key/],
    [404, 'setup', /no such address or model/],
    [400, 'texts', /refuses these texts \(400\)/],
    [429, 'passing', /asked too much/],
    [500, 'passing', /out of order \(500\)/],
    [503, 'passing', /out of order \(503\)/],
  ])('with %i is told as a value of kind %s', async (status, kind, words) => {
    const { endpoint } = await setUp({ status });
    expect(await endpoint.embed(['a'])).toMatchObject({
      ok: false,
      kind,
      words: expect.stringMatching(words),
    });
  });

  it.each([
    ['{"data":[', /something else than vectors/],
    ['<html>', /something else than vectors/],
    ['{"data":[]}', /0 vectors for 1 texts/],
    ['{"data":[{"embedding":"!!"}]}', /neither numbers nor base64/],
    ['{"data":[{"embedding":[]}]}', /neither numbers nor base64/],
    ['{"data":[{"embedding":[0,0]}]}', /zero or holds what is no number/],
    ['{"data":[{"embedding":[1,null]}]}', /neither numbers/],
    ['{"data":[{"index":4,"embedding":[1,2]}]}', /vectors are missing/],
  ])('with the body %s is told', async (body, words) => {
    const { endpoint } = await setUp({ body });
    expect(await endpoint.embed(['a'])).toMatchObject({ ok: false, words: expect.stringMatching(words) });
  });

  it('with another number of dimensions than asked for is told', async () => {
    const { endpoint } = await setUp({ dimensions: 64 }, { dimensions: 96 });
    expect(await endpoint.embed(['a'])).toMatchObject({
      ok: false,
      words: expect.stringMatching(/64 numbers where 96 were expected/),
    });
  });

  it('by being slow is given up', async () => {
    const { endpoint } = await setUp({ delay: 5_000 }, { timeoutMs: 100 });
    expect(await endpoint.embed(['a'])).toMatchObject({ ok: false, kind: 'passing' });
  });

  it('by not being there is told without a stack', async () => {
    const { server, endpoint } = await setUp();
    await server.close();
    expect(await endpoint.embed(['a'])).toMatchObject({
      ok: false,
      kind: 'passing',
      words: expect.stringMatching(/nothing listens there/),
    });
  });

  it('never has its key or its own words repeated', async () => {
    for (const status of [200, 400, 401, 404, 500]) {
      const { endpoint } = await setUp(
        { status, body: `{"error":{"message":"bad key ${KEY}"}}` },
        { key: KEY },
      );
      expect(JSON.stringify(await endpoint.embed(['a']))).not.toContain('sk-');
    }
  });

  it('is tried again where the fault may pass, and not where it does not', async () => {
    const { server, endpoint } = await setUp({ status: 503, headers: { 'retry-after': '0' } });
    await endpoint.embed(['a'], { attempts: 3 });
    expect(server.asked).toHaveLength(3);
    server.mode.status = 401;
    await endpoint.embed(['a'], { attempts: 3 });
    expect(server.asked).toHaveLength(4);
  });

  it('ends its pause between two tries when it is told to stop', async () => {
    const { server, endpoint } = await setUp({ status: 503, headers: { 'retry-after': '60' } });
    const stop = new AbortController();
    const asking = endpoint.embed(['a'], { attempts: 3, signal: stop.signal });
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    setTimeout(() => stop.abort(), 20);
    expect((await asking).ok).toBe(false);
    expect(server.asked).toHaveLength(1);
  });
});

describe('a redirect', () => {
  it('is not followed: the key and the texts stay where they were sent', async () => {
    const elsewhere: string[] = [];
    const other = createServer((request, response) => {
      elsewhere.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { endpoint } = await setUp(
      { status: 307, headers: { location: `http://127.0.0.1:${port}/v1/embeddings` } },
      { key: KEY },
    );
    expect(await endpoint.embed(['a'])).toMatchObject({ ok: false, kind: 'setup' });
    expect(elsewhere).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('an address', () => {
  it.each(['ftp://host/v1', 'file:///etc/passwd', 'localhost:11434', 'no url', 'unix:/sock'])(
    'like %s is refused',
    (url) => {
      expect(() => new Endpoint({ url, model: 'm', dimensions: null, timeoutMs: 100, key: null })).toThrow(
        ConfigError,
      );
    },
  );

  it('with a password is refused, and the password not shown', () => {
    const make = () =>
      new Endpoint({
        url: 'http://me:hunter2@host/v1',
        model: 'm',
        dimensions: null,
        timeoutMs: 100,
        key: null,
      });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(/^(?!.*hunter2)/);
  });
});
