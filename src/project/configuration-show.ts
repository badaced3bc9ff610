/** Every field of the configuration with its value and who said it. Secrets that stand in a value are cut out. */
import { ConfigError } from '../model/errors.ts';
import type { ReviewProfile } from '../model/review.ts';
import { redact } from '../text/redaction.ts';
import type { Configuration } from './configuration.ts';
import type { ValueSource } from './configuration-gathered.ts';
import { Tables } from './configuration-keys.ts';
import { profileFields, reviewProfile } from './configuration-profiles.ts';

export type ConfigurationField = {
  /** `recall.max_tokens`, `profiles.mini.model` */
  readonly key: string;
  /** As it would be written; null = nothing. */
  readonly value: unknown;
  readonly source: ValueSource;
  /** The file, variable or flag; null for a default. */
  readonly from: string | null;
};

/** In the order of the tables; the profile that reviews is there also where it has no table. */
export function configurationFields(config: Configuration): readonly ConfigurationField[] {
  const tables = new Map<string, unknown>(Object.entries(config));
  const fields: ConfigurationField[] = [];
  for (const table of Object.keys(Tables.shape)) {
    const content = tables.get(table);
    if (table === 'profiles' || typeof content !== 'object' || content === null) continue;
    for (const [key, value] of Object.entries(content)) fields.push(field(`${table}.${key}`, value, config));
  }
  for (const profile of shownProfiles(config)) {
    for (const [key, value] of Object.entries(profileFields(profile)))
      fields.push(field(`profiles.${profile.name}.${key}`, value, config));
  }
  return fields;
}

/** Those with a table, and the one that reviews; `rules` and `dummy` have nothing to be set. */
function shownProfiles(config: Configuration): readonly ReviewProfile[] {
  const written = Object.values(config.profiles);
  if (Object.hasOwn(config.profiles, config.review.profile)) return written;
  try {
    const used = reviewProfile(config);
    return used.provider === 'rules' || used.provider === 'dummy' ? written : [...written, used];
  } catch (error) {
    // A warning of the configuration says so.
    if (error instanceof ConfigError) return written;
    throw error;
  }
}

function field(key: string, value: unknown, config: Configuration): ConfigurationField {
  const origin = config.originOf(key);
  return {
    key,
    value: withoutSecrets(value),
    source: origin?.source ?? 'default',
    from: origin?.name ?? null,
  };
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return redact(value).text;
  return Array.isArray(value) ? value.map(withoutSecrets) : value;
}
