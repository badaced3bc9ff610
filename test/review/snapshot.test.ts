import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/model/message.ts';
import type { ReviewSnapshot } from '../../src/model/review.ts';
import { windowOn } from '../../src/review/window.ts';
import type { Store } from '../../src/store/store.ts';
import { applied, fact } from '../store/promoting.ts';
import { converse, type Said } from '../support/conversation.ts';
import { reviewWorld, SETTINGS } from './review-world.ts';

const lengthOf = ({ transcript }: ReviewSnapshot): number =>
  transcript.reduce((sum, { text }) => sum + text.length, 0);

/** A turn of `size` characters of tool output between its prompt and its conclusion. */
function turn(name: string, size: number, steps = 1): Said[] {
  return [
    { text: `Prompt ${name}` },
    ...Array.from({ length: steps }, (_, at) => ran(`make ${name} ${at}`, 'o'.repeat(size / steps))),
    { role: 'assistant', text: `Conclusion ${name}` },
  ];
}

function ran(command: string, text: string, changes: Partial<Said> = {}): Said {
  const id = `call-${command}`;
  return {
    role: 'tool',
    tool: 'Bash',
    text,
    blocks: [
      { type: 'tool_call', id, name: 'Bash', arguments: { command } },
      { type: 'tool_result', id, text },
    ],
    ...changes,
  };
}

async function snapshotOf(said: readonly Said[], characters = 24_000): Promise<ReviewSnapshot> {
  const { store, service, reviewer, caller } = await reviewWorld({
    settings: { ...SETTINGS, max_characters: characters },
  });
  const { session } = await converse(store, 'one', said);
  await service.enqueue(caller, { session, trigger: 'stop' });
  await service.runQueued(caller);
  const [snapshot] = reviewer.shown;
  if (snapshot === undefined) throw new Error('nothing was shown');
  return snapshot;
}

describe('what a reviewer is shown', () => {
  it('says of each message who said it, and of a tool what it ran and how that ended', async () => {
    const { context, transcript, source_authority } = await snapshotOf([
      { text: 'Run the tests' },
      ran('pnpm test', 'Error: no such file', { meta: { exit_code: 2 } }),
      ran('curl https://example.com', 'a page', { outside: true }),
      { role: 'assistant', text: 'They fail.' },
    ]);
    expect(context).toMatchObject({
      client: 'claude-code',
      external_session: 'one',
      turns: [1, 1],
      trigger: 'stop',
    });
    expect(transcript.map(({ by, role, text }) => [by, role, text])).toEqual([
      ['person', 'user', 'Run the tests'],
      ['tool', 'tool', 'Error: no such file'],
      ['tool', 'tool', 'a page'],
      ['agent', 'assistant', 'They fail.'],
    ]);
    expect(transcript[1]?.tool).toEqual({
      name: 'Bash',
      command: 'pnpm test',
      exitCode: 2,
      failed: true,
      wrote: [],
      outside: false,
    });
    expect(transcript[2]?.tool).toMatchObject({ outside: true, failed: false });
    expect(transcript[0]?.ref).toBe(`${context.session}/1`);
    expect(source_authority[0]).toContain('person');
  });

  it('names the files that were written, by an edit and by a patch', async () => {
    const { transcript } = await snapshotOf([
      { text: 'Fix it' },
      {
        role: 'tool',
        tool: 'Edit',
        text: 'done',
        blocks: [
          { type: 'tool_call', id: 'a', name: 'Edit', arguments: { file_path: 'src/a.ts', old_string: 'x' } },
          { type: 'tool_result', id: 'a', text: 'done' },
        ],
      },
      {
        role: 'tool',
        tool: 'apply_patch',
        text: 'done',
        blocks: [
          {
            type: 'tool_call',
            id: 'b',
            name: 'apply_patch',
            arguments: { changes: { 'src/b.ts': { type: 'update' } } },
          },
          { type: 'tool_result', id: 'b', text: 'done' },
        ],
      },
      {
        role: 'tool',
        tool: 'apply_patch',
        text: 'done',
        blocks: [
          {
            type: 'tool_call',
            id: 'c',
            name: 'apply_patch',
            arguments: '*** Begin Patch\n*** Update File: src/c.ts\n@@\n*** End Patch',
          },
          { type: 'tool_result', id: 'c', text: 'done' },
        ],
      },
    ]);
    expect(transcript.flatMap(({ tool }) => tool?.wrote ?? [])).toEqual(['src/a.ts', 'src/b.ts', 'src/c.ts']);
  });

  it('holds no secret, no injected text and nothing of midturn itself', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const snapshot = await snapshotOf([
      { text: `Use the token ${secret}` },
      { text: 'rules of the house', kind: 'injected', by: 'harness' },
      ran('env', `TOKEN=${secret}`),
      {
        role: 'tool',
        tool: 'mcp__midturn__recall',
        text: '3 memories fit',
        blocks: [{ type: 'tool_result', id: 'r', text: '3 memories fit' }],
      },
      { role: 'assistant', text: 'Done.' },
    ]);
    const json = JSON.stringify(snapshot);
    expect(json).not.toContain(secret);
    expect(json).not.toContain('rules of the house');
    expect(json).not.toContain('memories fit');
    expect(snapshot.transcript).toHaveLength(3);
  });

  it('keeps the newest turns whole, and of older new ones what was asked and concluded', async () => {
    const { transcript, context } = await snapshotOf(
      [...turn('one', 500), ...turn('two', 500), ...turn('three', 500)],
      650,
    );
    const of = (number: number) => transcript.filter((message) => message.turn === number);
    expect(of(3).map(({ role }) => role)).toEqual(['user', 'tool', 'assistant']);
    expect(of(3)[1]?.text).toBe('o'.repeat(500));
    expect(of(1).map(({ text }) => text)).toEqual(['Prompt one', 'Conclusion one']);
    expect(context.turns).toEqual([1, 3]);
  });

  it('always keeps the first prompt, however far back it stands', async () => {
    const many = Array.from({ length: 60 }, (_, at) => turn(`t${at}`, 900)).flat();
    const { transcript } = await snapshotOf([{ text: 'Build me a shop' }, ...many], 2000);
    expect(transcript[0]).toMatchObject({ number: 1, text: 'Build me a shop' });
    expect(transcript.at(-1)).toMatchObject({ text: 'Conclusion t59' });
  });

  it('never cuts the conclusion, even where it alone is longer than the window', async () => {
    const conclusion = 'All of it is done. '.repeat(200);
    const { transcript } = await snapshotOf(
      [
        ...turn('one', 900),
        { text: 'Go on' },
        ran('make', 'x'.repeat(5000)),
        { role: 'assistant', text: conclusion },
      ],
      1000,
    );
    expect(transcript.at(-1)).toMatchObject({ text: conclusion.trim(), cut: false });
    expect(transcript.some(({ text }) => text === 'Go on')).toBe(true);
  });

  it('stays within the window for any session', async () => {
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 6 })), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 200, max: 6000 }), async (turns, characters) => {
        const said = turns.flatMap(([size, steps], at) => turn(`t${at}`, size, steps));
        const snapshot = await snapshotOf(said, characters);
        const numbers = snapshot.transcript.map(({ number }) => number);
        expect(lengthOf(snapshot)).toBeLessThanOrEqual(characters);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(snapshot.transcript.at(-1)?.text).toBe(`Conclusion t${turns.length - 1}`);
        expect(snapshot.transcript[0]?.text).toBe('Prompt t0');
      }),
      { numRuns: 12 },
    );
  });

  it('is read from the end of a long session, not from all of it', async () => {
    const { store } = await reviewWorld();
    const long = Array.from({ length: 700 }, (_, at) => turn(`t${at}`, 800, 4)).flat();
    const steps = Array.from({ length: 1000 }, (_, at) => ran(`step ${at}`, 'y'.repeat(400)));
    const { session } = await converse(store, 'long', [...long, { text: 'go' }, ...steps]);
    const seen = new Set<number>();
    const counted = (messages: readonly Message[]): readonly Message[] => {
      for (const { number } of messages) seen.add(number);
      return messages;
    };
    const messages: Store['messages'] = {
      ...store.messages,
      window: async (...args) => counted(await store.messages.window(...args)),
      evidence: async (query) => counted(await store.messages.evidence(query)),
    };
    const outlook = await store.reviews.outlook(session, { provider: 'rules', model: null });
    const window = await windowOn(
      { ...store, messages },
      {
        session,
        upTo: outlook?.last?.position ?? 0,
        firstPrompt: outlook?.firstPrompt ?? 0,
        reviewedUpTo: 0,
        characters: 24_000,
        root: null,
        withheld: () => false,
      },
    );
    expect(window?.messages.map(({ text }) => text)).toContain('go');
    expect(window?.messages[0]?.text).toBe('Prompt t0');
    expect(window?.messages.at(-1)?.tool?.command).toBe('step 999');
    expect(seen.size).toBeLessThan(600);
  });

  it('comes with what is known already', async () => {
    const { store, service, reviewer, caller, shop } = await reviewWorld({
      budgets: { user: 1375, project: 40 },
    });
    await applied(store, [
      { op: 'add', memory: fact('Speaks German', { scope: 'user', kind: 'memory' }) },
      { op: 'add', memory: fact('We use pnpm', { scope: 'project', project: shop }) },
      {
        op: 'add',
        memory: fact('The release needs a tag, a changelog and a green build', {
          scope: 'project',
          project: shop,
        }),
      },
    ]);
    const { session } = await converse(store, 'one', [{ text: 'Hello' }], { project: shop });
    await service.enqueue(caller, { session, trigger: 'stop' });
    await service.runQueued(caller);
    const known = reviewer.shown[0]?.comparison;
    expect(known?.user_md).toContain('Speaks German');
    expect(known?.memory_md).toContain('We use pnpm');
    expect(known?.recall.map(({ title }) => title)).toEqual([
      'The release needs a tag, a changelog and a green build',
    ]);
  });
});
