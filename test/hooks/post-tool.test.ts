import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandEnd } from '../../src/hooks/codex-exit.ts';
import { readPayload } from '../../src/hooks/payload.ts';
import { failureOf } from '../../src/hooks/post-tool.ts';
import { tempFolder } from '../support/temp-store.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/codex/failing-then-fixed', import.meta.url));

function rollout(): string {
  const home = tempFolder();
  cpSync(FIXTURE, home, { recursive: true });
  const path = readdirSync(home, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.jsonl'),
  );
  return join(home, path ?? '');
}

/** The commands of a rollout: id and exit status. */
function commands(path: string): { id: string; exit: number }[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"CommandExecution"') && line.includes('item_completed'))
    .map((line) => JSON.parse(line).payload.item)
    .map((item: { id: string; exit_code: number }) => ({ id: item.id, exit: item.exit_code }));
}

function failure(payload: Record<string, unknown>) {
  const read = readPayload(JSON.stringify(payload), {});
  return 'payload' in read ? failureOf(read.payload) : null;
}

describe('the end of a command in a rollout', () => {
  it('is found by its call, failed or not', () => {
    const path = rollout();
    const all = commands(path);
    expect(all.some(({ exit }) => exit !== 0) && all.some(({ exit }) => exit === 0)).toBe(true);
    for (const { id, exit } of all) expect(commandEnd(path, id)?.exitCode).toBe(exit);
    expect(commandEnd(path, 'call_nobody')).toBeNull();
    expect(commandEnd(join(path, 'nowhere'), 'x')).toBeNull();
  });

  it('is found when its record is longer than what is looked at first', () => {
    const path = rollout();
    const item = {
      type: 'CommandExecution',
      id: 'call_long',
      exit_code: 7,
      aggregated_output: 'y'.repeat(300_000),
    };
    const line = JSON.stringify({ type: 'event_msg', payload: { type: 'item_completed', item } });
    writeFileSync(path, `${readFileSync(path, 'utf8')}${line}\n${'{}\n'.repeat(100)}`);
    expect(commandEnd(path, 'call_long')).toMatchObject({ exitCode: 7 });
  });
});

describe('a failure', () => {
  it('of Codex is a command whose record has another exit status than 0', () => {
    const path = rollout();
    const payload = {
      session_id: 'x',
      turn_id: 't',
      transcript_path: path,
      hook_event_name: 'PostToolUse',
      tool_name: 'Bash',
      tool_input: { command: 'npm test' },
      tool_response: 'it broke',
    };
    for (const { id, exit } of commands(path)) {
      const found = failure({ ...payload, tool_use_id: id });
      expect(found).toEqual(
        exit === 0 ? null : { event: 'PostToolUse', command: 'npm test', error: 'it broke', exitCode: exit },
      );
    }
    expect(failure({ ...payload, tool_use_id: 'call_nobody' })).toBeNull();
    expect(failure({ ...payload, tool_input: { query: 'zebra' }, tool_use_id: 'c' })).toBeNull();
  });

  it('of Claude Code is told by the client, with its exit status in the text', () => {
    const payload = { prompt_id: 'p', tool_name: 'Bash', tool_input: { command: 'npm test' } };
    expect(failure({ ...payload, error: 'Exit code 3\nboom' })).toEqual({
      event: 'PostToolUseFailure',
      command: 'npm test',
      error: 'Exit code 3\nboom',
      exitCode: 3,
    });
    expect(failure({ ...payload, error: 'Command timed out' })).toMatchObject({ exitCode: null });
    expect(failure(payload)).toBeNull();
  });

  it('is none when a person stopped the tool, or it was no command', () => {
    expect(
      failure({ prompt_id: 'p', tool_input: { command: 'x' }, error: 'e', is_interrupt: true }),
    ).toBeNull();
    expect(
      failure({ prompt_id: 'p', tool_name: 'mcp__mem__fail', tool_input: {}, error: 'it broke' }),
    ).toBeNull();
  });
});
