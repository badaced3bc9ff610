import { describe, expect, it } from 'vitest';
import { converse, type Said } from '../support/conversation.ts';
import { world } from './world.ts';

const FILLER: readonly Said[] = Array.from({ length: 30 }, (_, at) => ({
  text: `Plain filler line about topic${at}`,
}));

async function filled(author?: string) {
  const here = await world();
  const said: readonly Said[] = [
    ...FILLER,
    { text: 'I want the order mails off the request path, and I want it now' },
    ...FILLER,
    { text: 'The business says cart' },
    ...FILLER,
    { text: 'Joonas wants pnpm' },
    ...FILLER,
    ...(author === undefined ? [] : [{ author, text: 'Good morning' }]),
  ];
  await converse(here.store, 'talk', said, { project: here.shop });
  return here;
}

describe('a question for what somebody said or wanted', () => {
  it.each([
    'what did Joonas want',
    'What does Joonas want?',
    'what did joonas say',
    'What did Joonas decide',
  ])('puts what holds the name first, though it is no author: %s', async (query) => {
    const { texts } = await filled();
    expect((await texts({ query }))[0]).toContain('Joonas wants pnpm');
  });

  it('finds what others said of an author', async () => {
    const { texts } = await filled('Joonas');
    expect((await texts({ query: 'what did Joonas want' }))[0]).toContain('Joonas wants pnpm');
  });

  it('gives nothing for good that only holds the verb', async () => {
    const { history, agent } = await filled();
    const { sentence, reason } = await history.ask(agent, { query: 'what did Zoltan say' });
    expect(`${sentence} ${reason}`).toMatch(/weak match|nothing relevant/);
  });
});
