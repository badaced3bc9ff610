import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/capture/claude-code.ts';
import {
  assistant,
  call,
  chained,
  fileOf,
  links,
  main,
  messages,
  read,
  result,
  SESSION,
  sessions,
  story,
  transcriptsOf,
  turns,
  user,
} from './claude-reading.ts';

function told(scenario: string): string[] {
  const { file, lines } = main(scenario);
  return story(read(lines, file));
}

describe('what a session says', () => {
  it('is its prompts and answers, without what the client put beside them', () => {
    expect(told('plain')).toEqual([
      '1 user/person: We use pnpm in this repo, never npm. Please remember that.',
      '1 assistant/agent: Understood: pnpm for every install and script in this reposit…',
    ]);
  });

  it('keeps thinking with its signature byte for byte, each block of one answer as the line it was', () => {
    expect(told('thinking')).toEqual([
      '1 user/person: Why does the login page flicker?',
      '1 assistant/agent: (The flicker may come from a theme class that is set after hy…)',
      '1 assistant/agent: Let me look for the theme code.',
      '1 assistant/agent: Bash {"command":"grep -rn theme src || true"}',
      '1 tool/tool Bash: "(Bash completed with no output)"',
      '1 assistant/agent: (No theme code here, so it must be the layout.)',
      '1 assistant/agent: The theme class is probably set after hydration; set it in t…',
    ]);
    const { file, lines } = main('thinking');
    const answers = messages(read(lines, file)).filter(({ role }) => role === 'assistant');
    const [first, second, third] = answers;
    const source = JSON.stringify(lines);
    const thought = first?.blocks[0];
    if (thought?.type !== 'thinking') throw new Error('the first block is no thinking');
    expect(source).toContain(JSON.stringify(thought.signature));
    expect(new Set([first, second, third].map((answer) => answer?.meta['message_id'])).size).toBe(1);
    expect(first?.meta['usage']).toMatchObject({ output: expect.any(Number) });
    expect(first?.meta['model']).toBe('claude-sonnet-4-5');
  });

  it('keeps images as images, in prompts and in results, and the note about them as injected', () => {
    expect(told('image').slice(0, 2)).toEqual([
      '1 user/person: [image/png] | What colour is the badge in this screenshot?',
      '1 user/harness injected: [Image: source: /tmp/claude-1000/-home-dev-shop/…'.replace(/…$/, told('image')[1]?.slice(73) ?? ''),
    ]);
    expect(told('read-image')[2]).toBe('1 tool/tool Read: "" | [image/png]');
  });

  it('gives the branch and directory of each turn, and a directory of its own to a message elsewhere', () => {
    const { file, lines } = main('cwd-change');
    const captured = read(lines, file);
    expect(turns(captured).map(({ cwd, branch }) => ({ cwd, branch }))).toEqual([
      { cwd: '/home/dev/shop', branch: expect.stringContaining('feature/') },
    ]);
    expect(messages(captured).map(({ role, cwd }) => `${role} ${cwd}`)).toEqual([
      'user null',
      'assistant null',
      'tool /home/dev/warehouse',
      'assistant /home/dev/warehouse',
      'tool /home/dev/warehouse',
      'assistant /home/dev/warehouse',
    ]);
  });

  it('tells how it was started: by a program, at a terminal, or not known', () => {
    const nature = (scenario: string): unknown => {
      const { file, lines } = main(scenario);
      return sessions(read(lines, file))[0]?.nature;
    };
    expect(nature('plain')).toBe('headless');
    expect(nature('tui-rewind')).toBe('interactive');
    expect(nature('old-1.0.128')).toBe(null);
  });
});

describe('tools', () => {
  it('are named in their results; a failed command tells its exit code', () => {
    const { file, lines } = main('failing-then-fixed');
    const results = messages(read(lines, file)).filter(({ role }) => role === 'tool');
    expect(results.map(({ tool, meta }) => [tool, meta['failed'] ?? false, meta['exit_code'] ?? null])).toEqual([
      ['Bash', true, 1],
      ['Read', false, null],
      ['Edit', false, null],
      ['Bash', false, null],
    ]);
  });

  it('leave their call ids on the message that calls, where a caller is looked up', () => {
    const { file, lines } = main('mcp-tool');
    const captured = messages(read(lines, file));
    expect(captured.filter(({ callIds }) => callIds.length > 0).map(({ role }) => role)).toEqual(['assistant', 'assistant']);
    expect(captured.flatMap(({ callIds }) => callIds).every((id) => id.startsWith('toolu_'))).toBe(true);
  });

  it('of other MCP servers read from outside; those of the workspace and of midturn do not', () => {
    const names = ['Bash', 'Read', 'Agent', 'WebFetch', 'WebSearch', 'mcp__docs__fetch', 'mcp__docs__recall', 'mcp__midturn__recall', 'mcp__midturn__other'];
    const outside = names.filter((name) => {
      const lines = [user('u', null, 'go'), assistant('a', 'u', [call('c', name)]), user('r', 'a', [result('c', 'words')])];
      return messages(read(lines)).at(-1)?.outside === true;
    });
    expect(outside).toEqual(['WebFetch', 'WebSearch', 'mcp__docs__fetch', 'mcp__docs__recall', 'mcp__midturn__other']);
    const { file, lines } = main('mcp-two-servers');
    expect(messages(read(lines, file)).filter((one) => one.outside).map(({ tool }) => tool)).toContain('mcp__docs__fetch_page');
  });

  it('with several results in one line are one message, outside when one of them is', () => {
    const lines = [
      user('u', null, 'go'),
      assistant('a', 'u', [call('c1', 'Bash'), call('c2', 'WebFetch')]),
      user('r', 'a', [result('c1', 'inside'), result('c2', 'outside', { is_error: true })]),
    ];
    const answered = messages(read(lines)).at(-1);
    expect(story(read(lines)).at(-1)).toBe('1 tool/tool: "inside" | failed "outside"');
    expect(answered).toMatchObject({ tool: null, outside: true, meta: { failed: true, native_role: 'user' } });
  });

  it('that were denied or cut short say so', () => {
    expect(told('interrupted')).toEqual([
      '1 user/person: Run the slow migration.',
      '1 assistant/agent: Bash {"command":"echo started; sleep 20"}',
      "1 tool/tool Bash: failed \"The user doesn't want to proceed with this tool use. [client…\"",
      '1 user/harness event: [Request interrupted by user for tool use]',
      '2 user/person: Skip it, it takes too long.',
      '2 assistant/agent: Stopped. I will skip the slow migration.',
    ]);
    const { file, lines } = main('interrupted');
    expect(messages(read(lines, file))[2]?.meta['denied']).toBe('user-rejected');
  });

  it('whose long output was saved name the file; a command in the background names its task', () => {
    const saved = main('saved-output');
    const output = messages(read(saved.lines, saved.file)).find(({ role }) => role === 'tool');
    expect(output?.meta['output_file']).toMatch(/tool-results\/\w+\.txt$/);
    const background = main('background-command');
    const started = messages(read(background.lines, background.file)).find(({ role }) => role === 'tool');
    expect(started?.meta['background_task']).toEqual(expect.any(String));
  });

  it('are known by their name when the reader goes on between call and result', () => {
    const lines = [user('u', null, 'go'), assistant('a', 'u', [call('c', 'Grep')]), user('r', 'a', [result('c', 'found')])];
    expect(messages(read(lines, undefined, 2)).at(-1)?.tool).toBe('Grep');
  });
});

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
      chained('system', 'b', null, { subtype: 'compact_boundary', content: 'Conversation compacted', logicalParentUuid: 'a1', compactMetadata: metadata });
    const talk = (metadata: object) => [
      user('p1', null, 'one'),
      assistant('a1', 'p1', 'first'),
      user('p2', 'a1', 'two'),
      assistant('a2', 'p2', 'second'),
      boundary(metadata),
      user('s', 'b', 'Summary', { isCompactSummary: true }),
      user('p3', 's', 'three'),
    ];
    const parent = (metadata: object) => messages(read(talk(metadata))).find(({ key }) => key === 'b')?.parentKey;
    expect(parent({ trigger: 'manual', messagesSummarized: 2 })).toBe('a2');
    expect(parent({ trigger: 'auto', preservedSegment: { headUuid: 'p2', tailUuid: 'a2' } })).toBe('a2');
    expect(parent({ trigger: 'auto' })).toBe('a1');
  });
});

describe('sub-agents', () => {
  it('are sessions of their own, linked to the session and the call that started them', () => {
    for (const scenario of ['subagent', 'subagent-sync', 'old-2.1.80']) {
      const [child, root] = [
        transcriptsOf(scenario).find(({ file }) => file.relative.includes('/subagents/')),
        main(scenario),
      ];
      if (child === undefined) throw new Error('no sub-agent');
      const captured = read(child.lines, child.file);
      const id = /agent-(\w+)\.jsonl$/.exec(child.file.relative)?.[1];
      const rootId = /([^/]+)\.jsonl$/.exec(root.file.relative)?.[1];
      const session = `${rootId}/agent-${id}`;
      expect(new Set(captured.flatMap((one) => ('session' in one ? [one.session] : [])))).toEqual(new Set([session]));
      expect(sessions(captured)[0]).toMatchObject({ nature: 'subagent', cwd: '/home/dev/shop' });
      expect(story(captured)[0]).toMatch(/^1 user\/agent: /);
      expect(links(captured)).toEqual([{ type: 'link', session, kind: 'spawned_by', to: rootId, callId: null }]);
      const above = read(root.lines, root.file);
      const started = messages(above).find(({ blocks }) => blocks.some((block) => block.type === 'tool_call' && block.name === 'Agent'));
      expect(links(above)).toEqual([{ type: 'link', session, kind: 'spawned_by', to: rootId, callId: started?.callIds[0] }]);
    }
  });

  it('that lay beside their session are its own too, with a turn though their prompt is not there', () => {
    const files = transcriptsOf('old-2.0.50').filter(({ file }) => file.relative.includes('/agent-'));
    expect(files.length).toBeGreaterThan(1);
    for (const { file, lines } of files) {
      const captured = read(lines, file);
      expect(sessions(captured)[0]?.session).toMatch(/^[\w-]{36}\/agent-\w+$/);
      expect(turns(captured)).toHaveLength(1);
      expect(messages(captured).every(({ turnKey }) => turnKey !== null)).toBe(true);
    }
  });

  it('that stood inside the file of their session are taken out of it', () => {
    const { file, lines } = transcriptsOf('old-1.0.96').find(({ lines: of }) => JSON.stringify(of).includes('"isSidechain":true')) ?? main('old-1.0.96');
    const captured = read(lines, file);
    const [root, child] = [...new Set(captured.flatMap((one) => (one.type === 'message' ? [one.session] : [])))];
    const inside = captured.filter((one) => one.type === 'message' && one.session === child);
    expect(child).toMatch(new RegExp(`^${root}:sidechain:[\\w-]{36}$`));
    expect(story(inside.concat(turns(captured).filter(({ session }) => session === child)))).toEqual([
      '1 user/agent: List the files in test.',
      '1 assistant/agent: Bash {"command":"ls test","description":"List tests"}',
      '1 tool/tool Bash: "cart.test.js"',
      '1 assistant/agent: test holds cart.test.js.',
    ]);
    const task = messages(captured).find(({ blocks }) => blocks.some((block) => block.type === 'tool_call' && block.name === 'Task'));
    expect(links(captured)).toEqual([{ type: 'link', session: child, kind: 'spawned_by', to: root, callId: task?.callIds[0] }]);
    expect(messages(captured).at(-1)?.turnKey).toBe(turns(captured)[0]?.key);
  });

  it('that ran side by side inside one file are kept apart by their chains', () => {
    const side = { isSidechain: true };
    const lines = [
      user('p', null, 'both'),
      assistant('a', 'p', [call('c1', 'Task', { prompt: 'left' }), call('c2', 'Task', { prompt: 'right' })]),
      user('l', null, 'left', side),
      user('r', null, 'right', side),
      assistant('l1', 'l', 'left answer', side),
      assistant('r1', 'r', 'right answer', side),
      assistant('l2', 'l1', 'left end', side),
      user('done', 'a', [result('c1', 'left end')]),
    ];
    const captured = read(lines);
    const of = (root: string) => captured.flatMap((one) => (one.type === 'message' && one.session === `${SESSION}:sidechain:${root}` ? [one.message.key] : []));
    expect(of('l')).toEqual(['l', 'l1', 'l2']);
    expect(of('r')).toEqual(['r', 'r1']);
    expect(links(captured).map(({ callId }) => callId)).toEqual(['c1', 'c2']);
  });
});

describe('copies', () => {
  it('of a fork name the session they come from once', () => {
    const forks = transcriptsOf('fork').map(({ file, lines }) => links(read(lines, file)));
    const [first] = forks.filter((found) => found.length === 0);
    const [second] = forks.filter((found) => found.length > 0);
    expect(first).toEqual([]);
    expect(second).toHaveLength(1);
    expect(second?.[0]).toMatchObject({ kind: 'forked_from' });
    expect(transcriptsOf('fork').map(({ file }) => file.relative).join()).toContain(second?.[0]?.to);
  });

  it('start no sub-agent of their own', () => {
    const copied = { requestSessionId: 'first-session' };
    const lines = [
      user('p', null, 'go'),
      assistant('a', 'p', [call('c', 'Agent', { prompt: 'x' })], copied),
      user('r', 'a', [result('c', 'done')], { toolUseResult: { agentId: 'abc' } }),
      assistant('b', 'r', [call('d', 'Agent', { prompt: 'y' })]),
      user('s', 'b', [result('d', 'done')], { toolUseResult: { agentId: 'def' } }),
    ];
    expect(links(read(lines))).toEqual([
      { type: 'link', session: SESSION, kind: 'forked_from', to: 'first-session', callId: null },
      { type: 'link', session: `${SESSION}/agent-def`, kind: 'spawned_by', to: SESSION, callId: 'd' },
    ]);
  });

  it('of a branch and of a resumed session are told by their own records', () => {
    const branch = user('p', null, 'go', { forkedFrom: { sessionId: 'before', messageUuid: 'p' } });
    expect(links(read([branch]))).toMatchObject([{ kind: 'forked_from', to: 'before' }]);
    const resumed = user('p', null, 'go', { sessionId: 'older' });
    expect(links(read([resumed, resumed]))).toEqual([{ type: 'link', session: SESSION, kind: 'continues', to: 'older', callId: null }]);
  });
});

describe('titles', () => {
  it('of other sessions are kept with the record they name, in no turn', () => {
    const { file, lines } = transcriptsOf('handwritten-summary').find(({ lines: of }) => JSON.stringify(of[0]).includes('"summary"')) ?? main('handwritten-summary');
    const [first] = messages(read(lines, file));
    expect(first).toMatchObject({
      key: null,
      role: 'system',
      kind: 'summary',
      by: 'agent',
      turnKey: null,
      parentKey: null,
      blocks: [{ type: 'text', text: 'Parcel weight limit raised to 31.5 kg' }],
      meta: { leaf_uuid: expect.any(String) },
    });
    expect(sessions(read(lines, file))[0]?.session).toBe(/([^/]+)\.jsonl$/.exec(file.relative)?.[1]);
  });

  it('of the session itself are its facts; the one that a person gave stays', () => {
    const title = (type: string, field: string, words: string) => ({ type, [field]: words, sessionId: SESSION });
    const lines = [
      title('ai-title', 'aiTitle', 'Sorting'),
      user('p', null, 'go'),
      title('custom-title', 'customTitle', 'My sorting'),
      title('ai-title', 'aiTitle', 'Sorting again'),
    ];
    expect(sessions(read(lines)).map((one) => one.title)).toEqual(['Sorting', 'My sorting']);
  });
});

describe('files', () => {
  const id = 'a0b1c2d3-0000-4000-8000-000000000001';

  it('are transcripts by their place and name', () => {
    const are = [
      `projects/-home-dev/${id}.jsonl`,
      `projects/-home-dev/agent-1c2cc1cf.jsonl`,
      `projects/-home-dev/${id}/subagents/agent-a4ac.jsonl`,
      `projects/-home-dev/${id}/subagents/workflows/wf_1/agent-a4ac.jsonl`,
      `-home-dev/${id}.jsonl`,
    ];
    const are_not = [
      'history.jsonl',
      `projects/-home-dev/${id}/tool-results/x.txt`,
      `projects/-home-dev/${id}/subagents/agent-a4ac.meta.json`,
      `projects/-home-dev/notes.jsonl`,
      `projects/-home-dev/${id}/subagents/journal.jsonl`,
      `todos/${id}.json`,
    ];
    expect([...are, ...are_not].filter((path) => claudeCode.isTranscript(path))).toEqual(are);
  });

  it('of another name belong to the session that their records name', () => {
    const captured = read([user('p', null, 'go')], fileOf('copy of a talk.jsonl'));
    expect(sessions(captured).map(({ session }) => session)).toEqual([SESSION]);
    const child = read([user('p', null, 'go', { isSidechain: true, agentId: 'a1' })], fileOf('kept.jsonl'));
    expect(sessions(child).map(({ session }) => session)).toEqual([`${SESSION}/agent-a1`]);
  });

  it('are recognised by their records, and those of others are not', () => {
    expect(claudeCode.recognises([{ type: 'summary', summary: 'x', leafUuid: id }])).toBe(true);
    expect(claudeCode.recognises([{ type: 'queue-operation', operation: 'enqueue', sessionId: id }])).toBe(true);
    expect(claudeCode.recognises([{ timestamp: 'x', type: 'session_meta', payload: { id } }])).toBe(false);
    expect(claudeCode.recognises([{ session: 's', role: 'user', text: 'hello' }])).toBe(false);
    expect(claudeCode.recognises([{ uuid: id, parentUuid: null, sessionId: id, type: 'user', message: { role: 'user', parts: [] } }])).toBe(false);
    expect(claudeCode.recognises([null, 1, 'x', []])).toBe(false);
  });

  it('with lines that cannot be used say why', () => {
    const reasons = read([7, {}, { type: 'user', uuid: 'u' }, user('', null, 'x'), user('u', null, 7), { type: 'summary' }]);
    expect(reasons.map((one) => (one.type === 'unusable' ? one.reason : one.type))).toEqual([
      'not an object',
      '`type` is missing',
      '`message` is missing',
      '`uuid` is missing',
      '`message.content` is neither text nor blocks',
      '`summary` is missing',
    ]);
  });

  it('with records of a type that nobody knows keep them in the chain and report them', () => {
    const captured = read([user('p', null, 'go'), chained('hologram', 'h', 'p', {}), assistant('a', 'h', 'yes')]);
    expect(captured).toContainEqual({ type: 'unknown', what: 'hologram' });
    expect(captured).toContainEqual({ type: 'hop', session: SESSION, key: 'h', parentKey: 'p' });
    const odd = read([{ type: 'constructor' }, { type: 'attachment', attachment: { type: 'toString' } }, { type: 'system', subtype: 'new' }]);
    expect(odd.map((one) => (one.type === 'unknown' ? one.what : one.type))).toEqual(['constructor', 'attachment/toString', 'system/new']);
  });
});
