/** Makes the caller: who asks, from which session, turn and project, as far as client and environment tell. */
import type { Principal } from '../model/access.ts';
import type { Caller, Surface } from '../model/caller.ts';
import { type ProjectId, sessionId } from '../model/ids.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a surface knows of a call before the project and the owner are looked up. */
export type CallFacts = Omit<Caller, 'owner' | 'project'> & {
  /** The project of a call that comes from no folder of this machine; null = none was named. */
  readonly projectId?: ProjectId | null;
};

/** Variables by which agents mark the commands that they run. */
const AGENT_MARKS = [
  'CLAUDECODE',
  'CLAUDE_CODE_SESSION_ID',
  'CODEX_THREAD_ID',
  'CODEX_SESSION_ID',
  'CODEX_SANDBOX',
  'GEMINI_CLI',
  'OPENCODE',
  'CURSOR_AGENT',
  'AI_AGENT',
];

const ALL = { read: true, write: true, admin: true } as const;
const TOOLS = { read: true, write: true, admin: false } as const;

export type McpCall = {
  /** `clientInfo.name` of the handshake, where the client sent one. */
  readonly clientName: string | null;
  /** `_meta` of the request. */
  readonly meta: unknown;
  readonly env: Environment;
  readonly cwd: string;
};

/** A call over stdio. Codex names thread, turn and call in `_meta`; Claude Code has its session in the environment. */
export function mcpCall({ clientName, meta, env, cwd }: McpCall): CallFacts {
  const client = clientOf(clientName, env);
  const turn = field(meta, 'x-codex-turn-metadata');
  const external =
    client === 'codex'
      ? (textField(meta, 'threadId') ?? textField(turn, 'thread_id'))
      : client === 'claude-code'
        ? env.CLAUDE_CODE_SESSION_ID
        : undefined;
  return {
    surface: 'mcp',
    client,
    plugin: fromPlugin(env),
    externalSession: external ?? null,
    session:
      client === null || external === undefined || external === '' ? null : sessionId(client, external),
    turnKey: client === 'codex' ? (textField(turn, 'turn_id') ?? null) : null,
    callId: textField(meta, 'callId') ?? textField(meta, 'claudecode/toolUseId') ?? null,
    cwd,
    rights: TOOLS,
    personPresent: false,
  };
}

export type HttpCall = {
  readonly clientName: string | null;
  /** `_meta` of the request. */
  readonly meta: unknown;
  readonly principal: Principal;
  readonly project: ProjectId | null;
};

/**
 * A call over HTTP. The environment of this process says nothing about the caller, and the call comes from no folder:
 * the token says which projects it may see, the token or a header which one it is about.
 */
export function httpCall({ clientName, meta, principal, project }: HttpCall): CallFacts {
  return {
    ...mcpCall({ clientName, meta, env: {}, cwd: '' }),
    surface: 'http',
    rights: principal.rights,
    token: principal.id,
    reach: principal.projects,
    projectId: project,
  };
}

/** A command at a terminal, or one that an agent runs. */
export function cliCall(
  env: Environment,
  cwd: string,
  terminal: boolean,
  surface: Surface = 'cli',
): CallFacts {
  const codex = env.CODEX_THREAD_ID ?? env.CODEX_SESSION_ID;
  const claude = env.CLAUDE_CODE_SESSION_ID;
  const [client, external] =
    codex !== undefined ? ['codex', codex] : claude !== undefined ? ['claude-code', claude] : [null, null];
  return {
    surface,
    client,
    externalSession: external,
    session: client === null || external === null ? null : sessionId(client, external),
    turnKey: null,
    callId: codex === undefined ? null : (env.CODEX_TOOL_CALL_ID ?? null),
    cwd,
    rights: ALL,
    personPresent: terminal && !agentDrives(env),
  };
}

export type HookFacts = {
  readonly client: string | null;
  /** The client's own ids. */
  readonly session: string | null;
  readonly turn: string | null;
  readonly call: string | null;
  readonly cwd: string;
  /** See `fromPlugin`. */
  readonly plugin?: boolean;
};

/** What a client's hook stands for: its payload says who, in which session and turn. */
export function hookCall({ client, session, turn, call, cwd, plugin = false }: HookFacts): CallFacts {
  return {
    surface: 'hook',
    client,
    plugin,
    externalSession: session,
    session: client === null || session === null ? null : sessionId(client, session),
    turnKey: turn,
    callId: call,
    cwd,
    rights: TOOLS,
    personPresent: false,
  };
}

/** Claude Code tells a plugin's hooks and servers where the plugin lies, Codex its hooks alone. */
export function fromPlugin(env: Environment): boolean {
  return [env.CLAUDE_PLUGIN_ROOT, env.PLUGIN_ROOT].some((root) => (root ?? '') !== '');
}

/** True for a call that an agent makes, over its own connection or by a command. */
export function isAgents(
  { surface, client }: Pick<CallFacts, 'surface' | 'client'>,
  env: Environment,
): boolean {
  return surface !== 'cli' || client !== null || agentDrives(env);
}

function agentDrives(env: Environment): boolean {
  return AGENT_MARKS.some((name) => (env[name] ?? '') !== '');
}

function clientOf(name: string | null, env: Environment): string | null {
  const lower = (name ?? '').toLowerCase();
  if (lower.startsWith('codex')) return 'codex';
  if (lower.startsWith('claude-code') || lower.startsWith('claude code')) return 'claude-code';
  if (lower === '') return (env.CLAUDE_CODE_SESSION_ID ?? '') === '' ? null : 'claude-code';
  return lower.replace(/[^a-z0-9.-]+/g, '-').slice(0, 40) || null;
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}

function textField(value: unknown, key: string): string | undefined {
  const found = field(value, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
