/** The configuration as everybody holds it: its values, frozen, and where each came from. */
import type { Origin, ValueSource } from './configuration-gathered.ts';
import type { Settings } from './configuration-keys.ts';

export type Configuration = Settings & {
  /** Where the value of a key (`recall.max_tokens`, `profiles.mini.model`) came from. */
  readonly sourceOf: (path: string) => ValueSource;
  /** The same with the name of the file, variable or flag; null where nobody said it. */
  readonly originOf: (path: string) => Origin | null;
  /** All that somebody said, by path. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Sentences about what was not understood; for a person to see. */
  readonly warnings: readonly string[];
  /** What was not understood, by path, as it was written: another version may. */
  readonly unknown: ReadonlyMap<string, unknown>;
};

export function madeConfiguration(
  settings: Settings,
  { origins, warnings, unknown }: Pick<Configuration, 'origins' | 'warnings' | 'unknown'>,
): Configuration {
  return deepFreeze({
    ...settings,
    sourceOf: (path: string) => origins.get(path)?.source ?? 'default',
    originOf: (path: string) => origins.get(path) ?? null,
    origins,
    warnings,
    unknown,
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value) && !(value instanceof Map)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
