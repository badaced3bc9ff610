/** Edits of config.toml that leave everything else as somebody wrote it: comments, order, blanks, line ends. */
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'smol-toml';
import { ConfigError } from '../model/errors.ts';
import { parseToml } from './configuration-file.ts';
import { SCHEMA_VERSION } from './configuration-keys.ts';

type Table = Readonly<Record<string, unknown>>;

/**
 * The text with `profile = "name"` under [review]: the smallest of a few edits that, read again, changes that and
 * nothing else.
 * @throws ConfigError for a text that is no TOML, and where no such edit is found
 */
export function withReviewProfile(text: string | null, name: string, file: string): string {
  if (text === null || text.trim() === '')
    return `schema_version = ${SCHEMA_VERSION}\n\n[review]\nprofile = ${JSON.stringify(name)}\n`;
  const before = parseToml(text, file);
  if (isTable(before.review) && before.review.profile === name) return text;
  const wanted = { ...before, review: { ...(isTable(before.review) ? before.review : {}), profile: name } };
  for (const edited of edits(text, JSON.stringify(name))) {
    if (isDeepStrictEqual(plain(readOrNull(edited)), plain(wanted))) return edited;
  }
  throw new ConfigError({
    what: `${file} could not be changed without touching more than review.profile`,
    next: `Write profile = ${JSON.stringify(name)} under [review] yourself`,
  });
}

const HEADER = /^[ \t]*\[[ \t]*review[ \t]*\][ \t]*(?:#.*)?$/;
const ANY_HEADER = /^[ \t]*\[/;
const PROFILE = /^([ \t]*profile[ \t]*=[ \t]*)("(?:[^"\\]|\\.)*"|'[^']*')(.*)$/;
const DOTTED = /^([ \t]*review[ \t]*\.[ \t]*profile[ \t]*=[ \t]*)("(?:[^"\\]|\\.)*"|'[^']*')(.*)$/;

/** Candidates, smallest first. What looks like a header within a long text is one too: reading again sorts them out. */
function* edits(text: string, value: string): Generator<string> {
  const lines = text.split(/(?<=\n)/);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  for (const [at, raw] of lines.entries()) {
    const dotted = replaced(raw, DOTTED, value);
    if (dotted !== null) yield lines.with(at, dotted).join('');
    if (!HEADER.test(body(raw))) continue;
    for (let below = at + 1; below < lines.length; below += 1) {
      const inner = lines[below] ?? '';
      const edited = replaced(inner, PROFILE, value);
      if (edited !== null) yield lines.with(below, edited).join('');
      if (ANY_HEADER.test(inner)) break;
    }
    const header = raw.endsWith('\n') ? raw : `${raw}${end}`;
    yield [...lines.slice(0, at), header, `profile = ${value}${end}`, ...lines.slice(at + 1)].join('');
  }
  yield `${text}${text.endsWith('\n') ? '' : end}${end}[review]${end}profile = ${value}${end}`;
}

function replaced(raw: string, pattern: RegExp, value: string): string | null {
  const match = pattern.exec(body(raw));
  return match === null ? null : `${match[1]}${value}${match[3]}${raw.slice(body(raw).length)}`;
}

function body(line: string): string {
  return line.replace(/\r?\n$/, '');
}

function readOrNull(text: string): Table | null {
  try {
    return parse(text);
  } catch {
    // One of several candidates: it is not taken.
    return null;
  }
}

/** What is parsed has no prototype; dates compare by their text. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
