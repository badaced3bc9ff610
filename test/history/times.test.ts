import { describe, expect, it } from 'vitest';
import { converse, type Said } from '../support/conversation.ts';
import { world } from './world.ts';

const talk = (about: string): readonly Said[] => [
  { text: `Prompt of ${about}` },
  { role: 'assistant', text: `Step of ${about}` },
  { role: 'tool', tool: 'Bash', text: `Output of ${about}` },
  { role: 'assistant', text: `Conclusion of ${about}` },
];

/** A talk in March, one in May and one in August; in March a log line names a day in May, and the year. */
async function filled() {
  const here = await world();
  const project = here.shop;
  const log: Said = { role: 'tool', tool: 'Bash', text: 'deployed on 2026-05-12, build of May 2026' };
  await converse(here.store, 'march', [...talk('stripe webhooks'), log], {
    project,
    startedAt: Date.UTC(2026, 2, 18, 9),
  });
  await converse(here.store, 'may', talk('mail templates'), { project, startedAt: Date.UTC(2026, 4, 6, 9) });
  await converse(here.store, 'august', talk('basket totals'), {
    project,
    startedAt: Date.UTC(2026, 7, 13, 9),
  });
  const said = async (query: string) =>
    (await here.texts({ query })).map((text) => text.split('\n').slice(1).join(' '));
  return { ...here, said };
}

describe('a question for nothing but a time', () => {
  it.each([
    'what did we do in May 2026',
    'in May',
    'May 2026',
    'What happened on 2026-05-06?',
    'what did we decide on 6 May 2026',
    'sessions in may 2026',
  ])('is answered by what was said then, prompts and conclusions first: %s', async (query) => {
    const { said } = await filled();
    expect(await said(query)).toEqual([
      'Prompt of mail templates',
      'Conclusion of mail templates',
      'Step of mail templates',
      'Output of mail templates',
    ]);
  });

  it('says that nothing is there, and shows nothing of another time', async () => {
    const { history, agent } = await filled();
    const answer = await history.ask(agent, { query: 'what did we do on 2026-05-12' });
    expect(answer).toMatchObject({
      abstained: true,
      blocks: [],
      sentence: 'Nothing from 2026-05-12 is stored in the history of this project.',
    });
  });

  it('goes on where a page ends, and keeps to the other filters', async () => {
    const { history, agent } = await filled();
    const first = await history.ask(agent, { query: 'in August', limit: 3 });
    const cursor = /cursor:"([^"]+)"/.exec(first.next(3) ?? '')?.[1] ?? '';
    const next = await history.ask(agent, { cursor });
    expect(next.blocks.map(({ text }) => text)).toEqual([expect.stringContaining('Output of basket totals')]);
    const tools = await history.ask(agent, { query: 'in August', role: 'tool' });
    expect(tools.hits.map(({ role }) => role)).toEqual(['tool']);
  });

  it('shows what the one said whom it names', async () => {
    const { store, shop, texts } = await world();
    const said: readonly Said[] = [
      { author: 'Melanie', text: 'The queue is slow' },
      { author: 'Bertram', text: 'The cache is cold' },
    ];
    await converse(store, 'two', said, { project: shop, startedAt: Date.UTC(2026, 4, 6) });
    const found = await texts({ query: 'what did Bertram do in May 2026' });
    expect(found).toEqual([expect.stringContaining('The cache is cold')]);
  });
});

describe('a question for something at a time', () => {
  it('puts what was said then first', async () => {
    const { store, shop, refs } = await world();
    const spoken: readonly Said[] = [{ text: 'The stripe webhooks fail' }];
    for (const [name, month] of [
      ['march', 2],
      ['may', 4],
      ['august', 7],
    ] as const) {
      await converse(store, name, spoken, { project: shop, startedAt: Date.UTC(2026, month, 20) });
    }
    const [march] = await store.sessions.find('march');
    expect((await refs({ query: 'stripe webhooks in March 2026' }))[0]).toBe(`${march?.short}/1`);
  });

  it('says where the words stand in messages of other times only', async () => {
    const { history, agent } = await filled();
    const answer = await history.ask(agent, { query: 'stripe webhooks in August 2026' });
    expect(answer.sentence).toMatch(/^No message from 2026-08-01 to 2026-08-31 holds these words; /);
    expect(answer.blocks[0]?.text).toContain('stripe webhooks');
  });

  it('does not look for the year as a word', async () => {
    const { said } = await filled();
    expect((await said('stripe webhooks in August 2026')).slice(0, 2).join()).not.toContain('build of May');
  });
});
