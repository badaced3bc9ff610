/**
 * Starts a program that outlives whoever starts it: in a session and process group of its own (Codex ends a hook's
 * group milliseconds after the hook), without any of its streams, and without a console window on Windows.
 */
import { type SpawnOptions, spawn } from 'node:child_process';

export type DetachRequest = {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The start itself, for tests. */
  readonly start?: (program: string, args: readonly string[], options: SpawnOptions) => Started;
};

/** As much of a child process as is used of one that is left alone. */
type Started = {
  readonly pid?: number | undefined;
  readonly once: (event: 'error', listener: () => void) => unknown;
  readonly unref: () => void;
};

/** What agents and clients put into the environment of a command to say that they run it. */
const MARKS =
  /^(?:CLAUDECODE|CLAUDE_.*|CODEX_.*|PLUGIN_(?:ROOT|DATA)|GEMINI_CLI|OPENCODE|CURSOR_AGENT|AI_AGENT)$/;
/** Of the same names, what a person has set: where the clients keep their things, and how they log in without asking. */
const OF_THE_PERSON =
  /^(?:CLAUDE_CONFIG_DIR|CLAUDE_CODE_(?:OAUTH_TOKEN|USE_\w+|SKIP_\w+_AUTH)|CODEX_(?:HOME|API_KEY|ACCESS_TOKEN|CA_CERTIFICATE))$/;
/** Of Node, about the process that is left behind: its debugger, its channel. */
const OF_THE_PARENT = /^(?:NODE_OPTIONS|NODE_CHANNEL_FD|NODE_CHANNEL_SERIALIZATION_MODE|NODE_UNIQUE_ID)$/;

/** Starts it and does not wait; its pid, or null where the system said no. Never throws. */
export function startDetached({ argv, cwd, env, start = spawn }: DetachRequest): number | null {
  const [program, ...args] = argv;
  try {
    const child = start(program, args, {
      cwd,
      env: detachedEnvironment(env),
      // On Windows too: otherwise the child shares the console, and is closed together with it.
      detached: true,
      stdio: 'ignore',
      windowsHide: true,
    });
    // A program that is missing is told by an event, which would end this process where nobody listens.
    child.once('error', () => undefined);
    child.unref();
    return child.pid ?? null;
  } catch {
    return null;
  }
}

/** The environment without the marks of the agent whose hook this was: the work is nobody's call any more. */
export function detachedEnvironment(env: DetachRequest['env']): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || OF_THE_PARENT.test(name)) continue;
    if (OF_THE_PERSON.test(name) || !MARKS.test(name)) clean[name] = value;
  }
  return clean;
}
