/**
 * Calls of tools as the model's history has them: the call, and its output in a later record. Where an item tells
 * the same, it is the fuller form under the same key; where there is none, call and output become one message.
 */
import { callOutput, contentBlocks, promptText, resultBlocks, toolBlocks } from './codex-content.ts';
import { turnIdOf } from './codex-speakers.ts';
import { holdCall, type WaitingCall } from './codex-state.ts';
import { type CodexThread, known } from './codex-thread.ts';
import { isScript, readsOutside, runsCommands, SHELL, toolName } from './codex-tools.ts';
import { fetches } from './fetches.ts';
import { type JsonRecord, list, text } from './read-json.ts';

type Call = {
  readonly id: string | undefined;
  readonly tool: string;
  readonly arguments: unknown;
  /** The client's own content of the call. */
  readonly content: JsonRecord;
};

/** `function_call`, `custom_tool_call`, `local_shell_call`, `tool_search_call`. */
export function readCall(thread: CodexThread, kind: string, payload: JsonRecord): void {
  const call = callOf(kind, payload);
  const turn = thread.turn(turnIdOf(payload));
  const recordId = text(payload, 'id');
  const key = thread.key(turn, call.id ?? recordId);
  const meta = known({ id: recordId, name: nativeName(payload, call.tool) });
  const block = { id: call.id ?? recordId ?? '', name: call.tool, arguments: call.arguments };
  thread.run({
    key,
    turn,
    grade: 0,
    content: call.content,
    tool: call.tool,
    callId: call.id ?? null,
    blocks: toolBlocks(block, null),
    meta,
  });
  if (call.id === undefined || key === null || thread.waiting(call.id) !== undefined) return;
  const held = { name: call.tool, arguments: call.arguments, content: call.content };
  holdCall(thread.state, {
    id: call.id,
    key,
    turn,
    tool: call.tool,
    call: held,
    size: JSON.stringify(held).length,
    fetches: runsCommands(call.tool) && fetches(call.arguments),
    done: false,
    meta,
  });
}

function callOf(kind: string, payload: JsonRecord): Call {
  const id = text(payload, 'call_id');
  const name = text(payload, 'name') ?? '';
  const namespace = text(payload, 'namespace');
  switch (kind) {
    case 'local_shell_call': {
      const action = payload.action;
      return { id, tool: SHELL, arguments: action, content: { type: kind, action } };
    }
    case 'tool_search_call': {
      const query = payload.arguments;
      return { id, tool: 'tool_search', arguments: query, content: { type: kind, arguments: query } };
    }
    default: {
      const argument = payload.arguments ?? payload.input;
      const content = { type: kind, name, ...known({ namespace }), arguments: argument ?? null };
      return { id, tool: toolName(name, namespace), arguments: argument ?? null, content };
    }
  }
}

/** `*_output`: ends the call that waits for it. */
export function readOutput(thread: CodexThread, kind: string, payload: JsonRecord): void {
  const id = text(payload, 'call_id');
  const call = thread.waiting(id);
  const output = kind === 'tool_search_output' ? JSON.stringify(list(payload, 'tools')) : payload.output;
  if (call === undefined) {
    readLoneOutput(thread, payload, output);
    return;
  }
  thread.state.calls = thread.state.calls.filter((waiting) => waiting !== call);
  if (call.done) return;
  const result = callOutput(
    output,
    call.tool === SHELL || call.tool === 'write_stdin' || call.tool === 'apply_patch',
  );
  const facts = known({ exit_code: result.exitCode, failed: result.failed || undefined });
  const outside = readsOutside(call.tool) || call.fetches || (isScript(call.tool) && thread.state.outside);
  if (call.call === null) {
    // The call was too long to be held: it stands whole where it is, and its result beside it.
    thread.run({
      key: `${call.key}|output`,
      turn: call.turn,
      grade: 1,
      content: { type: kind, output: output ?? null },
      tool: call.tool,
      callId: null,
      outside,
      blocks: resultBlocks(call.id, result),
      meta: facts,
    });
    return;
  }
  thread.run({
    key: call.key,
    turn: call.turn,
    grade: 1,
    content: { call: call.call.content, output: output ?? null },
    tool: call.tool,
    callId: call.id,
    outside,
    blocks: toolBlocks({ id: call.id, name: call.call.name, arguments: call.call.arguments }, result),
    meta: { ...call.meta, ...facts },
  });
}

/** An output whose call is not there: made by the client for an event, or its call was forgotten. */
function readLoneOutput(thread: CodexThread, payload: JsonRecord, output: unknown): void {
  const name = text(payload, 'name');
  const callId = text(payload, 'call_id');
  const id = callId === undefined ? text(payload, 'id') : `${callId}|output`;
  const turn = thread.turn(turnIdOf(payload));
  const tool = name === undefined ? null : toolName(name, text(payload, 'namespace'));
  const result = callOutput(output, false);
  thread.run({
    key: thread.key(turn, id),
    turn,
    grade: 1,
    content: { type: 'output', output: output ?? null },
    tool,
    callId: null,
    blocks: resultBlocks(callId ?? text(payload, 'id') ?? '', result),
    meta: known({ id: text(payload, 'id'), failed: result.failed || undefined }),
  });
}

/** An item has told call and result: what comes later of the call adds nothing. */
export function settle(call: WaitingCall): void {
  call.done = true;
  call.call = null;
  call.size = 0;
}

const OWN_COMMAND =
  /^\s*<user_shell_command>\s*<command>\n?([\s\S]*?)\n?<\/command>\s*<result>\n?([\s\S]*?)\n?<\/result>/;

/** A command that the person ran by `!`: told to the model in a message, beside an item where there are items. */
export function ownCommand(thread: CodexThread, payload: JsonRecord, content: readonly unknown[]): void {
  const { state } = thread;
  if (state.ownCommands > 0) {
    state.ownCommands -= 1;
    return;
  }
  const said = promptText(contentBlocks(content));
  const parts = OWN_COMMAND.exec(said);
  const turn = thread.turn(turnIdOf(payload));
  const id = text(payload, 'id') ?? '';
  const result = callOutput(parts?.[2] ?? said, true);
  thread.run({
    key: thread.key(turn, text(payload, 'id')) ?? thread.textKey(turn, 'command', said, 'response'),
    turn,
    grade: 1,
    content: { type: 'user_shell_command', said },
    tool: SHELL,
    callId: null,
    outside: fetches(parts?.[1] ?? ''),
    blocks: toolBlocks({ id, name: SHELL, arguments: { command: parts?.[1] ?? null } }, result),
    meta: known({
      id: text(payload, 'id'),
      source: 'user_shell',
      exit_code: result.exitCode,
      failed: result.failed || undefined,
    }),
  });
}

/** The name that the client called the tool by, where it is not the tool's full name. */
function nativeName(payload: JsonRecord, tool: string): string | undefined {
  const name = text(payload, 'name');
  return name === tool ? undefined : name;
}
