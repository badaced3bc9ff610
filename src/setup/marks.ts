/**
 * How an entry of ours is recognised in a client's file, whoever has edited around it: it starts the launcher in our
 * home, calls our server from a hook, or permits a tool of ours. No field of our own is added: a client may refuse it.
 */
import type { Json, Program } from './types.ts';

/** The name under which every client knows the server. */
export const SERVER = 'midturn';
const TOOL_PREFIX = `mcp__${SERVER}__`;

export type JsonObject = { readonly [key: string]: Json | undefined };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function isOurs(value: unknown, program: Program): boolean {
  if (typeof value === 'string')
    return (
      isOurPermission(value) ||
      value.includes(program.launcher) ||
      value.includes(shellWord(program.launcher)) ||
      value.includes(powerShellWord(program.launcher))
    );
  if (isList(value)) return value.some((each) => isOurs(each, program));
  if (!isObject(value)) return false;
  if (value.type === 'mcp_tool' && value.server === SERVER) return true;
  return Object.values(value).some((each) => isOurs(each, program));
}

/** `mcp__midturn__recall` */
export function isOurPermission(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(TOOL_PREFIX);
}

/**
 * The value without what is ours; undefined when nothing is left. A group of hooks into which somebody has put one of
 * their own keeps that one.
 */
export function withoutOurs(value: Json, program: Program): Json | undefined {
  if (!isOurs(value, program)) return value;
  if (!isObject(value)) return undefined;
  const lists = Object.entries(value).filter(
    ([, each]) => isList(each) && each.some(isObject) && isOurs(each, program),
  );
  const left = lists.map(([key, each]): [string, Json[]] => [
    key,
    (isList(each) ? each : []).flatMap((item) => withoutOurs(item, program) ?? []),
  ]);
  if (left.every(([, items]) => items.length === 0)) return undefined;
  return { ...value, ...Object.fromEntries(left) };
}

/** Equal as JSON: the order of keys does not count, an undefined property is none. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((each, at) => sameJson(each, b[at]));
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => sameJson(a[key], b[key]));
  }
  return a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime());
}

/** True when all that `wanted` says is so in `there`, which may say more. */
export function holds(there: unknown, wanted: unknown): boolean {
  if (isObject(there) && isObject(wanted))
    return Object.entries(wanted).every(([key, value]) => holds(there[key], value));
  return sameJson(there, wanted);
}

/** One word of a command line, for a client that gives its hooks to a POSIX shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * A line for a client that gives its hooks to PowerShell on Windows, where a line that begins with a quote is a value
 * and no command. Without blanks it needs neither, and cmd.exe, which Codex falls back to, understands it too.
 */
export function powerShellLine(words: readonly string[]): string {
  if (words.every((word) => /^[\w+=:./\\-]+$/.test(word))) return words.join(' ');
  return `& ${words.map(powerShellWord).join(' ')}`;
}

function powerShellWord(word: string): string {
  return `'${word.replaceAll("'", "''")}'`;
}
