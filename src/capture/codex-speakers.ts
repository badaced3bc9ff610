/**
 * Who is behind a message of role user or developer: the person, or the client, which writes its context under the
 * same roles. Newer rollouts label each block with its kind and provenance; in older ones only the text can tell.
 */
import { isRecord, type JsonRecord, list, record, text } from './read-json.ts';

export type Voice = 'prompt' | 'injected' | 'aborted' | 'command';

/** The tags that the client begins its own messages with. */
const CLIENT_TAGS = [
  'INSTRUCTIONS',
  'agents_md',
  'apps_instructions',
  'codex_internal_context',
  'collaboration_mode',
  'environment_context',
  'environments_instructions',
  'goal_context',
  'hook_prompt',
  'model_switch',
  'multi_agent_mode',
  'multi_agent_role',
  'permissions',
  'personality_spec',
  'plugins_instructions',
  'realtime_conversation',
  'recommended_plugins',
  'skill',
  'skills_instructions',
  'subagent_notification',
  'token_budget',
  'tools',
  'user_action',
  'user_instructions',
];
/** What other texts of the client begin with: AGENTS.md, and how old compactions were told to the model. */
const CLIENT_HEADS = [
  '# AGENTS\\.md instructions for ',
  'You were originally given instructions from a user over one or more turns\\.',
  'Another language model started to solve this problem and produced a summary',
];
const CLIENT_TEXT = new RegExp(
  `^\\s*(?:<(?:${CLIENT_TAGS.join('|')})(?:[\\s>]|$)|${CLIENT_HEADS.join('|')})`,
);
const ABORTED = /^\s*<turn_aborted>/;
const COMMAND = /^\s*<user_shell_command>/;
/** The working directory that the client tells the model; early rollouts have it nowhere else. */
const TOLD_CWD = /<cwd>([^<\n]{1,4096})<\/cwd>|^Current working directory: ([^\n]{1,4096})$/m;

/** The voice of each block of a message that is not the agent's. */
export function voices(message: JsonRecord): Voice[] {
  const labels = passthrough(message);
  const kinds = list(labels, 'content_item_kinds');
  const origins = list(labels, 'content_item_metadata');
  const developer = text(message, 'role') !== 'user';
  return list(message, 'content').map((block, place) =>
    voice(
      kinds[place],
      text(record(origins[place], 'provenance'), 'type'),
      text(block, 'text') ?? '',
      developer,
    ),
  );
}

function voice(kind: unknown, origin: string | undefined, said: string, developer: boolean): Voice {
  if (developer) return 'injected';
  if (kind === 'shell.user_command' || COMMAND.test(said)) return 'command';
  if (kind === 'generic.turn_aborted' || ABORTED.test(said)) return 'aborted';
  if (typeof kind === 'string' && kind.startsWith('user.')) return 'prompt';
  if (origin !== undefined && origin !== 'user') return 'injected';
  if (typeof kind === 'string' && kind !== 'unknown') return 'injected';
  return CLIENT_TEXT.test(said) ? 'injected' : 'prompt';
}

/** The client's own notes on a response item; their place has changed twice. */
export function passthrough(payload: JsonRecord): JsonRecord | undefined {
  return record(payload, 'internal_chat_message_metadata_passthrough') ?? record(payload, 'metadata');
}

/** The turn that a record says it belongs to. */
export function turnIdOf(payload: JsonRecord): string | undefined {
  return text(payload, 'turn_id') ?? text(passthrough(payload), 'turn_id');
}

/** The directory named in the client's context, or undefined. */
export function toldCwd(message: JsonRecord): string | undefined {
  for (const block of list(message, 'content')) {
    const said = isRecord(block) ? text(block, 'text') : undefined;
    if (said === undefined || !/^\s*<environment_context>/.test(said)) continue;
    const told = TOLD_CWD.exec(said);
    return told?.[1] ?? told?.[2];
  }
  return undefined;
}
