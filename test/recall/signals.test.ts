import { describe, expect, it } from 'vitest';
import type { Caller } from '../../src/model/caller.ts';
import { agentIn, converse } from '../support/conversation.ts';
import { recallWorld } from '../support/recall-world.ts';

describe('what stands beside the words', () => {
  it('puts the caller’s folder before the project, that before the user, and others last', async () => {
    const { store, caller, add, ids } = await recallWorld('2026-05-02');
    const { project } = await import('../support/temp-store.ts');
    const blog = await project(store, 'blog');
    const other = await add('Timeouts are thirty seconds in alpha', { project: blog });
    const user = await add('Timeouts are thirty seconds in bravo', { scope: 'user', project: null });
    const folder = await add('Timeouts are thirty seconds in charlie', { cwd: 'packages/api' });
    const root = await add('Timeouts are thirty seconds in delta', { cwd: '' });
    const inside: Caller = {
      ...caller,
      project: caller.project === null ? null : { ...caller.project, cwd: 'packages/api/src' },
    };
    expect(await ids({ query: 'how long are timeouts?', scope: 'all' }, inside)).toEqual(
      [folder, root, user, other].map(({ short }) => short),
    );
  });

  it('prefers a person’s word to an agent’s, and that to a tool’s, where they fit alike', async () => {
    const { add, ids } = await recallWorld('2026-05-02');
    const user = await add('Retries stop after five in alpha', { origin: 'user' });
    const tool = await add('Retries stop after five in bravo', { origin: 'tool' });
    const agent = await add('Retries stop after five in charlie');
    expect(await ids('when do retries stop?')).toEqual([user, agent, tool].map(({ short }) => short));
  });

  it('lifts what was of use, a little: never above what fits better', async () => {
    const { store, add, ids, ask } = await recallWorld('2026-05-02');
    const used = await add('Retries stop after five in alpha');
    const newer = await add('Retries stop after five in bravo');
    const better = await add('Retries of uploads stop after nine in charlie');
    expect(await ids('when do retries stop in alpha or bravo?')).toEqual([newer.short, used.short]);
    for (let at = 0; at < 40; at += 1)
      await store.feedback.record([{ kind: 'used', target: used.short, session: null }]);
    await store.feedback.record([{ kind: 'shown', target: newer.short, session: null }]);
    expect((await ids('when do retries stop in alpha or bravo?'))[0]).toBe(used.short);
    expect((await ids('when do retries of uploads stop?'))[0]).toBe(better.short);
    const { blocks } = await ask({ query: 'when do retries stop in alpha or bravo?', explain: true });
    expect(blocks[0]?.text).toMatch(
      /^why: holds retries, .* · confidence 0\.\d+ · own words .* · project \+0\.4 · used 40× \+0\.5$/m,
    );
    expect(blocks[1]?.text).not.toContain('used');
  });

  it('says that there are no skills yet', async () => {
    const { add, ask } = await recallWorld('2026-05-02');
    await add('Retries stop after five');
    expect((await ask({ query: 'retries', kinds: ['skill'] })).sentence).toBe('No skills are stored yet.');
    const both = await ask({ query: 'when do retries stop?', kinds: ['skill', 'memory'] });
    expect(both.hits).toHaveLength(1);
    expect(both.closing).toContain('No skills are stored yet.');
  });

  it('tells how many more say the same, and hides none that has a word of its own', async () => {
    const { add, ask } = await recallWorld('2026-05-02');
    const base =
      'The deploy script of the payment service asks for a token from the vault before each run in';
    await add(`${base} staging`);
    await add(`${base} production`);
    await add(`${base} staging!`);
    await add(`${base} staging.`);
    const { hits, blocks } = await ask('deploy script of the payment service');
    expect(hits).toHaveLength(2);
    expect(blocks.map(({ text }) => text.split('\n')[0]).join('\n')).toContain('and 2 like it');
  });
});

describe('a lone fact', () => {
  it('is found, as a weak match, by what was said next to it', async () => {
    const { store, shop, add, ask } = await recallWorld('2026-11-02');
    for (let at = 0; at < 30; at += 1) {
      await converse(store, `other-${at}`, [{ text: `Talk number ${at} about colours and buttons` }], {
        project: shop,
      });
    }
    const talk = await converse(
      store,
      'talk',
      [
        { text: 'The quarterly reconciliation of ledger exports fails with a timeout' },
        { role: 'assistant', text: 'Raising the limit to 90 seconds cures the ledger reconciliation.' },
      ],
      { project: shop },
    );
    const fact = await add('Raised to 90 seconds', { session: talk.session, turn: 1 });
    const answer = await ask('why did quarterly ledger reconciliation exports fail?');
    expect(answer.hits).toMatchObject([{ id: fact.short, weak: true }]);
    // One common word, or words that stand nowhere together, are not enough.
    expect((await ask('which buttons have colours?')).hits).toEqual([]);
    expect((await ask('quarterly talk about ledger buttons and colours in Paris')).hits).toEqual([]);
    // The question itself, in the session that asks it, is no evidence.
    const asking = await converse(store, 'asking', [{ text: 'zebra giraffe okapi enclosure heating' }], {
      project: shop,
    });
    await add('Set to nineteen', { session: asking.session, turn: 1 });
    const agent = await agentIn(store, asking, shop);
    expect((await ask('zebra giraffe okapi enclosure heating', agent)).hits).toEqual([]);
  });
});
