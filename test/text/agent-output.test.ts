import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AgentFormat,
  AgentOutputError,
  agentObject,
  readAgentOutput,
} from '../../src/text/agent-output.ts';
import { firstObject, withoutFence } from '../../src/text/first-object.ts';

const lines = (...events: readonly unknown[]) => events.map((event) => JSON.stringify(event)).join('\n');

function errorOf(stdout: string, format: AgentFormat): AgentOutputError {
  try {
    readAgentOutput(stdout, format);
  } catch (error) {
    if (error instanceof AgentOutputError) return error;
  }
  throw new Error('it should report an error');
}

describe('what codex prints', () => {
  const message = (text: string) => ({
    type: 'item.completed',
    item: { id: 'item_1', type: 'agent_message', text },
  });

  it('holds messages, of which the last one with an object counts', () => {
    const answer = readAgentOutput(
      lines(
        { type: 'thread.started' },
        message('I begin with {"a": 0}'),
        { type: 'item.completed', item: { type: 'reasoning', text: '{"b":1}' } },
        message('{"a": 1}'),
      ),
      'codex-events',
    );
    expect(answer.text).toBe('I begin with {"a": 0}\n{"a": 1}');
    expect(agentObject(answer)).toEqual({ ok: true, value: { a: 1 } });
    const early = readAgentOutput(lines(message('{"a": 1}'), message('Done.')), 'codex-events');
    expect(agentObject(early)).toEqual({ ok: true, value: { a: 1 } });
  });

  it('holds what it cost', () => {
    const usage = { input_tokens: 100, cached_input_tokens: 10, output_tokens: 20 };
    expect(
      readAgentOutput(lines(message('{}'), { type: 'turn.completed', usage }), 'codex-events'),
    ).toMatchObject({
      inputTokens: 100,
      outputTokens: 20,
    });
  });

  it('is read from old versions, too', () => {
    const old = lines(
      { sandbox: 'read-only', model: 'm' },
      { prompt: '{"no": "answer"}' },
      { id: '1', msg: { type: 'agent_message', message: '{"a": 1}' } },
      { id: '1', msg: { type: 'token_count', input_tokens: 100, output_tokens: 20 } },
    );
    expect(readAgentOutput(old, 'codex-events')).toEqual({
      text: '{"a": 1}',
      last: '{"a": 1}',
      inputTokens: 100,
      outputTokens: 20,
    });
  });

  it('ends with its error, not with one of the warnings before it', () => {
    const error = errorOf(
      lines(
        { type: 'thread.started' },
        { type: 'item.completed', item: { type: 'error', message: 'Model metadata not found' } },
        { type: 'error', message: 'unexpected status 401 Unauthorized: bad key' },
        { type: 'turn.failed', error: { message: 'unexpected status 401 Unauthorized: bad key' } },
      ),
      'codex-events',
    );
    expect(error).toMatchObject({
      message: 'unexpected status 401 Unauthorized: bad key',
      status: 401,
      empty: false,
    });
  });
});

describe('what claude prints', () => {
  const result = {
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: '{"a": 1}',
    usage: { input_tokens: 1, cache_read_input_tokens: 2, cache_creation_input_tokens: 3, output_tokens: 4 },
  };
  const assistant = {
    type: 'assistant',
    message: { content: [{ type: 'text', text: '{"a": 1}' }, { type: 'tool_use' }] },
  };

  it.each([
    ['one object', JSON.stringify(result)],
    ['a list of events', JSON.stringify([{ type: 'system' }, assistant, result])],
    ['a stream of events', lines({ type: 'system', subtype: 'init' }, assistant, result)],
  ])('may be %s', (_name, stdout) => {
    expect(readAgentOutput(stdout, 'claude-json')).toEqual({
      text: '{"a": 1}',
      last: '{"a": 1}',
      inputTokens: 6,
      outputTokens: 4,
    });
  });

  it('is what was said so far when there is no result', () => {
    expect(readAgentOutput(lines(assistant), 'claude-json').text).toBe('{"a": 1}');
  });

  it('is an error where it says so', () => {
    const failed = { ...result, is_error: true, result: 'API Error: 529 {"type":"error"}' };
    expect(errorOf(JSON.stringify(failed), 'claude-json')).toMatchObject({
      status: 529,
      message: expect.stringContaining('API Error: 529'),
    });
    expect(
      errorOf(JSON.stringify({ type: 'result', subtype: 'error_max_turns', is_error: false }), 'claude-json')
        .message,
    ).toBe('error_max_turns');
  });
});

describe('what opencode prints', () => {
  it('is the parts of a text, with what they cost', () => {
    const stdout = lines(
      { type: 'step_start', part: { type: 'step-start' } },
      { type: 'text', part: { type: 'text', text: '{"a":' } },
      { type: 'text', part: { type: 'text', text: ' 1}' } },
      {
        type: 'step_finish',
        part: {
          type: 'step-finish',
          tokens: { input: 90, output: 15, reasoning: 5, cache: { read: 10, write: 0 } },
        },
      },
    );
    const answer = readAgentOutput(stdout, 'opencode-events');
    expect(answer).toMatchObject({ text: '{"a": 1}', inputTokens: 100, outputTokens: 20 });
    expect(agentObject(answer)).toEqual({ ok: true, value: { a: 1 } });
  });

  it('names the status of the first error', () => {
    const event = (message: string, statusCode: number) => ({
      type: 'error',
      error: { name: 'APIError', data: { message, statusCode } },
    });
    expect(
      errorOf(lines(event('scripted failure', 401), event('later', 500)), 'opencode-events'),
    ).toMatchObject({
      message: 'scripted failure (HTTP 401)',
      status: 401,
    });
    expect(
      errorOf(lines({ type: 'error', error: { name: 'UnknownError' } }), 'opencode-events').message,
    ).toBe('UnknownError');
  });
});

describe('a program of whatever kind', () => {
  it.each(['codex-events', 'claude-json', 'opencode-events', 'raw-json'] as const)(
    'may print its answer alone (%s)',
    (format) => {
      expect(agentObject(readAgentOutput('Here: {"operations": []}\n', format))).toEqual({
        ok: true,
        value: { operations: [] },
      });
      expect(errorOf(' \n', format)).toMatchObject({ empty: true });
    },
  );

  it('that began and said nothing is told apart from one that failed', () => {
    expect(errorOf(lines({ type: 'thread.started' }), 'codex-events')).toMatchObject({
      empty: true,
      status: null,
    });
  });
});

describe('the first object of a text', () => {
  it('is found in a fence, after a thought and among words', () => {
    for (const text of [
      '{"a": {"b": "}"}}',
      '```json\n{"a": {"b": "}"}}\n```',
      '~~~\n{"a": {"b": "}"}}\n~~~\n',
      '<think>maybe {"a": 0}?</think>\n{"a": {"b": "}"}}',
      'As {asked}: {"a": {"b": "}"}} and {"c": 1}',
    ])
      expect(firstObject(text)).toEqual({ ok: true, value: { a: { b: '}' } } });
  });

  it('is none in a list, a number or words, and cut off where it does not end', () => {
    for (const text of ['', '[1, 2]', '7', 'nothing } here {', '{a: 1} {b}'].filter(
      (text) => !text.endsWith('{'),
    ))
      expect(firstObject(text)).toEqual({ ok: false, truncated: false });
    expect(firstObject('{"a": [1, 2')).toEqual({ ok: false, truncated: true });
    expect(firstObject('{"a": "}')).toEqual({ ok: false, truncated: true });
  });

  it('is found in whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.object(),
        fc.string({ maxLength: 40 }),
        fc.string({ maxLength: 40 }),
        (value, before, after) => {
          const plain = (text: string) => text.replace(/[{}]/g, '');
          const json = JSON.stringify(value);
          const found = firstObject(`${plain(before)}${json}${plain(after)}`);
          expect(found).toEqual({ ok: true, value: JSON.parse(json) });
        },
      ),
    );
  });

  it('never throws, and a fence is taken off once', () => {
    fc.assert(fc.property(fc.string(), (text) => void firstObject(text)));
    expect(withoutFence('```\n```js\nx\n```\n```')).toBe('```js\nx\n```');
  });

  it.each([
    ['open braces', '{'.repeat(10_000_000)],
    ['empty objects', `${'{}x'.repeat(3_000_000)}`],
    ['objects that are none', '{a}'.repeat(3_000_000)],
    ['quotes', '{"'.repeat(5_000_000)],
    ['spaces in a fence', `\`\`\`\n${' '.repeat(10_000_000)}\n`],
    ['backslashes', `{"a": "${'\\'.repeat(10_000_000)}`],
    ['a thought without end', `<think>${' '.repeat(10_000_000)}`],
    ['lines of no event', '{\n'.repeat(5_000_000)],
  ])('comes to an end with ten megabytes of %s', (_name, text) => {
    for (const format of ['raw-json', 'codex-events'] as const) {
      const found = agentObject(readAgentOutput(text, format));
      expect(typeof found.ok).toBe('boolean');
    }
  });
});
