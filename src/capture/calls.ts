/** Tool calls as text, and which of them are midturn's own. */
import { isRecord } from './read-json.ts';

/** The names of midturn's own tools, whatever name the server was given in the client's config. */
const OWN_TOOLS = ['recall', 'recall_history', 'remember', 'submit_suggestion', 'compile', 'status'];
/** `status` and `compile` are common names: they count as ours on a server that is called midturn only. */
const OWN = new RegExp(
  `^mcp__(?:[\\w-]*midturn[\\w-]*__(?:${OWN_TOOLS.join('|')})|[\\w-]+__(?:recall|recall_history|remember|submit_suggestion))$`,
  'i',
);
const OWN_IN_CODE = /\bmcp__[\w-]+__(?:recall|recall_history|remember|submit_suggestion)\b/i;
const LONGEST_CALL = 2000;

/** True for a call to midturn itself: what it asks and answers is never indexed, or every question finds itself. */
export function isOwnTool(name: string): boolean {
  return OWN.test(name);
}

/** True for the clients' own look-ups of tools: their answers are names of tools, not something that was found out. */
export function isToolSearch(name: string): boolean {
  return name === 'ToolSearch' || name === 'tool_search';
}

/** True for code that calls midturn (clients that let the model write a script around the tools). */
export function mentionsOwnTool(argument: unknown): boolean {
  return OWN_IN_CODE.test(typeof argument === 'string' ? argument : (JSON.stringify(argument) ?? ''));
}

/** One line for a call: its command where it has one, else its arguments, clipped. */
export function callLine(name: string, argument: unknown): string {
  const command = commandOf(argument);
  return `${name}: ${command ?? compact(argument)}`.slice(0, LONGEST_CALL);
}

/** The command line of a shell-like call, or undefined. */
export function commandOf(argument: unknown): string | undefined {
  if (!isRecord(argument)) return undefined;
  const command = argument.command ?? argument.cmd;
  if (typeof command === 'string') return command;
  if (!Array.isArray(command) || !command.every((word) => typeof word === 'string')) return undefined;
  // Codex: ["/bin/bash", "-lc", "<the command>"]
  const [shell = '', option = '', ...rest] = command;
  return /(?:^|\/)(?:ba|z|da)?sh$/.test(shell) && /^-\w*c$/.test(option) ? rest.join(' ') : command.join(' ');
}

function compact(argument: unknown): string {
  return typeof argument === 'string' ? argument : (JSON.stringify(argument) ?? '');
}
