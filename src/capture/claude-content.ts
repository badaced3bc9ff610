/** The content of a Claude message (text or blocks) as blocks of ours; nothing that it does not know is dropped. */
import type { Block } from './adapter.ts';
import { isRecord, type JsonRecord, list, record, text } from './read-json.ts';

/** Results of tools that the service runs itself: they read the web. */
const WEB_RESULT = /^web_(?:search|fetch)_tool_result$/;

/** Blocks of a user's or the model's message. */
export function contentBlocks(content: unknown): Block[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.flatMap((item: unknown) => blockOf(item)) : [];
}

/**
 * What the digest is made from: role and content. A resumed session of older versions repeats a prompt as a list of
 * one text where the first record had the text alone: both count as the text.
 */
export function digestContent(message: JsonRecord): unknown {
  const content = message.content;
  const only = Array.isArray(content) && content.length === 1 ? content[0] : undefined;
  const words =
    text(only, 'type') === 'text' && Object.keys(only ?? {}).length === 2 ? text(only, 'text') : undefined;
  return { role: message.role, content: words ?? content };
}

/** True for a block that answers a tool call. */
export function isToolResult(item: unknown): item is JsonRecord {
  return isRecord(item) && item.type === 'tool_result';
}

/** True for a message whose blocks hold what the service read from the web. */
export function readsWeb(content: unknown): boolean {
  return Array.isArray(content) && content.some((item: unknown) => WEB_RESULT.test(text(item, 'type') ?? ''));
}

function blockOf(item: unknown): Block[] {
  if (!isRecord(item)) return [{ type: 'unknown', value: item }];
  const type = text(item, 'type') ?? '';
  switch (type) {
    case 'text':
      return textBlocks(item);
    case 'thinking':
      return [thinking(item)];
    case 'redacted_thinking':
      // Encrypted: nobody can read it, and it must not be altered; that it was there is all that is kept.
      return [{ type: 'unknown', value: { type } }];
    case 'tool_use':
    case 'server_tool_use':
      return [call(item, text(item, 'name') ?? '')];
    case 'mcp_tool_use':
      return [call(item, `mcp__${text(item, 'server_name') ?? ''}__${text(item, 'name') ?? ''}`)];
    case 'tool_result':
    case 'mcp_tool_result':
      return resultBlocks(item);
    default:
      if (WEB_RESULT.test(type)) return [webResult(item)];
      return [binary(item) ?? { type: 'unknown', value: item }];
  }
}

/** Text, and beside it what else the block says (citations). */
function textBlocks(item: JsonRecord): Block[] {
  const words = text(item, 'text');
  if (words === undefined) return [{ type: 'unknown', value: item }];
  const { type, text: _, cache_control: __, ...rest } = item;
  const more = Object.values(rest).some(
    (value) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return [
    { type: 'text', text: words },
    ...(more ? [{ type: 'unknown' as const, value: { type, ...rest } }] : []),
  ];
}

function thinking(item: JsonRecord): Block {
  const words = text(item, 'thinking');
  if (words === undefined) return { type: 'unknown', value: item };
  const signature = text(item, 'signature');
  return { type: 'thinking', text: words, ...(signature === undefined ? {} : { signature }) };
}

function call(item: JsonRecord, name: string): Block {
  const id = text(item, 'id');
  if (id === undefined || name === '') return { type: 'unknown', value: item };
  return { type: 'tool_call', id, name, arguments: item.input ?? null };
}

/** A tool's result: its text as one block, then its images and whatever else it holds. */
function resultBlocks(item: JsonRecord): Block[] {
  const content = item.content;
  const id = text(item, 'tool_use_id') ?? '';
  const failed = item.is_error;
  const status = typeof failed === 'boolean' ? { status: failed ? 'error' : 'ok' } : {};
  const texts: string[] = [];
  const others: Block[] = [];
  if (typeof content === 'string') texts.push(content);
  else if (content !== undefined && content !== null && !Array.isArray(content))
    others.push({ type: 'unknown', value: content });
  for (const part of list(item, 'content')) {
    const words = text(part, 'type') === 'tool_reference' ? text(part, 'tool_name') : text(part, 'text');
    if (words === undefined) others.push(binary(part) ?? { type: 'unknown', value: part });
    else texts.push(words);
  }
  return [{ type: 'tool_result', id, ...status, text: texts.join('\n') }, ...others];
}

/** Pages that the service searched or fetched, without the encrypted copies that only it can read. */
function webResult(item: JsonRecord): Block {
  const id = text(item, 'tool_use_id') ?? '';
  const content = item.content;
  const error = text(content, 'error_code');
  if (error !== undefined) return { type: 'tool_result', id, status: 'error', text: error };
  const page = record(content, 'content');
  const pages = Array.isArray(content)
    ? content.map((hit: unknown) => [text(hit, 'title'), text(hit, 'url')])
    : [[text(page, 'title'), text(content, 'url'), text(record(page, 'source'), 'data')]];
  const lines = pages.map((words) => words.filter((word) => word !== undefined).join('\n'));
  return { type: 'tool_result', id, text: lines.join('\n\n') };
}

/** An image or a document that stands inline, whatever its block is called. */
function binary(item: unknown): Block | undefined {
  const source = record(item, 'source');
  const data = text(source, 'data');
  if (text(source, 'type') !== 'base64' || data === undefined) return undefined;
  return { type: 'image', media: text(source, 'media_type') ?? 'application/octet-stream', base64: data };
}
