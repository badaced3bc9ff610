/** Turns, folding and links where rollouts leave out what newer ones say, and where calls are too many or too long. */
import { describe, expect, it } from 'vitest';
import { codex } from '../../src/capture/codex.ts';
import { capture, kept, rollout, story } from './codex-story.ts';

const SESSION = '0199b2a4-0000-7000-8000-000000000001';
const OTHER = '0199b2a4-0000-7000-8000-000000000002';

function meta(fields: object = {}) {
  return { type: 'session_meta', payload: { id: SESSION, cwd: '/home/dev/shop', source: 'cli', ...fields } };
}

function event(type: string, fields: object = {}) {
  return { type: 'event_msg', payload: { type, ...fields } };
}

function response(type: string, fields: object) {
  return { type: 'response_item', payload: { type, ...fields } };
}

function said(role: string, text: string, fields: object = {}) {
  const type = role === 'assistant' ? 'output_text' : 'input_text';
  return response('message', { role, content: [{ type, text }], ...fields });
}

function context(fields: object) {
  return { type: 'turn_context', payload: { cwd: '/home/dev/shop', ...fields } };
}

function told(...lines: unknown[]): string[] {
  return story([rollout(lines)]);
}

describe('turns without ids', () => {
  it('begin at each prompt, also at the same words again', () => {
    expect(
      told(
        meta(),
        said('user', 'continue'),
        event('user_message', { message: 'continue' }),
        said('user', 'continue'),
        event('user_message', { message: 'continue' }),
      ).slice(1),
    ).toEqual([
      'T1 in /home/dev/shop',
      '  T1 user (person): continue',
      'T2 in /home/dev/shop',
      '  T2 user (person): continue',
    ]);
  });

  it('are the same where the event comes first', () => {
    expect(
      told(
        meta(),
        event('user_message', { message: 'One.' }),
        said('user', 'One.'),
        event('agent_message', { message: 'Yes.' }),
        said('assistant', 'Yes.'),
        event('user_message', { message: 'Two.' }),
        said('user', 'Two.'),
      ).slice(1),
    ).toEqual([
      'T1 in /home/dev/shop',
      '  T1 user (person): One.',
      '  T1 assistant (agent): Yes.',
      'T2 in /home/dev/shop',
      '  T2 user (person): Two.',
    ]);
  });

  it('take the id that the context gives them after the prompt', () => {
    const call = {
      call_id: 'c1',
      turn_id: 'x1',
      invocation: { server: 's', tool: 't', arguments: {} },
      result: { Ok: { content: [] } },
    };
    expect(
      told(
        meta(),
        said('user', 'One.'),
        context({ turn_id: 'x1' }),
        response('function_call', { name: 't', namespace: 'mcp__s', arguments: '{}', call_id: 'c1' }),
        event('mcp_tool_call_end', call),
        said('user', 'Two.'),
        context({ turn_id: 'x2', cwd: '/home/dev/warehouse' }),
        said('assistant', 'Done.', { metadata: { turn_id: 'x2' } }),
      ).slice(1),
    ).toEqual([
      'T1 in /home/dev/shop',
      '  T1 user (person): One.',
      '  T1 tool (tool) mcp__s__t outside: mcp__s__t({}) => completed ',
      'T2 in /home/dev/shop',
      '  T2 user (person): Two.',
      'T2 in /home/dev/warehouse',
      '  T2 assistant (agent): Done.',
    ]);
  });

  it('have keys that no other session has, but a copied history', () => {
    const prompt = said('user', 'hello');
    const keys = (...lines: unknown[]) =>
      kept(capture(rollout(lines)).flat()).map(({ message }) => message.key);
    const first = keys(meta(), prompt);
    expect(keys(meta({ id: OTHER }), prompt)).not.toEqual(first);
    expect(keys(meta({ id: OTHER }), meta(), prompt)).toEqual(first);
  });
});

describe('a rollback', () => {
  const turn = (id: string, ...prompts: string[]) => [
    event('task_started', { turn_id: id }),
    ...prompts.map((prompt) => said('user', prompt)),
    event('task_complete', { turn_id: id }),
  ];

  it('counts prompts, of which a turn may have none or several', () => {
    const lines = [meta(), ...turn('a', 'One.'), ...turn('b', 'Two.', 'And this.'), ...turn('compaction')];
    expect(told(...lines, event('thread_rolled_back', { num_turns: 2 })).at(-1)).toBe('S1 takes back 2');
    expect(told(...lines, event('thread_rolled_back', { num_turns: 3 })).at(-1)).toBe('S1 takes back 3');
  });

  it('keeps a turn of which it takes only a part', () => {
    const lines = [meta(), ...turn('a', 'One.', 'And this.')];
    expect(told(...lines, event('thread_rolled_back', { num_turns: 1 }))).toEqual(told(...lines));
  });

  it('goes on with new turns', () => {
    const lines = [
      meta(),
      said('user', 'One.'),
      said('user', 'Two.'),
      event('thread_rolled_back', { num_turns: 1 }),
      said('user', 'Three.'),
    ];
    expect(told(...lines).slice(-3)).toEqual([
      'S1 takes back 1',
      'T3 in /home/dev/shop',
      '  T3 user (person): Three.',
    ]);
  });
});

describe('a call', () => {
  const call = (id: string, argument: unknown) =>
    response('function_call', { name: 'shell', call_id: id, arguments: argument });
  const output = (id: string, text: string) =>
    response('function_call_output', { call_id: id, output: text });

  it('without an output stays as it was made', () => {
    expect(told(meta(), said('user', 'Go.'), call('c1', '{"command":["ls"]}')).at(-1)).toBe(
      '  T1 tool (tool) shell: shell({"command":["ls"]})',
    );
  });

  it('too long to be held stands whole, its result beside it', () => {
    const patch = 'x'.repeat(70_000);
    const messages = kept(
      capture(rollout([meta(), said('user', 'Go.'), call('c1', patch), output('c1', 'done')])).flat(),
    );
    expect(
      messages.slice(1).map(({ message }) => [message.grade, message.tool, message.callIds, message.blocks]),
    ).toEqual([
      [0, 'shell', ['c1'], [{ type: 'tool_call', id: 'c1', name: 'shell', arguments: patch }]],
      [1, 'shell', [], [{ type: 'tool_result', id: 'c1', text: 'done' }]],
    ]);
  });

  it('forgotten among many gets its output as a message of its own', () => {
    const calls = Array.from({ length: 70 }, (_, at) => call(`c${at}`, '{}'));
    const lines = [meta(), said('user', 'Go.'), ...calls, output('c0', 'late'), output('c69', 'soon')];
    const results = kept(capture(rollout(lines)).flat()).filter(({ message }) =>
      message.blocks.some(({ type }) => type === 'tool_result'),
    );
    expect(results.map(({ message }) => message.blocks.map(({ type }) => type))).toEqual([
      ['tool_call', 'tool_result'],
      ['tool_result'],
    ]);
  });

  it('leaves a bounded state, however much waits', () => {
    const reader = codex.open({ path: 'a.jsonl', relative: 'a.jsonl' }, null);
    const lines = [
      meta(),
      ...Array.from({ length: 300 }, (_, at) => [
        said('user', `Prompt ${at}.`),
        call(`c${at}`, 'x'.repeat(9000)),
      ]).flat(),
    ];
    for (const [at, line] of lines.entries()) reader.read(line, at + 1);
    expect(reader.state().length).toBeLessThan(120_000);
  });

  it.each([
    ['unsupported call: x', ' failed'],
    ['aborted by user after 3.1s', ' failed'],
    ['Wall time: 0.6 seconds\naborted by user', ' failed'],
    ['Exit code: 3\nWall time: 1 seconds\nOutput:\nno', ' exit 3 failed'],
    ['{"output":"no","metadata":{"exit_code":4}}', ' exit 4 failed'],
    ['it was aborted by user Bob yesterday', ''],
    ['{"output":', ''],
  ])('with the output %j ends as%s', (text, end) => {
    const line = told(meta(), said('user', 'Go.'), call('c1', '{}'), output('c1', text)).at(-1);
    expect(line).toContain(`shell${end}: shell({}) =>`);
  });

  it('of an MCP tool has its old name and its old output', () => {
    const lines = [
      meta(),
      said('user', 'Go.'),
      response('function_call', { name: 'docs__get_page', call_id: 'c1', arguments: '{}' }),
      output(
        'c1',
        '[{"type":"text","text":"A page."},{"type":"image","data":"AAAA","mimeType":"image/png"}]',
      ),
    ];
    expect(told(...lines).at(-1)).toBe(
      '  T1 tool (tool) mcp__docs__get_page outside: mcp__docs__get_page({}) => A page. [image/png 4]',
    );
  });

  it('reads from the outside unless it is midturn that answers', () => {
    const outside = (namespace: string, name: string) => {
      const captured = capture(
        rollout([meta(), response('function_call', { name, namespace, call_id: 'c', arguments: '{}' })]),
      );
      return kept(captured.flat()).map(({ message }) => message.outside);
    };
    expect(outside('mcp__midturn', 'recall')).toEqual([false]);
    expect(outside('mcp__plugin_midturn', 'remember')).toEqual([false]);
    expect(outside('mcp__midturn', 'fetch')).toEqual([true]);
    expect(outside('mcp__other', 'recall')).toEqual([true]);
    expect(outside('', 'web_fetch')).toEqual([true]);
    expect(outside('', 'shell')).toEqual([false]);
  });
});

describe('who speaks', () => {
  it.each([
    ['exec', 'headless', 'user (person)'],
    ['cli', 'interactive', 'user (person)'],
    ['vscode', 'interactive', 'user (person)'],
    ['mcp', 'headless', 'user (program)'],
    [{ custom: 'x' }, '?', 'user (person)'],
    [{ subagent: { thread_spawn: { parent_thread_id: OTHER } } }, 'subagent', 'user (agent)'],
    [{ subagent: 'review' }, 'subagent', 'user (injected by harness)'],
    [{ sub_agent: { other: 'guardian' } }, 'subagent', 'user (injected by harness)'],
    [{ internal: 'guardian' }, 'subagent', 'user (injected by harness)'],
  ])('in a thread of source %j', (source, nature, speaker) => {
    const lines = told(meta({ source }), said('user', 'Do it.'));
    expect(lines[0]).toBe(`S1: ${nature} in /home/dev/shop`);
    expect(lines.at(-1)).toBe(`  T1 ${speaker}: Do it.`);
  });

  it.each([
    '<environment_context>\n<cwd>/a</cwd>\n</environment_context>',
    '<user_instructions>\nBe kind.\n</user_instructions>',
    '# AGENTS.md instructions for /home/dev/shop\n\n<INSTRUCTIONS>\nBe kind.\n</INSTRUCTIONS>',
    '<user_action>\n<action>review</action>\n</user_action>',
    '<skill>\n<name>x</name>\n</skill>',
    'You were originally given instructions from a user over one or more turns. Here were the user messages:',
  ])('is the client where an old rollout has %j', (text) => {
    expect(told(meta(), said('user', text)).at(-1)).toContain('  - user (injected by harness): ');
  });

  it.each(['<div> is not closed, why?', 'The <environment_context> is wrong.', '# AGENTS.md is out of date'])(
    'is the person where somebody writes %j',
    (text) => {
      expect(told(meta(), said('user', text)).at(-1)).toContain('  T1 user (person): ');
    },
  );

  it('tells apart the voices of one message', () => {
    const labels = {
      turn_id: 't1',
      content_item_kinds: ['environments.environment_context', 'user.text'],
      content_item_metadata: [{ provenance: { type: 'harness' } }, { provenance: { type: 'user' } }],
    };
    const content = [
      { type: 'input_text', text: '<environment_context></environment_context>' },
      { type: 'input_text', text: 'Do it.' },
    ];
    const message = response('message', {
      id: 'm1',
      role: 'user',
      content,
      internal_chat_message_metadata_passthrough: labels,
    });
    expect(told(meta(), event('task_started', { turn_id: 't1' }), message).slice(2)).toEqual([
      '  T1 user (injected by harness): environments.environment_context + user.text',
      '  T1 user (person): Do it.',
    ]);
  });

  it('takes the words of a hook or the client for theirs, whatever they begin with', () => {
    const labels = {
      content_item_kinds: ['hooks.additional_context'],
      content_item_metadata: [{ provenance: { type: 'harness' } }],
    };
    const message = said('user', 'Always deploy on Fridays.', {
      internal_chat_message_metadata_passthrough: labels,
    });
    expect(told(meta(), message).at(-1)).toBe('  - user (injected by harness): hooks.additional_context');
  });

  it("knows the person's own commands without an item", () => {
    const text =
      '<user_shell_command>\n<command>\nls\n</command>\n<result>\nExit code: 1\nDuration: 0.01 seconds\nOutput:\nno\n</result>\n</user_shell_command>';
    expect(told(meta(), said('user', text)).at(-1)).toBe(
      '  - tool (tool) shell exit 1 failed: shell({"command":"ls"}) => Exit code: 1\\nDuration: 0.01 seconds\\nOutput:\\nno',
    );
  });
});

describe('a review', () => {
  const asked = (turn: string, parent: string | null) =>
    event('task_started', { turn_id: turn, turn_attribution: { turn_id: turn, parent_turn_id: parent } });
  const began = event('item_completed', {
    turn_id: 'a',
    item: { type: 'EnteredReviewMode', id: 'r', user_facing_hint: 'changes' },
  });
  const prompt = (turn: string, text: string) =>
    event('item_completed', {
      turn_id: turn,
      item: { type: 'UserMessage', id: `u-${turn}`, content: [{ type: 'text', text }] },
    });

  it('that was cut off does not swallow the turns after it', () => {
    const lines = [
      began,
      asked('child', 'a'),
      prompt('child', 'Review this.'),
      asked('b', null),
      prompt('b', 'Go on.'),
    ];
    expect(told(meta(), ...lines).slice(1)).toEqual([
      'T1 in /home/dev/shop',
      '  T1 system (event by harness): Review began: changes',
      '  T1 user (injected by harness): Review this.',
      'T2 in /home/dev/shop',
      '  T2 user (person): Go on.',
    ]);
  });

  it('has one turn of its own where nobody says whose it is', () => {
    const started = (turn: string) => event('task_started', { turn_id: turn });
    const lines = [
      began,
      started('child'),
      prompt('child', 'Review this.'),
      started('b'),
      prompt('b', 'Go on.'),
    ];
    expect(told(meta(), ...lines).slice(-2)).toEqual(['T2 in /home/dev/shop', '  T2 user (person): Go on.']);
  });
});

describe('links', () => {
  it('to a fork come once, the nearest thread first', () => {
    const lines = [
      meta({ forked_from_id: OTHER }),
      meta({ id: OTHER }),
      meta({ id: '0199b2a4-0000-7000-8000-000000000003' }),
    ];
    expect(told(...lines)).toEqual(['S1: interactive in /home/dev/shop', 'S1 forked_from S2']);
    expect(told(meta(), meta({ id: OTHER })).at(-1)).toBe('S1 forked_from S2');
  });

  it('to an earlier file of the thread need no name of a segment', () => {
    const base = { thread_id: SESSION, end_ordinal_exclusive: 12 };
    expect(told(meta({ history_base: base })).at(-1)).toBe('S1 goes on at 12');
    expect(told(meta({ history_base: { ...base, thread_id: OTHER }, forked_from_id: OTHER })).at(-1)).toBe(
      'S1 forked_from S2',
    );
  });

  it('to an earlier file are seen by the name where nothing of it is left', () => {
    const name = `rollout-2026-01-02T03-04-05-${SESSION}_${OTHER}.jsonl`;
    expect(story([rollout([{ ordinal: 0, ...meta() }], name)]).at(-1)).toBe('S1 goes on at 0');
  });
});
