/** config.toml: read, parsed, and put to what is gathered. Nothing in it is executed. */
import { readFile } from 'node:fs/promises';
import { parse, TomlError } from 'smol-toml';
import { ConfigError, codeOf, messageOf } from '../model/errors.ts';
import { brief, type Gathered, keepUnknown, looksLikeKey, put, warnOfKey } from './configuration-gathered.ts';
import { keysOf, SCHEMA_VERSION, Tables } from './configuration-keys.ts';

type Table = Readonly<Record<string, unknown>>;

const TABLES = Object.keys(Tables.shape);

/** The file's text, null where there is none. @throws ConfigError */
export async function readConfigFile(file: string): Promise<string | null> {
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

/** @throws ConfigError, which names the line */
export function parseToml(text: string, file: string): Table {
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
        next: /redefine/.test(why)
          ? 'A table may stand there once: put the lines of both under one header'
          : 'Correct that line',
      },
      { cause },
    );
  }
}

export function gatherFile(document: Table, file: string, gathered: Gathered): void {
  checkVersion(document.schema_version, file);
  const origin = { source: 'file', name: file } as const;
  for (const [table, content] of Object.entries(document)) {
    if (table === 'schema_version') continue;
    if (keysOf(table) === undefined) {
      const named = isTable(content) ? `table [${table}]` : `key ${table}${astray(table)}`;
      if (looksLikeKey(table)) warnOfKey(gathered, named, file);
      else keepUnknown(gathered, table, content, named, file);
    } else if (!isTable(content)) {
      throw notATable(table, content, file);
    } else if (table === 'profiles') {
      gatherProfiles(content, file, gathered);
    } else {
      for (const [key, value] of Object.entries(content)) put(gathered, [table, key], value, origin);
    }
  }
}

/** A key whose header was left out, or left a comment. */
function astray(key: string): string {
  const tables = TABLES.filter((table) => keysOf(table)?.has(key) === true);
  return tables.length === 0
    ? ''
    : ` (the line ${tables.map((name) => `[${name}]`).join(' or ')} is missing above it)`;
}

function gatherProfiles(profiles: Table, file: string, gathered: Gathered): void {
  const origin = { source: 'file', name: file } as const;
  for (const [name, fields] of Object.entries(profiles)) {
    if (!isTable(fields)) throw notATable(`profiles.${name}`, fields, file);
    gathered.profiles.set(name, new Map());
    gathered.origins.set(`profiles.${name}`, origin);
    for (const [key, value] of Object.entries(fields)) put(gathered, ['profiles', name, key], value, origin);
  }
}

function notATable(table: string, content: unknown, file: string): ConfigError {
  return new ConfigError({
    what: `${table} in ${file} is ${brief(content)}`,
    why: 'it must be a table',
    next: `Write [${table}] on a line of its own, and its keys below`,
  });
}

function checkVersion(version: unknown, file: string): void {
  if (version === undefined || version === SCHEMA_VERSION) return;
  const what = `schema_version in ${file} is ${brief(version)}`;
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

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
