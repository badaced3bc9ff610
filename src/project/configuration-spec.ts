/** What is known of one key of config.toml: the shape of its value, and the words for what it takes. */
import * as z from 'zod';

type KeyKind = 'text' | 'number' | 'boolean' | 'list';

export type KeySpec = {
  readonly kind: KeyKind;
  /** `a whole number from 1 to 9, as in size = 3` */
  readonly words: string;
  /** What holds where nobody says anything; undefined where that depends on other keys. */
  readonly byDefault: unknown;
  readonly accepts: (value: unknown) => boolean;
};

/** The keys of a table, in the order they are written. */
export function specsOf(shape: Readonly<Record<string, z.ZodType>>): ReadonlyMap<string, KeySpec> {
  return new Map(
    Object.entries(shape).map(([key, schema]) => [
      key,
      {
        kind: kindOf(schema),
        words: schema.description ?? '',
        byDefault: schema instanceof z.ZodDefault ? schema.parse(undefined) : undefined,
        accepts: (value: unknown) => schema.safeParse(value).success,
      },
    ]),
  );
}

function kindOf(schema: unknown): KeyKind {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return kindOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return 'list';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  return schema instanceof z.ZodNumber ? 'number' : 'text';
}

/** The part of the words that says what a key takes, and the example. */
export function takesOf(spec: KeySpec | undefined): {
  readonly takes: string | undefined;
  readonly example: string | undefined;
} {
  const [takes, example] = spec?.words.split(', as in ') ?? [];
  return { takes, example };
}
