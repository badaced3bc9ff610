/** What agents ran and wrote in a stretch of a session: each call with its result, however a client records the two. */
import type { Message, Part } from '../model/message.ts';
import { isMidturnTool } from '../text/own-tools.ts';

export type Run = {
  /** Of the message that holds the result. */
  readonly row: number;
  /** `<session>/<number>` */
  readonly ref: string;
  /** Epoch milliseconds, or null. */
  readonly at: number | null;
  /** The command line; null for a tool that is no shell. */
  readonly command: string | null;
  readonly output: string;
  /** `unknown`: interrupted, denied, still running, or without a word of how it ended. */
  readonly outcome: 'passed' | 'failed' | 'unknown';
  /** Files that the call wrote, relative where their folder is that of the session. */
  readonly files: readonly string[];
};

type ToolCall = Extract<Part, { readonly type: 'tool_call' }>;

/** @param messages in the order of the session */
export function runsIn(messages: readonly Message[]): readonly Run[] {
  const calls = new Map<string, ToolCall>();
  const runs: Run[] = [];
  for (const message of messages) {
    for (const part of message.parts ?? []) if (part.type === 'tool_call') calls.set(part.id, part);
    if (message.role !== 'tool') continue;
    for (const part of message.parts ?? []) {
      if (part.type !== 'tool_result') continue;
      const call = calls.get(part.id);
      if (call === undefined || isMidturnTool(call.name)) continue;
      runs.push({
        row: message.row,
        ref: `${message.sessionShort}/${message.number}`,
        at: message.at,
        command: commandOf(call),
        output: message.text.slice(...part.span),
        outcome: outcomeOf(message, part.status),
        files: filesOf(call),
      });
    }
  }
  return runs;
}

function outcomeOf({ meta }: Message, status: string | undefined): Run['outcome'] {
  if (meta.interrupted === true || meta.denied !== undefined || meta.background_task !== undefined)
    return 'unknown';
  if (typeof meta.exit_code === 'number') return meta.exit_code === 0 ? 'passed' : 'failed';
  if (meta.failed === true || (status !== undefined && /err|fail/i.test(status))) return 'failed';
  return status === 'ok' || status === 'completed' ? 'passed' : 'unknown';
}

const SHELLS =
  /^(?:bash|shell|powershell|exec_command|local_shell|run_shell_command|run_terminal_cmd|terminal)$/i;

function commandOf({ name, arguments: given }: ToolCall): string | null {
  if (!SHELLS.test(name) || typeof given !== 'object' || given === null) return null;
  const command = 'command' in given ? given.command : 'cmd' in given ? given.cmd : undefined;
  if (typeof command === 'string') return command;
  if (!Array.isArray(command) || !command.every((word) => typeof word === 'string')) return null;
  const [shell = '', option = '', ...rest] = command;
  return /sh$/.test(shell) && /^-\w*c$/.test(option) ? rest.join(' ') : command.join(' ');
}

const WRITERS = /edit|write|patch|replace|create|insert/i;
const IN_PATCH = /^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm;

/** By their last two parts: the folder of a checkout differs from one to the next. */
function filesOf(call: ToolCall): readonly string[] {
  const { name, arguments: given } = call;
  const command = commandOf(call);
  if (command !== null) return writtenByShell(command);
  if (!WRITERS.test(name)) return [];
  if (typeof given === 'string') return [...given.matchAll(IN_PATCH)].map(([, path = '']) => shortPath(path));
  if (typeof given !== 'object' || given === null) return [];
  const found: string[] = [];
  for (const [key, value] of Object.entries(given)) {
    if (/^(?:file_?path|path|notebook_path|target_file)$/i.test(key) && typeof value === 'string')
      found.push(value);
    if (key === 'changes' && typeof value === 'object' && value !== null) found.push(...Object.keys(value));
    if (/^(?:input|patch)$/.test(key) && typeof value === 'string')
      found.push(...[...value.matchAll(IN_PATCH)].map(([, path = '']) => path));
  }
  return found.map(shortPath);
}

/** `echo {} > config.json`, and a patch that is handed to a program. */
function writtenByShell(command: string): readonly string[] {
  const paths = [...command.matchAll(IN_PATCH), ...command.matchAll(REDIRECTED)].map(([, path = '']) => path);
  return paths.filter((path) => !path.startsWith('/dev/') && !path.startsWith('/tmp/')).map(shortPath);
}
/** Not into another stream, and not the `>` of `=>` or `->`. */
const REDIRECTED = /(?<![\d&>=<-])>>?\s*(?![&>\s])["']?([\w./~@+-]+\.\w+)/g;

function shortPath(path: string): string {
  return path
    .trim()
    .split(/[\\/]/)
    .filter((part) => part !== '')
    .slice(-2)
    .join('/');
}
