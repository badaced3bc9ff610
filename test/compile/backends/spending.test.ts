/** What an agent that compiles may cost, and how long it is left alone after it has failed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { agentSpending } from '../../../src/app/agent-spending.ts';
import type { ProjectId } from '../../../src/model/ids.ts';
import type { Store } from '../../../src/store/store.ts';
import { SETTINGS } from '../../review/review-world.ts';
import { callerIn, compiler } from '../../support/compile-world.ts';
import { project, tempFolder, tempStore } from '../../support/temp-store.ts';

const AGENT = new URL('../../support/fake-agent.mjs', import.meta.url).href;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let store: Store;
let home: string;
let shop: { id: ProjectId; name: string };
let now: number;
let said: number;

beforeEach(async () => {
  home = tempFolder();
  now = Date.UTC(2026, 10, 21, 1);
  said = 0;
  store = await tempStore(home, () => now);
  shop = { id: await project(store, 'shop'), name: 'shop' };
});

/** One program, whatever it says: an agent is known by its command. */
function agent(output: string): readonly string[] {
  const path = join(home, 'agent.mjs');
  const argv = JSON.stringify(['', '', output, log()]);
  writeFileSync(path, `process.argv = ${argv};\nawait import(${JSON.stringify(AGENT)});\n`);
  return [process.execPath, path];
}

const log = () => join(home, 'agent.log');
const runs = () => (existsSync(log()) ? readFileSync(log(), 'utf8').trim().split('\n').length : 0);

const spoken = (text: string, usage?: { input_tokens: number; output_tokens: number }) =>
  [
    { type: 'item.completed', item: { type: 'agent_message', text } },
    ...(usage === undefined ? [] : [{ type: 'turn.completed', usage }]),
  ]
    .map((event) => JSON.stringify(event))
    .join('\n');

const RUBBISH = spoken('I would rather not');

type Setting = {
  /** What the agent prints; null = a good plan. */
  readonly prints?: string | null;
  readonly usage?: { input_tokens: number; output_tokens: number };
  readonly limits?: Partial<typeof SETTINGS>;
  readonly command?: readonly [string, ...string[]];
  readonly model?: string | null;
  readonly allowFallback?: boolean;
  readonly insists?: boolean;
};

/** One more suggestion, compiled by the agent. */
async function compile({ prints = null, usage, limits = {}, command, model = null, ...more }: Setting = {}) {
  said += 1;
  const words = { memory_updates: [{ content: `Fact number ${said} is that the port is ${8000 + said}` }] };
  const caller = callerIn(store, shop);
  const { items } = await compiler(store, home).submit(caller, words, { source: 'file', originCap: 'agent' });
  const operations = items.map(({ id }) => ({ op: 'add', item: id }));
  const service = compiler(store, home, {
    now: () => now,
    allowFallback: more.allowFallback ?? true,
    agents: {
      env: { PATH: process.env.PATH },
      cache: join(home, 'cache'),
      timeoutMs: 20_000,
      model,
      command: command ?? agent(prints ?? spoken(JSON.stringify({ operations }), usage)),
      prompt: async () => null,
    },
    spending: agentSpending({ store, now: () => now, limits: { ...SETTINGS, ...limits } }),
  });
  return service.compile(caller, { backend: 'agent:codex', insists: more.insists ?? false });
}

const reason = (words: string | RegExp) => ({
  backend: 'script',
  fallback: { backend: 'script', reason: expect.stringMatching(words) },
  actions: { added: 1 },
});

describe('what an agent that compiles costs', () => {
  it('stands in the ledger as it says it', async () => {
    await compile({ usage: { input_tokens: 900, output_tokens: 30 }, model: 'm-1' });
    expect(await store.reviews.ledger(0)).toEqual([
      {
        day: '2026-11-21',
        provider: 'agent:codex (compile)',
        model: 'm-1',
        calls: 1,
        inputTokens: 900,
        outputTokens: 30,
        estimated: false,
        failed: 0,
      },
    ]);
    expect(await store.reviews.spent(0)).toEqual({ calls: 1, tokens: 930 });
  });

  it('is estimated where it does not say it, and counts where it came to nothing', async () => {
    await compile();
    await compile({ prints: RUBBISH });
    const [line] = await store.reviews.ledger(0);
    expect(line).toMatchObject({ calls: 2, estimated: true, failed: 1 });
    expect(line?.inputTokens).toBeGreaterThan(1200);
    expect(line?.outputTokens).toBeGreaterThan(5);
  });

  it('is nothing where it could not be started', async () => {
    const command = ['midturn-no-such-agent'] as const;
    expect(await compile({ command: [...command] })).toMatchObject(reason(/^agent_unavailable: /));
    expect(await store.reviews.ledger(0)).toEqual([]);
  });

  it('is known by the model that a bare claude is asked for', async () => {
    // It cannot be started here: what is reserved before shows the model.
    const asked: unknown[] = [];
    const caller = callerIn(store, shop);
    const words = { memory_updates: [{ content: 'We use pnpm in this repository' }] };
    await compiler(store, home).submit(caller, words, { source: 'file', originCap: 'agent' });
    await compiler(store, home, {
      agents: {
        env: { PATH: home },
        cache: join(home, 'cache'),
        timeoutMs: 1000,
        model: null,
        command: [],
        prompt: async () => null,
      },
      spending: {
        reserve: async (run) => {
          asked.push(run);
          return { stop: 'no.' };
        },
        settle: async () => {},
      },
    }).compile(caller, { backend: 'agent:claude' });
    expect(asked).toMatchObject([{ backend: 'agent:claude', model: 'haiku' }]);
  });
});

describe('the budget of the day', () => {
  it.each([
    ['calls', { daily_calls: 2 }],
    ['tokens', { daily_tokens: 3000 }],
  ])('stops an agent by its %s, and `script` does the rest', async (what, limits) => {
    const usage = { input_tokens: 1400, output_tokens: 100 };
    for (let turn = 0; turn < 2; turn += 1)
      expect(await compile({ limits, usage })).toMatchObject({ backend: 'agent:codex' });
    for (let turn = 0; turn < 2; turn += 1)
      expect(await compile({ limits, usage })).toMatchObject(
        reason(new RegExp(`^budget: agent:codex: The budget of the day is used up: .*daily_${what}$`)),
      );
    expect(runs()).toBe(2);
    expect(await store.reviews.spent(0)).toEqual({ calls: 2, tokens: 3000 });
    now += 24 * HOUR;
    expect(await compile({ limits, usage })).toMatchObject({ backend: 'agent:codex' });
  });

  it('holds for a person who insists, too', async () => {
    const limits = { daily_calls: 0 };
    expect(await compile({ limits, insists: true })).toMatchObject(reason(/^budget: /));
    expect(runs()).toBe(0);
  });

  it('is an error where nobody else may do it, and the suggestions stay', async () => {
    await expect(compile({ limits: { daily_calls: 0 }, allowFallback: false })).rejects.toThrow(
      /agent:codex could not compile.*budget: .*daily_calls.*Wait for that/s,
    );
    expect(runs()).toBe(0);
    expect(await store.suggestions.counts()).toMatchObject({ pending: 1, processing: 0 });
  });

  it('counts a run whose process was killed as it was estimated', async () => {
    const limits = { dayFrom: 0, day: { calls: 1, tokens: 1000 } };
    const run = { provider: 'agent:codex (compile)', model: null, tokens: 400, limits };
    expect(await store.reviews.reserveRun(run)).toMatchObject({ status: 'reserved' });
    expect(await store.reviews.spent(0)).toEqual({ calls: 1, tokens: 400 });
    expect(await store.reviews.reserveRun(run)).toEqual({
      status: 'refused',
      stop: { of: 'day', what: 'calls', limit: 1, used: 1 },
    });
  });
});

describe('an agent whose answer came to nothing', () => {
  it.each([
    ['rubbish', RUBBISH],
    ['an end with an error', 'exit 3: no such thing'],
  ])(
    '(%s) is asked again after ten minutes, and then after twice as long each time up to six hours',
    async (_what, prints) => {
      const waits: number[] = [];
      for (let failure = 0; failure < 8; failure += 1) {
        expect(await compile({ prints })).toMatchObject(reason(/^agent_(?:output_invalid|invoke_failed): /));
        expect(runs()).toBe(failure + 1);
        const began = now;
        const held = await compile({ prints });
        const until = /asked again after (\S+),/.exec(held.fallback?.reason ?? '')?.[1] ?? '';
        expect(held).toMatchObject(reason(/^agent_backoff: agent:codex: /));
        now = Date.parse(until) - 1;
        expect(await compile({ prints })).toMatchObject(reason(/^agent_backoff: /));
        expect(runs()).toBe(failure + 1);
        now += 1;
        waits.push((now - began) / MINUTE);
      }
      expect(waits).toEqual([10, 20, 40, 80, 160, 320, 360, 360]);
    },
  );

  it('is asked by a person who insists, and is as good as new once it has answered well', async () => {
    await compile({ prints: RUBBISH });
    expect(await compile({ prints: RUBBISH, insists: true })).toMatchObject(
      reason(/^agent_output_invalid: /),
    );
    expect(await compile()).toMatchObject(reason(/^agent_backoff: /));
    now += 20 * MINUTE;
    expect(await compile()).toMatchObject({ backend: 'agent:codex' });
    expect(runs()).toBe(3);
    await compile({ prints: RUBBISH });
    now += 10 * MINUTE;
    expect(await compile()).toMatchObject({ backend: 'agent:codex' });
  });

  it('holds back no other agent', async () => {
    await compile({ prints: RUBBISH });
    expect(await compile({ prints: RUBBISH, model: 'm-2' })).toMatchObject(reason(/^agent_output_invalid: /));
    expect(runs()).toBe(2);
  });

  it('is not held by a clock that was set back', async () => {
    await compile({ prints: RUBBISH });
    now -= HOUR;
    expect(await compile({ prints: RUBBISH })).toMatchObject(reason(/^agent_output_invalid: /));
  });
});
