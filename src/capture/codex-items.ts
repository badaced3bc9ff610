/** Items of `item_completed`: what was said and done, each whole in one record. */
import type { Block } from './adapter.ts';
import {
  readActivity,
  readControl,
  readHookPrompt,
  readPlan,
  readReviewBegin,
  readReviewEnd,
} from './codex-activities.ts';
import { settle } from './codex-calls.ts';
import { callOutput, contentBlocks, joinTexts, resultBlocks, toolBlocks } from './codex-content.ts';
import { readImageGeneration, readSearch } from './codex-hosted.ts';
import { readAnswer, readPrompt, readReasoning } from './codex-messages.ts';
import { type CodexThread, known } from './codex-thread.ts';
import { mcpTool, readsOutside, runsCommands, SHELL, toolName } from './codex-tools.ts';
import { fetches } from './fetches.ts';
import { flag, type JsonRecord, list, number, record, text } from './read-json.ts';

/** Where an item is read: with its turn, as the line says it. */
type Item = JsonRecord;
type Reader = (thread: CodexThread, item: Item) => void;

const READERS: Readonly<Record<string, Reader>> = {
  UserMessage: (thread, item) => readPrompt(thread, item, list(item, 'content'), 'item'),
  AgentMessage: readAgentAnswer,
  Reasoning: (thread, item) => {
    readReasoning(thread, item, 'item');
  },
  HookPrompt: readHookPrompt,
  Plan: readPlan,
  CommandExecution: readCommand,
  McpToolCall: readMcpCall,
  DynamicToolCall: readDynamicCall,
  FileChange: readFileChange,
  CollabAgentToolCall: readCollaboration,
  SubAgentActivity: readActivity,
  UserAgentControl: readControl,
  FunctionCallOutput: readNamedOutput,
  WebSearch: (thread, item) => readSearch(thread, item, searchOf(item), 'item'),
  ImageView: readImageView,
  ImageGeneration: (thread, item) => readImageGeneration(thread, item, 'item'),
  Extension: readExtension,
  EnteredReviewMode: readReviewBegin,
  ExitedReviewMode: readReviewEnd,
};

/** Reads an item; `turn` is the client's id of its turn. */
export function readItem(
  thread: CodexThread,
  kind: string,
  item: JsonRecord,
  turn: string | undefined,
): void {
  const reader = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  reader?.(thread, turn === undefined ? item : { ...item, turn_id: turn });
}

function readAgentAnswer(thread: CodexThread, item: Item): void {
  thread.state.items = true;
  readAnswer(thread, item, list(item, 'content'), 'item');
}

type Done = {
  readonly tool: string;
  readonly arguments: unknown;
  readonly blocks: readonly Block[];
  readonly status: string | undefined;
  readonly failed: boolean;
  readonly content: Readonly<Record<string, unknown>>;
  readonly meta?: Readonly<Record<string, unknown>>;
};

/** A call with its result: completes the message of the call, under the key that the call had. */
function done(thread: CodexThread, item: Item, { status, failed, content, ...ran }: Done): void {
  const id = text(item, 'id');
  const call = thread.waiting(id);
  // Old rollouts: the item's turn has an id, the call's may not.
  const turn = call === undefined ? thread.turn(text(item, 'turn_id')) : call.turn;
  const outside = readsOutside(ran.tool) || (runsCommands(ran.tool) && fetches(ran.arguments));
  if (call === undefined) thread.state.outside ||= outside;
  else settle(call);
  thread.run({
    key: call?.key ?? thread.key(turn, id),
    turn,
    grade: 2,
    content: { type: ran.tool, ...content, status: status ?? null },
    tool: ran.tool,
    callId: id ?? null,
    outside,
    blocks: toolBlocks(
      { id: id ?? '', name: ran.tool, arguments: ran.arguments },
      { status, blocks: ran.blocks },
    ),
    meta: known({ ...ran.meta, failed: failed || undefined }),
  });
}

const BAD = new Set(['failed', 'declined', 'interrupted', 'errored']);

function isBad(status: string | undefined): boolean {
  return status !== undefined && BAD.has(status);
}

function readCommand(thread: CodexThread, item: Item): void {
  const { state } = thread;
  const source = text(item, 'source');
  if (source === 'user_shell') state.ownCommands += 1;
  const streams = [text(item, 'stdout'), text(item, 'stderr')].filter(
    (said) => said !== undefined && said !== '',
  );
  const output =
    text(item, 'aggregated_output') ??
    (streams.length > 0 ? streams.join('\n') : text(item, 'formatted_output'));
  const exitCode = number(item, 'exit_code');
  const status = text(item, 'status');
  const input = text(item, 'interaction_input');
  const command = item.command ?? null;
  done(thread, item, {
    tool: SHELL,
    arguments: { command, ...known({ input }) },
    blocks: [{ type: 'text', text: output ?? '' }],
    status,
    failed: isBad(status) || (exitCode !== undefined && exitCode !== 0),
    content: { command, input: input ?? null, output: output ?? null, exit_code: exitCode ?? null },
    meta: { exit_code: exitCode, source, cwd: pathOf(text(item, 'cwd')) },
  });
}

/** A path, or the path of a `file:` URL. */
function pathOf(place: string | undefined): string | undefined {
  if (place === undefined || !place.startsWith('file://')) return place;
  const path = place.slice('file://'.length);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function readMcpCall(thread: CodexThread, item: Item): void {
  const result = record(item, 'result');
  const error = text(record(item, 'error'), 'message') ?? text(item, 'error');
  const status = text(item, 'status');
  const structured = result?.structuredContent ?? result?.structured_content;
  const blocks = contentBlocks(list(result, 'content'));
  const failed = isBad(status) || error !== undefined || flag(result, 'isError') || flag(result, 'is_error');
  done(thread, item, {
    tool: mcpTool(text(item, 'server') ?? '', text(item, 'tool') ?? ''),
    arguments: item.arguments ?? null,
    blocks: [
      ...blocks,
      ...structuredText(structured, joinTexts(blocks)),
      ...(error === undefined ? [] : [{ type: 'text' as const, text: error }]),
    ],
    status,
    failed,
    content: { arguments: item.arguments ?? null, result: result ?? null, error: error ?? null },
  });
}

/** The structured answer, unless the text is the same: the model was shown this one. */
function structuredText(structured: unknown, said: string): Block[] {
  if (structured === undefined || structured === null) return [];
  const json = JSON.stringify(structured);
  return said.trim() === json ? [] : [{ type: 'text', text: json }];
}

function readDynamicCall(thread: CodexThread, item: Item): void {
  const status = text(item, 'status');
  const error = text(item, 'error');
  const content = list(item, 'content_items');
  done(thread, item, {
    tool: toolName(text(item, 'tool') ?? '', text(item, 'namespace')),
    arguments: item.arguments ?? null,
    blocks: [
      ...contentBlocks(content),
      ...(error === undefined ? [] : [{ type: 'text' as const, text: error }]),
    ],
    status,
    failed: isBad(status) || error !== undefined || item.success === false,
    content: { arguments: item.arguments ?? null, content, error: error ?? null },
  });
}

function readFileChange(thread: CodexThread, item: Item): void {
  const status = text(item, 'status');
  const changes = item.changes ?? null;
  const streams = [text(item, 'stdout'), text(item, 'stderr')].filter(
    (said) => said !== undefined && said !== '',
  );
  done(thread, item, {
    tool: 'apply_patch',
    arguments: { changes },
    blocks: streams.map((said) => ({ type: 'text', text: said ?? '' })),
    status,
    failed: isBad(status),
    content: { changes, output: streams },
  });
}

/** A call to a sub-agent. Where the call waits, its output is fuller than the item, which knows the agents. */
function readCollaboration(thread: CodexThread, item: Item): void {
  const id = text(item, 'id');
  const name = text(item, 'tool') ?? '';
  const status = text(item, 'status');
  const agents = list(item, 'receiver_thread_ids').filter((agent) => typeof agent === 'string');
  const prompt = text(item, 'prompt');
  const states = item.agents_states ?? {};
  const call = thread.waiting(id);
  if (call !== undefined) {
    call.meta = {
      ...call.meta,
      ...known({ agents, agent_model: text(item, 'model'), failed: isBad(status) || undefined }),
    };
  } else {
    done(thread, item, {
      // The call is named `wait_agent`, its item `wait`.
      tool: name === 'wait' ? 'wait_agent' : name,
      arguments: known({ prompt, agents, model: text(item, 'model') }),
      blocks: [{ type: 'text', text: JSON.stringify(states) }],
      status,
      failed: isBad(status),
      content: { prompt: prompt ?? null, agents, states },
    });
  }
  if (name !== 'spawn_agent' || id === undefined) return;
  for (const agent of agents) thread.spawned(agent, id);
}

/** An output that answers no call: the client's way to tell the model of an event. */
function readNamedOutput(thread: CodexThread, item: Item): void {
  const id = text(item, 'id');
  const tool = toolName(text(item, 'name') ?? '', text(item, 'namespace'));
  const turn = thread.turn(text(item, 'turn_id'));
  thread.run({
    key: thread.key(turn, id),
    turn,
    grade: 2,
    content: { type: 'output', tool, output: item.output ?? null },
    tool,
    callId: null,
    blocks: resultBlocks(id ?? '', callOutput(item.output, false)),
    meta: known({ id }),
  });
}

function readImageView(thread: CodexThread, item: Item): void {
  // The output of the call has the image itself, the item its path only.
  if (thread.waiting(text(item, 'id')) !== undefined) return;
  const path = pathOf(text(item, 'path')) ?? '';
  done(thread, item, {
    tool: 'view_image',
    arguments: { path },
    blocks: [],
    status: undefined,
    failed: false,
    content: { path },
  });
}

function searchOf(item: Item) {
  return { action: item.action ?? null, query: text(item, 'query'), results: list(item, 'results') };
}

/** Items of extensions: `{kind: "<extension>.<item>", id, …}`, in early versions with a payload of their own. */
function readExtension(thread: CodexThread, item: Item): void {
  const kind = text(item, 'kind') ?? 'extension';
  const fields: Item = { ...item, ...record(item, 'payload') };
  if (kind === 'web.search') {
    readSearch(thread, fields, searchOf(fields), 'item');
    return;
  }
  if (kind === 'image_gen.generation') {
    readImageGeneration(thread, fields, 'item');
    return;
  }
  const { id: _id, turn_id: _turn, type: _type, kind: _kind, ...rest } = fields;
  done(thread, item, {
    tool: kind,
    arguments: rest,
    blocks: [],
    status: text(fields, 'status'),
    failed: isBad(text(fields, 'status')),
    content: { fields: rest },
  });
}
