/** Every key of config.toml that this version knows: its type, its default, and the words for what it takes. */
import * as z from 'zod';

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
  log: z
    .object({
      level: z
        .enum(['error', 'warn', 'info', 'debug'])
        .default('info')
        .describe('"error", "warn", "info" or "debug", as in level = "info"'),
    })
    .prefault({}),
  embeddings: z
    .object({
      url: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('the base of an OpenAI-compatible API, as in url = "http://127.0.0.1:11434/v1"'),
      model: z
        .string()
        .min(1)
        .max(200)
        .nullable()
        .default(null)
        .describe('the name of a model, as in model = "nomic-embed-text"'),
      api_key_env: z
        .string()
        .nullable()
        .default(null)
        .describe(
          'the name of a variable that holds the key, never the key, as in api_key_env = "OPENAI_API_KEY"',
        ),
      dimensions: z
        .int()
        .min(8)
        .max(8192)
        .nullable()
        .default(null)
        .describe('a whole number from 8 to 8192, as in dimensions = 512'),
      batch: z
        .int()
        .min(1)
        .max(512)
        .default(32)
        .describe('a whole number of texts from 1 to 512, as in batch = 32'),
      timeout_ms: z
        .int()
        .min(100)
        .max(600_000)
        .default(30_000)
        .describe('a whole number of milliseconds from 100 to 600000, as in timeout_ms = 30000'),
      deadline_ms: z
        .int()
        .min(1)
        .max(10_000)
        .default(150)
        .describe('a whole number of milliseconds from 1 to 10000, as in deadline_ms = 150'),
      weight: z.number().min(0).max(4).default(1).describe('a number from 0 to 4, as in weight = 1'),
      kinds: z
        .array(z.enum(['memories', 'messages']))
        .default(['memories', 'messages'])
        .describe('a list of "memories" and "messages", as in kinds = ["memories"]'),
      question_prefix: z
        .string()
        .nullable()
        .default(null)
        .describe('text, as in question_prefix = "search_query: "'),
      document_prefix: z
        .string()
        .nullable()
        .default(null)
        .describe('text, as in document_prefix = "search_document: "'),
    })
    .prefault({}),
  review: open(),
  profiles: open(),
  compile: z
    .object({
      allow_fallback: z
        .boolean()
        .default(true)
        .describe(
          'true or false: whether `script` may do what another backend could not, as in allow_fallback = true',
        ),
      mcp_backends: z
        .array(z.string())
        .default([])
        .describe('a list of backends that agents may ask for, as in mcp_backends = ["agent:codex"]'),
      user_characters: z
        .int()
        .min(0)
        .max(100_000)
        .default(1375)
        .describe('a whole number of characters of USER.md, as in user_characters = 1375'),
      project_characters: z
        .int()
        .min(0)
        .max(100_000)
        .default(2200)
        .describe('a whole number of characters of MEMORY.md, as in project_characters = 2200'),
    })
    .prefault({}),
  http: open(),
});

type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export type Settings = DeepReadonly<z.infer<typeof Tables>>;

type KeyKind = 'text' | 'number' | 'boolean' | 'list';

export type KeySpec = { readonly kind: KeyKind; readonly words: string };

/** A table's known keys, or null for a table that is taken as it is; undefined for an unknown table. */
export function keysOf(table: string): ReadonlyMap<string, KeySpec> | null | undefined {
  return KEYS.get(table);
}

const KEYS: ReadonlyMap<string, ReadonlyMap<string, KeySpec> | null> = new Map(
  Object.entries(Tables.shape).map(([table, schema]) => {
    const shape = schema.unwrap();
    if (!(shape instanceof z.ZodObject)) return [table, null] as const;
    const keys = Object.entries(shape.shape).map(
      ([key, of]) => [key, { kind: kindOf(of), words: of.description ?? '' }] as const,
    );
    return [table, new Map(keys)] as const;
  }),
);

function kindOf(schema: unknown): KeyKind {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) return kindOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return 'list';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  return schema instanceof z.ZodNumber ? 'number' : 'text';
}
