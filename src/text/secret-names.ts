// Secrets that are told by the name beside them: assignments, JSON and YAML fields, command line flags, query
// parameters, XML elements. The name is found by one expression; the value is read and judged by hand, so that
// every text costs linear time.

import type { Cut } from './redaction-cut.ts';
import { isSecretValue, type SecretKind, type ValueForm } from './secret-values.ts';

/** Which kind of secret a variable, field or flag of this name holds, or `undefined`. Case and style do not matter. */
export function secretKindOf(name: string): SecretKind | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  return kindOf(name.slice(0, match.index), match[0]);
}

/** The rule name under which a secret of this kind is counted. */
export function ruleOf(kind: SecretKind): string {
  return kind === 'password' ? 'password' : 'named-secret';
}

/** Every value that stands beside a secret's name and has to be cut. */
export function findNamedSecrets(text: string): Cut[] {
  const cuts: Cut[] = [];
  ASSIGNMENT.lastIndex = 0;
  for (let match = ASSIGNMENT.exec(text); match !== null; match = ASSIGNMENT.exec(text)) {
    const cut = assigned(text, match);
    if (cut !== undefined) {
      cuts.push(cut);
      ASSIGNMENT.lastIndex = Math.max(ASSIGNMENT.lastIndex, cut.end);
    }
  }
  return cuts;
}

const WORDS =
  '(?:passwor[dt]e?|passphrase|passwd|passwrd|pwd|pass(?=[^a-z]|$)|contrase(?:ñ|n)a|mot de passe|密码|密碼|口令|パスワード|пароль|비밀번호' +
  '|secret(?:[_-]?(?:access[_-]?)?key)?|token' +
  '|(?:api|access|private|signing|encryption|auth|account|master|shared|service|license|session|app|application|client|deploy|webhook|storage)[_-]?key' +
  '|credentials?|auth(?=[^a-z]|$)|session[_-]?id|sessid|_auth)';
/** What may follow the word and still leave it the name of the secret itself. */
const SUFFIX = '(?:[_-]?(?:prod|production|dev|development|staging|stage|test|live|main|old|new|value|string|plain|\\d{1,3}))?';
const OPERATOR = '(?::=|=>|={1,3}|[:：>]|\\bis\\b)(?!=)';

const NAME = new RegExp(`${WORDS}${SUFFIX}$`, 'i');
const ASSIGNMENT = new RegExp(
  `(?<word>${WORDS}${SUFFIX})(?<open>(?:\\\\{0,3}["'\`]|%22)?\\]?)(?<space>[ \\t]{0,8})(?<operator>${OPERATOR})[ \\t]{0,8}|` +
    `(?<=--[a-z-]{0,30}?)(?<flag>${WORDS})[ \\t]{1,4}(?=[^\\s-])`,
  'gi',
);
/** Longest name that is read backwards, in UTF-16 units. */
const MAX_NAME = 64;
const MAX_VALUE = 4096;

/** Names that end in a secret's word and are none: paging and parser words, public halves. */
const HARMLESS =
  /(?:next|prev|previous|page|pagination|paging|continuation|continue|cursor|sync|progress|cancel|cancellation|abort|eos|bos|pad|unk|sep|cls|mask|special|syntax|punctuator|lexer|stop|first|last|current|start|end|open|close|design|color|public|pub|max|min|num|count|per|by|in|no|non|has|is|with|without|reset|forgot|forgotten|change|show|hide|toggle|verify|confirm)[_.-]?$/i;
const PASSWORD_WORD = /^(?:pass|pwd|contrase|mot|密|口令|パス|паро|비밀)/i;

function kindOf(before: string, word: string): SecretKind | undefined {
  const password = PASSWORD_WORD.test(word);
  // "bypass", "compass", "keypad": a short word counts only at a boundary of the name.
  if (/^(?:pass|auth|pwd)(?![a-z]{3})/i.test(word) && /[a-z]$/i.test(before) && !/[a-z]$/.test(before + '') ) return undefined;
  if (/^(?:pass|auth)$/i.test(word) && /[A-Za-z]$/.test(before) && !/^[A-Z][a-z]/.test(word)) return undefined;
  if (HARMLESS.test(before) && !(password && /(?:reset|new|confirm|verify|change|current|old|no)[_.-]?$/i.test(before) && false)) return undefined;
  return password ? 'password' : 'key';
}
