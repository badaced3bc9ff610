import { describe, expect, it } from 'vitest';
import { memoryTerms } from '../../src/memories/terms.ts';
import { recallWorld } from '../support/recall-world.ts';

describe('what was replaced', () => {
  it('brings what holds now, with the old wording that was asked for', async () => {
    const { remember, ask } = await recallWorld('2026-05-02');
    const jest = await remember('2026-05-02', 'We use Jest for the unit tests');
    const vitest = await remember('2026-06-10', 'The suite moved to Vitest', jest);
    const answer = await ask('do we use Jest?');
    expect(answer.hits.map(({ id }) => id)).toEqual([vitest]);
    expect(answer.blocks[0]?.text).toContain('replaces: "We use Jest for the unit tests" (2026-05-02)');
    expect(answer.hits[0]).toMatchObject({ weak: false, links: [{ kind: 'replaces', id: jest }] });
  });

  it('is found however many records were replaced since, and however long the chain is', async () => {
    const { remember, ids, add, ask } = await recallWorld('2026-01-01');
    let last = await remember('2026-01-01', 'Deployment goes to Heroku with dynos');
    for (let at = 0; at < 60; at += 1) last = await remember('2026-02-01', `We ship to cluster${at}`, last);
    for (let at = 0; at < 220; at += 1) {
      const old = await add(`Nightly import ${at} reads feed${at} from the warehouse`);
      await remember('2026-03-01', `Stream ${at} has taken over`, old.short);
    }
    expect(await ids('heroku dynos')).toEqual([last]);
    expect((await ask('heroku dynos')).blocks[0]?.text).toContain('Heroku');
    // Two hundred old wordings of it must not crowd out what holds.
    const holds = await add('The nightly import reads the warehouse through a replica');
    expect(await ids('nightly import warehouse')).toContain(holds.short);
  });

  it('is never an answer itself, nor is what was forgotten after it was replaced', async () => {
    const { remember, memories, caller, ids } = await recallWorld('2026-05-02');
    const jest = await remember('2026-05-02', 'We use Jest for the unit tests');
    const vitest = await remember('2026-06-10', 'The suite moved to Vitest', jest);
    await memories.forget(caller, jest, 'wrong');
    expect(await ids('do we use Jest for the unit tests?')).toEqual([]);
    expect(await ids('has the suite moved to Vitest?')).toEqual([vitest]);
    expect((await ids({ query: 'do we use Jest for unit tests', asOf: '2026-05-20' })).length).toBe(0);
  });

  it('is put into the index of a store that did not hold it there', async () => {
    const { store, remember, ids } = await recallWorld('2026-05-02');
    const jest = await remember('2026-05-02', 'We use Jest for the unit tests');
    const vitest = await remember('2026-06-10', 'The suite moved to Vitest', jest);
    const terms = { message: () => [], memory: memoryTerms };
    await store.health.rebuild(terms);
    expect((await store.health.check(terms)).filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(await ids('do we use Jest?')).toEqual([vitest]);
  });
});

describe('as of a time', () => {
  async function history() {
    const world = await recallWorld('2026-03-01');
    const jest = await world.remember('2026-03-01', 'The test runner is Jest');
    const vitest = await world.remember('2026-06-10T12:00:00Z', 'The test runner is Vitest', jest);
    world.clock.now = Date.parse('2026-11-21');
    const at = (asOf: string) => world.ids({ query: 'which test runner do we use?', asOf });
    return { ...world, jest, vitest, at };
  }

  it('gives what held then, and nothing that came later', async () => {
    const { jest, vitest, at, ask } = await history();
    expect(await at('2026-05-01')).toEqual([jest]);
    expect(await at('2026-05')).toEqual([jest]);
    expect(await at('2026-06-10T11:00:00Z')).toEqual([jest]);
    expect(await at('2026-06-10')).toEqual([vitest]);
    expect(await at('2026')).toEqual([vitest]);
    expect(await at('2026-02')).toEqual([]);
    const answer = await ask({ query: 'which test runner do we use?', asOf: '2026-05-01' });
    expect(answer.sentence).toBe('1 memory fits as of 2026-05-01:');
    expect(answer.blocks[0]?.text).toContain(' · as of 2026-05-01');
    expect(answer.blocks[0]?.text).toContain(`replaced since by: [${vitest}] The test runner is Vitest`);
    const nothing = await ask({ query: 'which test runner do we use?', asOf: '2026-02' });
    expect(nothing.sentence).toBe('Nothing relevant held as of 2026-02 in this project or for the user.');
  });

  it('gives the words of that time', async () => {
    const { clock, store, caller, add, ask } = await recallWorld('2026-03-01');
    const first = await add('Invoices are numbered by a sequence of the database');
    clock.now = Date.parse('2026-04-01');
    const { row: _row, short: _short, ...rest } = first;
    await store.plans.apply({
      kind: 'remember',
      caller,
      operations: [
        {
          op: 'merge',
          target: first.id,
          version: 1,
          memory: {
            ...rest,
            title: 'Invoice numbers',
            content: 'Invoices are numbered by a sequence of the main database',
            contentHash: new Uint8Array(16),
            state: 'active',
            links: [],
          },
        },
      ],
    });
    clock.now = Date.parse('2026-11-21');
    const then = await ask({ query: 'how are invoices numbered?', asOf: '2026-03-10' });
    expect(then.hits[0]?.text).toBe('Invoices are numbered by a sequence of the database');
    expect((await ask('how are invoices numbered?')).hits[0]?.text).toContain('main database');
  });

  it('gives what has run out for its time only, and never what waited or was forgotten', async () => {
    const { clock, add, ids, memories, caller } = await recallWorld('2026-03-01');
    const freeze = await add('The release freeze covers the payment service', {
      validTo: Date.parse('2026-04-01'),
    });
    await add('The release freeze covers the ledger service', { state: 'waiting', reason: 'needs review' });
    const gone = await add('The release freeze covers the mail service');
    clock.now = Date.parse('2026-11-21');
    await memories.forget(caller, gone.short, 'wrong');
    expect(await ids('what does the release freeze cover?')).toEqual([]);
    expect(await ids({ query: 'what does the release freeze cover?', asOf: '2026-03-15' })).toEqual([
      freeze.short,
    ]);
  });

  it.each(['yesterdayish', '0099-01-01', '2026-13', '2026-02-30', '12', ''])(
    'refuses %j, saying what to send',
    async (asOf) => {
      const { ask } = await history();
      await expect(ask({ query: 'test runner', asOf })).rejects.toThrow(/`as_of` is not a time/);
    },
  );

  it('refuses the future', async () => {
    const { ask } = await history();
    await expect(ask({ query: 'test runner', asOf: '2027-01' })).rejects.toThrow(/lies in the future/);
  });
});
