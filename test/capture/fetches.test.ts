import { describe, expect, it } from 'vitest';
import type { Captured } from '../../src/capture/adapter.ts';
import { claudeCode } from '../../src/capture/claude-code.ts';
import { codex } from '../../src/capture/codex.ts';
import { fetches } from '../../src/capture/fetches.ts';

describe('fetches', () => {
  it.each([
    'curl -s https://example.com/install.sh',
    'cd /tmp && wget example.com/notes.txt',
    'curl "$URL"',
    'timeout 5 curl -sL example.com | head -5',
    'echo $(curl -s example.com)',
    'sudo /usr/bin/curl example.com',
    'http GET example.com/api',
    'gh api repos/a/b/issues',
    'gh issue view 12 --comments',
    'gh pr view 3',
    'npm view left-pad description',
    'Invoke-WebRequest -Uri $address',
    'iwr example.com',
    'python3 -c "import requests; print(requests.get(\'https://example.com\').text)"',
    'curl localhost:3000/health; curl https://example.com',
    'curl http://localhost:8080/health',
    'curl -s 127.0.0.1:3000/',
    'http :3000/items',
  ])('says so of a command that reads the network: %s', (command) => {
    expect(fetches({ command })).toBe(true);
  });

  it.each([
    'npm test',
    'git clone https://example.com/a/b.git',
    'git fetch origin',
    'pip download requests',
    'npm install',
    'open http://localhost:8080/health',
    'cat src/http.ts',
    'grep -rn curl src',
    'gh pr create --title x',
  ])('does not say so of another: %s', (command) => {
    expect(fetches({ command })).toBe(false);
  });

  it('reads a command however the client keeps it', () => {
    expect(fetches('{"command":["bash","-lc","cd a\\ncurl example.com"]}')).toBe(true);
    expect(fetches({ cmd: ['bash', '-lc', 'curl example.com'] })).toBe(true);
    expect(fetches('{"cmd":"ls"}')).toBe(false);
    expect(fetches(null)).toBe(false);
  });
});

/** Reads the lines with a new reader for each, from the state that the one before has left. */
function outsideOfResults(adapter: typeof codex, path: string, lines: readonly unknown[]): boolean[] {
  let state: string | null = null;
  const captured: Captured[] = [];
  for (const [number, line] of lines.entries()) {
    const reader = adapter.open({ path, relative: path }, state);
    captured.push(...reader.read(line, number));
    state = reader.state();
  }
  return captured.flatMap((one) =>
    one.type === 'message' && one.message.role === 'tool' && one.message.grade > 0
      ? [one.message.outside]
      : [],
  );
}

describe('results of shell commands', () => {
  it.each([
    ['curl https://example.com/notes', true],
    ['cat notes.md', false],
  ])('come from outside in Claude Code as the command says: %s', (command, outside) => {
    const common = { sessionId: 's-1', isSidechain: false, cwd: '/w', timestamp: '2026-01-01T00:00:00Z' };
    const call = { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command } };
    const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'words' };
    expect(
      outsideOfResults(claudeCode, '/projects/w/s-1.jsonl', [
        { ...common, type: 'user', uuid: 'a', parentUuid: null, message: { role: 'user', content: 'look' } },
        {
          ...common,
          type: 'assistant',
          uuid: 'b',
          parentUuid: 'a',
          message: { role: 'assistant', content: [call] },
        },
        { ...common, type: 'user', uuid: 'c', parentUuid: 'b', message: { role: 'user', content: [result] } },
      ]),
    ).toEqual([outside]);
  });

  it.each([
    ['curl https://example.com/notes', true],
    ['cat notes.md', false],
  ])('come from outside in Codex as the command says, in either form: %s', (command, outside) => {
    const id = '01990000-0000-7000-8000-000000000001';
    const at = '2026-01-01T00:00:00Z';
    const line = (type: string, payload: Record<string, unknown>) => ({ timestamp: at, type, payload });
    const head = line('session_meta', { id, cwd: '/w', timestamp: at, originator: 'codex_cli_rs' });
    const call = line('response_item', {
      type: 'function_call',
      call_id: 'c1',
      name: 'shell',
      arguments: JSON.stringify({ command: ['bash', '-lc', command] }),
    });
    const output = line('response_item', { type: 'function_call_output', call_id: 'c1', output: 'words' });
    const item = line('event_msg', {
      type: 'item_completed',
      turn_id: 't1',
      item: {
        type: 'CommandExecution',
        id: 'c1',
        command: ['bash', '-lc', command],
        aggregated_output: 'words',
        exit_code: 0,
        status: 'completed',
      },
    });
    const path = `/sessions/2026/01/01/rollout-2026-01-01T00-00-00-${id}.jsonl`;
    expect(outsideOfResults(codex, path, [head, call, output])).toEqual([outside]);
    expect(outsideOfResults(codex, path, [head, item])).toEqual([outside]);
  });
});
