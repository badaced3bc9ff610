/** What has been gathered of the configuration so far: values by table and key, who said each, and what is wrong. */
import { ConfigError } from '../model/errors.ts';
import { keysOf } from './configuration-keys.ts';
import { PROFILE_KEYS } from './configuration-profiles.ts';
import { type KeySpec, takesOf } from './configuration-spec.ts';

export type ValueSource = 'default' | 'file' | 'env' | 'flag';

/** Who said a value; `name` is the file, the variable or the flag. */
export type Origin = { readonly source: ValueSource; readonly name: string };

/** Where a value stands: `recall.max_tokens`, or with three parts `profiles.mini.model`. */
export type Place =
  | readonly [table: string, key: string]
  | readonly [table: 'profiles', profile: string, key: string];

export type Gathered = {
  readonly values: Map<string, Map<string, unknown>>;
  readonly profiles: Map<string, Map<string, unknown>>;
  readonly origins: Map<string, Origin>;
  readonly unknown: Map<string, unknown>;
  readonly warnings: string[];
  /** Where keys of providers belong, for the words of a warning. */
  readonly keyFile: string;
};

export function gathering(keyFile: string): Gathered {
  return {
    values: new Map(),
    profiles: new Map(),
    origins: new Map(),
    unknown: new Map(),
    warnings: [],
    keyFile,
  };
}

/** What is known of the key at a place; undefined for an unknown one, null where any key is taken as it is. */
export function specOf(place: Place): KeySpec | null | undefined {
  if (place.length === 3) return PROFILE_KEYS.get(place[2]);
  if (place[0] === 'profiles') return undefined;
  const keys = keysOf(place[0]);
  return keys === null ? null : keys?.get(place[1]);
}

export function put(gathered: Gathered, place: Place, value: unknown, origin: Origin): void {
  const path = place.join('.');
  const key = place.at(-1) ?? '';
  if (specOf(place) === undefined) {
    const named = origin.source === 'env' ? `variable ${origin.name}` : `key ${path}`;
    const file = origin.source === 'file' ? origin.name : null;
    if (looksLikeKey(key)) warnOfKey(gathered, named, file);
    else keepUnknown(gathered, path, value, named, file);
    return;
  }
  const book = place.length === 3 ? gathered.profiles : gathered.values;
  const table = place.length === 3 ? place[1] : place[0];
  const values = book.get(table) ?? new Map<string, unknown>();
  book.set(table, values.set(key, value));
  gathered.origins.set(path, origin);
}

export function keepUnknown(
  gathered: Gathered,
  path: string,
  value: unknown,
  named: string,
  file: string | null,
): void {
  gathered.unknown.set(path, value);
  gathered.warnings.push(`Unknown ${named}${inFile(file)}: ignored`);
}

/** Names under which people put the key itself. */
const KEY_NAME = /(?:^|[_-])(?:api_?-?key|token|secret|password|passwd|bearer|credentials?)$/i;

export function looksLikeKey(name: string): boolean {
  return KEY_NAME.test(name);
}

/** A key in the configuration would be read by everything that reads it: its value is dropped here, and not shown. */
export function warnOfKey(gathered: Gathered, named: string, file: string | null): void {
  gathered.warnings.push(
    `The ${named}${inFile(file)} looks like a secret and is not used: take it out, write NAME=… into ${gathered.keyFile} and api_key_env = "NAME" here`,
  );
}

function inFile(file: string | null): string {
  return file === null ? '' : ` in ${file}`;
}

/** What a variable or a flag means as text. Text that does not fit the key is left for the check to refuse. */
export function fromText(place: Place, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  switch (specOf(place)?.kind) {
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map((item) => (place.at(-1) === 'retry_backoff' ? numberOf(item) : item));
    case 'boolean':
      return TRUTHS.get(text.toLowerCase()) ?? text;
    case 'number':
      return numberOf(text);
    default:
      return text;
  }
}

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function numberOf(text: string): number | string {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

/** The error for a value that cannot be: which key, who said it, why not, what to write. */
export function refused(place: Place, gathered: Gathered, because: string | null = null): ConfigError {
  const path = place.join('.');
  const key = place.at(-1) ?? '';
  const book = place.length === 3 ? gathered.profiles : gathered.values;
  const table = place.length === 3 ? place[1] : place[0];
  const origin = gathered.origins.get(path) ?? tableOrigin(place, gathered);
  const { takes, example } = takesOf(specOf(place) ?? undefined);
  const isMissing = book.get(table)?.has(key) !== true;
  const where =
    isMissing && origin?.source === 'env'
      ? `${path}, a table that ${origin.name} begins,`
      : origin?.source === 'env'
        ? `${path}, set by ${origin.name},`
        : `${path} in ${origin?.name ?? ''}`;
  const heading = place.length === 3 ? `profiles.${place[1]}` : place[0];
  const next =
    isMissing && origin?.source === 'env'
      ? `Set MIDTURN_${place
          .join('_')
          .toUpperCase()
          .replace(/[^A-Z0-9]/g, '_')} too, or take ${origin.name} out`
      : origin?.source === 'file'
        ? `Write ${example ?? ''} under [${heading}]${isMissing ? '' : ', or remove the line'}`
        : 'Correct it, or leave it out';
  return new ConfigError({
    what: `${where} is ${shown(key, book.get(table)?.get(key))}`,
    why: because ?? `it must be ${takes ?? 'something else'}`,
    next,
  });
}

/** A key that is missing was left out where another of its table was written. */
function tableOrigin(place: Place, { origins }: Gathered): Origin | undefined {
  const heading = `${place.slice(0, -1).join('.')}.`;
  return [...origins].find(([path]) => path.startsWith(heading))?.[1];
}

/** A value as an error shows it: short, since nobody knows what somebody put there; a key that was put there not at all. */
function shown(key: string, value: unknown): string {
  if (value === undefined) return 'not set';
  if (key === 'api_key_env') return 'no name of a variable';
  return brief(value);
}

export function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
