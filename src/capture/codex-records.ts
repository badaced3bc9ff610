/**
 * How each record type of a Codex rollout is taken: from 0.169 (`item_completed` beside `response_item`) back to the
 * first JSONL rollouts of 2025 (bare response items, no envelope).
 */
import type { RecordTable } from './adapter.ts';
import { isRecord, type JsonRecord, record, text } from './read-json.ts';

/** What the client shows while it works, and never or no longer keeps: progress, approvals, telemetry, settings. */
const PASSING_EVENTS = [
  'agent_message_content_delta',
  'agent_message_delta',
  'agent_reasoning_delta',
  'agent_reasoning_raw_content_delta',
  'agent_reasoning_section_break',
  'apply_patch_approval_request',
  'auth_recovery_completed',
  'auth_recovery_started',
  'background_event',
  'collab_agent_interaction_begin',
  'collab_agent_spawn_begin',
  'collab_close_begin',
  'collab_resume_begin',
  'collab_waiting_begin',
  'conversation_path',
  'deprecation_notice',
  'dynamic_tool_call_request',
  'elicitation_request',
  'environment_connected',
  'environment_disconnected',
  'exec_approval_request',
  'exec_command_begin',
  'exec_command_output_delta',
  'get_history_entry_response',
  'guardian_assessment',
  'guardian_warning',
  'hook_completed',
  'hook_started',
  'image_generation_begin',
  'item_started',
  'list_custom_prompts_response',
  'list_skills_response',
  'mcp_list_tools_response',
  'mcp_startup_complete',
  'mcp_startup_update',
  'mcp_tool_call_begin',
  'model_reroute',
  'model_verification',
  'patch_apply_begin',
  'patch_apply_updated',
  'plan_delta',
  'plan_update',
  'raw_response_completed',
  'raw_response_item',
  'realtime_conversation_closed',
  'realtime_conversation_list_voices_response',
  'realtime_conversation_realtime',
  'realtime_conversation_sdp',
  'realtime_conversation_started',
  'reasoning_content_delta',
  'reasoning_raw_content_delta',
  'request_permissions',
  'request_user_input',
  'safety_buffering',
  'session_configured',
  'shutdown_complete',
  'skills_update_available',
  'stream_error',
  'stream_info',
  'terminal_interaction',
  'thread_goal_cleared',
  'thread_goal_updated',
  'thread_queue_changed',
  'token_count',
  'turn_diff',
  'turn_moderation_metadata',
  'undo_completed',
  'undo_started',
  'warning',
  'web_search_begin',
] as const;

/** Response items that are numbered where no item tells the same, and the envelope-less lines of early rollouts. */
const RESPONSE_ITEMS = {
  agent_message: 'numbered',
  custom_tool_call: 'folded',
  custom_tool_call_output: 'folded',
  function_call: 'folded',
  function_call_output: 'folded',
  image_generation_call: 'folded',
  local_shell_call: 'folded',
  message: 'folded',
  reasoning: 'folded',
  tool_search_call: 'numbered',
  tool_search_output: 'folded',
  web_search_call: 'folded',
  // Tool schemas and settings sent to the model; encrypted summaries; commits made for undo.
  additional_tools: 'skipped',
  compaction: 'skipped',
  compaction_summary: 'skipped',
  compaction_trigger: 'skipped',
  configuration_update: 'skipped',
  context_compaction: 'skipped',
  ghost_snapshot: 'skipped',
  other: 'skipped',
} as const satisfies RecordTable;

const ITEMS = {
  AgentMessage: 'numbered',
  CollabAgentToolCall: 'numbered',
  CommandExecution: 'numbered',
  DynamicToolCall: 'numbered',
  EnteredReviewMode: 'numbered',
  ExitedReviewMode: 'numbered',
  Extension: 'numbered',
  FileChange: 'numbered',
  FunctionCallOutput: 'numbered',
  HookPrompt: 'numbered',
  ImageGeneration: 'numbered',
  ImageView: 'numbered',
  McpToolCall: 'numbered',
  Plan: 'numbered',
  Reasoning: 'numbered',
  SubAgentActivity: 'numbered',
  UserAgentControl: 'numbered',
  UserMessage: 'numbered',
  WebSearch: 'numbered',
  // Empty: its text stands in `compacted`.
  ContextCompaction: 'folded',
} as const satisfies RecordTable;

const EVENTS = {
  // The items of rollouts that have no `item_completed`.
  agent_message: 'folded',
  collab_agent_interaction_end: 'folded',
  collab_agent_spawn_end: 'folded',
  collab_close_end: 'folded',
  collab_resume_end: 'folded',
  collab_waiting_end: 'folded',
  dynamic_tool_call_response: 'folded',
  entered_review_mode: 'numbered',
  exec_command_end: 'folded',
  exited_review_mode: 'numbered',
  image_generation_end: 'folded',
  mcp_tool_call_end: 'folded',
  patch_apply_end: 'folded',
  sub_agent_activity: 'numbered',
  user_message: 'folded',
  view_image_tool_call: 'folded',
  web_search_end: 'folded',
  // Their text stands in a response item as well.
  agent_reasoning: 'folded',
  agent_reasoning_raw_content: 'folded',
  context_compacted: 'folded',
  // Facts of turns and sessions; a turn's end is numbered where it tells of an error.
  error: 'numbered',
  task_complete: 'folded',
  task_started: 'folded',
  thread_name_updated: 'folded',
  thread_rolled_back: 'folded',
  thread_settings_applied: 'folded',
  turn_aborted: 'folded',
  turn_complete: 'folded',
  turn_started: 'folded',
} as const satisfies RecordTable;

const LINES = {
  compacted: 'numbered',
  inter_agent_communication: 'numbered',
  session_meta: 'folded',
  turn_context: 'folded',
  // The answer stands in the output of the call that asked.
  retained_context: 'folded',
  agent_response_observation: 'skipped',
  inter_agent_communication_metadata: 'skipped',
  security_risk_score: 'skipped',
  state: 'skipped',
  token_usage_record: 'skipped',
  world_state: 'skipped',
  'realtime_item/transcript_segment': 'numbered',
  'realtime_item/bem_item_promoted': 'skipped',
  'realtime_item/realtime_session_closed': 'skipped',
  'realtime_item/realtime_session_started': 'skipped',
} as const satisfies RecordTable;

/** Every record type, by the name that `recordName` gives it. */
export const codexRecords: RecordTable = {
  ...LINES,
  ...prefixed('response_item', RESPONSE_ITEMS),
  ...prefixed('item_completed', ITEMS),
  ...prefixed('event_msg', EVENTS),
  ...prefixed('event_msg', Object.fromEntries(PASSING_EVENTS.map((event) => [event, 'skipped' as const]))),
};

/** A rollout's line, taken apart. */
export type RolloutLine = {
  /** The name in the table, whether or not the table has it. */
  readonly name: string;
  /** The part of the name after the `/`, or the whole. */
  readonly kind: string;
  readonly family: 'line' | 'response' | 'item' | 'event';
  readonly payload: JsonRecord;
};

/** Takes a line apart; null when it has no type that could be told. */
export function rolloutLine(line: JsonRecord): RolloutLine | null {
  const type = text(line, 'type');
  const payload = record(line, 'payload');
  if (payload === undefined) return bareLine(line, type);
  if (type === undefined) return null;
  const inner = text(payload, 'type');
  if (type === 'response_item') return { ...named('response_item', inner), family: 'response', payload };
  if (type === 'event_msg' && inner === 'item_completed') {
    const item = record(payload, 'item');
    return { ...named('item_completed', text(item, 'type')), family: 'item', payload };
  }
  if (type === 'event_msg') return { ...named('event_msg', inner), family: 'event', payload };
  if (type === 'realtime_item') return { ...named('realtime_item', inner), family: 'line', payload };
  return { name: type, kind: type, family: 'line', payload };
}

/** Rollouts until September 2025: a header, then response items as they came, and marks of the client's state. */
function bareLine(line: JsonRecord, type: string | undefined): RolloutLine | null {
  if (text(line, 'record_type') === 'state')
    return { name: 'state', kind: 'state', family: 'line', payload: line };
  if (type !== undefined && Object.hasOwn(RESPONSE_ITEMS, type)) {
    return { ...named('response_item', type), family: 'response', payload: line };
  }
  if (isHeader(line)) return { name: 'session_meta', kind: 'session_meta', family: 'line', payload: line };
  return type === undefined ? null : { name: type, kind: type, family: 'line', payload: {} };
}

/** The first line of a rollout without envelopes. */
export function isHeader(line: unknown): line is JsonRecord {
  return (
    isRecord(line) &&
    text(line, 'type') === undefined &&
    text(line, 'id') !== undefined &&
    text(line, 'timestamp') !== undefined &&
    ('instructions' in line || 'git' in line)
  );
}

function named(prefix: string, kind: string | undefined): { name: string; kind: string } {
  const inner = kind ?? '(no type)';
  return { name: `${prefix}/${inner}`, kind: inner };
}

function prefixed(prefix: string, table: RecordTable): RecordTable {
  return Object.fromEntries(Object.entries(table).map(([name, use]) => [`${prefix}/${name}`, use]));
}
