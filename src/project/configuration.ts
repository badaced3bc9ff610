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
import { fromText, type Gathered, gathering, type Place, put, refused } from './configuration-gathered.ts';
import { httpContradiction } from './configuration-http.ts';
import { Tables } from './configuration-keys.ts';
import { type Configuration, madeConfiguration } from './configuration-made.ts';
import { profileOf, reviewProfile } from './configuration-profiles.ts';

export type { Settings } from './configuration-keys.ts';
export type { Configuration } from './configuration-made.ts';
export { reviewProfile } from './configuration-profiles.ts';

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
  const { capture, http, ...rest } = validated(gathered);
  const profiles = validatedProfiles(gathered);
  const place = (key: string, value: string) => absolute(['capture', key], value, gathered, osHome, os);
  const httpFile = (key: string, value: string | null) =>
    value === null ? null : absolute(['http', key], value, gathered, osHome, os);
  const settings = {
    ...rest,
    profiles,
    capture: {
      ...capture,
      exclude: capture.exclude.map((pattern) => expandTilde(pattern, osHome)),
      codex_home: place('codex_home', capture.codex_home),
      claude_home: place('claude_home', capture.claude_home),
    },
    http: {
      ...http,
      token_file: httpFile('token_file', http.token_file),
      tls_cert: httpFile('tls_cert', http.tls_cert),
      tls_key: httpFile('tls_key', http.tls_key),
    },
  };
  warnOfReviewer(settings, gathered);
  return madeConfiguration(settings, gathered);
}

function validated(gathered: Gathered) {
  const raw = Object.fromEntries(
    [...gathered.values].map(([table, keys]) => [table, Object.fromEntries(keys)]),
  );
  const checked = Tables.safeParse(raw);
  if (!checked.success) {
    const [table, key] = checked.error.issues[0]?.path.map(String) ?? [];
    throw refused([table ?? '', key ?? ''], gathered);
  }
  const wrong = httpContradiction(checked.data.http);
  if (wrong !== null) throw refused(['http', wrong.key], gathered, wrong.because);
  return checked.data;
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
