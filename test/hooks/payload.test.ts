import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPayload } from '../../src/hooks/payload.ts';

const CODEX = {
  session_id: '01a1fc02-fcfc-7a21-b0a4-9b1c2d3e4f50',
  transcript_path:
    '/home/dev/.codex/sessions/2026/11/21/rollout-2026-11-21T02-50-16-01a1fc02-fcfc-7a21-b0a4-9b1c2d3e4f50.jsonl',
  cwd: '/home/dev/shop',
  hook_event_name: 'SessionStart',
  model: 'fake-model',
  permission_mode: 'bypassPermissions',
  source: 'startup',
};
const CLAUDE = {
  session_id: 'b3cc2eca-1f0e-4a6d-9a77-0c1d2e3f4a5b',
  transcript_path: '/home/dev/.claude/projects/-home-dev-shop/b3cc2eca-1f0e-4a6d-9a77-0c1d2e3f4a5b.jsonl',
  cwd: '/home/dev/shop',
  hook_event_name: 'SessionStart',
  source: 'startup',
};

function payload(value: unknown, env: Record<string, string> = {}, client: string | null = null) {
  const read = readPayload(JSON.stringify(value), env, client);
  if ('wrong' in read) throw new Error(read.wrong);
  return read.payload;
}

describe('a payload', () => {
  it('of Codex is told from one of Claude Code by the name of the transcript', () => {
    expect(payload(CODEX).client).toBe('codex');
    expect(payload(CLAUDE).client).toBe('claude-code');
  });

  it('is told by its fields before the environment: one client may run inside the shell of the other', () => {
    const inside = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'b3cc2eca-1f0e-4a6d-9a77-0c1d2e3f4a5b' };
    expect(payload(CODEX, inside)).toMatchObject({ client: 'codex', session: CODEX.session_id });
    expect(
      payload({ ...CLAUDE, transcript_path: undefined, prompt_id: 'x' }, { CODEX_HOME: '/c' }).client,
    ).toBe('claude-code');
    expect(payload({ session_id: 'x', turn_id: 't' }, inside).client).toBe('codex');
  });

  it('without any mark is told by the version of its session id, and by nothing else', () => {
    expect(payload({ session_id: CODEX.session_id }).client).toBe('codex');
    expect(payload({ session_id: CLAUDE.session_id }).client).toBe('claude-code');
    expect(payload({ session_id: 'abc' }).client).toBeNull();
    expect(payload({}, {}, 'cursor').client).toBe('cursor');
  });

  it('holds what the clients send with each event', () => {
    expect(
      payload({ ...CODEX, turn_id: 't-1', hook_event_name: 'UserPromptSubmit', prompt: 'probe' }),
    ).toMatchObject({
      turn: 't-1',
      prompt: 'probe',
    });
    expect(
      payload({
        ...CODEX,
        hook_event_name: 'PostToolUse',
        tool_name: 'Bash',
        tool_input: { command: 'echo hi; ls' },
        tool_response: 'hi\n',
        tool_use_id: 'call_1_0',
      }),
    ).toMatchObject({ tool: 'Bash', command: 'echo hi; ls', response: 'hi\n', call: 'call_1_0' });
    expect(
      payload({
        ...CLAUDE,
        hook_event_name: 'PostToolUseFailure',
        tool_name: 'Bash',
        tool_input: { command: 'npm test' },
        error: 'Exit code 3\nboom',
        is_interrupt: false,
      }),
    ).toMatchObject({ error: 'Exit code 3\nboom', command: 'npm test', interrupted: false });
    expect(payload({ ...CLAUDE, reason: 'other', source: undefined })).toMatchObject({ reason: 'other' });
    expect(payload({ ...CODEX, source: undefined, trigger: 'auto' })).toMatchObject({ reason: 'auto' });
    expect(payload({ ...CLAUDE, stop_hook_active: true }).stopActive).toBe(true);
    expect(payload({ tool_input: { command: ['/bin/bash', '-lc', 'npm test'] } }).command).toBe('npm test');
    expect(payload({ thread_id: 'thread-7' }).session).toBe('thread-7');
  });

  it('that is no JSON object is said to be wrong', () => {
    for (const text of ['', 'x', '{', '[]', 'null', '7', '"text"', '{"a":1}}'])
      expect(readPayload(text, {})).toHaveProperty('wrong');
    expect(readPayload('\uFEFF{"cwd":"/a"}', {})).toHaveProperty('payload.cwd', '/a');
  });

  it('with fields of whatever type and depth is read without an error', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...Object.keys(CODEX), 'tool_input', 'error', 'prompt'),
          fc.jsonValue(),
        ),
        (value) => {
          expect(readPayload(JSON.stringify(value), {})).toHaveProperty('payload');
        },
      ),
    );
  });
});
