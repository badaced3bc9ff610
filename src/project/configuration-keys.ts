/** Every key of config.toml that this version knows: its type, its default, and the words for what it takes. */
import * as z from 'zod';
import type { ReviewProfile } from '../model/review.ts';
import { Embeddings } from './configuration-embeddings.ts';
import { Http } from './configuration-http.ts';
import { Compile, Inject, Review } from './configuration-loop.ts';
import { type KeySpec, specsOf } from './configuration-spec.ts';

/** The version of config.toml that this program writes and reads. */
export const SCHEMA_VERSION = 1;

const MIB = 1024 * 1024;

/** Tables of other parts and other versions: taken as they are. */
const open = () => z.record(z.string(), z.unknown()).default({});

export const Tables = z.object({
  capture: z
    .object({
      exclude: z
        .array(z.string())
        .default([])
        .describe('a list of paths or patterns, as in exclude = ["~/private", "**/secret-*"]'),
      codex_home: z
        .string()
        .min(1)
        .default('~/.codex')
        .describe('an absolute path, as in codex_home = "~/.codex"'),
      claude_home: z
        .string()
        .min(1)
        .default('~/.claude')
        .describe('an absolute path, as in claude_home = "~/.claude"'),
      max_line_bytes: z
        .int()
        .min(MIB)
        .max(1024 * MIB)
        .default(64 * MIB)
        .describe('a whole number of bytes from 1048576 to 1073741824, as in max_line_bytes = 67108864'),
    })
    .prefault({}),
  recall: z
    .object({
      max_tokens: z
        .int()
        .min(100)
        .max(8000)
        .default(1200)
        .describe('a whole number from 100 to 8000, as in max_tokens = 1200'),
      without: z
        .array(z.string())
        .default([])
        .describe('a list of signals that ranking leaves out, for measuring, as in without = ["date"]'),
    })
    .prefault({}),
  trust: z
    .object({
      policy: z
        .enum(['tiered', 'auto', 'manual'])
        .default('tiered')
        .describe('"tiered", "auto" or "manual", as in policy = "tiered"'),
      inject: z.enum(['user', 'agent']).default('user').describe('"user" or "agent", as in inject = "user"'),
    })
    .prefault({}),
  log: open(),
  embeddings: Embeddings,
  review: Review,
  compile: Compile,
  inject: Inject,
  // Its tables are checked one by one: configuration-profiles.ts.
  profiles: open(),
  http: Http,
});

type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export type Settings = DeepReadonly<Omit<z.infer<typeof Tables>, 'profiles'>> & {
  /** By name, their defaults filled in. */
  readonly profiles: Readonly<Record<string, ReviewProfile>>;
};

/** A table's known keys, or null for a table that is taken as it is; undefined for an unknown table. */
export function keysOf(table: string): ReadonlyMap<string, KeySpec> | null | undefined {
  return KEYS.get(table);
}

const KEYS: ReadonlyMap<string, ReadonlyMap<string, KeySpec> | null> = new Map(
  Object.entries(Tables.shape).map(([table, schema]) => {
    const shape = schema.unwrap();
    return [table, shape instanceof z.ZodObject ? specsOf(shape.shape) : null] as const;
  }),
);
