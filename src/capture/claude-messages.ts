/** What each kind of line in a Claude Code transcript says, as a message of ours. */
import type { CapturedMessage } from './adapter.ts';
import { contentBlocks, digestContent, readsWeb } from './claude-content.ts';
import type { Line } from './claude-line.ts';
import { put, readsOutside, resultMeta, usageOf } from './claude-results.ts';
import { queuedSpeech, userSpeech } from './claude-speech.ts';
import type { WaitingCall } from './claude-state.ts';
import { flag, type JsonRecord, list, number, record, text, time } from './read-json.ts';

/** A message without its place in session and turn. */
export type Said = Omit<CapturedMessage, 'parentKey' | 'turnKey'> & { readonly opensTurn: boolean };

export function promptSaid(value: JsonRecord, line: Line, message: JsonRecord): Said {
  const { kind, by, blocks, opensTurn } = userSpeech(value, message.content, line.above !== null);
  const meta = ids(line);
  put(meta, 'prompt_id', text(value, 'promptId'));
  put(meta, 'source', text(value, 'promptSource'));
  put(meta, 'origin', text(record(value, 'origin'), 'kind'));
  const content = digestContent(message);
  return { ...plain(line), content, role: 'user', kind, by, blocks, meta, opensTurn };
}

export function answerSaid(value: JsonRecord, line: Line, message: JsonRecord): Said {
  // Texts of the client itself: a failed request, a turn without an answer.
  const synthetic = flag(value, 'isApiErrorMessage') || text(message, 'model') === '<synthetic>';
  const blocks = contentBlocks(message.content);
  const meta = ids(line);
  put(meta, 'message_id', text(message, 'id'));
  put(meta, 'request_id', text(value, 'requestId'));
  put(meta, 'model', text(message, 'model'));
  put(meta, 'stop_reason', text(message, 'stop_reason'));
  put(meta, 'usage', usageOf(message));
  put(meta, 'error', text(value, 'error'));
  put(meta, 'error_status', number(value, 'apiErrorStatus'));
  return {
    ...plain(line),
    content: digestContent(message),
    role: 'assistant',
    kind: synthetic ? 'event' : 'said',
    by: synthetic ? 'harness' : 'agent',
    callIds: blocks.flatMap((block) => (block.type === 'tool_call' ? [block.id] : [])),
    outside: readsWeb(message.content),
    blocks,
    meta,
  };
}

/** @param calls what the results answer, undefined where unknown */
export function resultsSaid(
  value: JsonRecord,
  line: Line,
  message: JsonRecord,
  results: readonly JsonRecord[],
  calls: ReadonlyArray<WaitingCall | undefined>,
): Said {
  const tools = calls.map((call) => call?.tool ?? null);
  const tool = tools.every((name) => name === tools[0]) ? (tools[0] ?? null) : null;
  return {
    ...plain(line),
    content: digestContent(message),
    role: 'tool',
    kind: 'said',
    by: 'tool',
    tool,
    outside: calls.some((call) => call !== undefined && (call.fetches || readsOutside(call.tool))),
    blocks: contentBlocks(message.content),
    meta: { ...ids(line), native_role: 'user', ...resultMeta(value, results, tool) },
  };
}

/** A title that an older version gave to a session, named by its last record; null without words. */
export function summarySaid(value: JsonRecord, line: Line): Said | null {
  const words = text(value, 'summary');
  if (words === undefined) return null;
  const leaf = text(value, 'leafUuid');
  const meta: Record<string, unknown> = {};
  put(meta, 'leaf_uuid', leaf);
  return {
    ...plain(line),
    content: { summary: words, leafUuid: leaf ?? null },
    role: 'system',
    kind: 'summary',
    by: 'agent',
    blocks: [{ type: 'text', text: words }],
    meta,
    ...(leaf === undefined || leaf === '' ? {} : { describes: leaf }),
  };
}

export function boundarySaid(value: JsonRecord, line: Line): Said {
  const words = text(value, 'content') ?? '';
  const compaction = record(value, 'compactMetadata');
  const meta = ids(line);
  put(meta, 'trigger', text(compaction, 'trigger'));
  put(meta, 'pre_tokens', number(compaction, 'preTokens'));
  put(meta, 'post_tokens', number(compaction, 'postTokens'));
  return {
    ...plain(line),
    content: { role: 'system', content: words },
    role: 'system',
    kind: 'event',
    by: 'harness',
    blocks: [{ type: 'text', text: words }],
    meta,
  };
}

/** A prompt that was queued while the agent worked; null for a note of the harness in the same form. */
export function queuedSaid(value: JsonRecord, line: Line): Said | null {
  const attachment = record(value, 'attachment') ?? {};
  const speech = queuedSpeech(attachment, line.above !== null);
  if (speech === null) return null;
  const meta: Record<string, unknown> = { ...ids(line), queued: true };
  put(meta, 'source_uuid', text(attachment, 'source_uuid'));
  return {
    ...plain(line),
    content: { role: 'user', content: attachment.prompt },
    role: 'user',
    kind: speech.kind,
    by: speech.by,
    blocks: speech.blocks,
    meta,
    at: time(attachment, 'timestamp') ?? line.at,
  };
}

/** The words that a prompt begins with: an older sub-agent's are found again in the call that started it. */
export function firstWords(message: JsonRecord): string | undefined {
  return text(message, 'content') ?? text(list(message, 'content')[0], 'text');
}

function plain(
  line: Line,
): Pick<Said, 'key' | 'grade' | 'author' | 'at' | 'cwd' | 'tool' | 'callIds' | 'outside' | 'opensTurn'> {
  return {
    key: line.uuid,
    grade: 2,
    author: null,
    at: line.at,
    cwd: line.cwd,
    tool: null,
    callIds: [],
    outside: false,
    opensTurn: false,
  };
}

function ids(line: Line): Record<string, unknown> {
  const meta: Record<string, unknown> = {};
  put(meta, 'uuid', line.uuid);
  put(meta, 'parent_uuid', line.parent);
  return meta;
}
