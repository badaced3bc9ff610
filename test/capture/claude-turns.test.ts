import { describe, expect, it } from 'vitest';
import { assistant, chained, main, messages, read, SESSION, story, turns, user } from './claude-reading.ts';

function told(scenario: string): string[] {
  const { file, lines } = main(scenario);
  return story(read(lines, file));
}

describe('turns', () => {
  it('go on in the same file after a resume', () => {
    expect(told('resume').map((line) => line.slice(0, 20))).toEqual([
      '1 user/person: The n',
      '1 assistant/agent: N',
      '2 user/person: And w',
      '2 assistant/agent: B',
      '2 tool/tool Bash: "n',
      '2 assistant/agent: I',
    ]);
  });

  it('that go back name the record they go back to as their parent', () => {
    const { file, lines } = main('rewind');
    const captured = read(lines, file);
    const [first, dropped, instead, after] = turns(captured);
    const answer = messages(captured)[1];
    expect(first?.parentKey).toBe(null);
    expect(instead?.parentKey).toBe(answer?.key);
    expect(dropped?.parentKey).not.toBe(instead?.parentKey);
    expect(story(captured).slice(-4)).toEqual([
      '3 user/person: No floats. Store integer cents.',
      '3 assistant/agent: Prices are stored as integer cents.',
      '4 user/person: And rounding?',
      '4 assistant/agent: Rounding then is only needed for tax.',
    ]);
    expect(after?.parentKey).toEqual(expect.any(String));
  });

  it('that go back to before the first prompt take back all before them', () => {
    const hook = chained('attachment', 'h', null, { attachment: { type: 'hook_success' } });
    const talk = (root: string | null) => [
      user('p1', root, 'Results are sorted by price.'),
      assistant('a1', 'p1', 'Sorted.'),
      user('p2', 'a1', 'Sort by rating.'),
      assistant('a2', 'p2', 'By rating.'),
      user('p3', root, 'No, sort by stock.'),
      assistant('a3', 'p3', 'By stock.'),
    ];
    for (const captured of [read(talk(null)), read([hook, ...talk('h')])]) {
      const at = captured.findIndex((one) => one.type === 'rewind');
      expect(captured[at]).toEqual({ type: 'rewind', session: SESSION, turns: 2 });
      expect(captured[at + 1]).toMatchObject({ type: 'turn', key: 'p3' });
    }
  });

  it('keep lines of two prompts apart that run side by side', () => {
    const lines = [
      user('p1', null, 'first'),
      assistant('a1', 'p1', 'one'),
      user('p2', 'a1', 'second'),
      assistant('b1', 'a1', 'still the first'),
      assistant('b2', 'p2', 'the second'),
      assistant('b3', 'nowhere', 'whose parent is not known'),
    ];
    expect(story(read(lines)).slice(-3)).toEqual([
      '1 assistant/agent: still the first',
      '2 assistant/agent: the second',
      '2 assistant/agent: whose parent is not known',
    ]);
  });

  it('are not opened by a prompt that was queued while the agent worked, nor by a notice', () => {
    const queued = told('queued-prompt');
    expect(queued[3]).toBe('1 user/person: While you are at it, sort the imports alphabetically.');
    expect(queued.every((line) => line.startsWith('1 '))).toBe(true);
    const { file, lines } = main('background-command');
    expect(story(read(lines, file)).join()).not.toContain('task-notification');
    expect(read(lines, file)).toContainEqual({ type: 'skipped', what: 'attachment/queued_command' });
  });
});

describe('compaction', () => {
  it('is an event in the chain, followed by a summary of the agent and the command as it was typed', () => {
    expect(told('compact-manual').slice(4)).toEqual([
      '1 system/harness event: Conversation compacted',
      '1 user/agent summary: This session is being continued from a previous conversation…',
      '1 user/harness injected: <local-command-caveat>[client text removed]</local-command-c…',
      '1 user/person: /compact keep the coupon rules',
      '1 user/harness injected: <local-command-stdout>Compacted </local-command-stdout>',
      '2 user/person: What is next?',
      '2 assistant/agent: Next are the tests for coupon expiry.',
    ]);
    const { file, lines } = main('compact-manual');
    const captured = messages(read(lines, file));
    const boundary = captured.find(({ kind }) => kind === 'event');
    expect(boundary).toMatchObject({ parentKey: captured[3]?.key, meta: { trigger: 'manual' } });
  });

  it('of a part of the talk takes back no turn: what follows it stands on the newest record', () => {
    const boundary = (metadata: object) =>
      chained('system', 'b', null, {
        subtype: 'compact_boundary',
        content: 'Conversation compacted',
        logicalParentUuid: 'a1',
        compactMetadata: metadata,
      });
    const talk = (metadata: object) => [
      user('p1', null, 'one'),
      assistant('a1', 'p1', 'first'),
      user('p2', 'a1', 'two'),
      assistant('a2', 'p2', 'second'),
      boundary(metadata),
      user('s', 'b', 'Summary', { isCompactSummary: true }),
      user('p3', 's', 'three'),
    ];
    const parent = (metadata: object) =>
      messages(read(talk(metadata))).find(({ key }) => key === 'b')?.parentKey;
    expect(parent({ trigger: 'manual', messagesSummarized: 2 })).toBe('a2');
    expect(parent({ trigger: 'auto', preservedSegment: { headUuid: 'p2', tailUuid: 'a2' } })).toBe('a2');
    expect(parent({ trigger: 'auto' })).toBe('a1');
  });
});
