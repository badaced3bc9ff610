import { describe, expect, it } from 'vitest';
import { UserInputError } from '../../src/model/errors.ts';
import { converse, type Said } from '../support/conversation.ts';
import { append, cursorOf, said, world } from './world.ts';

const TALK: readonly Said[] = [
  { text: 'How is the invoice number drawn?' },
  { role: 'assistant', text: 'I look at the code first.' },
  { role: 'tool', tool: 'Bash', text: 'select nextval(…)' },
  { role: 'assistant', text: 'From a Postgres sequence.' },
  { text: 'And who resets it?' },
  { role: 'assistant', text: 'Nobody: it goes on.' },
];

async function talked(talk: readonly Said[] = TALK) {
  const made = await world();
  const conversation = await converse(made.store, 'session-a', talk, { project: made.shop });
  const record = await made.store.sessions.get(conversation.session);
  return { ...made, conversation, short: record?.short ?? '' };
}

describe('recall_history with a ref', () => {
  it('shows the message whole and its neighbours clipped', async () => {
    const { history, agent, short } = await talked([
      TALK[0] ?? { text: '' },
      { role: 'assistant', text: `${'A very long answer. '.repeat(100)}The end.` },
      { role: 'tool', tool: 'Bash', text: 'x '.repeat(3000) },
    ]);
    const answer = await history.ask(agent, { ref: `${short}/2` });
    expect(answer.sentence).toBe(`Message ${short}/2, with what stands around it:`);
    expect(answer.hits[0]).toMatchObject({ ref: `${short}/2`, role: 'assistant' });
    expect(answer.hits[0]?.text.endsWith('The end.')).toBe(true);
    const after = answer.blocks.find(({ ref }) => ref === `${short}/3`);
    expect(after?.text.length).toBeLessThan(600);
    expect(after?.text).toMatch(/more characters\)$/);
    expect(said(answer)).toContain(`recall_history({session:"${short}", turns:[1]})`);
  });

  it('takes `around` as the number of neighbours on each side', async () => {
    const { refs, short } = await talked();
    expect(await refs({ ref: `${short}/4`, around: 0 })).toEqual([`${short}/4`]);
    expect(await refs({ ref: `${short}/4`, around: 1 })).toEqual([4, 3, 5].map((n) => `${short}/${n}`));
    expect(await refs({ ref: `${short}/4` })).toEqual([4, 1, 2, 3, 5, 6].map((n) => `${short}/${n}`));
  });

  it('takes a prefix, brackets, the full id and the client’s id', async () => {
    const { refs, short, conversation } = await talked();
    for (const ref of [
      `[${short}/4]`,
      `${short.slice(0, 4)}/4`,
      `${conversation.session}/4`,
      `#${short}/4`,
    ]) {
      expect((await refs({ ref, around: 0 }))[0]).toBe(`${short}/4`);
    }
  });

  it('opens a turn when the ref names one', async () => {
    const { refs, short } = await talked();
    expect(await refs({ ref: `${short}#2` })).toEqual([`${short}#2`]);
  });

  it('lets every part of a very long message be read', async () => {
    const lines = Array.from({ length: 900 }, (_, at) => `line ${at} of the report`).join('\n');
    const { history, agent, short } = await talked([{ text: lines }]);
    const read: string[] = [];
    let answer = await history.ask(agent, { ref: `${short}/1` });
    for (;;) {
      const [first] = answer.blocks;
      if (first === undefined) break;
      read.push(first.text);
      const cursor = cursorOf(answer, 1);
      if (cursor === null) break;
      answer = await history.ask(agent, { cursor });
    }
    expect(read.length).toBeGreaterThan(5);
    expect(read.join('').replace(/^.*\n/, '')).toBe(lines);
  });

  it('works for the turn that is going on', async () => {
    const { history, inside, conversation, short } = await talked();
    const answer = await history.ask(await inside(conversation), { ref: `${short}/5` });
    expect(answer.hits[0]?.text).toBe('And who resets it?');
  });

  it('marks a withdrawn message', async () => {
    const { store, history, agent, conversation, short } = await talked();
    await append(store, [{ type: 'rewind', session: conversation.session, turns: 1, place: 1_000_000 }]);
    const answer = await history.ask(agent, { ref: `${short}/6` });
    expect(answer.sentence).toContain('*withdrawn*');
    expect(answer.blocks[0]?.text).toContain('*withdrawn*');
    expect(answer.hits[0]).toMatchObject({ state: 'withdrawn', text: 'Nobody: it goes on.' });
  });

  it('says of a copy where the original stands', async () => {
    const { store, shop, history, agent } = await world();
    const shared: readonly Said[] = [{ key: 'k1', text: 'The first thing said' }];
    const first = await converse(store, 'first', shared, { project: shop });
    const fork = await converse(store, 'fork', shared, { project: shop });
    const [from, to] = [await store.sessions.get(first.session), await store.sessions.get(fork.session)];
    const answer = await history.ask(agent, { ref: `${to?.short}/1` });
    expect(answer.hits[0]?.text).toBe('The first thing said');
    expect(said(answer)).toContain(`a copy of ${from?.short}/1`);
  });

  it('says what is not there, and what to send instead', async () => {
    const { history, agent, short } = await talked();
    await expect(history.ask(agent, { ref: `${short}/99` })).rejects.toThrow(
      /has no message 99: its messages are numbered 1 to 6/,
    );
    await expect(history.ask(agent, { ref: 'zzzzzz/1' })).rejects.toThrow(/No such session is stored/);
    await expect(history.ask(agent, { ref: 'the third one' })).rejects.toThrow(/Send <session>\/<number>/);
    await expect(history.ask(agent, { ref: `${short}/1`, query: 'x' })).rejects.toThrow(UserInputError);
  });

  it('lists the candidates of an ambiguous session', async () => {
    const { store, shop, history, agent } = await world();
    await converse(store, 'thread-1', TALK, { project: shop });
    await converse(store, 'thread-2', TALK, { project: shop });
    const answer = await history.ask(agent, { session: 'thread' });
    expect(answer.sentence).toMatch(/^Several sessions begin like that/);
    expect(answer.blocks).toHaveLength(2);
  });
});

describe('recall_history with a session', () => {
  it('shows its turns with their calls, and what it was forked from', async () => {
    const { store, shop, history, agent } = await world();
    const shared: readonly Said[] = [
      { key: 'k1', text: 'The first thing said' },
      { key: 'k2', role: 'assistant', text: 'Yes' },
    ];
    const first = await converse(store, 'first', shared, { project: shop });
    const fork = await converse(store, 'fork', [...shared, { text: 'Now another way' }], { project: shop });
    const [from, to] = [await store.sessions.get(first.session), await store.sessions.get(fork.session)];
    const answer = await history.ask(agent, { session: 'fork' });
    expect(answer.sentence).toBe(`Session ${to?.short}: 2 of 2 turns, newest first:`);
    expect(answer.blocks[0]?.text).toMatch(
      /^session [0-9a-z]{6} · claude-code · shop · 2026-11-01 00:00 · 2 turns · 3 messages\n/,
    );
    expect(answer.blocks[0]?.text).toContain(
      `forked from [${from?.short}/2] — recall_history({ref:"${from?.short}/2"})`,
    );
    expect(answer.blocks[1]?.text).toContain(`— recall_history({session:"${to?.short}", turns:[1]})`);
  });

  it('pages through a long session without losing or repeating a turn', async () => {
    const { store, shop, history, agent } = await world();
    const many = Array.from({ length: 25 }, (_, at): Said => ({ text: `Prompt ${at + 1}` }));
    await converse(store, 'long', many, { project: shop });
    const seen: string[] = [];
    let answer = await history.ask(agent, { session: 'long', limit: 4 });
    for (;;) {
      seen.push(...answer.blocks.slice(0, 3).map(({ ref }) => ref));
      const cursor = cursorOf(answer, Math.min(3, answer.blocks.length));
      if (cursor === null) break;
      answer = await history.ask(agent, { cursor });
    }
    expect(seen.map((ref) => Number(ref.split('#')[1]))).toEqual(
      Array.from({ length: 25 }, (_, at) => 25 - at),
    );
  });

  it('shows withdrawn turns only with full, and marked', async () => {
    const { store, history, agent, conversation, short, texts } = await talked();
    await append(store, [{ type: 'rewind', session: conversation.session, turns: 1, place: 1_000_000 }]);
    expect(await texts({ session: short })).toHaveLength(1);
    const full = await texts({ session: short, full: true });
    expect(full[0]).toMatch(
      /#2 .*\*withdrawn\*.* — recall_history\(\{session:"[0-9a-z]+", turns:\[2\], full:true\}\)$/m,
    );
    const plain = await history.ask(agent, { session: short, turns: [2] });
    expect(plain.sentence).toMatch(/^Turn 2 was rewound \(\*withdrawn\*\)/);
    const whole = await history.ask(agent, { session: short, turns: [2], full: true });
    expect(said(whole)).toContain('Nobody: it goes on.');
    expect(whole.blocks[0]?.text).toContain('*withdrawn*');
  });
});

describe('recall_history with turns', () => {
  it('shows prompt, steps and conclusion, the conclusion last', async () => {
    const { history, agent, short } = await talked();
    const answer = await history.ask(agent, { session: short, turns: [1] });
    expect(answer.sentence).toBe(`One turn of session ${short}:`);
    expect(answer.blocks).toHaveLength(1);
    expect(answer.blocks[0]).toMatchObject({ keep: 'both', ref: `${short}#1` });
    expect(answer.blocks[0]?.text).toBe(
      [
        `${short}#1 · 2026-11-01 00:00 · claude-code · shop`,
        `[${short}/1] user: How is the invoice number drawn?`,
        `[${short}/2] assistant: I look at the code first.`,
        `[${short}/3] tool: select nextval(…)`,
        `Conclusion [${short}/4]:`,
        'From a Postgres sequence.',
      ].join('\n'),
    );
  });

  it('excerpts long outputs, and never the conclusion', async () => {
    const conclusion = `Because of this: ${'reason and '.repeat(900)}that is all.`;
    const { texts, short } = await talked([
      { text: 'Why?' },
      { role: 'tool', tool: 'Bash', text: `START${'-'.repeat(9000)}FINISH` },
      { role: 'assistant', text: conclusion },
    ]);
    const [text = ''] = await texts({ session: short, turns: [1] });
    expect(text.endsWith(conclusion)).toBe(true);
    expect(text).toMatch(/START-{1195}\n… 7211 characters left out …\n-{594}FINISH\n/);
  });

  it('keeps prompt and conclusion of a turn of hundreds of steps within bounds, and names what is left out', async () => {
    const steps = Array.from(
      { length: 400 },
      (_, at): Said => ({ role: 'tool', tool: 'Bash', text: `step ${at} ${'output '.repeat(60)}` }),
    );
    const { texts, short } = await talked([
      { text: 'Do it all' },
      ...steps,
      { role: 'assistant', text: 'All of it is done.' },
    ]);
    const [text = ''] = await texts({ session: short, turns: [1] });
    expect(text).toContain(`[${short}/1] user: Do it all`);
    expect(text.endsWith('All of it is done.')).toBe(true);
    expect(text.length).toBeLessThan(30_000);
    expect(text).toMatch(
      /… \d+ messages left out, [0-9a-z]+\/\d+ to [0-9a-z]+\/\d+; each can be opened by its ref …/,
    );
  });

  it('shows calls in one line, leaves thinking and injected text to full', async () => {
    const { history, agent, short } = await talked([
      { text: 'Run it' },
      { text: 'INJECTED', kind: 'injected', by: 'harness' },
      {
        role: 'assistant',
        text: '',
        blocks: [
          { type: 'thinking', text: 'THOUGHT' },
          { type: 'text', text: 'I run it.' },
          { type: 'tool_call', id: 'c1', name: 'Bash', arguments: { command: 'npm test' } },
        ],
      },
      { role: 'assistant', text: 'It ran.' },
    ]);
    const plain = said(await history.ask(agent, { session: short, turns: [1] }));
    expect(plain).toContain(`[${short}/3] assistant: I run it.\n→ Bash: npm test`);
    expect(plain).not.toMatch(/THOUGHT|INJECTED/);
    const full = said(await history.ask(agent, { session: short, turns: [1], full: true }));
    expect(full).toMatch(/THOUGHT/);
    expect(full).toMatch(/INJECTED/);
  });

  it('gives the newest turns for last, and forgives bad numbers', async () => {
    const many = Array.from({ length: 8 }, (_, at): Said => ({ text: `Prompt ${at + 1}` }));
    const { refs, short, history, inside, conversation } = await talked(many);
    const numbers = async (last: number) =>
      (await refs({ session: short, last })).map((ref) => Number(ref.split('#')[1]));
    expect(await numbers(2)).toEqual([8, 7]);
    await expect(numbers(0)).rejects.toThrow(/`last` is less than 1: 0 was sent/);
    await expect(numbers(-3)).rejects.toThrow(/`last` is less than 1/);
    expect(await numbers(Number.NaN)).toEqual([8, 7, 6, 5, 4]);
    const own = await history.ask(await inside(conversation), { last: 1 });
    expect(own.blocks.map(({ ref }) => ref)).toEqual([`${short}#7`]);
  });

  it('says which turns are not there, and shows the others', async () => {
    const { history, agent, short, inside, conversation } = await talked();
    const some = await history.ask(agent, { session: short, turns: [1, 9] });
    expect(some.blocks).toHaveLength(1);
    expect(said(some)).toContain(`Session ${short} has no turn 9.`);
    const none = await history.ask(agent, { session: short, turns: [9] });
    expect(none).toMatchObject({ abstained: true, sentence: `Session ${short} has no turn 9.` });
    const current = await history.ask(await inside(conversation), { turns: [2] });
    expect(current.sentence).toMatch(/^Turn 2 is the one going on/);
    await expect(history.ask(agent, { session: short, turns: [0] })).rejects.toThrow(
      /turns are numbered from 1/,
    );
  });

  it('asks for a session when the caller’s is not known', async () => {
    const { history, agent } = await talked();
    await expect(history.ask(agent, { last: 2 })).rejects.toThrow(/`session` is missing/);
    await expect(history.ask(agent, { turns: [1] })).rejects.toThrow(/session:"<id>"/);
  });
});

describe('opening the same thing again in one turn', () => {
  it('is redirected, until the turn is over', async () => {
    const { store, shop, history, inside, conversation, short } = await talked();
    const caller = await inside(conversation);
    await history.ask(caller, { ref: `${short}/1` });
    const again = await history.ask(caller, { ref: `${short}/1` });
    expect(again).toMatchObject({ blocks: [], abstained: false, reason: 'exact repeat' });
    expect((await history.ask(caller, { ref: `${short}/1`, maxTokens: 8000 })).blocks).not.toHaveLength(0);
    await converse(store, 'session-a', [{ text: 'A new prompt' }], { project: shop });
    expect((await history.ask(caller, { ref: `${short}/1` })).blocks).not.toHaveLength(0);
  });

  it('points to the index after eight different things, while searching and the index stay free', async () => {
    const many = Array.from({ length: 12 }, (_, at): Said => ({ text: `Prompt about ingress ${at + 1}` }));
    const { history, inside, conversation, short } = await talked(many);
    const caller = await inside(conversation);
    for (let at = 1; at <= 8; at += 1) {
      expect((await history.ask(caller, { ref: `${short}/${at}` })).blocks).not.toHaveLength(0);
    }
    const ninth = await history.ask(caller, { session: short, turns: [9] });
    expect(ninth).toMatchObject({ blocks: [], reason: 'drill limit' });
    expect(said(ninth)).toContain('recall_history()');
    expect((await history.ask(caller, { query: 'ingress prompt' })).blocks).not.toHaveLength(0);
    expect((await history.ask(caller, {})).blocks).not.toHaveLength(0);
    expect((await history.ask(caller, { session: short })).blocks).not.toHaveLength(0);
    expect(
      (await history.ask({ ...caller, turnKey: 'another' }, { ref: `${short}/1` })).blocks,
    ).not.toHaveLength(0);
  });

  it('does not count what did not open, nor callers whose session is not known', async () => {
    const { history, agent, inside, conversation, short } = await talked();
    const caller = await inside(conversation);
    for (let at = 0; at < 10; at += 1)
      await expect(history.ask(caller, { ref: `${short}/${90 + at}` })).rejects.toThrow();
    expect((await history.ask(caller, { ref: `${short}/1` })).blocks).not.toHaveLength(0);
    for (let at = 0; at < 3; at += 1)
      expect((await history.ask(agent, { ref: `${short}/1` })).blocks).not.toHaveLength(0);
  });
});
