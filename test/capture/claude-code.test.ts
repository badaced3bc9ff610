import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/capture/claude-code.ts';
import {
  assistant,
  chained,
  fileOf,
  main,
  messages,
  read,
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
      '1 assistant/agent: Understood: pnpm for every install and script in this reposi…',
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
    expect(new Set([first, second, third].map((answer) => answer?.meta.message_id)).size).toBe(1);
    expect(first?.meta.usage).toMatchObject({ output: expect.any(Number) });
    expect(first?.meta.model).toBe('claude-sonnet-4-5');
  });

  it('keeps images as images, in prompts and in results, and the note about them as injected', () => {
    const [prompt, note] = told('image');
    expect(prompt).toBe('1 user/person: [image/png] | What colour is the badge in this screenshot?');
    expect(note).toMatch(/^1 user\/harness injected: \[Image: source: /);
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

describe('titles', () => {
  it('of other sessions are kept with the record they name, in no turn', () => {
    const { file, lines } =
      transcriptsOf('handwritten-summary').find(({ lines: of }) =>
        JSON.stringify(of[0]).includes('"summary"'),
      ) ?? main('handwritten-summary');
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
    const title = (type: string, field: string, words: string) => ({
      type,
      [field]: words,
      sessionId: SESSION,
    });
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
    expect(claudeCode.recognises([{ type: 'queue-operation', operation: 'enqueue', sessionId: id }])).toBe(
      true,
    );
    expect(claudeCode.recognises([{ timestamp: 'x', type: 'session_meta', payload: { id } }])).toBe(false);
    expect(claudeCode.recognises([{ session: 's', role: 'user', text: 'hello' }])).toBe(false);
    expect(
      claudeCode.recognises([
        { uuid: id, parentUuid: null, sessionId: id, type: 'user', message: { role: 'user', parts: [] } },
      ]),
    ).toBe(false);
    expect(claudeCode.recognises([null, 1, 'x', []])).toBe(false);
  });

  it('with lines that cannot be used say why', () => {
    const reasons = read([
      7,
      {},
      { type: 'user', uuid: 'u' },
      user('', null, 'x'),
      user('u', null, 7),
      { type: 'summary' },
    ]);
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
    const captured = read([
      user('p', null, 'go'),
      chained('hologram', 'h', 'p', {}),
      assistant('a', 'h', 'yes'),
    ]);
    expect(captured).toContainEqual({ type: 'unknown', what: 'hologram' });
    expect(captured).toContainEqual({ type: 'hop', session: SESSION, key: 'h', parentKey: 'p' });
    const odd = read([
      { type: 'constructor' },
      { type: 'attachment', attachment: { type: 'toString' } },
      { type: 'system', subtype: 'new' },
    ]);
    expect(odd.map((one) => (one.type === 'unknown' ? one.what : one.type))).toEqual([
      'constructor',
      'attachment/toString',
      'system/new',
    ]);
  });
});
