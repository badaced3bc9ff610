/**
 * The configuration for hooks and servers: checked once, and kept in the cache with a digest of all that it was made of.
 * Loading what checks it takes longer than all that the end of a session does, and 3 MB of a server.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../model/errors.ts';
import { hostOs } from '../platform/paths.ts';
import type { Configuration, ConfigurationSources } from '../project/configuration.ts';
import { madeConfiguration } from '../project/configuration-made.ts';
import type * as Configuring from './configuring.ts';

/** Under a name for each kind of caller: clients give their hooks and their servers different variables. */
export type KeptFor = 'hook' | 'server';

type Keeping = {
  readonly folder: string;
  readonly keptFor?: KeptFor;
  /** Of the program: another one may know other keys. */
  readonly version: string;
  readonly configuring: () => Promise<Pick<typeof Configuring, 'loadConfiguration'>>;
};

const NAMES: Readonly<Record<KeptFor, string>> = {
  hook: 'configuration.json',
  server: 'configuration-server.json',
};
/** Every variable that the configuration looks at. */
export const VARIABLES =
  /^(?:(?:MIDTURN|CODEX_SELF_EVOLUTION|OPENAI|ANTHROPIC|MINIMAX)_.*|CODEX_HOME|CLAUDE_CONFIG_DIR)$/;

/** @throws ConfigError as reading it does: what is wrong is not kept. */
export async function checkedConfiguration(
  sources: Omit<ConfigurationSources, 'flags'>,
  { folder, version, configuring, keptFor = 'hook' }: Keeping,
): Promise<Configuration> {
  const path = join(folder, NAMES[keptFor]);
  const key = keyOf(sources, version);
  const kept = key === null ? null : keptUnder(key, path);
  if (kept !== null) return kept;
  const { loadConfiguration } = await configuring();
  const read = await loadConfiguration(sources);
  // A file that was changed meanwhile is looked at again by the next one.
  if (key !== null && key === keyOf(sources, version)) keep(read, key, path);
  return read;
}

/** Null where the file is there and cannot be read: its words are the loader's to say. */
function keyOf(
  { file, env, osHome, os = hostOs() }: Omit<ConfigurationSources, 'flags'>,
  version: string,
): string | null {
  const variables = Object.entries(env)
    .filter(([name]) => VARIABLES.test(name))
    .sort();
  const hash = createHash('sha256').update(JSON.stringify([version, os, file, osHome, variables]));
  try {
    hash.update(readFileSync(file));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return null;
  }
  return hash.digest('hex');
}

function keptUnder(key: string, path: string): Configuration | null {
  try {
    const [digest, text = ''] = readFileSync(path, 'utf8').split('\n');
    if (digest !== key) return null;
    const { settings, origins, warnings, unknown } = JSON.parse(text);
    return madeConfiguration(settings, { origins: new Map(origins), warnings, unknown: new Map(unknown) });
  } catch {
    // Not there, or cut short by a full disk.
    return null;
  }
}

/** A home that is not there is not made for it. */
function keep(configuration: Configuration, key: string, path: string): void {
  const { sourceOf: _source, originOf: _origin, origins, warnings, unknown, ...settings } = configuration;
  const next = `${path}.${process.pid}.tmp`;
  try {
    // What TOML holds and JSON does not (a date, a number without end) would come back as something else.
    if (unknown.size > 0) return;
    const text = JSON.stringify({ settings, origins: [...origins], warnings, unknown: [] });
    makeFolder(path);
    writeFileSync(next, `${key}\n${text}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(next, path);
  } catch {
    discard(next);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(join(path, '..'), 0o700);
  } catch {
    // It is there, or writing to it says why it cannot be.
  }
}

function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Nothing was written.
  }
}
