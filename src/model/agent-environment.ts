/** The environment that an agent gets which midturn starts: what it needs to run and to reach its model, no more. */
import { AGENT_MARK, type AgentName } from './agent.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What an agent that runs now tells its children of itself. An agent started by a hook of another one would take
 * itself for a part of it: Claude Code refuses to start within itself.
 */
const OF_A_SESSION =
  /^(?:CLAUDECODE|CLAUDE_CODE_(?:SESSION_ID|CHILD_SESSION|ENTRYPOINT|SSE_PORT)|CLAUDE_(?:PID|ENV_FILE|PROJECT_DIR|PLUGIN_\w+)|CODEX_(?:SESSION_ID|THREAD_ID|TOOL_CALL_ID|SANDBOX\w*)|MIDTURN_\w+|PLUGIN_(?:ROOT|DATA))$/i;

/** A person, a machine, a language, folders, proxies and certificates; on Windows what every program needs there. */
const OF_THE_MACHINE =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|LANG|LANGUAGE|LC_\w+|TMPDIR|TMP|TEMP|XDG_\w+|(?:HTTPS?|ALL|NO|FTP)_PROXY|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|SYSTEMDRIVE|APPDATA|LOCALAPPDATA|USERPROFILE|USERNAME|USERDOMAIN|HOMEDRIVE|HOMEPATH|PROGRAMDATA|ALLUSERSPROFILE|PUBLIC|PROGRAMFILES(?:\(X86\))?|PROGRAMW6432|COMMONPROGRAMFILES(?:\(X86\))?|COMPUTERNAME|OS|PROCESSOR_\w+|NUMBER_OF_PROCESSORS)$/i;

/** Keys and addresses of models, by the names that are usual for them. */
const OF_A_MODEL = /(?:_API_KEY|_API_BASE|_BASE_URL)$/i;
/** What each agent reads; Claude Code and OpenCode reach models in the clouds of Amazon, Google and Microsoft. */
const CLOUDS = /^(?:AWS_|GOOGLE_|GCLOUD_|CLOUD_ML_|VERTEX_|AZURE_)/i;
const OF_AN_AGENT: Readonly<Record<AgentName, readonly RegExp[]>> = {
  codex: [/^(?:CODEX_|OPENAI_|RUST_LOG$)/i],
  claude: [/^(?:CLAUDE_|ANTHROPIC_|BASH_|DISABLE_|API_TIMEOUT_MS$)/i, CLOUDS],
  opencode: [/^OPENCODE_/i, CLOUDS],
};

/** A program that nobody here knows gets what it may need, without the secrets of other things. */
const SECRET = /(?:KEY|TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|CREDENTIALS?|AUTH)(?:_|$)|^SSH_|^DATABASE_URL$/i;

export type AgentNeeds = {
  /** Null = a program that is none of those that midturn knows. */
  readonly agent: AgentName | null;
  /** Names that its own configuration, or the person's, says it needs. */
  readonly named?: readonly string[];
  /** Set for it, whatever it is elsewhere. */
  readonly own?: Readonly<Record<string, string>>;
};

export function agentEnvironment(env: Environment, { agent, named = [], own = {} }: AgentNeeds): Environment {
  const wanted = (name: string): boolean => {
    if (OF_A_SESSION.test(name)) return false;
    if (named.includes(name) || OF_THE_MACHINE.test(name)) return true;
    if (OF_A_MODEL.test(name)) return true;
    return agent === null ? !SECRET.test(name) : OF_AN_AGENT[agent].some((pattern) => pattern.test(name));
  };
  const kept = Object.entries(env).filter(([name]) => wanted(name));
  return { ...Object.fromEntries(kept), ...own, [AGENT_MARK]: '1' };
}
