import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { App } from '../../src/app/app.ts';
import { type CallFacts, httpCall, mcpCall } from '../../src/app/caller.ts';
import { bounded } from '../../src/mcp/bounded.ts';
import { CallTime, requireWaiting, tooLate } from '../../src/mcp/deadline.ts';
import { errorWords } from '../../src/mcp/errors.ts';
import { buildServer } from '../../src/mcp/server.ts';
import { TOOLS } from '../../src/mcp/tools/index.ts';
import { type AccessScope, rightsOf } from '../../src/model/access.ts';
import { StoreError, UserInputError } from '../../src/model/errors.ts';
import { formWorld } from '../support/form-world.ts';
import { connectTo, FORM_ERAS, rawModern } from '../support/mcp-clients.ts';
import { tempFolder } from '../support/temp-store.ts';

const LEAST_ARGUMENTS: Readonly<Record<string, Record<string, unknown>>> = {
  recall: { query: 'anything' },
  remember: { content: 'I use pnpm', scope: 'user' },
  submit_suggestion: { memory_updates: [{ content: 'I use pnpm', scope: 'user' }] },
};

function toolNamed(name: string) {
  const found = TOOLS.find((tool) => tool.name === name);
  if (found === undefined) throw new Error(`there is no tool ${name}`);
  return found;
}

describe('rights', () => {
  it('are declared by every tool, and writing is never declared as reading', () => {
    expect(TOOLS.map(({ name, needs, hints }) => [name, needs, hints.readOnlyHint])).toEqual([
      ['recall', 'read', true],
      ['recall_history', 'read', true],
      ['remember', 'write', false],
      ['submit_suggestion', 'write', false],
      ['compile', 'write', false],
      ['status', 'read', true],
    ]);
  });

  const surfaces = ['mcp', 'http'] as const;
  const cases = TOOLS.flatMap((tool) => surfaces.map((surface) => ({ tool, surface })));
  it.each(cases)('are asked for by $tool.name over $surface, inside the call', async ({ tool, surface }) => {
    const home = tempFolder();
    const env = { HOME: home, MIDTURN_HOME: `${home}/home` };
    const app = new App({ env, cwd: home, version: 'test' });
    const given: AccessScope = tool.needs === 'read' ? 'write' : 'read';
    const facts: CallFacts = {
      ...mcpCall({ clientName: 'any', meta: null, env, cwd: home }),
      surface,
      rights: rightsOf([given, 'admin']),
    };
    const call = { app, facts, signal: new AbortController().signal, progress: () => {} };
    const refused = tool.call(LEAST_ARGUMENTS[tool.name] ?? {}, call);
    await expect(refused).rejects.toThrow(`${tool.name} needs the right to ${tool.needs}`);
    if (surface === 'http') await expect(refused).rejects.toThrow('midturn token create --scope');
    app.close();
  });

  it.each(FORM_ERAS)(
    'are missed as an error of the tool by a client of %s, and nothing is stored',
    async (era) => {
      const world = formWorld();
      const client = await connectTo(era, world.server({ scopes: ['read'] }));
      const answer = await client.call('remember', { content: 'I use pnpm', scope: 'user' });
      expect(answer.isError).toBe(true);
      expect(answer.text).toContain('this token lacks the scope `write`');
      const { total } = await (await world.app.store()).memories.list({
        states: ['active', 'waiting'],
        limit: 1,
      });
      expect(total).toBe(0);
    },
  );

  it('let a hook that may not read be silent, as for every error', async () => {
    const world = formWorld();
    const client = await connectTo('2025', world.server({ scopes: ['write'] }));
    expect((await client.call('recall', { query: 'x', hook: true })).text).toBe('{}');
  });
});

describe('the time of a call', () => {
  const late = () => tooLate('recall', false, 50);

  it('is told to the tool, whose answer counts if it comes at once', async () => {
    vi.useFakeTimers();
    const time = new CallTime(50, { graceMs: 20, late });
    const work = new Promise<string>((resolve) => {
      time.passed.addEventListener('abort', () => resolve('a part'));
    });
    const answer = time.watch(work);
    vi.advanceTimersByTime(49);
    expect(time.passed.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    await expect(answer).resolves.toBe('a part');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('ends a call that does not answer', async () => {
    vi.useFakeTimers();
    const time = new CallTime(50, { graceMs: 20, late });
    const answer = time.watch(new Promise<string>(() => {}));
    const failed = expect(answer).rejects.toThrow('recall did not end within 50 s and was given up');
    vi.advanceTimersByTime(70);
    await failed;
    vi.useRealTimers();
  });

  it('says of what writes that the same may be sent again', () => {
    expect(tooLate('remember', true, 50).message).toContain('sending the same again is safe');
  });

  it.each(FORM_ERAS)('ends a call of a client of %s whatever it hangs on, in words', async (era) => {
    const world = formWorld();
    Object.defineProperty(world.app, 'recall', { value: () => new Promise(() => {}) });
    const limits = { callMs: 50, agentMs: 50, graceMs: 10, formMs: 50 };
    const client = await connectTo(era, world.server({ limits }));
    const answer = await client.call('recall', { query: 'anything' });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('recall did not end within 0.05 s and was given up');
  });

  it('ends what reads a resource or a prompt as well, with a protocol error', async () => {
    const world = formWorld();
    const hangs = { value: () => new Promise(() => {}) };
    for (const service of ['inject', 'reader']) Object.defineProperty(world.app, service, hangs);
    const limits = { callMs: 50, agentMs: 50, graceMs: 10, formMs: 50 };
    const send = rawModern(world.server({ limits }));
    for (const [method, params] of [
      ['prompts/get', { name: 'recall_contract' }],
      ['resources/read', { uri: 'midturn://user', name: 'midturn://user' }],
      ['resources/list', {}],
    ] as const)
      expect(await send(params, method), method).toMatchObject({
        error: { code: -32603, message: expect.stringContaining('did not end within 0.05 s') },
      });
  });

  it('or a cancellation keeps what writes from storing anything', async () => {
    const [open, over] = [new AbortController().signal, AbortSignal.abort()];
    expect(() => requireWaiting('remember', open, open)).not.toThrow();
    expect(() => requireWaiting('remember', over, open)).toThrow('the call was cancelled');
    expect(() => requireWaiting('remember', open, over)).toThrow('its time was up');
    const home = tempFolder();
    const env = { HOME: home, MIDTURN_HOME: `${home}/home` };
    const app = new App({ env, cwd: home, version: 'test' });
    const facts = mcpCall({ clientName: 'any', meta: null, env, cwd: home });
    const call = {
      app,
      facts,
      signal: over,
      progress: () => {},
      still: () => requireWaiting('it', over, open),
    };
    for (const name of ['remember', 'submit_suggestion'])
      await expect(toolNamed(name).call(LEAST_ARGUMENTS[name], call)).rejects.toThrow('Nothing was stored');
    const store = await app.store();
    expect((await store.memories.list({ states: ['active', 'waiting'], limit: 1 })).total).toBe(0);
    expect(await store.suggestions.counts([null])).toMatchObject({ pending: 0 });
    app.close();
  });

  it('may be longer for a model’s run', async () => {
    vi.useFakeTimers();
    const time = new CallTime(50, { graceMs: 20, late });
    time.allow(1000);
    const answer = time.watch(new Promise<string>(() => {}));
    const failed = expect(answer).rejects.toThrow(UserInputError);
    vi.advanceTimersByTime(999);
    expect(time.passed.aborted).toBe(false);
    vi.advanceTimersByTime(21);
    await failed;
    vi.useRealTimers();
  });
});

describe('compile', () => {
  it('stops between two batches when the time of its call is up, and says what remains', async () => {
    const home = tempFolder();
    const env = { HOME: home, MIDTURN_HOME: `${home}/home` };
    const app = new App({ env, cwd: home, version: 'test' });
    const facts = mcpCall({ clientName: 'any', meta: null, env, cwd: home });
    const call = { app, facts, signal: new AbortController().signal, progress: () => {} };
    const updates = Array.from({ length: 120 }, (_, at) => ({
      content: `Service number ${at} listens on port ${4000 + at * 3}`,
    }));
    await toolNamed('submit_suggestion').call({ memory_updates: updates }, call);
    const time = new AbortController();
    const answer = await toolNamed('compile').call(
      {},
      { ...call, deadline: time.signal, progress: () => time.abort() },
    );
    expect(answer.structured).toMatchObject({ processed: 100, cancelled: true, remaining: 20 });
    expect(answer.text).toContain('The time of one call was up: 20 of the queue waits');
    const rest = await toolNamed('compile').call({}, call);
    expect(rest.structured).toMatchObject({ processed: 20 });
    app.close();
  });
});

describe('a long memory', () => {
  it.each(FORM_ERAS)('is named as a resource to a client of %s where it is shown in part', async (era) => {
    const world = formWorld('auto');
    const client = await connectTo(era, world.server());
    const content = `The zebra ledger is kept by hand. ${'It has another page for each month. '.repeat(60)}`;
    await client.call('remember', { content, scope: 'user' });
    const part = await client.call('recall', { query: 'zebra ledger', max_tokens: 150 });
    expect(part.links).toEqual([expect.stringMatching(/^midturn:\/\/memories\/m_/)]);
    const whole = await client.call('recall', { query: 'zebra ledger', max_tokens: 4000 });
    expect(whole.links).toEqual([]);
  });
});

describe('an answer', () => {
  it('holds a part of long lists and texts, and counts what was left out', () => {
    const plan = Array.from({ length: 950 }, (_, at) => ({ id: `i_${at}`, reason: 'x'.repeat(5000) }));
    const text = plan.map(({ id }) => `${id} added`).join('\n');
    const answer = bounded({ text, structured: { run_status: 'plan', plan } });
    expect(answer.text.split('\n')).toHaveLength(81);
    expect(answer.text).toContain('… and 870 more lines.');
    expect(answer.structured).toMatchObject({ run_status: 'plan', omitted: { plan: 850 } });
    expect(JSON.stringify(answer.structured).length).toBeLessThan(500_000);
    expect(plan).toHaveLength(950);
  });

  it('is left as it is where nothing is too long', () => {
    const answer = { text: 'One line', structured: { status: 'accepted', id: 'm_4f9k2c' } };
    expect(bounded(answer)).toEqual(answer);
  });

  it('says in its text as much as in its structure, also where all of it was refused', () => {
    const items = Array.from({ length: 60 }, (_, at) => ({
      index: at,
      reason: `${at}: ${'because '.repeat(9)}of it`,
    }));
    const text = items.map(({ reason }) => reason).join('\n');
    expect(bounded({ text, structured: { items }, isError: true })).toEqual({
      text,
      structured: { items },
      isError: true,
    });
  });

  it('is short where it is an error, whatever was sent', async () => {
    const world = formWorld('tiered');
    const client = await connectTo('2025', world.server());
    expect((await client.call('status', { verbose: true })).text).toBe(
      'status was called with wrong arguments: `verbose` is not known; it takes none. Call status({}).',
    );
    const wrong = await client.call('remember', { ['x'.repeat(50_000)]: 1 });
    expect(wrong.isError).toBe(true);
    expect(wrong.text.length).toBeLessThan(2100);
    const reason = await client.call('remember', {
      content: 'I use pnpm',
      scope: 'user',
      replaces: 'y'.repeat(50_000),
    });
    expect(reason.text.length).toBeLessThan(2100);
    expect(JSON.stringify(reason.structured).length).toBeLessThan(5000);
  });
});

describe('errors', () => {
  const app = () =>
    new App({ env: { HOME: '/home/dev' }, cwd: '/', version: 'test', home: '/home/dev/.midturn' });

  it('name no place of this machine over the network', () => {
    const error = new StoreError({
      what: 'The store /home/dev/.midturn/midturn.db cannot be opened',
      why: 'EACCES: permission denied, open "/var/lib/other/file.db"; see https://example.org/help/page',
      next: 'Look at C:\\Users\\dev\\store.db.',
    });
    const place = { app: app(), log: () => {} };
    const far = errorWords('recall', error, { ...place, surface: 'http' });
    expect(far).toContain('<home>/midturn.db');
    expect(far).not.toMatch(/\/home\/dev|\/var\/lib|Users/);
    expect(far).toContain('https://example.org/help/page');
    expect(errorWords('recall', error, { ...place, surface: 'mcp' })).toContain(
      '/home/dev/.midturn/midturn.db',
    );
  });

  it('show no stack, and over the network an id that is also in the log', () => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const error = new TypeError('cannot read /home/dev/secret');
    const far = errorWords('recall', error, { app: app(), log, surface: 'http' });
    expect(far).not.toMatch(/secret|TypeError|at /);
    const id = /error ([0-9a-f]{8})/.exec(far)?.[1];
    expect(lines.join()).toContain(`[${id}]`);
    expect(lines.join()).toContain('cannot read /home/dev/secret');
    const near = errorWords('recall', error, { app: app(), log, surface: 'mcp' });
    expect(near).toContain('cannot read');
    expect(near).not.toContain('    at ');
  });

  it('say over the network what to send instead, in the caller’s own words', () => {
    const error = new UserInputError({ what: '/srv/app is no project', next: 'Send a name' });
    const place = { app: app(), log: () => {}, surface: 'http' as const };
    expect(errorWords('recall', error, place)).toBe('/srv/app is no project. Send a name.');
  });

  it('of prompts are protocol errors in our own words, and who may not read is refused', async () => {
    const { Client, InMemoryTransport } = await import('@modelcontextprotocol/client');
    const world = formWorld();
    const client = new Client({ name: 'x', version: '1' });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await world
      .server({ scopes: ['write'] })()
      .connect(theirs);
    await client.connect(ours);
    await expect(client.getPrompt({ name: 'recall_contract' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('needs the right to read'),
    });
    await client.close();
  });
});

describe('what a server tells of itself since 2026-07-28', () => {
  it.each([
    ['tools/list', 'public'],
    ['prompts/list', 'public'],
    ['server/discover', 'public'],
    ['resources/list', 'private'],
  ])('may be kept by a client as long as %s says, %s', async (method, cacheScope) => {
    const { result } = await rawModern(formWorld().server())({}, method);
    expect(result).toMatchObject({ cacheScope, ttlMs: expect.any(Number) });
    if (cacheScope === 'public') expect(result).toMatchObject({ ttlMs: 3_600_000 });
  });

  it('holds a picture that nobody has to fetch', async () => {
    const { result } = await rawModern(formWorld().server())({}, 'server/discover');
    expect(JSON.stringify(result)).toContain('"src":"data:image/png;base64,');
  });
});

const Listed = z.object({ tools: z.array(z.unknown()) });

describe('the list of tools', () => {
  it('is the one that was looked at: a change of a word, schema or hint is made on purpose', async () => {
    const home = tempFolder();
    const app = new App({ env: { HOME: home }, cwd: home, version: 'test', home: `${home}/home` });
    const server = buildServer({
      app,
      version: 'test',
      log: () => {},
      connect: () => ({
        facts: async ({ clientName, meta }) =>
          httpCall({
            clientName,
            meta,
            principal: {
              id: 'a_one',
              owner: 'me',
              rights: rightsOf(['read']),
              projects: null,
              expiresAt: null,
            },
            project: null,
          }),
      }),
    });
    const { Client, InMemoryTransport } = await import('@modelcontextprotocol/client');
    const client = new Client({ name: 'x', version: '1' });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await server.connect(theirs);
    await client.connect(ours);
    const { tools } = Listed.parse(await client.listTools());
    const hash = createHash('sha256').update(JSON.stringify(tools)).digest('hex');
    expect(hash).toBe('739db3fce73cf9ab3faba0ca428f2b9cdec2f6abee646c8ef3f98df62a1c6830');
    expect(client.getServerVersion()).toMatchObject({ name: 'midturn', title: 'midturn' });
    await client.close();
    app.close();
  });
});
