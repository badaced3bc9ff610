// Whether the value beside a secret's name is a secret, or only stands in for one: placeholders, labels, types,
// code that fetches the real thing.

/** Which test a value has to pass: `password` names take nearly anything, `key` names only what looks random. */
export type SecretKind = 'password' | 'key';

/** How the value stands in the text. `env` is `NAME=value` without blanks, `bare` any other value without quotes. */
export type ValueForm = 'quoted' | 'env' | 'bare';

/** Shortest password that is cut, in UTF-16 units. */
const MIN_PASSWORD = 6;
/** Shortest key that is cut, and its least entropy in bits per character (random hexadecimal has about 3.7). */
const MIN_KEY = 20;
const MIN_KEY_ENTROPY = 3.5;

/** True where `value`, found beside the name of a secret, has to be cut. */
export function isSecretValue(kind: SecretKind, value: string, form: ValueForm): boolean {
  if (isPlaceholder(value) || isCode(value, form)) return false;
  return kind === 'password' ? isPassword(value, form) : isKey(value);
}

/** True for what stands where a secret would: `xxxx`, `<token>`, `${VAR}`, `changeme`, `[redacted:…]`, `null`. */
export function isPlaceholder(value: string): boolean {
  return (
    value.includes('[redacted:') ||
    /^[*x.•·_\-?#…0]+$/i.test(value) ||
    /^(?:<.*|\[.*\]|\{.*|%.*%?|\$.*|@\{.*|#\{.*|!.*|&amp;.*|&lt;.*|:[a-z_]+|\*\w+|…)$/i.test(value) ||
    /\$\{|\{\{|<%|%\(|\$\(/.test(value) ||
    PLACEHOLDER_WORDS.has(value.toLowerCase()) ||
    PLACEHOLDER_PHRASE.test(value)
  );
}

/** Shannon entropy in bits per character. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  let total = 0;
  for (const count of counts.values()) total += count;
  for (const count of counts.values()) bits -= (count / total) * Math.log2(count / total);
  return bits;
}

/** True for words joined by separators, with at most short numbers among them: names of things, not secrets. */
export function isWordlike(value: string): boolean {
  return /^[a-z]{2,}(?:[-_./: ]?(?:[a-z]{2,}|v?\d{1,4}))*$/.test(value) || /^(?:[A-Za-z][a-z]{2,}){2,}\d{0,2}$/.test(value);
}

function isPassword(value: string, form: ValueForm): boolean {
  if (value.length < MIN_PASSWORD || /\s/.test(value) || isPath(value) || value.includes('://')) return false;
  if (form === 'env') return true;
  // A capitalised single word is a label ("Passwort"), a bare word in running text a word about the password.
  if (form === 'quoted') return !/^\p{Lu}\p{Ll}+$/u.test(value);
  return !/^\p{L}+$/u.test(value);
}

function isKey(value: string): boolean {
  return (
    value.length >= MIN_KEY &&
    /^[A-Za-z0-9+/=_.~:$@!^*-]+$/.test(value) &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !value.includes('://') &&
    !isPath(value) &&
    !isWordlike(value.toLowerCase()) &&
    !isWordlike(value) &&
    (entropy(value) >= MIN_KEY_ENTROPY || UUID.test(value))
  );
}

function isPath(value: string): boolean {
  return /^(?:~|\.{0,2})\/[\w.@-]+(?:\/|\.|$)/.test(value) || /^[A-Za-z]:\\/.test(value);
}

/** A value without quotes may be an expression that only names the secret. */
function isCode(value: string, form: ValueForm): boolean {
  if (MEMBER_ACCESS.test(value) && !/\d{3}/.test(value)) return form !== 'quoted' || /^(?:process\.env|import\.meta|os\.environ|secrets|vars)\./.test(value);
  if (form === 'quoted') return false;
  if (/[()[\]{}]/.test(value) || CODE_WORDS.has(value)) return true;
  if (form === 'env') return false;
  return (
    /^[a-z]+\d?$/i.test(value) === true && /[a-z][A-Z]|^[A-Z][a-z]+|\d$/.test(value) ||
    /^(?:[a-z]+_)+[a-z]+\d?$/i.test(value) ||
    /^(?:(?:current|new|old|user|my|raw|plain|hashed|the|db|admin|root)_?)?(?:pass|passw(?:or)?d|passwd|pwd|secret|token)(?:_?\w{1,6})?$/i.test(value)
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MEMBER_ACCESS = /^[A-Za-z_$][\w$]*(?:(?:\?\.|\.|->|::)[A-Za-z_$][\w$]*)+$/;

const CODE_WORDS = new Set(
  'await async function return typeof instanceof lambda require import undefined'.split(' '),
);

const PLACEHOLDER_WORDS = new Set(
  (
    'null none nil nothing undefined true false yes no on off unset empty blank default required optional missing ' +
    'invalid incorrect expired expires changed updated accepted rejected wrong forgotten enabled disabled hidden ' +
    'masked redacted removed secret secrets password passwords passwd passphrase pass token tokens bearer basic ' +
    'apikey api_key api-key credential credentials auth key value string str text char varchar bytes number int ' +
    'integer bool boolean object any unknown never void symbol buffer uint8array optional[str] example sample ' +
    'dummy fake mock placeholder test testing todo tbd fixme changeme change_me change-me replaceme replace_me ' +
    'replace-me foo bar baz foobar qux username user admin email login string? username/password user:pass ' +
    'your-password yourpassword your_password current-password new-password one-time-code input prompt stdin ' +
    'keychain keyring vault external inherit file environment'
  ).split(' '),
);

const PLACEHOLDER_PHRASE =
  /^(?:your|the|some|insert|enter|replace|add|put|paste|type|choose|use|example|sample|dummy|fake|placeholder|change|not|no|same|any)[-_ .](?:[a-z]+[-_ .]?){0,8}$|^(?:[a-z]+[-_ ]){1,6}(?:here|goes[-_ ]here|placeholder|example|value)$|^x{3,}[-_x]*$|^(?:example|dummy|fake|sample|placeholder)[-_]?\w{0,12}$/i;
