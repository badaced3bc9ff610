/**
 * The configuration: defaults, config.toml in the home, the environment and flags, each over the one before, read
 * once into a frozen object that knows where each value came from. Nothing is read from a repository or the cwd.
 */
import { dirname, join } from 'node:path';
import { ConfigError } from '../model/errors.ts';
import type { ReviewProfile } from '../model/review.ts';
import { expandTilde, hostOs, isAbsolutePath, normalisePath, type Os } from '../platform/paths.ts';
import { type Environment, gatherEnvironment } from './configuration-environment.ts';
import { gatherFile, parseToml, readConfigFile } from './configuration-file.ts';
import { gatherFormer, gatherProviderVariables } from './configuration-former.ts';
import {
  fromText,
  type Gathered,
  gathering,
  type Origin,
  type Place,
  put,
  refused,
  type ValueSource,
} from './configuration-gathered.ts';
import { type Settings, Tables } from './configuration-keys.ts';
import { profileOf, reviewProfile } from './configuration-profiles.ts';

export type { Settings } from './configuration-keys.ts';
export { reviewProfile } from './configuration-profiles.ts';

export type Configuration = Settings & {
  /** Where the value of a key (`recall.max_tokens`, `profiles.mini.model`) came from. */
  readonly sourceOf: (path: string) => ValueSource;
  /** The same with the name of the file, variable or flag; null where nobody said it. */
  readonly originOf: (path: string) => Origin | null;
  /** Sentences about what was not understood; for a person to see. */
  readonly warnings: readonly string[];
  /** What was not understood, by path, as it was written: another version may. */
  readonly unknown: ReadonlyMap<string, unknown>;
};

export type ConfigurationSources = {
  /** config.toml; it may be missing. */
  readonly file: string;
  readonly env: Environment;
  /** Values of flags by path (`recall.max_tokens`); undefined where the flag was not given. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly osHome: string;
  readonly os?: Os;
};

/** Reads all sources. Throws ConfigError, which names the key, why it was refused, and what to write instead. */
export async function loadConfiguration(sources: ConfigurationSources): Promise<Configuration> {
  const { file, env, flags = {}, osHome, os = hostOs() } = sources;
  const gathered = gathering(join(dirname(file), '.env'));
  const text = await readConfigFile(file);
  if (text !== null) gatherFile(parseToml(text, file), file, gathered);
  gatherFormer(env, gathered);
  gatherEnvironment(env, gathered);
  for (const [path, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const place = placeOf(path);
    put(gathered, place, fromText(place, value), { source: 'flag', name: `the flag for ${path}` });
  }
  gatherProviderVariables(env, gathered);
  const { capture, ...rest } = validated(gathered);
  const profiles = validatedProfiles(gathered);
  const place = (key: string, value: string) => absolute(['capture', key], value, gathered, osHome, os);
  const settings = {
    ...rest,
    profiles,
    capture: {
      ...capture,
      exclude: capture.exclude.map((pattern) => expandTilde(pattern, osHome)),
      codex_home: place('codex_home', capture.codex_home),
      claude_home: place('claude_home', capture.claude_home),
    },
  };
  warnOfReviewer(settings, gathered);
  return deepFreeze({
    ...settings,
    sourceOf: (path: string) => gathered.origins.get(path)?.source ?? 'default',
    originOf: (path: string) => gathered.origins.get(path) ?? null,
    warnings: gathered.warnings,
    unknown: gathered.unknown,
  });
}

function validated(gathered: Gathered) {
  const raw = Object.fromEntries(
    [...gathered.values].map(([table, keys]) => [table, Object.fromEntries(keys)]),
  );
  const checked = Tables.safeParse(raw);
  if (checked.success) return checked.data;
  const [table, key] = checked.error.issues[0]?.path.map(String) ?? [];
  throw refused([table ?? '', key ?? ''], gathered);
}

function validatedProfiles(gathered: Gathered): Readonly<Record<string, ReviewProfile>> {
  return Object.fromEntries(
    [...gathered.profiles].map(([name, fields]) => {
      const profile = profileOf(name, Object.fromEntries(fields));
      if ('provider' in profile) return [name, profile];
      throw refused(['profiles', name, profile.field], gathered, profile.because);
    }),
  );
}

/** A reviewer that cannot be is no reason to answer no question: it is told, and found again by whoever reviews. */
function warnOfReviewer(settings: Parameters<typeof reviewProfile>[0], { warnings }: Gathered): void {
  try {
    reviewProfile(settings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    warnings.push(error.message);
  }
}

function absolute(place: Place, value: string, gathered: Gathered, osHome: string, os: Os): string {
  const expanded = expandTilde(value, osHome);
  if (isAbsolutePath(expanded, os)) return normalisePath(expanded, os);
  if (!gathered.origins.has(place.join('.'))) return expanded;
  throw refused(place, gathered, 'a relative path would mean another place in every folder');
}

/** `recall.max_tokens`; the name of a profile may hold dots. */
function placeOf(path: string): Place {
  const [table = '', ...rest] = path.split('.');
  const key = rest.pop() ?? '';
  return table === 'profiles' && rest.length > 0
    ? ['profiles', rest.join('.'), key]
    : [table, [...rest, key].join('.')];
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value) && !(value instanceof Map)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
