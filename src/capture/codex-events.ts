/**
 * Events: what begins and ends turns, and, in rollouts without `item_completed`, the items under older names and
 * shapes.
 */
import { readItem } from './codex-items.ts';
import { event, readAnswer, readPromptEvent, tellAborted } from './codex-messages.ts';
import { takeBack } from './codex-state.ts';
import { type CodexThread, known } from './codex-thread.ts';
import { isRecord, type JsonRecord, number, record, text } from './read-json.ts';

/** Reads an event that the table does not skip. */
export function readEvent(thread: CodexThread, kind: string, payload: JsonRecord): void {
  const turn = text(payload, 'turn_id');
  switch (kind) {
    case 'task_started':
    case 'turn_started':
      if (turn !== undefined && turn !== '') thread.start(turn, parentTurn(payload));
      return;
    case 'task_complete':
    case 'turn_complete':
      readTurnEnd(thread, payload, turn);
      return;
    case 'turn_aborted':
      tellAborted(
        thread,
        turn,
        [{ type: 'text', text: `The turn was ended: ${text(payload, 'reason') ?? 'aborted'}` }],
        0,
      );
      thread.end(turn);
      return;
    case 'thread_rolled_back':
      readRollback(thread, payload);
      return;
    case 'thread_settings_applied':
      takeSettings(thread, record(payload, 'thread_settings'));
      return;
    case 'thread_name_updated': {
      thread.state.title = text(payload, 'thread_name') ?? text(payload, 'name') ?? thread.state.title;
      thread.tellSession();
      return;
    }
    case 'error':
      tellError(thread, payload, turn);
      return;
    case 'user_message':
      readPromptEvent(thread, payload);
      return;
    case 'agent_message':
      readAnswer(thread, payload, [{ type: 'text', text: text(payload, 'message') ?? '' }], 'item');
      return;
    default: {
      const item = itemOf(kind, payload);
      if (item !== null) readItem(thread, item.kind, item.fields, turn);
    }
  }
}

/** The turn that asked for this one; null = nobody but the person, undefined = not told. */
function parentTurn(payload: JsonRecord): string | null | undefined {
  const attribution = record(payload, 'turn_attribution');
  return attribution === undefined ? undefined : (text(attribution, 'parent_turn_id') ?? null);
}

/** What a turn is run with. */
export function readTurnContext(thread: CodexThread, payload: JsonRecord): void {
  const id = text(payload, 'turn_id');
  if (id !== undefined) thread.turn(id);
  takeSettings(thread, payload);
  const cwd = text(payload, 'cwd');
  if (cwd !== undefined) thread.moveTurn(cwd);
}

/** Settings come between turns too: they hold from the next one on. */
function takeSettings({ state }: CodexThread, settings: JsonRecord | undefined): void {
  state.model = text(settings, 'model') ?? state.model;
  state.cwd = text(settings, 'cwd') ?? state.cwd;
}

function readTurnEnd(thread: CodexThread, payload: JsonRecord, id: string | undefined): void {
  const error = record(payload, 'error');
  if (error !== undefined) tellError(thread, error, id);
  thread.end(id);
}

/** The model gave no answer. */
function tellError(thread: CodexThread, error: JsonRecord, id: string | undefined): void {
  const message = text(error, 'message') ?? '';
  const info = error.codex_error_info;
  const turn = thread.turn(id);
  event(thread, {
    turn,
    id: 'error',
    content: { type: 'error', message },
    blocks: [{ type: 'text', text: message }],
    meta: known({ error: isRecord(info) || typeof info === 'string' ? info : undefined, failed: true }),
  });
}

function readRollback(thread: CodexThread, payload: JsonRecord): void {
  const { state } = thread;
  const turns = takeBack(state, number(payload, 'num_turns') ?? 0);
  if (turns === 0 || state.session === null) return;
  state.turn = null;
  thread.push({ type: 'rewind', session: state.session, turns });
}

type OldItem = { readonly kind: string; readonly fields: JsonRecord };

/** An event as the item that later versions write for it; null where the table folds it into something else. */
function itemOf(kind: string, event: JsonRecord): OldItem | null {
  const id = event.call_id ?? event.item_id ?? event.event_id;
  const item = (name: string, fields: JsonRecord): OldItem => ({
    kind: name,
    fields: { ...event, id, ...fields },
  });
  switch (kind) {
    case 'exec_command_end':
      return item('CommandExecution', {});
    case 'mcp_tool_call_end':
      return item('McpToolCall', mcpFields(event));
    case 'dynamic_tool_call_response':
      return item('DynamicToolCall', {});
    case 'patch_apply_end':
      return item('FileChange', {
        status: event.status ?? (event.success === false ? 'failed' : 'completed'),
      });
    case 'web_search_end':
      return item('WebSearch', {});
    case 'image_generation_end':
      return item('ImageGeneration', {});
    case 'view_image_tool_call':
      return item('ImageView', {});
    case 'sub_agent_activity':
      return item('SubAgentActivity', {});
    case 'entered_review_mode':
      return item('EnteredReviewMode', {});
    case 'exited_review_mode':
      return item('ExitedReviewMode', {});
    default:
      return collaboration(kind, event, item);
  }
}

function mcpFields(event: JsonRecord): JsonRecord {
  const invocation = record(event, 'invocation');
  const result = record(event, 'result');
  const error = text(result, 'Err');
  return {
    server: invocation?.server,
    tool: invocation?.tool,
    arguments: invocation?.arguments ?? null,
    result: record(result, 'Ok') ?? (error === undefined ? result : undefined),
    status: error === undefined ? 'completed' : 'failed',
    ...known({ error }),
  };
}

const COLLABORATIONS: Readonly<Record<string, string>> = {
  collab_agent_spawn_end: 'spawn_agent',
  collab_agent_interaction_end: 'send_input',
  collab_waiting_end: 'wait',
  collab_close_end: 'close_agent',
  collab_resume_end: 'resume_agent',
};

function collaboration(
  kind: string,
  event: JsonRecord,
  item: (name: string, fields: JsonRecord) => OldItem,
): OldItem | null {
  const tool = Object.hasOwn(COLLABORATIONS, kind) ? COLLABORATIONS[kind] : undefined;
  if (tool === undefined) return null;
  const agent = text(event, 'new_thread_id') ?? text(event, 'receiver_thread_id');
  const states = event.statuses ?? (agent === undefined ? {} : { [agent]: event.status ?? null });
  const agents = agent === undefined ? Object.keys(isRecord(states) ? states : {}) : [agent];
  return item('CollabAgentToolCall', {
    tool,
    status: 'completed',
    receiver_thread_ids: agents,
    agents_states: states,
  });
}
