/**
 * A config.toml to begin with: every key with its default, all of them commented out, so that new defaults hold. The
 * headers of its tables are comments too: TOML allows each table once, and somebody will add theirs below.
 */
import { keysOf, SCHEMA_VERSION, Tables } from './configuration-keys.ts';
import { PROFILE_KEYS } from './configuration-profiles.ts';
import { purposeOf } from './configuration-purposes.ts';
import { type KeySpec, takesOf } from './configuration-spec.ts';

const HEAD = `# The configuration of midturn. A line #key = value shows the default. To change it, take the # away from it AND from
# the line #[table] above it; or write a table of your own at the end of this file. Each table may stand here once.
# \`midturn config validate\` says whether all is well, \`midturn config show\` what holds and who said it.
# A variable MIDTURN_<TABLE>_<KEY> stands over this file, as in MIDTURN_RECALL_MAX_TOKENS=800.
# Keys of providers do not belong here: write NAME=value into the file .env beside this one.
schema_version = ${SCHEMA_VERSION}
`;

const PROFILE_HEAD = `# How a reviewer is reached. The name is free; [review] profile = "NAME" takes it.
#[profiles.NAME]`;

export function configurationTemplate(): string {
  const tables = Object.keys(Tables.shape).flatMap((table) => {
    const keys = keysOf(table);
    return keys === null || keys === undefined ? [] : [`#[${table}]\n${linesOf(table, keys)}\n`];
  });
  return [HEAD, ...tables, `${PROFILE_HEAD}\n${linesOf('profiles', PROFILE_KEYS)}\n`].join('\n');
}

function linesOf(table: string, keys: ReadonlyMap<string, KeySpec>): string {
  return [...keys].map(([key, spec]) => line(table, key, spec)).join('\n');
}

function line(table: string, key: string, spec: KeySpec): string {
  const { takes, example } = takesOf(spec);
  const value = spec.byDefault;
  const shown =
    value === undefined || value === null ? `# not set: ${example ?? key}` : `#${key} = ${toml(value)}`;
  const purpose = purposeOf(table, key);
  return `# ${[...(purpose === undefined ? [] : [purpose]), takes ?? ''].join(': ')}\n${shown}`;
}

/** Texts, numbers, truths and lists of them: what JSON writes of those is TOML. */
function toml(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(toml).join(', ')}]` : JSON.stringify(value);
}
