/**
 * Puts our entries into a client's JSON and takes them out again. Comments, trailing commas, indentation, line ends and
 * a byte order mark stay as they are; what is not ours is never changed.
 */
import { type ParseError, parse } from 'jsonc-parser';
import { isEmptyJson, JsonSheet, placeOf, withoutByteMark } from './json-text.ts';
import { holds, isList, isObject, isOurPermission, isOurs, sameJson, withoutOurs } from './marks.ts';
import type { Json, JsonEntry, Program } from './types.ts';

/** What was put where, as the manifest keeps it. `was` = what stood there before. */
export type Put =
  | { readonly set: readonly string[]; readonly value: Json; readonly was?: Json }
  | { readonly into: readonly string[]; readonly value: Json };

export type JsonEdited = {
  readonly text: string;
  readonly puts: readonly Put[];
  /** Objects and arrays that were made on the way: they go again when they are empty. */
  readonly made: ReadonlyArray<readonly string[]>;
  readonly problems: readonly string[];
};

/** Why the text cannot be edited, in words, or null. `strict` = the client itself takes no comments and no trailing commas. */
export function jsonTrouble(text: string, strict: boolean): string | null {
  const plain = withoutByteMark(text);
  if (plain.trim() === '') return null;
  const errors: ParseError[] = [];
  const value: unknown = parse(plain, errors, { allowTrailingComma: true });
  if (errors.length > 0) return `it is no JSON (at ${placeOf(plain, errors[0]?.offset ?? 0)})`;
  if (!isObject(value)) return 'it holds no JSON object';
  if (!strict) return null;
  try {
    JSON.parse(plain);
    return null;
  } catch {
    return 'it holds comments or trailing commas, which the client does not take';
  }
}

/** The text is one that `jsonTrouble` has nothing against; empty = a new file. */
export function putEntries(text: string, entries: readonly JsonEntry[], program: Program): JsonEdited {
  const sheet = new JsonSheet(text);
  const puts: Put[] = [];
  const problems: string[] = [];
  const lists = new Map<string, { path: readonly string[]; values: Json[] }>();
  for (const entry of entries) {
    if ('into' in entry) {
      const key = JSON.stringify(entry.into);
      const list = lists.get(key) ?? { path: entry.into, values: [] };
      list.values.push(entry.value);
      lists.set(key, list);
      continue;
    }
    const put = putProperty(sheet, entry, program);
    if (typeof put === 'string') problems.push(put);
    else puts.push(put);
  }
  for (const { path, values } of lists.values()) {
    const trouble = putElements(sheet, path, values, program);
    if (trouble === null) puts.push(...values.map((value) => ({ into: path, value })));
    else problems.push(trouble);
  }
  return { text: sheet.text, puts, made: sheet.made, problems };
}

function putProperty(
  sheet: JsonSheet,
  entry: { readonly set: readonly string[]; readonly value: Json; readonly replaces?: 'ours' | 'any' },
  program: Program,
): Put | string {
  const { set, value, replaces } = entry;
  const blocked = sheet.blocked(set);
  if (blocked !== null) return `${blocked} is no object there: left alone`;
  const there = sheet.at(set);
  if (there === undefined) sheet.set(set, value);
  else if (holds(there, value)) return { set, value };
  else if (isOurs(there, program) && isObject(there) && isObject(value))
    sheet.set(set, { ...there, ...value });
  else if (replaces === 'any') {
    sheet.set(set, value);
    return { set, value, was: there };
  } else return `${set.join('.')} is there already and is not ours: left alone`;
  return { set, value };
}

/** Elements that are ours and of no use any more are replaced where they stand: the places of the others stay. */
function putElements(sheet: JsonSheet, path: readonly string[], values: readonly Json[], program: Program) {
  const blocked = sheet.blocked(path);
  const there = sheet.at(path);
  if (blocked !== null || (there !== undefined && !isList(there)))
    return `${blocked ?? path.join('.')} is no list there: left alone`;
  const items = isList(there) ? there : [];
  const missing = values.filter((value) => !items.some((item) => sameJson(item, value)));
  const stale = items.flatMap((item, at) =>
    isObject(item) && isOurs(item, program) && !values.some((value) => sameJson(item, value))
      ? [{ at, left: withoutOurs(item, program) }]
      : [],
  );
  const gone: number[] = [];
  for (const { at, left } of stale) {
    const next = left === undefined ? missing.shift() : left;
    if (next === undefined) gone.push(at);
    else sheet.set([...path, at], next);
  }
  for (const at of gone.reverse()) sheet.remove([...path, at]);
  for (const value of missing) sheet.append(path, value);
  return null;
}

export type Removal = {
  readonly puts: readonly Put[];
  /** Null = it is not known: whatever becomes empty goes. */
  readonly made: ReadonlyArray<readonly string[]> | null;
};

/** The text without what is ours, at the places that are named. */
export function takeEntries(text: string, { puts, made }: Removal, program: Program): string {
  const sheet = new JsonSheet(text);
  const emptied: Array<readonly string[]> = [];
  for (const put of puts) {
    if ('set' in put) {
      const there = sheet.at(put.set);
      if (there === undefined || !(isOurs(there, program) || sameJson(there, put.value))) continue;
      if (put.was === undefined) sheet.remove(put.set);
      else sheet.set(put.set, put.was);
      emptied.push(put.set.slice(0, -1));
    } else {
      takeElements(sheet, put.into, puts, program);
      emptied.push(put.into);
    }
  }
  const containers = made ?? emptied.flatMap((path) => path.map((_, at) => path.slice(0, at + 1)));
  const deepestFirst = [...containers].sort((a, b) => b.length - a.length);
  for (const path of deepestFirst) if (path.length > 0 && isEmptyJson(sheet.at(path))) sheet.remove(path);
  return sheet.text;
}

function takeElements(
  sheet: JsonSheet,
  path: readonly string[],
  puts: readonly Put[],
  program: Program,
): void {
  const there = sheet.at(path);
  if (!isList(there)) return;
  const listed = (item: Json): boolean =>
    puts.some((put) => 'into' in put && sameJson(put.into, path) && sameJson(put.value, item));
  for (let at = there.length - 1; at >= 0; at -= 1) {
    const item = there[at];
    if (item === undefined) continue;
    if (listed(item) || isOurPermission(item)) sheet.remove([...path, at]);
    else if (isOurs(item, program)) {
      const left = withoutOurs(item, program);
      if (left === undefined) sheet.remove([...path, at]);
      else sheet.set([...path, at], left);
    }
  }
}

/** True when the file holds nothing but an empty object, comments apart. */
export function holdsNothing(text: string): boolean {
  const plain = withoutByteMark(text);
  return plain.trim() === '' || /^\{\s*\}$/.test(plain.trim());
}

/** The file's value; undefined when it is none that can be understood. */
export function jsonValue(text: string | null): unknown {
  return text === null || jsonTrouble(text, false) !== null
    ? undefined
    : parse(withoutByteMark(text), [], { allowTrailingComma: true });
}
