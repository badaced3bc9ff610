import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReviewFailure } from '../../src/model/review.ts';
import { converse, type Said } from '../support/conversation.ts';
import { project } from '../support/temp-store.ts';
import { output, PAID, reviewWorld, SETTINGS } from './review-world.ts';

const TURN: readonly Said[] = [
  { text: 'We use pnpm here, never npm' },
  { role: 'assistant', text: 'I will use pnpm from now on.' },
];
const NEXT: readonly Said[] = [{ text: 'Now run the tests' }, { role: 'assistant', text: 'They pass.' }];

describe('a turn that has ended', () => {
  it('is reviewed once, and makes one envelope whose words are the person’s by the evidence', async () => {
    const world = await reviewWorld();
    const { store, service, reviewer, caller, compile } = world;
    reviewer.act = async () => output('We use pnpm here, never npm');
    const { session } = await converse(store, 'one', TURN, { project: world.shop });
    const job = await service.enqueue(caller, { session, trigger: 'stop' });
    expect(job).toMatchObject({ state: 'queued', short: expect.stringMatching(/^j_/), throughTurn: 1 });
    const summary = await service.runQueued(caller);
    expect(summary).toMatchObject({ ran: 1, done: 1, counts: { memory_updates: 1 }, queued: 0 });
    expect(summary.envelopes).toHaveLength(1);
    await compile.scan(caller);
    const { memories } = await store.memories.list({ states: ['active'], limit: 5 });
    expect(memories).toMatchObject([{ origin: 'user', content: 'We use pnpm here, never npm', session }]);
    expect(memories[0]?.sources).toHaveLength(1);
  });

  it('counts no words as the person’s that were said after what was reviewed', async () => {
    const { store, service, reviewer, caller, compile, shop } = await reviewWorld();
    reviewer.act = async () => output('Releases are tagged on Fridays by hand');
    const { session } = await converse(store, 'one', TURN, { project: shop });
    await service.enqueue(caller, { session, trigger: 'stop' });
    await service.runQueued(caller);
    await converse(store, 'one', [{ text: 'Releases are tagged on Fridays by hand' }], { project: shop });
    await compile.scan(caller);
    const { memories } = await store.memories.list({ states: ['active'], limit: 5 });
    expect(memories).toMatchObject([{ origin: 'agent' }]);
  });

  it('makes one job and one envelope when it is handed in twice, before and after it was reviewed', async () => {
    const { store, service, reviewer, caller, shop } = await reviewWorld();
    reviewer.act = async () => output('We use pnpm here, never npm');
    const { session } = await converse(store, 'one', TURN, { project: shop });
    const stop = { session, trigger: 'stop' } as const;
    const jobs = await Promise.all([service.enqueue(caller, stop), service.enqueue(caller, stop)]);
    await service.runQueued(caller);
    const after = await service.enqueue(caller, stop);
    expect(new Set([...jobs, after].map((job) => job?.id)).size).toBe(1);
    expect(await service.runQueued(caller)).toMatchObject({ ran: 0 });
    expect(await store.reviews.list({ limit: 9 })).toHaveLength(1);
    expect(await store.suggestions.list({ limit: 9 })).toHaveLength(1);
    expect(reviewer.shown).toHaveLength(1);
  });

  it('is one job when its last words come in after the first Stop', async () => {
    const { store, service, caller } = await reviewWorld();
    const { session } = await converse(store, 'one', TURN.slice(0, 1));
    const first = await service.enqueue(caller, { session, trigger: 'stop' });
    await converse(store, 'one', TURN.slice(1));
    const again = await service.enqueue(caller, { session, trigger: 'stop' });
    expect(again).toMatchObject({ id: first?.id, through: 2 });
    expect(await store.reviews.counts()).toMatchObject({ queued: 1 });
  });

  it('leaves only what is new to the next review, with the earlier turns as context', async () => {
    const { store, service, reviewer, caller } = await reviewWorld();
    const { session } = await converse(store, 'one', TURN);
    await service.enqueue(caller, { session, trigger: 'stop' });
    await service.runQueued(caller);
    await converse(store, 'one', NEXT);
    await service.enqueue(caller, { session, trigger: 'stop' });
    await service.runQueued(caller);
    const contexts = reviewer.shown.map(({ context }) => [context.reviewed_up_to, context.turns]);
    expect(contexts).toEqual([
      [0, [1, 1]],
      [1, [1, 2]],
    ]);
    expect(reviewer.shown[1]?.transcript.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  it('is new again when it went on after it was reviewed', async () => {
    const { store, service, reviewer, caller } = await reviewWorld();
    const { session } = await converse(store, 'one', TURN);
    await service.enqueue(caller, { session, trigger: 'pre-compact' });
    await service.runQueued(caller);
    await converse(store, 'one', [{ role: 'assistant', text: 'And one more thing was done.' }]);
    await service.enqueue(caller, { session, trigger: 'stop' });
    await service.runQueued(caller);
    expect(reviewer.shown.map(({ context }) => context.reviewed_up_to)).toEqual([0, 0]);
  });
});

describe('nothing is reviewed', () => {
  it('of a session in which no person has said anything', async () => {
    const { store, service, caller } = await reviewWorld();
    const { session } = await converse(store, 'one', [{ text: 'do it', by: 'program' }]);
    expect(await service.enqueue(caller, { session, trigger: 'stop' })).toBeNull();
  });

  it('of a sub-agent, in a folder that is kept out, in the home, or while capture is paused', async () => {
    const world = await reviewWorld();
    const { store, caller } = world;
    const stop = { trigger: 'stop' } as const;
    const agent = await converse(store, 'agent', TURN, { nature: 'subagent' });
    expect(await world.service.enqueue(caller, { session: agent.session, ...stop })).toBeNull();
    const { session } = await converse(store, 'one', TURN);
    const paused = world.with({
      withheld: { paused: async () => true, path: () => false, time: () => false },
    });
    expect(await paused.enqueue(caller, { session, ...stop })).toBeNull();
    const off = world.with({ settings: { ...SETTINGS, enabled: false } });
    expect(await off.enqueue(caller, { session, ...stop })).toBeNull();
    expect(await world.service.enqueue(caller, { session, ...stop })).not.toBeNull();
    expect(await paused.runQueued(caller)).toMatchObject({ ran: 0, queued: 1 });
  });

  it('by a paid reviewer before enough turns are there, but always when the session ends', async () => {
    const { store, service, caller } = await reviewWorld({ profile: PAID });
    const { session } = await converse(store, 'one', [...TURN, ...NEXT, ...NEXT]);
    expect(await service.enqueue(caller, { session, trigger: 'stop' })).toBeNull();
    await converse(store, 'one', NEXT);
    expect(await service.enqueue(caller, { session, trigger: 'stop' })).toMatchObject({ throughTurn: 4 });
    await converse(store, 'one', NEXT);
    expect(await service.enqueue(caller, { session, trigger: 'stop' })).toBeNull();
    expect(await service.enqueue(caller, { session, trigger: 'session-end' })).toMatchObject({
      throughTurn: 5,
    });
  });
});

describe('a session that went from one project to another', () => {
  it('is reviewed in each of them for itself, however many turns a reviewer waits for', async () => {
    const { store, service, reviewer, caller, shop } = await reviewWorld({ profile: PAID });
    const barn = await project(store, 'barn');
    reviewer.act = async ({ context }) => output(`It was said in turn ${context.turns[1]}`);
    const { session } = await converse(store, 'one', TURN, { project: shop });
    await converse(store, 'one', NEXT, { project: barn });
    await service.enqueue(caller, { session, trigger: 'session-end' });
    expect(await store.reviews.list({ limit: 9 })).toMatchObject([
      { project: barn, throughTurn: 2 },
      { project: shop, throughTurn: 1 },
    ]);
    expect(await service.enqueue(caller, { session, trigger: 'session-end' })).toMatchObject({
      project: barn,
    });
    expect(await service.runQueued(caller)).toMatchObject({ done: 2, queued: 0 });
    expect(reviewer.shown.map(({ context }) => context)).toMatchObject([
      { project: 'shop', turns: [1, 1], reviewed_up_to: 0 },
      { project: 'barn', reviewed_up_to: 1 },
    ]);
    const items = await store.suggestions.list({ limit: 9 });
    const found = items.map((item) => [item.project, item.summary]);
    expect(found).toEqual(
      expect.arrayContaining([
        [shop, 'It was said in turn 1'],
        [barn, 'It was said in turn 2'],
      ]),
    );
  });
});

describe('a review that fails', () => {
  it.each([
    ['unreachable', 'queued'],
    ['timeout', 'queued'],
    ['rate_limited', 'queued'],
    ['aborted', 'queued'],
    ['not_configured', 'queued'],
    ['refused', 'queued'],
    ['invalid_output', 'queued'],
  ] as const)('because of %s is %s', async (kind, state) => {
    const { store, service, reviewer, caller } = await reviewWorld();
    reviewer.act = async () => {
      throw new ReviewFailure(kind, `it was ${kind}`);
    };
    const { session } = await converse(store, 'one', TURN);
    await service.enqueue(caller, { session, trigger: 'stop' });
    // What was cut off is not tried again in the same run: the signal that cut it off has come.
    const stop = new AbortController();
    const act = reviewer.act;
    reviewer.act = (snapshot, request) => {
      stop.abort();
      return act(snapshot, request);
    };
    expect(await service.runQueued(caller, { signal: stop.signal })).toMatchObject({ ran: 1 });
    const [job] = await store.reviews.list({ limit: 1 });
    const attempts = kind === 'refused' || kind === 'invalid_output' ? 1 : 0;
    expect(job).toMatchObject({ state, error: `it was ${kind}`, attempts });
    expect(await store.health.note('review')).toMatchObject({ error: `it was ${kind}` });
  });

  it.each(['timeout', 'rate_limited', 'unreachable', 'not_configured'] as const)(
    'because of %s waits for two weeks, longer each time, and is done when the reviewer is back',
    async (kind) => {
      const { store, service, reviewer, caller, clock } = await reviewWorld({ profile: PAID });
      const away = async () => {
        throw new ReviewFailure(kind, 'not now');
      };
      const { session } = await converse(store, 'one', TURN);
      await service.enqueue(caller, { session, trigger: 'session-end' });
      reviewer.act = away;
      for (const minutes of [1, 1, 2, 4, 8, 16, 32, 60, 60]) {
        expect(await service.runQueued(caller)).toMatchObject({ ran: 1, again: 1, queued: 1 });
        const [job] = await store.reviews.list({ limit: 1 });
        expect(job).toMatchObject({ attempts: 0, notBefore: clock.now + minutes * 60_000 });
        clock.now += minutes * 60_000;
      }
      reviewer.act = async () => output('We use pnpm here, never npm');
      expect(await service.runQueued(caller)).toMatchObject({ done: 1, queued: 0 });
      const other = await converse(store, 'two', TURN);
      await service.enqueue(caller, { session: other.session, trigger: 'session-end' });
      reviewer.act = away;
      await service.runQueued(caller);
      clock.now += 14 * 86_400_000;
      expect(await service.runQueued(caller)).toMatchObject({ failed: 1, queued: 0 });
    },
  );

  it.each(['invalid_output', 'refused'] as const)(
    'because of %s has failed after four attempts in 31 hours; its turns are reviewed with the next one',
    async (kind) => {
      const { service, reviewer, caller, clock, store } = await reviewWorld();
      reviewer.act = async () => {
        throw new ReviewFailure(kind, 'not so');
      };
      const { session } = await converse(store, 'one', TURN);
      await service.enqueue(caller, { session, trigger: 'stop' });
      for (const hours of [1, 6, 24]) {
        expect(await service.runQueued(caller)).toMatchObject({ ran: 1, again: 1 });
        clock.now += hours * 3_600_000 - 1;
        expect(await service.runQueued(caller)).toMatchObject({ ran: 0 });
        clock.now += 1;
      }
      expect(await service.runQueued(caller)).toMatchObject({ ran: 1, failed: 1, queued: 0 });
      reviewer.act = async () => output('We use pnpm here, never npm');
      await converse(store, 'one', NEXT);
      await service.enqueue(caller, { session, trigger: 'stop' });
      expect(await service.runQueued(caller)).toMatchObject({ done: 1 });
      expect(reviewer.shown.at(-1)?.context).toMatchObject({ reviewed_up_to: 0, turns: [1, 2] });
    },
  );

  it('because its reviewer is away holds all others for a while; another reviewer does them at once', async () => {
    const { store, service, reviewer, caller, clock, with: other } = await reviewWorld({ profile: PAID });
    reviewer.act = async () => {
      throw new ReviewFailure('timeout', 'no answer');
    };
    const queue = async (name: string) => {
      const { session } = await converse(store, name, TURN);
      await service.enqueue(caller, { session, trigger: 'session-end' });
    };
    for (const name of ['one', 'two', 'three']) await queue(name);
    expect(await service.runQueued(caller)).toMatchObject({ ran: 1, queued: 3 });
    await queue('four');
    expect(await service.runQueued(caller)).toMatchObject({ ran: 0, queued: 4 });
    clock.now += 60_000;
    expect(await service.runQueued(caller)).toMatchObject({ ran: 1, queued: 4 });
    reviewer.act = async () => output();
    expect(await other({ profile: { ...PAID, model: 'large' } }).runQueued(caller)).toMatchObject({
      done: 3,
    });
    expect(await service.retry(caller)).toBe(1);
    expect(await service.runQueued(caller)).toMatchObject({ done: 1, queued: 0 });
  });

  it('takes in what the session says while its reviewer is away', async () => {
    const { store, service, reviewer, caller, clock } = await reviewWorld();
    reviewer.act = async () => {
      throw new ReviewFailure('unreachable', 'nothing listens there');
    };
    const { session } = await converse(store, 'one', TURN);
    await service.enqueue(caller, { session, trigger: 'stop' });
    await service.runQueued(caller);
    await converse(store, 'one', NEXT);
    await service.enqueue(caller, { session, trigger: 'stop' });
    reviewer.act = async () => output();
    clock.now += 60_000;
    expect(await service.runQueued(caller)).toMatchObject({ ran: 1, done: 1, queued: 0 });
    expect(reviewer.shown.at(-1)?.context).toMatchObject({ reviewed_up_to: 0, turns: [1, 2] });
  });

  it('is tried again when a person asks for it', async () => {
    const { store, service, reviewer, caller, clock } = await reviewWorld();
    reviewer.act = async () => {
      throw new ReviewFailure('refused', 'too long');
    };
    const { session } = await converse(store, 'one', TURN);
    const job = await service.enqueue(caller, { session, trigger: 'stop' });
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await service.runQueued(caller);
      clock.now += 24 * 3_600_000;
    }
    expect(await service.enqueue(caller, { session, trigger: 'stop' })).toMatchObject({ state: 'failed' });
    const again = { id: job?.id, state: 'queued', attempts: 0 };
    expect(await service.enqueue(caller, { session, trigger: 'manual' })).toMatchObject(again);
    expect(await service.retry(caller)).toBe(1);
    expect(await store.reviews.list({ limit: 9 })).toMatchObject([again]);
  });

  it('leaves the raw answers, redacted, in a file of the person alone', async () => {
    const { home, store, service, reviewer, caller } = await reviewWorld();
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    reviewer.act = async () => {
      throw new ReviewFailure('invalid_output', 'no JSON in it', { raw: [`sure! ${secret}`, 'again'] });
    };
    const { session } = await converse(store, 'one', TURN);
    const job = await service.enqueue(caller, { session, trigger: 'stop' });
    await service.runQueued(caller);
    const path = join(home, 'review', 'failed', `${job?.id}.txt`);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('sure!');
    expect(text).toContain('answer 2 of 2');
    expect(text).not.toContain(secret);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does not ask, or pay, twice for an answer that was there when its process ended', async () => {
    const world = await reviewWorld({ profile: PAID });
    const { store, reviewer, caller } = world;
    reviewer.act = async (_snapshot, request) => {
      await request.mayCall();
      await request.spent({ calls: 1, inputTokens: 100, outputTokens: 10 });
      return output('We use pnpm here, never npm');
    };
    const { session } = await converse(store, 'one', TURN, { project: world.shop });
    await world.service.enqueue(caller, { session, trigger: 'session-end' });
    const gone = { pid: 2 ** 22 + 1, startTime: '1', bootId: null, host: 'elsewhere' };
    const dying = world.with({
      self: async () => gone,
      checkpoint: async (at) => {
        if (at === 'answered') throw new Error('killed');
      },
      // The end of a killed process is written by nobody.
      store: {
        ...store,
        reviews: { ...store.reviews, end: () => new Promise(() => undefined) },
      },
    });
    void dying.runQueued(caller);
    await expect.poll(async () => (await store.reviews.spent(0)).calls).toBe(1);
    await expect
      .poll(async () => {
        const [job] = await store.reviews.list({ limit: 1 });
        return (await store.reviews.snapshot(job?.id ?? ''))?.answer;
      })
      .not.toBeNull();
    world.clock.now += 3_600_000;
    expect(await world.service.runQueued(caller)).toMatchObject({ done: 1, ran: 1 });
    expect(reviewer.shown).toHaveLength(1);
    expect(await store.reviews.spent(0)).toEqual({ calls: 1, tokens: 110 });
    expect(await store.suggestions.list({ limit: 9 })).toHaveLength(1);
  });
});

describe('budgets of a paid reviewer', () => {
  const settings = { ...SETTINGS, daily_calls: 2, every_turns: 1 };

  async function paidWorld() {
    const world = await reviewWorld({ profile: PAID, settings });
    world.reviewer.act = async (_snapshot, { mayCall, spent }) => {
      if (!(await mayCall())) throw new ReviewFailure('budget', 'no call is left');
      await spent({ calls: 1, inputTokens: 1000, outputTokens: 50 });
      return output('We use pnpm here, never npm');
    };
    const enqueue = async (name: string) => {
      const { session } = await converse(world.store, name, TURN, { project: world.shop });
      await world.service.enqueue(world.caller, { session, trigger: 'stop' });
    };
    return { ...world, enqueue };
  }

  it('stop a review with clear words, and let it go on the next day', async () => {
    const { store, service, caller, clock, enqueue } = await paidWorld();
    for (const name of ['one', 'two', 'three']) await enqueue(name);
    expect(await service.runQueued(caller)).toMatchObject({ ran: 3, done: 2, stopped: 1 });
    const [stopped] = await store.reviews.list({ states: ['stopped'], limit: 9 });
    expect(stopped).toMatchObject({
      attempts: 0,
      error:
        'The budget of the day is used up: 2 of 2 calls are used. It goes on by itself after 00:00 UTC, or raise [review] daily_calls.',
    });
    expect(await service.runQueued(caller)).toMatchObject({ ran: 0 });
    clock.now = Date.UTC(2026, 10, 22);
    expect(await service.runQueued(caller)).toMatchObject({ ran: 1, done: 1 });
    expect(await store.reviews.counts()).toMatchObject({ done: 3, stopped: 0 });
  });

  it('make one review of all that a session says while it is stopped', async () => {
    const { store, service, reviewer, caller, clock, enqueue } = await paidWorld();
    for (const name of ['one', 'two', 'three']) await enqueue(name);
    await service.runQueued(caller);
    await enqueue('three');
    expect(await store.reviews.list({ states: ['stopped'], limit: 9 })).toMatchObject([{ throughTurn: 2 }]);
    clock.now = Date.UTC(2026, 10, 22);
    await service.runQueued(caller);
    expect(reviewer.shown.at(-1)?.context).toMatchObject({ reviewed_up_to: 0, turns: [1, 2] });
  });

  it('hold within a review: a call that is refused is never made', async () => {
    const { store, service, reviewer, caller, enqueue } = await paidWorld();
    let calls = 0;
    reviewer.act = async (_snapshot, { mayCall, spent }) => {
      for (;;) {
        if (!(await mayCall())) throw new ReviewFailure('budget', 'no call is left');
        calls += 1;
        await spent({ calls: 1, inputTokens: null, outputTokens: null });
      }
    };
    await enqueue('one');
    expect(await service.runQueued(caller)).toMatchObject({ stopped: 1 });
    expect(calls).toBe(2);
    const [line] = await store.reviews.ledger(0);
    expect(line).toMatchObject({ calls: 2, estimated: true, model: 'small' });
    expect(line?.inputTokens).toBeGreaterThan(0);
  });

  it('that stopped it let it go on when the reviewer is free', async () => {
    const { store, caller, enqueue, service, with: other } = await paidWorld();
    for (const name of ['one', 'two', 'three']) await enqueue(name);
    expect(await service.runQueued(caller)).toMatchObject({ stopped: 1 });
    const free = await reviewWorld();
    const rules = other({
      profile: { ...PAID, provider: 'rules', model: null },
      reviewer: async () => free.reviewer,
    });
    expect(await rules.runQueued(caller)).toMatchObject({ done: 1 });
    expect(await store.reviews.counts()).toMatchObject({ done: 3, stopped: 0 });
  });

  it('count no free reviewer', async () => {
    const world = await reviewWorld({ settings: { ...SETTINGS, daily_calls: 0, daily_tokens: 0 } });
    const { session } = await converse(world.store, 'one', TURN);
    await world.service.enqueue(world.caller, { session, trigger: 'stop' });
    expect(await world.service.runQueued(world.caller)).toMatchObject({ done: 1 });
  });

  it('are told with what is left of them', async () => {
    const { service, caller, enqueue } = await paidWorld();
    for (const name of ['one', 'two', 'three']) await enqueue(name);
    await service.runQueued(caller);
    const report = await service.usage(caller, { days: 7 });
    expect(report).toMatchObject({
      reviewer: { provider: 'openai-compatible', model: 'small', paid: true },
      today: { day: '2026-11-21', calls: { used: 2, limit: 2, left: 0 }, tokens: { used: 2100 } },
      ledger: [{ day: '2026-11-21', calls: 2, inputTokens: 2000, outputTokens: 100, failed: 0 }],
      jobs: { done: 2, stopped: 1 },
    });
    expect(report.stopped).toHaveLength(1);
    expect(report.last).toHaveLength(3);
  });
});

describe('a snapshot', () => {
  it('goes when its time is over, with the dump of its job', async () => {
    const { home, store, service, reviewer, caller, clock } = await reviewWorld();
    reviewer.act = async () => {
      throw new ReviewFailure('invalid_output', 'no JSON in it', { raw: ['sure!'] });
    };
    const { session } = await converse(store, 'one', TURN);
    const job = await service.enqueue(caller, { session, trigger: 'stop' });
    await service.runQueued(caller);
    for (const hours of [1, 6, 24]) {
      clock.now += hours * 3_600_000;
      await service.runQueued(caller);
    }
    const path = join(home, 'review', 'failed', `${job?.id}.txt`);
    expect(await store.reviews.snapshot(job?.id ?? '')).not.toBeNull();
    clock.now += 14 * 86_400_000 - 1;
    await service.runQueued(caller);
    expect(existsSync(path)).toBe(true);
    clock.now += 1;
    await service.runQueued(caller);
    expect(await store.reviews.snapshot(job?.id ?? '')).toBeNull();
    expect(existsSync(path)).toBe(false);
    expect(await store.reviews.get(job?.id ?? '')).toMatchObject({ state: 'failed' });
  });
});
