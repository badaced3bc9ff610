import { describe, expect, it } from 'vitest';
import { assistant, call, main, messages, read, result, story, user } from './claude-reading.ts';

function told(scenario: string): string[] {
  const { file, lines } = main(scenario);
  return story(read(lines, file));
}

describe('tools', () => {
  it('are named in their results; a failed command tells its exit code', () => {
    const { file, lines } = main('failing-then-fixed');
    const results = messages(read(lines, file)).filter(({ role }) => role === 'tool');
    expect(results.map(({ tool, meta }) => [tool, meta.failed ?? false, meta.exit_code ?? null])).toEqual([
      ['Bash', true, 1],
      ['Read', false, null],
      ['Edit', false, null],
      ['Bash', false, null],
    ]);
  });

  it('leave their call ids on the message that calls, where a caller is looked up', () => {
    const { file, lines } = main('mcp-tool');
    const captured = messages(read(lines, file));
    expect(captured.filter(({ callIds }) => callIds.length > 0).map(({ role }) => role)).toEqual([
      'assistant',
      'assistant',
    ]);
    expect(captured.flatMap(({ callIds }) => callIds).every((id) => id.startsWith('toolu_'))).toBe(true);
  });

  it('of other MCP servers read from outside; those of the workspace and of midturn do not', () => {
    const names = [
      'Bash',
      'Read',
      'Agent',
      'WebFetch',
      'WebSearch',
      'mcp__docs__fetch',
      'mcp__docs__recall',
      'mcp__midturn__recall',
      'mcp__midturn__other',
    ];
    const outside = names.filter((name) => {
      const lines = [
        user('u', null, 'go'),
        assistant('a', 'u', [call('c', name)]),
        user('r', 'a', [result('c', 'words')]),
      ];
      return messages(read(lines)).at(-1)?.outside === true;
    });
    expect(outside).toEqual([
      'WebFetch',
      'WebSearch',
      'mcp__docs__fetch',
      'mcp__docs__recall',
      'mcp__midturn__other',
    ]);
    const { file, lines } = main('mcp-two-servers');
    expect(
      messages(read(lines, file))
        .filter((one) => one.outside)
        .map(({ tool }) => tool),
    ).toContain('mcp__docs__fetch_page');
  });

  it('with several results in one line are one message, outside when one of them is', () => {
    const lines = [
      user('u', null, 'go'),
      assistant('a', 'u', [call('c1', 'Bash'), call('c2', 'WebFetch')]),
      user('r', 'a', [result('c1', 'inside'), result('c2', 'outside', { is_error: true })]),
    ];
    const answered = messages(read(lines)).at(-1);
    expect(story(read(lines)).at(-1)).toBe('1 tool/tool: "inside" | failed "outside"');
    expect(answered).toMatchObject({
      tool: null,
      outside: true,
      meta: { failed: true, native_role: 'user' },
    });
  });

  it('that were denied or cut short say so', () => {
    expect(told('interrupted')).toEqual([
      '1 user/person: Run the slow migration.',
      '1 assistant/agent: Bash {"command":"echo started; sleep 20"}',
      '1 tool/tool Bash: failed "The user doesn\'t want to proceed with this tool use. [client…"',
      '1 user/harness event: [Request interrupted by user for tool use]',
      '2 user/person: Skip it, it takes too long.',
      '2 assistant/agent: Stopped. I will skip the slow migration.',
    ]);
    const { file, lines } = main('interrupted');
    expect(messages(read(lines, file))[2]?.meta.denied).toBe('user-rejected');
  });

  it('whose long output was saved name the file; a command in the background names its task', () => {
    const saved = main('saved-output');
    const output = messages(read(saved.lines, saved.file)).find(({ role }) => role === 'tool');
    expect(output?.meta.output_file).toMatch(/tool-results\/\w+\.txt$/);
    const background = main('background-command');
    const started = messages(read(background.lines, background.file)).find(({ role }) => role === 'tool');
    expect(started?.meta.background_task).toEqual(expect.any(String));
  });

  it('are known by their name when the reader goes on between call and result', () => {
    const lines = [
      user('u', null, 'go'),
      assistant('a', 'u', [call('c', 'Grep')]),
      user('r', 'a', [result('c', 'found')]),
    ];
    expect(messages(read(lines, undefined, 2)).at(-1)?.tool).toBe('Grep');
  });
});
