/**
 * How each record type of a Claude Code transcript is taken, by name: the type, with the subtype of `system` and
 * `attachment` records behind a slash. Types come from transcripts of the real client and from the names that its
 * programs (1.0 to 2.1) write.
 */
import type { RecordTable } from './adapter.ts';
import { SKIPPED_ATTACHMENTS } from './claude-attachments.ts';
import { record, text } from './read-json.ts';

const NUMBERED = [
  'user',
  'assistant',
  'summary',
  'system/compact_boundary',
  // A prompt typed while the agent worked; the harness's own notes of the same type are skipped.
  'attachment/queued_command',
] as const;

/** Records without a place in the chain of messages: state, telemetry, copies of what stands elsewhere. */
const SKIPPED = [
  'agent-color',
  'agent-name',
  'agent-setting',
  'ai-title',
  'api-request',
  'api-request-blob',
  'api-request-resumed',
  'api-request-shape',
  'artifact-autoreact-ledger',
  'artifact-comment-monitor',
  'atis-latch',
  'attribution-snapshot',
  'bridge-session',
  'content-replacement',
  'continued-in',
  'cost-state',
  'custom-title',
  'data-flow-incomplete',
  'data-flow-records',
  'derived-from',
  'dev-mods',
  'ended-by-model',
  'file-history-delta',
  'file-history-snapshot',
  'fork-context-ref',
  'frame-link',
  'history-suppression',
  'hybrid-organization',
  'isolation-latch',
  'last-prompt',
  'marble-origami-commit',
  'marble-origami-snapshot',
  'memory-mode',
  'mode',
  'observer-ref',
  'permission-mode',
  'pr-link',
  'progress',
  'queue-operation',
  'relocated',
  'repl-mode',
  'resume-head-vouch',
  'session-owner',
  'speculation-accept',
  // Before 2.0 `system` records had no subtype.
  'system',
  'tag',
  'task-summary',
  'tools-used',
  'worktree-state',
] as const;

const SKIPPED_SYSTEM = [
  'agents_killed',
  'api_error',
  'api_retry',
  'away_summary',
  'background_tasks_changed',
  'bridge_state',
  'bridge_status',
  'checkpoint_done',
  'cloud_session_delta',
  'cloud_session_status',
  'code_change_published',
  'commands_changed',
  'control_request_progress',
  'dev_intent',
  'elicitation_complete',
  'feedback_draft_queued',
  'file_attachments_missing',
  'file_snapshot',
  'hook_progress',
  'hook_response',
  'hook_started',
  'informational',
  'inherited_asks_settled',
  'init',
  'instruction_size_warning',
  'late_allow_not_run',
  'local_command',
  'memory_recall',
  'memory_saved',
  'microcompact_boundary',
  'mirror_error',
  'model_consent_fallback',
  'model_fallback',
  'model_refusal_fallback',
  'model_refusal_no_fallback',
  'notification',
  'peer_message_hold',
  'per_turn_effort_changed',
  'permission_check_status',
  'permission_denied',
  'permission_retry',
  'placed',
  'plugin_install',
  'post_tool_hook_feedback',
  'post_turn_summary',
  'rewind_stand_in',
  'scheduled_task_fire',
  'session_metadata',
  'session_state_changed',
  'session_title_changed',
  'session_writes_lost',
  'shell_cwd',
  'start_folder',
  'status',
  'stop_hook_summary',
  'task_notification',
  'task_progress',
  'task_started',
  'task_summary',
  'task_updated',
  'thinking',
  'thinking_tokens',
  'tool_host_result',
  'turn_began_before_init',
  'turn_duration',
  'turn_handoff_available',
  'turn_preempted',
  'turn_starting',
  'vcs_state_changed',
  'voice_call_talk',
  'worker_shutting_down',
] as const;

export const CLAUDE_RECORDS: RecordTable = Object.fromEntries([
  ...NUMBERED.map((name) => [name, 'numbered' as const] as const),
  ...SKIPPED.map((name) => [name, 'skipped' as const] as const),
  ...SKIPPED_SYSTEM.map((name) => [`system/${name}`, 'skipped' as const] as const),
  ...SKIPPED_ATTACHMENTS.map((name) => [`attachment/${name}`, 'skipped' as const] as const),
]);

/** The name of a record in the table; undefined where it names no type. */
export function recordName(line: unknown): string | undefined {
  const type = text(line, 'type');
  if (type === 'system') {
    const subtype = text(line, 'subtype');
    return subtype === undefined ? type : `${type}/${subtype}`;
  }
  if (type === 'attachment') return `${type}/${text(record(line, 'attachment'), 'type') ?? '?'}`;
  return type;
}

/** True for a name that the table has. */
export function isKnownRecord(name: string): boolean {
  return Object.hasOwn(CLAUDE_RECORDS, name);
}
