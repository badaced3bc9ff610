import { describe, expect, it } from 'vitest';
import { contentBlocks, digestContent } from '../../src/capture/claude-content.ts';
import { assistant, messages, read, user } from './claude-reading.ts';

describe('content blocks', () => {
  it('that are known become blocks of ours', () => {
    expect(
      contentBlocks([
        { type: 'text', text: 'hello' },
        { type: 'thinking', thinking: 'hm', signature: 'Zm9v' },
        { type: 'tool_use', id: 'c1', name: 'Bash', input: { command: 'ls' } },
        { type: 'mcp_tool_use', id: 'c2', name: 'find', server_name: 'docs', input: {} },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' } },
      ]),
    ).toEqual([
      { type: 'text', text: 'hello' },
      { type: 'thinking', text: 'hm', signature: 'Zm9v' },
      { type: 'tool_call', id: 'c1', name: 'Bash', arguments: { command: 'ls' } },
      { type: 'tool_call', id: 'c2', name: 'mcp__docs__find', arguments: {} },
      { type: 'image', media: 'image/png', base64: 'AAAA' },
      { type: 'image', media: 'application/pdf', base64: 'BBBB' },
    ]);
  });

  it('that are not known are kept as they are', () => {
    const odd = [
      { type: 'hologram', depth: 3 },
      'a bare string',
      null,
      { type: 'text' },
      { type: 'tool_use', name: 'Bash' },
    ];
    expect(contentBlocks(odd)).toEqual(odd.map((value) => ({ type: 'unknown', value })));
    expect(contentBlocks([{ type: 'text', text: 'so', citations: [{ url: 'x' }] }])).toEqual([
      { type: 'text', text: 'so' },
      { type: 'unknown', value: { type: 'text', citations: [{ url: 'x' }] } },
    ]);
  });

  it('that are encrypted leave only that they were there', () => {
    expect(contentBlocks([{ type: 'redacted_thinking', data: 'c2VjcmV0' }])).toEqual([
      { type: 'unknown', value: { type: 'redacted_thinking' } },
    ]);
  });

  it('of a result are its text first, then its images and what else it holds', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    const content = [
      { type: 'text', text: 'one' },
      image,
      { type: 'text', text: 'two' },
      { type: 'tool_reference', tool_name: 'Grep' },
      { type: 'odd' },
    ];
    expect(contentBlocks([{ type: 'tool_result', tool_use_id: 'c', is_error: false, content }])).toEqual([
      { type: 'tool_result', id: 'c', status: 'ok', text: 'one\ntwo\nGrep' },
      { type: 'image', media: 'image/png', base64: 'AAAA' },
      { type: 'unknown', value: { type: 'odd' } },
    ]);
  });

  it('that the service read from the web are a result from outside', () => {
    const search = {
      type: 'web_search_tool_result',
      tool_use_id: 's',
      content: [
        {
          type: 'web_search_result',
          title: 'Limits',
          url: 'https://example.com/limits',
          encrypted_content: 'xyz',
        },
      ],
    };
    const fetched = {
      type: 'web_fetch_tool_result',
      tool_use_id: 'f',
      content: {
        type: 'web_fetch_result',
        url: 'https://example.com',
        content: { type: 'document', title: 'Home', source: { type: 'text', data: 'Welcome' } },
      },
    };
    const failed = {
      type: 'web_search_tool_result',
      tool_use_id: 'e',
      content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
    };
    expect(contentBlocks([search, fetched, failed])).toEqual([
      { type: 'tool_result', id: 's', text: 'Limits\nhttps://example.com/limits' },
      { type: 'tool_result', id: 'f', text: 'Home\nhttps://example.com\nWelcome' },
      { type: 'tool_result', id: 'e', status: 'error', text: 'max_uses_exceeded' },
    ]);
    const answer = (content: unknown) =>
      messages(read([user('p', null, 'go'), assistant('a', 'p', content)])).at(-1);
    expect(answer([search])?.outside).toBe(true);
    expect(answer('from memory')?.outside).toBe(false);
  });
});

describe('the digest', () => {
  it('is made from role and content alone, the same for a text and a list of one text', () => {
    expect(digestContent({ role: 'user', content: 'hello', id: 'x' })).toEqual({
      role: 'user',
      content: 'hello',
    });
    expect(digestContent({ role: 'user', content: [{ type: 'text', text: 'hello' }] })).toEqual({
      role: 'user',
      content: 'hello',
    });
    const cached = [{ type: 'text', text: 'hello', cache_control: {} }];
    expect(digestContent({ role: 'user', content: cached })).toEqual({ role: 'user', content: cached });
  });
});

describe('texts of the client', () => {
  it('in place of an answer are events', () => {
    const lines = [
      user('p', null, 'go'),
      assistant('a', 'p', 'API Error: 500', {
        isApiErrorMessage: true,
        error: 'unknown',
        apiErrorStatus: 500,
      }),
      {
        ...assistant('b', 'a', ''),
        message: {
          role: 'assistant',
          model: '<synthetic>',
          content: [{ type: 'text', text: 'No response requested.' }],
        },
      },
    ];
    expect(messages(read(lines)).slice(1)).toMatchObject([
      { role: 'assistant', kind: 'event', by: 'harness', meta: { error: 'unknown', error_status: 500 } },
      { role: 'assistant', kind: 'event', by: 'harness' },
    ]);
  });
});
