/**
 * The configuration: defaults, config.toml in the home, the environment and flags, each over the one before, read
 * once into a frozen object that knows where each value came from. Nothing is read from a repository or the cwd.
 */
import { readFile } from 'node:fs/promises';
import { parse, TomlError } from 'smol-toml';
import { ConfigError, codeOf, messageOf } from '../model/errors.ts';
import { expandTilde, hostOs, isAbsolutePath, normalisePath, type Os } from '../platform/paths.ts';
import { keysOf, SCHEMA_VERSION, type Settings, Tables } from './configuration-keys.ts';

export type { Settings } from './configuration-keys.ts';

type ValueSource = 'default' | 'file' | 'env' | 'flag';

export type Configuration = Settings & {
  /** Where the value of a key (`recall.max_tokens`) came from. */
  readonly sourceOf: (path: string) => ValueSource;
  /** Sentences about what was not understood; for a person to see. */
  readonly warnings: readonly string[];
  /** What was not understood, by path, as it was written: another version may. */
  readonly unknown: ReadonlyMap<string, unknown>;
};

export type ConfigurationSources = {
  /** config.toml; it may be missing. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values of flags by path (`recall.max_tokens`); undefined where the flag was not given. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly osHome: string;
  readonly os?: Os;
};

type Origin = { readonly source: ValueSource; readonly name: string };

/** What has been gathered so far: values by table and key, and who said each. */
type Gathered = {
  readonly values: Map<string, Map<string, unknown>>;
  readonly origins: Map<string, Origin>;
  readonly unknown: Map<string, unknown>;
  readonly warnings: string[];
};

/** Reads all sources. Throws ConfigError, which names the key, why it was refused, and what to write instead. */
export async function loadConfiguration(sources: ConfigurationSources): Promise<Configuration> {
  const { file, env, flags = {}, osHome, os = hostOs() } = sources;
  const gathered: Gathered = { values: new Map(), origins: new Map(), unknown: new Map(), warnings: [] };
  const text = await readConfigFile(file);
  if (text !== null) gatherFile(parseToml(text, file), file, gathered);
  gatherEnvironment(env, gathered);
  for (const [path, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const [table, key] = splitPath(path);
    put(gathered, table, key, fromText(table, key, value), { source: 'flag', name: `the flag for ${path}` });
  }
  const { capture, ...rest } = validated(gathered);
  const place = (key: string, value: string) => absolute(`capture.${key}`, value, gathered, osHome, os);
  return deepFreeze({
    ...rest,
    capture: {
      ...capture,
      exclude: capture.exclude.map((pattern) => expandTilde(pattern, osHome)),
      codex_home: place('codex_home', capture.codex_home),
      claude_home: place('claude_home', capture.claude_home),
    },
    sourceOf: (path: string) => gathered.origins.get(path)?.source ?? 'default',
    warnings: gathered.warnings,
    unknown: gathered.unknown,
  });
}

async function readConfigFile(file: string): Promise<string | null> {
  try {
    // Fatal: half a path is worse than an error. The decoder takes a byte order mark away.
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    const notText = codeOf(cause) === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    const why = notText ? 'it is not UTF-8 text' : messageOf(cause);
    const next = notText ? 'Save it as UTF-8' : 'Make it a file that you may read, or remove it';
    throw new ConfigError({ what: `${file} cannot be read`, why, next }, { cause });
  }
}

function parseToml(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const why =
      messageOf(cause)
        .split('\n', 1)[0]
        ?.replace(/^Invalid TOML document:\s*/, '') ?? '';
    throw new ConfigError(
      {
        what: `${file} is not valid TOML at line ${cause.line}, column ${cause.column}`,
        why,
        next: 'Correct that line',
      },
      { cause },
    );
  }
}

function gatherFile(document: Readonly<Record<string, unknown>>, file: string, gathered: Gathered): void {
  checkVersion(document.schema_version, file);
  for (const [table, content] of Object.entries(document)) {
    if (table === 'schema_version') continue;
    if (keysOf(table) === undefined) {
      keepUnknown(gathered, table, content, isTable(content) ? `table [${table}]` : `key ${table}`, file);
    } else if (isTable(content)) {
      for (const [key, value] of Object.entries(content))
        put(gathered, table, key, value, { source: 'file', name: file });
    } else {
      const next = `Write [${table}] on a line of its own, and its keys below`;
      throw new ConfigError({
        what: `${table} in ${file} is ${shown(content)}`,
        why: 'it must be a table',
        next,
      });
    }
  }
}

function checkVersion(version: unknown, file: string): void {
  if (version === undefined || version === SCHEMA_VERSION) return;
  const what = `schema_version in ${file} is ${shown(version)}`;
  if (typeof version === 'number' && Number.isInteger(version) && version > SCHEMA_VERSION) {
    const why = `this midturn knows versions up to ${SCHEMA_VERSION}: a newer one wrote the file`;
    throw new ConfigError({ what, why, next: 'Update midturn, or name another home with --home' });
  }
  throw new ConfigError({
    what,
    why: 'there is no such version',
    next: `Write schema_version = ${SCHEMA_VERSION}`,
  });
}

/** `MIDTURN_<TABLE>_<KEY>`. An empty variable counts as unset: that is how many tools unset one. */
function gatherEnvironment(env: ConfigurationSources['env'], gathered: Gathered): void {
  for (const [name, value] of Object.entries(env)) {
    const parts = /^MIDTURN_([A-Z]+)_([A-Z0-9_]+)$/.exec(name);
    if (parts?.[1] === undefined || parts[2] === undefined || value === undefined || value.trim() === '')
      continue;
    const [table, key] = [parts[1].toLowerCase(), parts[2].toLowerCase()];
    if (keysOf(table) !== undefined)
      put(gathered, table, key, fromText(table, key, value), { source: 'env', name });
  }
}

function put(gathered: Gathered, table: string, key: string, value: unknown, origin: Origin): void {
  const path = `${table}.${key}`;
  const keys = keysOf(table);
  if (keys === undefined || (keys !== null && !keys.has(key))) {
    const named = origin.source === 'env' ? `variable ${origin.name}` : `key ${path}`;
    keepUnknown(gathered, path, value, named, origin.source === 'file' ? origin.name : null);
    return;
  }
  const values = gathered.values.get(table) ?? new Map<string, unknown>();
  gathered.values.set(table, values.set(key, value));
  gathered.origins.set(path, origin);
}

function keepUnknown(
  gathered: Gathered,
  path: string,
  value: unknown,
  named: string,
  file: string | null,
): void {
  gathered.unknown.set(path, value);
  gathered.warnings.push(`Unknown ${named}${file === null ? '' : ` in ${file}`}: ignored`);
}

/** What a variable or a flag means as text. Text that does not fit the key is left for the check to refuse. */
function fromText(table: string, key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  switch (keysOf(table)?.get(key)?.kind) {
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'boolean':
      return { true: true, '1': true, false: false, '0': false }[text.toLowerCase()] ?? text;
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
    default:
      return text;
  }
}

function validated(gathered: Gathered) {
  const raw = Object.fromEntries(
    [...gathered.values].map(([table, keys]) => [table, Object.fromEntries(keys)]),
  );
  const checked = Tables.safeParse(raw);
  if (checked.success) return checked.data;
  const [table, key] = checked.error.issues[0]?.path.map(String) ?? [];
  throw refused(`${table ?? ''}.${key ?? ''}`, gathered, null);
}

function refused(path: string, gathered: Gathered, because: string | null): ConfigError {
  const [table, key] = splitPath(path);
  const origin = gathered.origins.get(path);
  const [takes, example] = keysOf(table)?.get(key)?.words.split(', as in ') ?? [];
  const where =
    origin?.source === 'env' ? `${path}, set by ${origin.name},` : `${path} in ${origin?.name ?? ''}`;
  const next =
    origin?.source === 'file'
      ? `Write ${example ?? ''} under [${table}], or remove the line`
      : 'Correct it, or leave it out';
  return new ConfigError({
    what: `${where} is ${shown(gathered.values.get(table)?.get(key))}`,
    why: because ?? `it must be ${takes ?? 'something else'}`,
    next,
  });
}

function absolute(path: string, value: string, gathered: Gathered, osHome: string, os: Os): string {
  const expanded = expandTilde(value, osHome);
  if (isAbsolutePath(expanded, os)) return normalisePath(expanded, os);
  if (!gathered.origins.has(path)) return expanded;
  throw refused(path, gathered, 'a relative path would mean another place in every folder');
}

function splitPath(path: string): readonly [table: string, key: string] {
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** A value as an error shows it: short, since nobody knows what somebody put there. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value) && !(value instanceof Map)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
