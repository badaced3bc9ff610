/** The table of record types against what real clients wrote, and one record of each type that the protocol names. */
import { describe, expect, it } from 'vitest';
import { codex } from '../../src/capture/codex.ts';
import { rolloutLine } from '../../src/capture/codex-records.ts';
import { isRecord } from '../../src/capture/read-json.ts';
import { capture, kept, rollout, rollouts, scenarios, story } from './codex-story.ts';

const SESSION = '0199b2a4-0000-7000-8000-000000000001';
const meta = {
  type: 'session_meta',
  payload: { id: SESSION, cwd: '/home/dev/shop', source: 'cli', history_mode: 'paginated' },
};
const started = { type: 'event_msg', payload: { type: 'task_started', turn_id: 't1' } };

function nameOf(line: unknown): string | undefined {
  return isRecord(line) ? rolloutLine(line)?.name : undefined;
}

function item(type: string, fields: object) {
  return {
    type: 'event_msg',
    payload: { type: 'item_completed', turn_id: 't1', item: { type, id: `i-${type}`, ...fields } },
  };
}

function event(type: string, fields: object = {}) {
  return { type: 'event_msg', payload: { type, ...fields } };
}

/** What the table has under a prefix. */
function named(prefix: string, ...uses: string[]): string[] {
  return Object.entries(codex.records)
    .filter(([name, use]) => name.startsWith(prefix) && uses.includes(use))
    .map(([name]) => name)
    .sort();
}

describe('the record table', () => {
  it('names every record type of the fixtures but the two that were invented', () => {
    const names = new Set(
      scenarios().flatMap((scenario) => rollouts(scenario).flatMap(({ lines }) => lines.map(nameOf))),
    );
    const unnamed = [...names].filter((name) => name === undefined || !Object.hasOwn(codex.records, name));
    expect(unnamed.sort()).toEqual(['event_msg/some_future_event', 'some_future_record']);
  });

  it('counts what is left out on purpose and reports what no table names', () => {
    const told = capture(
      rollout([
        meta,
        event('token_count'),
        event('brand_new'),
        item('BrandNew', {}),
        { type: 'constructor', payload: {} },
      ]),
    ).flat();
    expect(told.slice(1)).toEqual([
      { type: 'skipped', what: 'event_msg/token_count' },
      { type: 'unknown', what: 'event_msg/brand_new' },
      { type: 'unknown', what: 'item_completed/BrandNew' },
      { type: 'unknown', what: 'constructor' },
    ]);
  });

  it.each([
    [null, 'not an object'],
    [[1], 'not an object'],
    ['text', 'not an object'],
    [{}, 'a record without a type'],
    [{ payload: {} }, 'a record without a type'],
    [{ type: 'session_meta', payload: {} }, 'the session has no id'],
    [{ type: 'response_item', payload: { type: 'message' } }, 'stands before the first line of its session'],
  ])('says why %j cannot be used', (line, reason) => {
    expect(capture({ path: 'given.jsonl', lines: [line] }).flat()).toEqual([{ type: 'unusable', reason }]);
  });

  it('takes the session from the file name where the first line is missing', () => {
    expect(story([rollout([started, item('Plan', { text: 'One step.' })])])).toEqual([
      'S1: ? in ?',
      'T1',
      '  T1 assistant (agent): One step.',
    ]);
  });

  it('recognises rollouts of every age and nothing else', () => {
    expect(codex.recognises([meta])).toBe(true);
    expect(
      codex.recognises([{ id: SESSION, timestamp: '2025-08-18T01:16:13.522Z', instructions: null }]),
    ).toBe(true);
    expect(
      codex.recognises([{ type: 'user', message: { role: 'user', content: 'hi' }, sessionId: 's' }]),
    ).toBe(false);
    expect(codex.recognises([{ session: 's', role: 'user', text: 'hi', id: '1' }, null, 7])).toBe(false);
  });

  it('knows its transcripts by their place', () => {
    expect(codex.isTranscript(`sessions/2026/01/02/rollout-2026-01-02T03-04-05-${SESSION}.jsonl`)).toBe(true);
    expect(codex.isTranscript(`archived_sessions/rollout-2026-01-02T03-04-05-${SESSION}.jsonl`)).toBe(true);
    expect(codex.isTranscript('history.jsonl')).toBe(false);
    expect(codex.isTranscript('sessions/2026/01/02/notes.jsonl')).toBe(false);
  });

  it('orders records by the ordinal where the client counts, else by the line', () => {
    const reader = codex.open({ path: 'a.jsonl', relative: 'a.jsonl' }, null);
    expect(reader.place({ ordinal: 41, type: 'x' }, 3)).toBe(41);
    expect(reader.place({ type: 'x' }, 3)).toBe(3);
  });
});

describe('items', () => {
  const text = { type: 'text', text: 'words' };
  const items = [
    item('UserMessage', { content: [text, { type: 'image', image_url: 'https://example.com/a.png' }] }),
    item('AgentMessage', { content: [{ type: 'Text', text: 'An answer.' }] }),
    item('Reasoning', { summary_text: ['A thought.'], raw_content: ['A raw thought.'] }),
    item('Plan', { text: 'First this, then that.' }),
    item('HookPrompt', { fragments: [{ text: 'Run the tests.', hookRunId: 'stop:1' }] }),
    item('CommandExecution', {
      command: ['ls'],
      cwd: 'file:///a%20b',
      status: 'declined',
      stdout: 'out',
      stderr: 'err',
    }),
    item('McpToolCall', {
      server: 'docs',
      tool: 'get',
      arguments: {},
      status: 'failed',
      error: { message: 'Timed out.' },
    }),
    item('DynamicToolCall', {
      namespace: 'app',
      tool: 'open',
      arguments: { a: 1 },
      content_items: [{ type: 'inputText', text: 'Opened.' }],
      success: false,
    }),
    item('FileChange', {
      changes: { 'a.js': { type: 'delete', content: 'x' } },
      status: 'failed',
      stderr: 'No such file.',
    }),
    item('CollabAgentToolCall', { tool: 'wait', status: 'completed', agents_states: { a: 'running' } }),
    item('SubAgentActivity', { kind: 'interrupted', agent_thread_id: 'a', agent_path: '/root/a' }),
    item('UserAgentControl', { action: 'prompt', nickname: 'Ada', promptPreview: 'Go on.' }),
    item('FunctionCallOutput', { name: 'timer', output: 'It is noon.' }),
    item('WebSearch', {
      query: 'q',
      action: { type: 'search', query: 'q' },
      results: [{ url: 'https://example.com' }],
    }),
    item('ImageView', { path: 'file:///home/dev/a.png' }),
    item('ImageGeneration', { status: 'completed', revised_prompt: 'A cat.', result: 'AAAA' }),
    item('Extension', { kind: 'clock.sleep', duration_ms: 5 }),
    item('EnteredReviewMode', { target: { type: 'uncommittedChanges' } }),
    item('ExitedReviewMode', { review_output: null }),
  ];

  it('are all here', () => {
    expect([...new Set(items.map(nameOf))].sort()).toEqual(named('item_completed/', 'numbered'));
  });

  it('become one message each', () => {
    expect(story([rollout([meta, started, ...items])])).toEqual([
      'S1: interactive in /home/dev/shop',
      'T1 in /home/dev/shop',
      '  T1 user (person): words {{"type":"image","image_url":"https://example.com/a.png"}}',
      '  T1 assistant (agent): An answer.',
      '  T1 assistant (agent): <A thought.> <A raw thought.>',
      '  T1 assistant (agent): First this, then that.',
      '  T1 user (injected by harness): Run the tests.',
      '  T1 tool (tool) shell failed: shell({"command":["ls"]}) => declined out\\nerr',
      '  T1 tool (tool) mcp__docs__get failed outside: mcp__docs__get({}) => failed Timed out.',
      '  T1 tool (tool) app__open failed: app__open({"a":1}) => Opened.',
      '  T1 tool (tool) apply_patch failed: apply_patch({"changes":{"a.js":{"type":"delete","content":"x"}}}) => failed No such file.',
      '  T1 tool (tool) wait_agent: wait_agent({"agents":[]}) => completed {"a":"running"}',
      '  T1 system (event by harness): Sub-agent /root/a interrupted',
      '  T1 system (event by harness): Sub-agent Ada: prompt\\nGo on.',
      '  T1 tool (tool) timer: => It is noon.',
      '  T1 tool (tool) web_search outside: web_search({"type":"search","query":"q"}) => {"url":"https://example.com"}',
      '  T1 tool (tool) view_image: view_image({"path":"/home/dev/a.png"}) => ',
      '  T1 tool (tool) image_generation: image_generation({"prompt":"A cat."}) => completed  [image/png 4]',
      '  T1 tool (tool) clock.sleep: clock.sleep({"duration_ms":5}) => ',
      '  T1 system (event by harness): Review began: {"type":"uncommittedChanges"}',
      '  T1 system (event by harness): Review ended',
    ]);
  });

  it('of extensions are searches and images as well', () => {
    const told = story([
      rollout([
        meta,
        started,
        item('Extension', { kind: 'web.search', query: 'q', action: { type: 'search', query: 'q' } }),
        item('Extension', {
          id: 'i2',
          kind: 'image_gen.generation',
          payload: { status: 'failed', result: '' },
        }),
      ]),
    ]);
    expect(told.slice(2)).toEqual([
      '  T1 tool (tool) web_search outside: web_search({"type":"search","query":"q"})',
      '  T1 tool (tool) image_generation failed: image_generation({"prompt":null}) => failed ',
    ]);
  });
});

describe('events of rollouts without items', () => {
  const call = { call_id: 'c1' };
  const events = [
    event('user_message', { message: 'Do it.' }),
    event('agent_message', { message: 'Done.' }),
    event('exec_command_end', {
      ...call,
      command: ['ls'],
      exit_code: 2,
      aggregated_output: 'no',
      source: 'agent',
    }),
    event('mcp_tool_call_end', {
      call_id: 'c2',
      invocation: { server: 's', tool: 't', arguments: null },
      result: { Err: 'Gone.' },
    }),
    event('dynamic_tool_call_response', {
      call_id: 'c3',
      tool: 'open',
      arguments: {},
      content_items: [],
      success: true,
    }),
    event('patch_apply_end', { call_id: 'c4', stdout: 'ok', stderr: '', success: false, changes: {} }),
    event('web_search_end', { call_id: 'c5', query: 'q', action: { type: 'search', query: 'q' } }),
    event('image_generation_end', { call_id: 'c6', status: 'completed', result: 'AAAA' }),
    event('view_image_tool_call', { call_id: 'c7', path: '/a.png' }),
    event('sub_agent_activity', {
      event_id: 'e1',
      kind: 'started',
      agent_thread_id: 'child-1',
      agent_path: '/root/a',
    }),
    event('collab_agent_spawn_end', {
      call_id: 'c8',
      new_thread_id: 'child-2',
      prompt: 'Look.',
      status: 'running',
    }),
    event('collab_agent_interaction_end', {
      call_id: 'c9',
      receiver_thread_id: 'child-2',
      prompt: 'More.',
      status: 'running',
    }),
    event('collab_waiting_end', { call_id: 'c10', statuses: { 'child-2': { completed: 'Found.' } } }),
    event('collab_close_end', { call_id: 'c11', receiver_thread_id: 'child-2', status: 'shutdown' }),
    event('collab_resume_end', { call_id: 'c12', receiver_thread_id: 'child-2', status: 'running' }),
    event('entered_review_mode', { user_facing_hint: 'changes' }),
    event('exited_review_mode', { review_output: { overall_explanation: 'Fine.' } }),
    event('error', { message: 'Overloaded.', codex_error_info: 'server_overloaded' }),
    event('turn_aborted', { reason: 'replaced' }),
    event('agent_reasoning', { text: 'A copy.' }),
    event('agent_reasoning_raw_content', { text: 'A copy.' }),
    event('context_compacted'),
    event('thread_name_updated', { thread_name: 'A name' }),
    event('thread_settings_applied', { thread_settings: { cwd: '/elsewhere' } }),
    event('task_started', { turn_id: 't2' }),
    event('task_complete', { turn_id: 't2', last_agent_message: 'A copy.' }),
    event('turn_started', { turn_id: 't3' }),
    event('turn_complete', { turn_id: 't3' }),
    event('thread_rolled_back', { num_turns: 1 }),
  ];

  it('are all here', () => {
    expect([...new Set(events.map(nameOf))].sort()).toEqual(named('event_msg/', 'numbered', 'folded'));
  });

  it('become what the items became', () => {
    const legacy = { ...meta, payload: { ...meta.payload, history_mode: 'legacy' } };
    expect(story([rollout([legacy, ...events])])).toEqual([
      'S1: interactive in /home/dev/shop',
      'T1 in /home/dev/shop',
      '  T1 user (person): Do it.',
      '  T1 assistant (agent): Done.',
      '  T1 tool (tool) shell exit 2 failed: shell({"command":["ls"]}) => no',
      '  T1 tool (tool) mcp__s__t failed outside: mcp__s__t(null) => failed Gone.',
      '  T1 tool (tool) open: open({}) => ',
      '  T1 tool (tool) apply_patch failed: apply_patch({"changes":{}}) => failed ok',
      '  T1 tool (tool) web_search outside: web_search({"type":"search","query":"q"})',
      '  T1 tool (tool) image_generation: image_generation({"prompt":null}) => completed  [image/png 4]',
      '  T1 tool (tool) view_image: view_image({"path":"/a.png"}) => ',
      'S2: subagent in /home/dev/shop',
      'S2 spawned_by S1 by a call',
      '  T1 system (event by harness): Sub-agent /root/a started',
      '  T1 tool (tool) spawn_agent: spawn_agent({"prompt":"Look.","agents":["child-2"]}) => completed {"child-2":"running"}',
      'S3: subagent in /home/dev/shop',
      'S3 spawned_by S1 by a call',
      '  T1 tool (tool) send_input: send_input({"prompt":"More.","agents":["child-2"]}) => completed {"child-2":"running"}',
      '  T1 tool (tool) wait_agent: wait_agent({"agents":["child-2"]}) => completed {"child-2":{"completed":"Found."}}',
      '  T1 tool (tool) close_agent: close_agent({"agents":["child-2"]}) => completed {"child-2":"shutdown"}',
      '  T1 tool (tool) resume_agent: resume_agent({"agents":["child-2"]}) => completed {"child-2":"running"}',
      '  T1 system (event by harness): Review began: changes',
      '  T1 system (event by harness): Review ended: Fine. {{"overall_explanation":"Fine."}}',
      '  T1 system (event by harness) failed: Overloaded.',
      '  T1 system (event by harness): The turn was ended: replaced',
      'S1: interactive in /home/dev/shop',
      'T2 in /elsewhere',
      'T3 in /elsewhere',
      // The two turns without a prompt go with the one that had it.
      'S1 takes back 3',
    ]);
  });
});

describe('other lines', () => {
  it('are kept where somebody speaks in them', () => {
    const told = story([
      rollout([
        meta,
        started,
        {
          type: 'inter_agent_communication',
          payload: { author: '/root/a', recipient: '/root', content: 'Half done.', trigger_turn: false },
        },
        {
          type: 'realtime_item',
          payload: { id: 'r1', type: 'transcript_segment', data: { role: 'user', text: 'Louder.' } },
        },
        {
          type: 'realtime_item',
          payload: { id: 'r2', type: 'transcript_segment', data: { role: 'assistant', text: 'Yes.' } },
        },
        {
          type: 'compacted',
          payload: { message: '', replacement_history: [{ type: 'compaction', encrypted_content: 'x' }] },
        },
        { type: 'compacted', payload: { message: 'So far so good.' } },
        { type: 'retained_context', payload: { type: 'verified_answer' } },
      ]),
    ]);
    expect(told.slice(2)).toEqual([
      '  T1 user (agent): Half done.',
      '  T1 user (person): Louder.',
      '  T1 assistant (agent): Yes.',
      '  T1 system (event by harness): The conversation was compacted.',
      '  T1 user (summary by agent): So far so good.',
    ]);
  });

  it('tell of reasoning only what can be read', () => {
    const sealed = {
      type: 'response_item',
      payload: { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' },
    };
    const captured = capture(rollout([meta, started, sealed])).flat();
    expect(captured.at(-1)).toEqual({ type: 'skipped', what: 'response_item/reasoning' });
    expect(kept(captured)).toEqual([]);
  });
});
