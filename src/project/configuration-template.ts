/** A config.toml to begin with: every key with its default, all of them commented out, so that new defaults hold. */
import { keysOf, SCHEMA_VERSION, Tables } from './configuration-keys.ts';
import { PROFILE_KEYS } from './configuration-profiles.ts';
import { type KeySpec, takesOf } from './configuration-spec.ts';

const HEAD = `# The configuration of midturn. A line #key = value shows the default: take the # away to change it.
# A variable MIDTURN_<TABLE>_<KEY> stands over this file, as in MIDTURN_RECALL_MAX_TOKENS=800.
# Keys of providers do not belong here: write NAME=value into the file .env beside this one.
schema_version = ${SCHEMA_VERSION}
`;

const PROFILE_HEAD = `# How a reviewer is reached. The name is free; [review] profile = "NAME" takes it.
#[profiles.NAME]`;

export function configurationTemplate(): string {
  const tables = Object.keys(Tables.shape).flatMap((table) => {
    const keys = keysOf(table);
    return keys === null || keys === undefined ? [] : [`[${table}]\n${[...keys].map(line).join('\n')}\n`];
  });
  const profile = [...PROFILE_KEYS].map(line).join('\n');
  return [HEAD, ...tables, `${PROFILE_HEAD}\n${profile}\n`].join('\n');
}

function line([key, spec]: readonly [string, KeySpec]): string {
  const { takes, example } = takesOf(spec);
  const value = spec.byDefault;
  const shown =
    value === undefined || value === null ? `# not set: ${example ?? key}` : `#${key} = ${toml(value)}`;
  return `# ${takes ?? ''}\n${shown}`;
}

/** Texts, numbers, truths and lists of them: what JSON writes of those is TOML. */
function toml(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(toml).join(', ')}]` : JSON.stringify(value);
}
