import { describe, expect, it } from 'vitest';
import {
  assistant,
  call,
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
      expect(new Set(captured.flatMap((one) => ('session' in one ? [one.session] : [])))).toEqual(
        new Set([session]),
      );
      expect(sessions(captured)[0]).toMatchObject({ nature: 'subagent', cwd: '/home/dev/shop' });
      expect(story(captured)[0]).toMatch(/^1 user\/agent: /);
      expect(links(captured)).toEqual([
        { type: 'link', session, kind: 'spawned_by', to: rootId, callId: null },
      ]);
      const above = read(root.lines, root.file);
      const started = messages(above).find(({ blocks }) =>
        blocks.some((block) => block.type === 'tool_call' && block.name === 'Agent'),
      );
      expect(links(above)).toEqual([
        { type: 'link', session, kind: 'spawned_by', to: rootId, callId: started?.callIds[0] },
      ]);
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
    const { file, lines } =
      transcriptsOf('old-1.0.96').find(({ lines: of }) =>
        JSON.stringify(of).includes('"isSidechain":true'),
      ) ?? main('old-1.0.96');
    const captured = read(lines, file);
    const [root, child] = [
      ...new Set(captured.flatMap((one) => (one.type === 'message' ? [one.session] : []))),
    ];
    const inside = captured.filter((one) => one.type === 'message' && one.session === child);
    expect(child).toMatch(new RegExp(`^${root}:sidechain:[\\w-]{36}$`));
    expect(story(inside.concat(turns(captured).filter(({ session }) => session === child)))).toEqual([
      '1 user/agent: List the files in test.',
      '1 assistant/agent: Bash {"command":"ls test","description":"List tests"}',
      '1 tool/tool Bash: "cart.test.js"',
      '1 assistant/agent: test holds cart.test.js.',
    ]);
    const task = messages(captured).find(({ blocks }) =>
      blocks.some((block) => block.type === 'tool_call' && block.name === 'Task'),
    );
    expect(links(captured)).toEqual([
      { type: 'link', session: child, kind: 'spawned_by', to: root, callId: task?.callIds[0] },
    ]);
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
    const of = (root: string) =>
      captured.flatMap((one) =>
        one.type === 'message' && one.session === `${SESSION}:sidechain:${root}` ? [one.message.key] : [],
      );
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
    expect(
      transcriptsOf('fork')
        .map(({ file }) => file.relative)
        .join(),
    ).toContain(second?.[0]?.to);
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
    expect(links(read([resumed, resumed]))).toEqual([
      { type: 'link', session: SESSION, kind: 'continues', to: 'older', callId: null },
    ]);
  });
});
