// Secrets that are told by the name beside them: assignments, JSON and YAML fields, flags, query parameters, XML
// elements. One expression finds the names, the value is read and judged apart: linear time on every text.

import { reachesLineEnd } from './line-end.ts';
import type { Cut } from './redaction-cut.ts';
import { isSecretValue, type SecretKind, type ValueForm } from './secret-values.ts';

/** Which kind of secret a variable, field or flag of this name holds. Case and style of the name do not matter. */
export function secretKindOf(name: string): SecretKind | undefined {
  const match = NAME.exec(name.slice(-MAX_NAME));
  return match === null ? undefined : kindOf(name.slice(-MAX_NAME).slice(0, match.index), match[0]);
}

/** The rule under which a secret of this kind is counted. */
export function ruleOf(kind: SecretKind): string {
  return kind === 'password' ? 'password' : 'named-secret';
}

/**
 * Every value in the text that stands beside the name of a secret and has to be cut. `wraps`: some such value,
 * secret or not, reaches the end of its line.
 */
export function findNamedSecrets(text: string): { cuts: Cut[]; wraps: boolean } {
  const cuts: Cut[] = [];
  let wraps = false;
  for (const pattern of [ASSIGNMENT, FLAG]) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      wraps ||= reachesLineEnd(text, match.index + match[0].length);
      const cut = pattern === FLAG ? flagged(text, match) : assigned(text, match);
      if (cut === undefined) continue;
      cuts.push(cut);
      pattern.lastIndex = Math.max(pattern.lastIndex, cut.end);
    }
  }
  return { cuts, wraps };
}

const WORDS =
  'password|passwort|passphrase|passwd|pwd|pass|contraseña|mot de passe|密码|密碼|口令|パスワード|пароль|비밀번호' +
  '|secret|token|credentials?|auth|key';
/** Which keys are secret: the word before `key`. */
const SECRET_KEY =
  /(?:api|secret|access|private|signing|encryption|auth|account|master|shared|service|license|session|client|deploy|webhook)[_.-]?$/i;
/** What may follow the word and still leave it the name of the secret itself. */
const SUFFIX =
  '(?:[_-](?:prod|production|dev|development|staging|stage|test|live|main|old|new|value|string|plain|\\d{1,3}))?';
const NAME = new RegExp(`(?:${WORDS})${SUFFIX}$`, 'i');
const ASSIGNMENT = new RegExp(
  `(?<word>${WORDS})${SUFFIX}(?<close>(?:\\\\{0,3}["'\`])?\\]?)(?<left>[ \\t]{0,8})(?<operator>:=|=>|={1,3}|[:：>]|(?<=[ \\t])is(?=[ \\t]))(?!=)(?<right>[ \\t]{0,8})`,
  'gi',
);
const FLAG = new RegExp(`--(?<before>[a-z-]{0,30}?)(?<word>${WORDS})[ \\t]{1,4}(?=[^\\s-])`, 'gi');
const PASSWORD_WORD = /^(?:pass|pwd|contra|mot|密|口令|パス|паро|비밀)/i;
/** Words in front of a secret's word that make a harmless name of it: paging, parsers, switches. */
const HARMLESS = new Set(
  (
    'next prev previous page pagination paging continuation continue cursor sync progress cancel cancellation ' +
    'abort eos bos pad unk sep cls mask special syntax punctuator lexer stop first last start end open close ' +
    'design color max min num count per by has is with without no show hide toggle forgot forgotten'
  ).split(' '),
);

const MAX_NAME = 64;
const MAX_VALUE = 4096;
const NAME_CHARACTER = /[A-Za-z0-9_.-]/;

function kindOf(before: string, word: string): SecretKind | undefined {
  if (/^key/i.test(word) && !SECRET_KEY.test(before)) return undefined;
  // "bypass", "compass", "oauth": a short word counts only where a part of the name begins.
  if (/^(?:pass|auth|pwd)(?![a-z])/i.test(word) && /[a-z]$/i.test(before)) {
    if (!/[a-z]$/.test(before) || !/^[A-Z]/.test(word)) return undefined;
  }
  const qualifier = /([A-Z]?[a-z]+|[A-Z]+)[_.-]?$/.exec(before)?.[1];
  if (qualifier !== undefined && HARMLESS.has(qualifier.toLowerCase())) return undefined;
  return PASSWORD_WORD.test(word) ? 'password' : 'key';
}

function assigned(text: string, match: RegExpExecArray): Cut | undefined {
  const { word = '', close = '', left = '', operator = '', right = '' } = match.groups ?? {};
  const nameStart = startOfName(text, match.index);
  const kind = kindOf(text.slice(nameStart, match.index), word);
  if (kind === undefined) return undefined;
  const at = match.index + match[0].length;
  if (operator === '>') return text[nameStart - 1] === '<' ? element(text, at, kind) : undefined;

  const quoted = quotedValue(text, at);
  if (quoted !== undefined) {
    const shell = operator === '=' && left === '' && right === '' && /^[A-Z]/.test(word);
    return judged(text, quoted, kind, 'quoted', shell || /^passphrase$/i.test(word));
  }
  if (operator === '==' || operator === '===') return undefined;
  const tight = operator === '=' && left === '' && right === '' && close === '';
  const range = bareValue(text, at, tight);
  const value = text.slice(range.start, range.end);
  if (operator.toLowerCase() === 'is' && !/\d/.test(value)) return undefined;
  // "pass" is also a step of an algorithm, with a number.
  if (!tight && /^pass$/i.test(word) && /^\d+$/.test(value)) return undefined;
  const plain = (tight && range.open) || isYamlLine(text, nameStart, operator, range);
  return judged(text, range, kind, plain ? 'plain' : 'bare', false);
}

/** `--password VALUE`: the value is an argument of its own. */
function flagged(text: string, match: RegExpExecArray): Cut | undefined {
  const { before = '', word = '' } = match.groups ?? {};
  const kind = kindOf(before, word);
  if (kind === undefined) return undefined;
  const at = match.index + match[0].length;
  const quoted = quotedValue(text, at);
  return quoted === undefined
    ? judged(text, bareValue(text, at, false), kind, 'bare', false)
    : judged(text, quoted, kind, 'quoted', true);
}

type ValueRange = { readonly start: number; readonly end: number };

function judged(
  text: string,
  { start, end }: ValueRange,
  kind: SecretKind,
  form: ValueForm,
  spaces: boolean,
): Cut | undefined {
  return isSecretValue(kind, text.slice(start, end), form, spaces)
    ? { start, end, rule: ruleOf(kind) }
    : undefined;
}

function startOfName(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < MAX_NAME && NAME_CHARACTER.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/** The inside of a string literal that begins here: plain, prefixed (`b"…"`) or escaped (`\"…\"`) quotes. */
function quotedValue(text: string, at: number): ValueRange | undefined {
  OPENING.lastIndex = at;
  const opening = OPENING.exec(text);
  if (opening === null) return undefined;
  const { slashes = '', quote = '' } = opening.groups ?? {};
  const start = at + opening[0].length;
  const limit = Math.min(text.length, start + MAX_VALUE);
  for (let i = start; i < limit; i += 1) {
    const char = text.charAt(i);
    if (char === '\n' || char === '\r') return { start, end: i };
    if (char === quote) return { start, end: i };
    if (char !== '\\') continue;
    if (slashes !== '') return { start, end: i };
    i += 1;
  }
  return { start, end: limit };
}
const OPENING = /[bfruL@$]{0,2}(?<slashes>\\{0,3})(?<quote>["'`])/y;

/** A value without quotes. `tight` (`NAME=value`) reaches to the next blank, else punctuation ends it too. */
function bareValue(text: string, at: number, tight: boolean): ValueRange & { readonly open: boolean } {
  const pattern = tight ? TIGHT : BARE;
  pattern.lastIndex = at;
  const value = pattern.exec(text)?.[0] ?? '';
  const trimmed = value.replace(/[.,;:!?)\]}]{1,8}$/, '');
  const after = text.charAt(at + trimmed.length);
  // What goes on as a call or an index is code: keep the bracket, the judge sees it.
  const end = at + trimmed.length + (/[([{]/.test(after) ? 1 : 0);
  return { start: at, end, open: !/[,;)\]}([{]/.test(after) };
}
const TIGHT = new RegExp(`[^\\s\\u0000-\\u001f\\u007f-\\u009f"'\`\\\\&<>|]{1,${MAX_VALUE}}`, 'y');
const BARE = new RegExp(`[^\\s\\u0000-\\u001f\\u007f-\\u009f"'\`\\\\&<>|,;)\\]}([{]{1,${MAX_VALUE}}`, 'y');

/** `key: value` and nothing else on the line, the value in small letters: how YAML writes a string. */
function isYamlLine(text: string, nameStart: number, operator: string, { start, end }: ValueRange): boolean {
  if (operator !== ':' && operator !== '：') return false;
  const lineStart = text.lastIndexOf('\n', nameStart - 1) + 1;
  if (nameStart - lineStart > MAX_NAME || !/^[ \t-]*$/.test(text.slice(lineStart, nameStart))) return false;
  const value = text.slice(start, end);
  return (
    /^[ \t]{0,8}(?:\r?\n|$)/.test(text.slice(end, end + 10)) &&
    (!/^\p{L}+$/u.test(value) || value === value.toLowerCase())
  );
}

function element(text: string, at: number, kind: SecretKind): Cut | undefined {
  const end = text.slice(at, at + MAX_VALUE).search(/[<\r\n]/);
  return end > 0 && text[at + end] === '<'
    ? judged(text, { start: at, end: at + end }, kind, 'quoted', false)
    : undefined;
}
