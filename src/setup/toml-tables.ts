/**
 * Where the tables of a TOML text begin and end, so that one can be cut out and every other byte stays. What the text
 * says is the parser's matter; here only headers are found, past strings, comments and brackets.
 */
import { parse } from 'smol-toml';
import { isList, isObject } from './marks.ts';

export type TomlTable = {
  /** `['mcp_servers', 'midturn', 'tools']` */
  readonly path: readonly string[];
  /** `[[hooks.Stop]]` */
  readonly inArray: boolean;
  /** From the header to behind the line of its last key; comments and blank lines behind that are no part of it. */
  readonly start: number;
  readonly end: number;
};

/** The tables in order of the text, which must be valid TOML. */
export function tablesOf(text: string): readonly TomlTable[] {
  const tables: TomlTable[] = [];
  let open: { header: string; start: number } | null = null;
  let end = 0;
  for (const line of linesOf(text)) {
    const words = text.slice(line.start, line.end).trim();
    if (line.header) {
      if (open !== null) tables.push({ ...named(open.header), start: open.start, end });
      open = { header: words, start: line.start };
    }
    if (words !== '' && !(line.fresh && words.startsWith('#'))) end = line.end;
  }
  if (open !== null) tables.push({ ...named(open.header), start: open.start, end });
  return tables;
}

/** Lines that hold nothing but one of these comments, as ranges. */
export function commentsOf(
  text: string,
  comments: ReadonlySet<string>,
): ReadonlyArray<{ readonly start: number; readonly end: number }> {
  return linesOf(text).filter(
    ({ start, end, fresh }) => fresh && comments.has(text.slice(start, end).trim()),
  );
}

type Line = {
  readonly start: number;
  /** Behind the line's end. */
  readonly end: number;
  readonly header: boolean;
  /** False within a string or a list that began on a line above. */
  readonly fresh: boolean;
};

const TOKEN =
  /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|\n|[[\]{}]/g;

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let [start, depth, fresh] = [0, 0, true];
  const close = (end: number): void => {
    if (end === start) return;
    lines.push({ start, end, fresh, header: fresh && /^[ \t]*\[/.test(text.slice(start, end)) });
    start = end;
    fresh = depth === 0;
  };
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (token === '\n') close(match.index + 1);
  }
  close(text.length);
  return lines;
}

function named(header: string): { readonly path: readonly string[]; readonly inArray: boolean } {
  const path: string[] = [];
  let inArray = false;
  for (let value: unknown = parse(header); ; ) {
    if (isList(value)) {
      inArray = true;
      value = value[0];
      continue;
    }
    const [entry] = isObject(value) ? Object.entries(value) : [];
    if (entry === undefined) return { path, inArray };
    path.push(entry[0]);
    value = entry[1];
  }
}
