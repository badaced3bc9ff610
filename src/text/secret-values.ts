// Whether the value beside a secret's name is a secret, or only stands in for one: placeholders, labels, types,
// code that fetches the real thing.

/** Which test a value has to pass: `password` names take nearly anything, `key` names only what looks random. */
export type SecretKind = 'password' | 'key';

/**
 * How the value stands in the text: between quotes; as `NAME=value` or a whole YAML line, where words are values;
 * or bare in code, a log line or prose, where words are words.
 */
export type ValueForm = 'quoted' | 'plain' | 'bare';

/** Shortest password that is cut, in UTF-16 units. */
const MIN_PASSWORD = 6;
/** Shortest key that is cut, and its least entropy in bits per character (random hexadecimal has about 3.7). */
const MIN_KEY = 20;
const MIN_KEY_ENTROPY = 3.5;

/** True where `value`, found beside the name of a secret, has to be cut. `spaces`: a passphrase may have blanks. */
export function isSecretValue(kind: SecretKind, value: string, form: ValueForm, spaces = false): boolean {
  if (isPlaceholder(value) || isCode(value, form)) return false;
  return kind === 'password' ? isPassword(value, form, spaces) : isKey(value);
}

/** True for what stands where a secret would: `xxxx`, `<token>`, `${VAR}`, `changeme`, `[redacted:…]`, `null`. */
export function isPlaceholder(value: string): boolean {
  return (
    FILLER.test(value) ||
    REFERENCE.test(value) ||
    INTERPOLATED.test(value) ||
    PLACEHOLDER_WORDS.has(value.toLowerCase()) ||
    PLACEHOLDER_PHRASE.test(value)
  );
}

/** True for values that look drawn at random, not written: long enough, letters and digits, high entropy. */
export function isKey(value: string): boolean {
  return (
    value.length >= MIN_KEY &&
    /^[A-Za-z0-9+/=_.~:$@!^*-]+$/.test(value) &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !isPath(value) &&
    !isWordlike(value) &&
    (entropy(value) >= MIN_KEY_ENTROPY || UUID.test(value))
  );
}

/** True for words joined by separators or capitals, with at most short numbers: names of things, not secrets. */
export function isWordlike(value: string): boolean {
  return SEPARATED_WORDS.test(value) || CAPITALISED_WORDS.test(value);
}

/** Shannon entropy in bits per character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  let total = 0;
  for (const char of value) {
    counts.set(char, (counts.get(char) ?? 0) + 1);
    total += 1;
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / total) * Math.log2(count / total);
  return bits;
}

function isPassword(value: string, form: ValueForm, spaces: boolean): boolean {
  if (value.length < MIN_PASSWORD || isPath(value)) return false;
  if (/\s/.test(value) && !spaces) return false;
  if (form === 'plain') return true;
  // A capitalised single word is a label ("Passwort"); a bare word in code or prose is about the password.
  if (form === 'quoted') return !/^\p{Lu}\p{Ll}+$/u.test(value);
  return !/^\p{L}+$/u.test(value);
}

function isPath(value: string): boolean {
  return /^(?:~|\.{0,2})\/[\w.@-]+(?:\/|\.|$)|^[A-Za-z]:\\|^[a-z][a-z0-9+.-]{1,20}:\/\//.test(value);
}

/** A value without quotes may be an expression that fetches the secret or names it. */
function isCode(value: string, form: ValueForm): boolean {
  if (form === 'quoted') return ENVIRONMENT.test(value);
  if (MEMBER_ACCESS.test(value) || CALL.test(value) || CODE_WORDS.has(value)) return true;
  return form === 'bare' && BARE_CODE.some((pattern) => pattern.test(value));
}

const FILLER = /\[redacted:|^[*x.•·_\-?#…0]+$|^x{3,}[-_x]*$/i;
const REFERENCE =
  /^(?:<.*|\[.*\]|\{.*|%[sdvq]|%\w+%|%\(.*|\$[A-Za-z_]\w*|\$\d|\$[{(].*|[@#]\{.*|!(?:vault|secret|env|include|ref|sub|getatt)\b.*|&[lg]t;.*|:[a-z_]+|\*\w+|…)$/i;
const INTERPOLATED = /\$\{|\{\{|<%|%\(|\$\(|\{[a-z_]\w*\}/i;
const ENVIRONMENT = /^(?:process\.env|import\.meta|os\.environ|secrets|vars|env)\.\w/;
const MEMBER_ACCESS = /^[A-Za-z_$]+\d{0,2}[A-Za-z_$]*(?:(?:\?\.|\.|->|::)[A-Za-z_$]+\d{0,2}[A-Za-z_$]*)+$/;
const CALL = /^[\w.$?:>-]{0,200}[([{]/;
/** Names in snake case, variables called after the secret, number literals of a program, operators. */
const BARE_CODE = [
  /^[a-z]+(?:_[a-z]+)+\d?$/i,
  /^(?:[a-z]{1,12}_?)?(?:pass|passw(?:or)?d|pwd|secret|token)(?:_?\w{1,6})?$/i,
  /^0x[0-9a-f]+$/i,
  /^[!+\-&|=]/,
];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SEPARATED_WORDS = /^[a-z]{2,}\d{0,3}(?:[-_./: ](?:[a-z]{2,}\d{0,3}|v?\d{1,4}))*$/i;
const CAPITALISED_WORDS = /^[a-z]*(?:[A-Z][a-z]+)+\d{0,2}$/;

const CODE_WORDS = new Set('await async function return typeof instanceof lambda require import'.split(' '));

const PLACEHOLDER_WORDS = new Set(
  (
    'null none nil nothing undefined true false yes no on off unset empty blank default required optional missing ' +
    'invalid incorrect expired expires changed updated accepted rejected wrong forgotten enabled disabled hidden ' +
    'masked redacted removed secret secrets password passwords passwd passphrase pass token tokens bearer basic ' +
    'apikey api_key api-key credential credentials auth key value string str text char varchar bytes number int ' +
    'integer bool boolean object any unknown never void symbol buffer uint8array example sample dummy fake mock ' +
    'placeholder test testing todo tbd fixme changeme change_me change-me replaceme replace_me replace-me foo bar ' +
    'baz foobar qux username user admin email login yourpassword current-password new-password one-time-code ' +
    'input prompt stdin keychain keyring vault external inherit file environment string! secretstr'
  ).split(' '),
);

const PLACEHOLDER_PHRASE =
  /^(?:your|the|some|insert|enter|replace|add|put|paste|type|choose|use|example|sample|dummy|fake|placeholder|change|not|no|same|any)[-_ .](?:[a-z]+[-_ .]){0,8}[a-z]*$|^(?:[a-z]+[-_ ]){1,6}(?:here|placeholder|example|value)$|^(?:example|dummy|fake|sample|placeholder)[-_]?\w{0,12}$/i;
