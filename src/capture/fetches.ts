/** Which shell commands bring something in from the network: their output is somebody else's word. */
import { isRecord } from './read-json.ts';

/** Where a command may begin: at a line, after an operator, in quotes or a substitution, behind a prefix. */
const START =
  '(?:^|[;&|({`"\'\\n]|\\b(?:sudo|xargs|time|env|exec|nohup|command|then|do|else)\\s+(?:-\\S+\\s+)*|\\s-\\w*c\\s+|\\btimeout\\s+\\S+\\s+|\\b\\w+=\\S*\\s+)\\s*(?:[\\w.~/\\\\-]*[/\\\\])?';
const CLIENTS = 'curl|wget|https?|httpie|xh|aria2c|lynx|w3m|invoke-webrequest|invoke-restmethod|iwr|irm';
const GITHUB =
  'gh\\s+(?:api|search|(?:issue|pr|release|repo|gist|run|discussion)\\s+(?:view|list|diff|checks|status|download))';
const REGISTRY = '(?:npm|pnpm|yarn)\\s+(?:view|info|show|search)';
const FETCHES = new RegExp(`${START}(?:(?:${CLIENTS})(?:\\.exe)?|${GITHUB}|${REGISTRY})(?=[\\s"'])`, 'i');

const URL = /\bhttps?:\/\/(?:[^\s"'`<>/@]*@)?(\[[^\]]*\]|[^\s"'`<>/:;|&)]*)/gi;
const LOCAL = /^(?:localhost|[\w-]+\.localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)$/i;
/** They fetch code for the workspace by its address; what they print is their own report. */
const BRINGS_CODE =
  /^\s*(?:sudo\s+)?(?:git|pip3?|uv|docker|podman|cargo|go|brew|apt(?:-get)?|(?:npm|pnpm|yarn)\s+(?!view|info|show|search)\S+)\s/i;
const LONGEST = 20_000;

/** True for a shell call, as the client keeps its arguments, whose command reads from the network. */
export function fetches(argument: unknown): boolean {
  return commandText(argument)
    .slice(0, LONGEST)
    .split(/\n|&&|\|\||[;|]/)
    .some(readsNetwork);
}

function readsNetwork(command: string): boolean {
  if (BRINGS_CODE.test(command)) return false;
  const hosts = [...command.matchAll(URL)].map((match) => match[1] ?? '');
  // What serves a page at this machine's own address may pass on anybody's words.
  return hosts.some((host) => !LOCAL.test(host)) || FETCHES.test(command);
}

/** The words of a command: a line, a list of words, an object that holds either, or any of it as JSON. */
function commandText(argument: unknown): string {
  if (typeof argument === 'string') {
    const parsed = parse(argument);
    return parsed === undefined ? argument : commandText(parsed);
  }
  if (Array.isArray(argument)) return argument.filter((word) => typeof word === 'string').join(' ');
  if (!isRecord(argument)) return '';
  return [argument.command, argument.cmd, argument.chars, argument.input]
    .map((part) => (typeof part === 'string' ? part : commandText(part)))
    .join('\n');
}

function parse(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : undefined;
  } catch {
    // A script, or arguments that were cut: read as they stand.
    return undefined;
  }
}
