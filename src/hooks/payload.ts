/** What a client tells a hook, in one shape: Codex and Claude Code are told apart by their fields, then by the environment. */
import type { Environment } from '../app/caller.ts';

export type HookPayload = {
  /** `codex`, `claude-code`, or null where nothing tells. */
  readonly client: string | null;
  /** The client's own ids. */
  readonly session: string | null;
  readonly turn: string | null;
  readonly call: string | null;
  /** Absolute path of the transcript; it need not exist yet. */
  readonly transcript: string | null;
  readonly cwd: string | null;
  /** `startup`, `resume`, `compact` of a start; the reason of an end; what triggered a compaction. */
  readonly reason: string | null;
  readonly prompt: string | null;
  readonly tool: string | null;
  /** What a shell tool was asked to run. */
  readonly command: string | null;
  /** What a tool that failed has said. */
  readonly error: string | null;
  /** What a tool has answered, where that is text. */
  readonly response: string | null;
  /** A person stopped the tool. */
  readonly interrupted: boolean;
  /** The client goes on because of an earlier stop hook. */
  readonly stopActive: boolean;
};

export type Read = { readonly payload: HookPayload } | { readonly wrong: string };

/** Reads a payload. Fields of another type than expected count as missing: a newer client may have changed them. */
export function readPayload(text: string, env: Environment, client: string | null = null): Read {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { wrong: 'the payload is no JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { wrong: 'the payload is no JSON object' };
  return { payload: payloadOf(fieldsOf(value), env, client) };
}

/** What is known without any payload. */
export function emptyPayload(env: Environment, client: string | null = null): HookPayload {
  return payloadOf(new Map(), env, client);
}

type Fields = ReadonlyMap<string, unknown>;

function payloadOf(fields: Fields, env: Environment, named: string | null): HookPayload {
  const input = fieldsOf(fields.get('tool_input'));
  const client = named ?? clientOf(fields, env);
  return {
    client,
    session:
      words(fields, 'session_id') ??
      words(fields, 'thread_id') ??
      (client === 'claude-code' ? filled(env.CLAUDE_CODE_SESSION_ID) : null),
    turn: words(fields, 'turn_id'),
    call: words(fields, 'tool_use_id'),
    transcript: words(fields, 'transcript_path'),
    cwd: words(fields, 'cwd') ?? (client === 'claude-code' ? filled(env.CLAUDE_PROJECT_DIR) : null),
    reason: words(fields, 'source') ?? words(fields, 'reason') ?? words(fields, 'trigger'),
    prompt: words(fields, 'prompt'),
    tool: words(fields, 'tool_name'),
    command: words(input, 'command') ?? argvOf(input.get('command')) ?? words(input, 'cmd'),
    error: words(fields, 'error'),
    response: words(fields, 'tool_response'),
    interrupted: fields.get('is_interrupt') === true,
    stopActive: fields.get('stop_hook_active') === true,
  };
}

const ROLLOUT = /[\\/]rollout-[^\\/]*\.jsonl(?:\.zst)?$/;
const CLAUDE_TRANSCRIPT = /[\\/]projects[\\/][^\\/]+[\\/][0-9a-f-]{36}(?:[\\/].*)?\.jsonl$/;

/** The environment comes last: one client may run inside another's shell and inherit its variables. */
function clientOf(fields: Fields, env: Environment): string | null {
  const transcript = words(fields, 'transcript_path') ?? '';
  if (ROLLOUT.test(transcript)) return 'codex';
  if (CLAUDE_TRANSCRIPT.test(transcript)) return 'claude-code';
  if (fields.has('turn_id')) return 'codex';
  if (fields.has('prompt_id')) return 'claude-code';
  if (filled(env.CLAUDECODE) !== null || filled(env.CLAUDE_CODE_SESSION_ID) !== null) return 'claude-code';
  // Threads of Codex have ids of version 7, sessions of Claude Code of version 4.
  const version = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])/i.exec(words(fields, 'session_id') ?? '')?.[1];
  if (version === '7' || filled(env.CODEX_HOME) !== null) return 'codex';
  return version === '4' ? 'claude-code' : null;
}

function words(fields: Fields, name: string): string | null {
  const value = fields.get(name);
  return typeof value === 'string' ? filled(value) : null;
}

/** Codex's older shell tool takes a list of words. */
function argvOf(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const [shell, flag, script] = value.map(String);
  return /^-\w*c$/.test(flag ?? '') && script !== undefined && value.length === 3 && shell !== undefined
    ? script
    : value.map(String).join(' ');
}

function filled(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value;
}

function fieldsOf(value: unknown): Fields {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
