/** `MIDTURN_<TABLE>_<KEY>`, and `MIDTURN_PROFILES_<NAME>_<KEY>` for a profile. */
import { fromText, type Gathered, type Place, put } from './configuration-gathered.ts';
import { keysOf } from './configuration-keys.ts';
import { PROFILE_KEYS } from './configuration-profiles.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The clients' own variables say where their transcripts are, unless midturn was told otherwise. */
const OF_CLIENTS: ReadonlyArray<readonly [name: string, place: Place]> = [
  ['CODEX_HOME', ['capture', 'codex_home']],
  ['CLAUDE_CONFIG_DIR', ['capture', 'claude_home']],
];

export function gatherEnvironment(env: Environment, gathered: Gathered): void {
  for (const [name, place] of OF_CLIENTS) {
    const value = env[name];
    if (filled(value)) put(gathered, place, value, { source: 'env', name });
  }
  for (const [name, value] of Object.entries(env)) {
    const parts = /^MIDTURN_([A-Z]+)_([A-Z0-9_]+)$/.exec(name);
    if (parts?.[1] === undefined || parts[2] === undefined || !filled(value)) continue;
    const [table, key] = [parts[1].toLowerCase(), parts[2].toLowerCase()];
    if (keysOf(table) === undefined) continue;
    const place = table === 'profiles' ? profilePlace(key, gathered) : ([table, key] as const);
    put(gathered, place, fromText(place, value), { source: 'env', name });
  }
}

/** An empty variable counts as unset: that is how many tools unset one. */
export function filled(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

/** The variable that a field of a profile is set by. */
export function profileVariable(profile: string, key: string): string {
  return `MIDTURN_PROFILES_${profile.replace(/[^A-Za-z0-9]/g, '_')}_${key}`.toUpperCase();
}

/** `my_mini_base_url` is base_url of the profile `my-mini`, where there is one that is written so. */
function profilePlace(text: string, gathered: Gathered): Place {
  const [key] = [...PROFILE_KEYS.keys()]
    .filter((each) => text.endsWith(`_${each}`))
    .sort((a, b) => b.length - a.length);
  if (key === undefined) return ['profiles', text];
  const name = text.slice(0, -key.length - 1);
  const written = [...gathered.profiles.keys()].find(
    (each) => each.toLowerCase().replace(/[^a-z0-9]/g, '_') === name,
  );
  return ['profiles', written ?? name, key];
}
