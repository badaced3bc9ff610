/**
 * Variables of the system that midturn replaces, and the providers' own. They hold where nothing of midturn's name
 * was set, each with a note that says what to write instead.
 */
import { type Environment, filled, profileVariable } from './configuration-environment.ts';
import { fromText, type Gathered, type Place, put, specOf } from './configuration-gathered.ts';
import { profileOf } from './configuration-profiles.ts';

/** Over config.toml, as they were; under the names of midturn. */
const FORMER = 'CODEX_SELF_EVOLUTION_';

/** What stands for the same here. */
const SETTINGS: ReadonlyArray<readonly [name: string, place: readonly [string, string]]> = [
  ['REVIEWER_PROVIDER', ['review', 'profile']],
  ['COMPILE_BACKEND', ['compile', 'backend']],
  ['OPENCODE_MODEL', ['compile', 'agent_model']],
];

/** Of whichever profile reviews. */
const OF_PROFILE: ReadonlyArray<readonly [name: string, key: string]> = [
  ['REVIEWER_MODEL', 'model'],
  ['REVIEWER_BASE_URL', 'base_url'],
  ['REVIEWER_TIMEOUT', 'timeout_seconds'],
];

/** What costs nothing may be chosen by a variable that somebody left behind; what costs is chosen by a person. */
const FREE_BACKEND = 'script';

const WITHOUT_MEANING: ReadonlyArray<readonly [name: string, instead: string]> = [
  ['OPENCODE_AGENT', 'agent_command under [compile]'],
  ['OPENCODE_COMMAND', 'agent_command under [compile]'],
];

/** Names of reviewers that are called otherwise here. */
const REVIEWERS: ReadonlyMap<string, string> = new Map([
  ['codex-cli', 'codex'],
  ['opencode-cli', 'opencode'],
]);

/** By provider: its variable and the key that it fills. */
const OF_PROVIDER: Readonly<Record<string, ReadonlyArray<readonly [name: string, key: string]>>> = {
  'openai-compatible': [
    ['OPENAI_REVIEW_MODEL', 'model'],
    ['OPENAI_BASE_URL', 'base_url'],
  ],
  'anthropic-style': [
    ['ANTHROPIC_REVIEW_MODEL', 'model'],
    ['ANTHROPIC_BASE_URL', 'base_url'],
  ],
  minimax: [
    ['MINIMAX_REVIEW_MODEL', 'model'],
    ['MINIMAX_BASE_URL', 'base_url'],
    ['MINIMAX_REGION', 'region'],
  ],
};

/** Those that say what midturn's own variables may say otherwise: gathered before them. */
export function gatherFormer(env: Environment, gathered: Gathered): void {
  for (const [short, place] of SETTINGS) {
    const name = `${FORMER}${short}`;
    const value = env[name]?.trim();
    if (!filled(value)) continue;
    const ours = `MIDTURN_${place.join('_')}`.toUpperCase();
    if (filled(env[ours])) continue;
    const said = place[1] === 'profile' ? (REVIEWERS.get(value) ?? value) : value;
    if (mayCost(place, said, gathered)) {
      withhold(name, place, said, gathered);
      continue;
    }
    if (!fill(name, place, said, gathered)) continue;
    note(gathered, name, `${place[1]} under [${place[0]}], or set ${ours}`);
  }
  for (const [short, instead] of WITHOUT_MEANING) {
    const name = `${FORMER}${short}`;
    if (filled(env[name])) gathered.warnings.push(`${name} has no meaning here: write ${instead}`);
  }
}

/** Those of the profile that reviews, which is known when all else is gathered. */
export function gatherProviderVariables(env: Environment, gathered: Gathered): void {
  const profile = gathered.values.get('review')?.get('profile') ?? 'rules';
  if (typeof profile !== 'string') return;
  const written = gathered.profiles.get(profile);
  // One that cannot be is told of by whoever loads it.
  if (written === undefined && !('provider' in profileOf(profile, {}))) return;
  const provider = providerOf(profile, written);
  for (const [short, key] of OF_PROFILE) {
    const name = `${FORMER}${short}`;
    if (!filled(env[name])) continue;
    if (isFree(provider)) {
      // What it belongs to waits for a person, who has been told.
      if (!isFree(formerReviewer(env, gathered))) continue;
      gathered.warnings.push(`${name} says nothing to the reviewer ${provider}: take it out`);
      continue;
    }
    const by = gathered.origins.get(`profiles.${profile}.${key}`)?.source;
    if (by === 'env' || by === 'flag') continue;
    if (!fill(name, ['profiles', profile, key], env[name], gathered)) continue;
    note(gathered, name, `${key} under [profiles.${profile}], or set ${profileVariable(profile, key)}`);
  }
  // What a file says of its profile is meant; these are set for other programs too.
  for (const [name, key] of OF_PROVIDER[provider] ?? []) {
    if (!filled(env[name]) || gathered.origins.has(`profiles.${profile}.${key}`)) continue;
    if (!fill(name, ['profiles', profile, key], env[name], gathered)) continue;
    note(gathered, name, `${key} under [profiles.${profile}], or set ${profileVariable(profile, key)}`);
  }
}

/** The provider that the variable of the system before names; the free one where it names none. */
function formerReviewer(env: Environment, gathered: Gathered): string {
  const value = env[`${FORMER}REVIEWER_PROVIDER`]?.trim();
  if (!filled(value)) return 'rules';
  const said = REVIEWERS.get(value) ?? value;
  return providerOf(said, gathered.profiles.get(said));
}

function isFree(provider: string): boolean {
  return provider === 'rules' || provider === 'dummy';
}

function mayCost(place: Place, said: string, { profiles }: Gathered): boolean {
  if (place[1] === 'profile') return !isFree(providerOf(said, profiles.get(said)));
  return place[1] === 'backend' && said !== FREE_BACKEND;
}

/**
 * A line that was left in a shell profile makes nobody pay: it holds when a person has chosen the same here, and is
 * told otherwise, with how to choose it.
 */
function withhold(name: string, place: readonly [string, string], said: string, gathered: Gathered): void {
  const [table, key] = place;
  const isReviewer = key === 'profile';
  const known = isReviewer
    ? gathered.profiles.has(said) || 'provider' in profileOf(said, {})
    : specOf(place)?.accepts(said) === true;
  if (!known) {
    gathered.warnings.push(`${name}, a name of the system before, holds no ${key}: ignored`);
    return;
  }
  if (gathered.values.get(table)?.get(key) === said) {
    gathered.warnings.push(
      `${name} is a name of the system before, and says what is chosen here: take it out`,
    );
    return;
  }
  const how = isReviewer ? `midturn config use ${said}` : `write ${key} = "${said}" under [${table}]`;
  gathered.warnings.push(`${name} is set, to what may cost money, and is not used. To use it: ${how}`);
}

function providerOf(profile: string, written: ReadonlyMap<string, unknown> | undefined): string {
  const said = written?.get('provider');
  if (typeof said === 'string') return said;
  const made = profileOf(profile, {});
  return 'provider' in made ? made.provider : profile;
}

/** False where the value cannot be: what another system left behind keeps nobody from this one. */
function fill(name: string, place: Place, said: string | undefined, gathered: Gathered): boolean {
  const value = fromText(place, said);
  if (specOf(place)?.accepts(value) !== true) {
    gathered.warnings.push(`${name}, a name of the system before, holds no ${place.at(-1) ?? ''}: ignored`);
    return false;
  }
  put(gathered, place, value, { source: 'env', name });
  return true;
}

function note(gathered: Gathered, name: string, instead: string): void {
  gathered.warnings.push(`${name} is a name of the system before: write ${instead}`);
}
