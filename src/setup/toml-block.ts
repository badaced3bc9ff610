/**
 * Our tables in a client's TOML: put at the end between two marks, and taken out again by what they are. The marks alone
 * would not do: Codex, when it adds a server, drops the comment above ours and writes its own table in front of the mark
 * that ends our block. Both texts are parsed: where anything else would change, nothing is written.
 */
import { parse } from 'smol-toml';
import { messageOf } from '../model/errors.ts';
import { withoutByteMark } from './json-text.ts';
import { holds, isList, isObject, isOurs, type JsonObject, SERVER, sameJson, withoutOurs } from './marks.ts';
import { commentsOf, type TomlTable, tablesOf } from './toml-tables.ts';
import type { Program } from './types.ts';

const BEGIN = '# >>> midturn (added by midturn setup) >>>';
const END = '# <<< midturn <<<';
const MARKS: ReadonlySet<string> = new Set([BEGIN, END]);
const BOM = '\uFEFF';

export type TomlEdited = { readonly text: string; readonly problem: string | null };

/** Why the text cannot be edited, in words, or null. */
export function tomlTrouble(text: string): string | null {
  const parsed = read(text);
  return typeof parsed === 'string' ? `it is no TOML (${parsed})` : null;
}

/**
 * The text with the block at its end; as it is where it says all of that already. Nothing is changed where somebody else
 * has one of the tables, or has written the table above it in one line.
 */
export function putBlock(
  text: string,
  block: string,
  defines: ReadonlyArray<readonly string[]>,
  program: Program,
): TomlEdited {
  const [there, wanted] = [read(text), read(block)];
  if (typeof there === 'string' || typeof wanted === 'string')
    return { text, problem: `it is no TOML (${String(there)})` };
  if (block.trim() !== '' && says(there, wanted, program)) return { text, problem: null };
  const bare = takeTables(text, program, []);
  if (bare.problem !== null) return bare;
  const left = read(bare.text);
  if (typeof left === 'string') return { text, problem: left };
  if (block.trim() === '') return bare;
  const taken = defines.find((path) => valueAt(left, path) !== undefined);
  if (taken !== undefined)
    return { text, problem: `${taken.join('.')} is there already and is not ours: left alone` };
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const mark = text.startsWith(BOM) ? BOM : '';
  const before = withoutByteMark(bare.text);
  const gap = before === '' ? '' : before.endsWith('\n') ? eol : eol + eol;
  const lines = [BEGIN, ...block.trim().split('\n'), END, ''].join(eol);
  const next = mark + before + gap + lines;
  const after = read(next);
  if (typeof after === 'string' || !sameJson(after, merged(left, wanted)))
    return {
      text,
      problem: `what is there does not take another table (${typeof after === 'string' ? after : 'it would change the rest'}): left alone. ${byHand(left, wanted)}`,
    };
  return { text: next, problem: null };
}

/** A table that stands in one line takes nothing below it: the person turns it into headers, or adds ours to the line. */
function byHand(there: JsonObject, wanted: JsonObject): string {
  const names = Object.keys(wanted).filter((name) => there[name] !== undefined);
  return names.length === 0
    ? 'Add by hand what is shown for a new file'
    : `Write ${names.map((name) => `\`${name} = { … }\` as [${name}.NAME] tables`).join(' and ')}, then run midturn setup again`;
}

/** The text without our tables, our marks and the tables named; null for `text` where nothing could be cut out safely. */
export function takeTables(
  text: string,
  program: Program,
  also: ReadonlyArray<readonly string[]>,
): TomlEdited {
  const before = read(text);
  if (typeof before === 'string') return { text, problem: `it is no TOML (${before})` };
  const wanted = without(before, program, also);
  const intact = withoutIntactBlock(text);
  if (also.length === 0 && intact !== null && sameContent(read(intact), wanted))
    return { text: intact, problem: null };
  const tables = tablesOf(text);
  const ours = oursAmong(tables, text, program, also);
  const emptied = also.length > 0 ? tables.filter(isEmptyState(tables, ours, text)) : [];
  const ranges = [...ours, ...emptied, ...commentsOf(text, MARKS)].sort((a, b) => b.start - a.start);
  let next = text;
  for (const { start, end } of ranges) next = cut(next, start, end);
  if (sameContent(read(next), wanted)) return { text: next, problem: null };
  return { text, problem: 'what is ours could not be told from the rest: take it out by hand' };
}

/** `[hooks.state]` stands there for the rows below it alone: Codex made it with the first. */
function isEmptyState(tables: readonly TomlTable[], ours: readonly TomlTable[], text: string) {
  return ({ path, start, end }: TomlTable): boolean => {
    if (path.join('.') !== 'hooks.state' || text.slice(start, end).trim().includes('\n')) return false;
    return tables.every(
      (table) => ours.includes(table) || !(table.path.length > 2 && startsWith(table.path, path)),
    );
  };
}

/** The block as it was written, with the blank line above it. */
function withoutIntactBlock(text: string): string | null {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end < begin) return null;
  const behind = /^[^\n]*\n?/.exec(text.slice(end))?.[0].length ?? 0;
  const above = text.slice(0, begin);
  const rest = text.slice(end + behind);
  // One newline belongs to the gap where the text before ended with one, two where it did not: what is written is
  // told apart by the manifest's copy; without it the file ends with a newline, as files should.
  return above.replace(/\r?\n$/, '') + rest;
}

function oursAmong(
  tables: readonly TomlTable[],
  text: string,
  program: Program,
  also: ReadonlyArray<readonly string[]>,
): readonly TomlTable[] {
  const parsed = read(text);
  const server = typeof parsed === 'string' ? undefined : valueAt(parsed, ['mcp_servers', SERVER]);
  const serverIsOurs = isOurs(server, program);
  return tables.filter((table, at) => {
    const { path } = table;
    if (also.some((each) => sameJson(each, path))) return true;
    if (path[0] === 'mcp_servers' && path[1] === SERVER) return serverIsOurs;
    if (path[0] !== 'hooks' || path[1] === 'state') return false;
    if (path.length === 2) {
      const handlers = handlersBehind(tables, at);
      return handlers.length > 0 && handlers.every((handler) => speaksOfUs(handler, text, program));
    }
    return speaksOfUs(table, text, program);
  });
}

/** `[[hooks.Stop.hooks]]` of one `[[hooks.Stop]]`. */
function handlersBehind(tables: readonly TomlTable[], at: number): readonly TomlTable[] {
  const group = tables[at]?.path ?? [];
  const rest = tables.slice(at + 1);
  const next = rest.findIndex(({ path }) => !(path.length > group.length && startsWith(path, group)));
  return next === -1 ? rest : rest.slice(0, next);
}

function speaksOfUs({ start, end }: TomlTable, text: string, program: Program): boolean {
  const body = read(text.slice(start, end).replace(/^[^\n]*\n?/, ''));
  return typeof body !== 'string' && isOurs(body, program);
}

/** What the file says without us. */
function without(value: JsonObject, program: Program, also: ReadonlyArray<readonly string[]>): JsonObject {
  const { mcp_servers: servers, hooks, ...rest } = value;
  const kept = isObject(servers)
    ? Object.fromEntries(
        Object.entries(servers).filter(([name, each]) => name !== SERVER || !isOurs(each, program)),
      )
    : servers;
  const hooked = isObject(hooks)
    ? Object.fromEntries(
        Object.entries(hooks).map(([event, groups]) => [
          event,
          event === 'state' && isObject(groups)
            ? Object.fromEntries(
                Object.entries(groups).filter(([key]) => !also.some((path) => path[2] === key)),
              )
            : isList(groups)
              ? groups.flatMap((group) => withoutOurs(group, program) ?? [])
              : groups,
        ]),
      )
    : hooks;
  return {
    ...rest,
    ...(kept === undefined ? {} : { mcp_servers: kept }),
    ...(hooked === undefined ? {} : { hooks: hooked }),
  };
}

/** True when the text says all of the block: whoever has added something to our tables keeps it. */
function says(there: JsonObject, wanted: JsonObject, program: Program): boolean {
  const { hooks, ...tables } = wanted;
  if (!holds(there, tables)) return false;
  const [has, wants] = [isObject(there.hooks) ? there.hooks : {}, isObject(hooks) ? hooks : {}];
  return Object.keys({ ...has, ...wants }).every((event) => {
    const groups = has[event];
    const own = isList(groups) ? groups.filter((group) => isOurs(group, program)) : [];
    return event === 'state' || sameJson(own, wants[event] ?? []);
  });
}

function merged(a: JsonObject, b: JsonObject): JsonObject {
  const both = Object.entries(b).map(([key, value]): [string, JsonObject[string]] => {
    const there = a[key];
    if (isList(there) && isList(value)) return [key, [...there, ...value]];
    return [key, isObject(there) && isObject(value) ? merged(there, value) : value];
  });
  return { ...a, ...Object.fromEntries(both) };
}

/** Equal but for empty tables and lists: a header goes with the last thing below it. */
function sameContent(a: JsonObject | string, b: JsonObject | string): boolean {
  return typeof a !== 'string' && typeof b !== 'string' && sameJson(pruned(a), pruned(b));
}

function pruned(value: unknown): unknown {
  if (!isObject(value)) return isList(value) && value.length === 0 ? undefined : value;
  const entries = Object.entries(value).flatMap(([key, each]) => {
    const left = pruned(each);
    return left === undefined ? [] : [[key, left]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Cuts lines out; of the blank lines around them those below stay. */
function cut(text: string, start: number, end: number): string {
  const above = text.slice(0, start);
  const below = text.slice(end);
  const blankBelow = below.trim() === '' || /^\r?\n/.test(below);
  return (blankBelow ? above.replace(/(\n)\r?\n$/, '$1') : above) + below;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((key, at) => path[at] === key);
}

/** What the text says, or the parser's words. */
function read(text: string): JsonObject | string {
  try {
    const value: unknown = parse(withoutByteMark(text));
    return isObject(value) ? value : 'it holds no table';
  } catch (error) {
    return messageOf(error).split('\n')[0]?.trim() ?? 'it cannot be read';
  }
}
