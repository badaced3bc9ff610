/** `[profiles.NAME]`: how a reviewer is reached, and which one the settings ask for. */
import * as z from 'zod';
import { agentNamed } from '../model/agent.ts';
import { ConfigError } from '../model/errors.ts';
import { REVIEW_PROVIDERS, type ReviewProfile, type ReviewProvider } from '../model/review.ts';
import { specsOf } from './configuration-spec.ts';

const Provider = z.enum(REVIEW_PROVIDERS);
const Payload = z.enum(['stdin', 'file']);
const Response = z.enum(['codex-events', 'claude-json', 'opencode-events', 'raw-json']);
const PROVIDERS = REVIEW_PROVIDERS.map((name) => `"${name}"`).join(', ');

/** What midturn knows how to start by its name alone. */
const RECIPES: Readonly<Record<string, ReviewProfile['response']>> = {
  codex: 'codex-events',
  claude: 'claude-json',
  opencode: 'opencode-events',
};

const DEFAULT_SECONDS = 30;
/** An agent starts a program, reads its own files and thinks. */
const COMMAND_SECONDS = 90;

const Fields = z.object({
  provider: Provider.optional().describe(`one of ${PROVIDERS}, as in provider = "openai-compatible"`),
  model: z.string().min(1).max(200).optional().describe('the name of a model, as in model = "gpt-4.1-mini"'),
  base_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the address of the API, as in base_url = "http://127.0.0.1:8080/v1"'),
  api_key_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .optional()
    .describe(
      'the name of a variable that holds the key, never the key, as in api_key_env = "OPENAI_API_KEY"',
    ),
  region: z.enum(['global', 'cn']).default('global').describe('"global" or "cn", as in region = "global"'),
  timeout_seconds: z
    .number()
    .min(1)
    .max(3600)
    .optional()
    .describe('a number of seconds from 1 to 3600, as in timeout_seconds = 30'),
  max_tokens: z
    .int()
    .min(64)
    .max(1_000_000)
    .default(4096)
    .describe('a whole number of tokens of the answer, from 64 to 1000000, as in max_tokens = 4096'),
  max_retries: z
    .int()
    .min(0)
    .max(10)
    .default(2)
    .describe('a whole number of tries after the first, from 0 to 10, as in max_retries = 2'),
  retry_backoff: z
    .array(z.number().min(0).max(600))
    .default([2, 5])
    .describe('a list of seconds before each retry, as in retry_backoff = [2, 5]'),
  temperature: z.number().min(0).max(2).default(0).describe('a number from 0 to 2, as in temperature = 0'),
  command: z
    .array(z.string().min(1))
    .default([])
    .describe('a list of a program and its arguments, or of one known name, as in command = ["codex"]'),
  payload: Payload.default('stdin').describe(
    '"stdin" or "file": how a program is handed what it reviews, as in payload = "stdin"',
  ),
  response: Response.optional().describe(
    '"codex-events", "claude-json", "opencode-events" or "raw-json", as in response = "raw-json"',
  ),
});

export const PROFILE_KEYS = specsOf(Fields.shape);

type FieldProblem = { readonly field: string; readonly because: string | null };

/** The profile of these fields, or the first one that cannot be. */
export function profileOf(
  name: string,
  fields: Readonly<Record<string, unknown>>,
): ReviewProfile | FieldProblem {
  const checked = Fields.safeParse(fields);
  if (!checked.success)
    return { field: String(checked.error.issues[0]?.path[0] ?? 'provider'), because: null };
  const { provider: named, command: written, response, timeout_seconds, ...rest } = checked.data;
  const known = bare(name);
  const provider = named ?? known?.provider;
  if (provider === undefined) return { field: 'provider', because: `it must be one of ${PROVIDERS}` };
  const command = written.length === 0 && provider === 'command' ? (known?.command ?? []) : written;
  if (provider === 'command' && command.length === 0)
    return { field: 'command', because: 'the provider "command" has to know what to start' };
  return {
    name,
    provider,
    model: rest.model ?? null,
    baseUrl: rest.base_url ?? null,
    apiKeyEnv: rest.api_key_env ?? null,
    region: rest.region,
    timeoutMs: Math.round(
      1000 * (timeout_seconds ?? (provider === 'command' ? COMMAND_SECONDS : DEFAULT_SECONDS)),
    ),
    maxTokens: rest.max_tokens,
    maxRetries: rest.max_retries,
    retryBackoffMs: rest.retry_backoff.map((seconds) => Math.round(1000 * seconds)),
    temperature: rest.temperature,
    command,
    payload: rest.payload,
    response: response ?? responseOf(command),
  };
}

/** A known agent prints its events, or its answer alone, which is read as well; any other program answers in JSON. */
function responseOf([program = '']: readonly string[]): ReviewProfile['response'] {
  const agent = agentNamed(program);
  return agent === null ? 'raw-json' : (RECIPES[agent] ?? 'raw-json');
}

/** A name that needs no table: a provider's, or the recipe's of a program. */
function bare(
  name: string,
): { readonly provider: ReviewProvider; readonly command: readonly string[] } | null {
  if (Object.hasOwn(RECIPES, name)) return { provider: 'command', command: [name] };
  const provider = Provider.safeParse(name);
  return provider.success ? { provider: provider.data, command: [] } : null;
}

/** The names that `review.profile` may have without a table. */
export const BARE_NAMES: readonly string[] = [
  ...REVIEW_PROVIDERS.filter((name) => name !== 'command'),
  ...Object.keys(RECIPES),
];

/** A profile as it would be written in config.toml. */
export function profileFields(profile: ReviewProfile): Readonly<Record<string, unknown>> {
  return {
    provider: profile.provider,
    model: profile.model,
    base_url: profile.baseUrl,
    api_key_env: profile.apiKeyEnv,
    region: profile.region,
    timeout_seconds: profile.timeoutMs / 1000,
    max_tokens: profile.maxTokens,
    max_retries: profile.maxRetries,
    retry_backoff: profile.retryBackoffMs.map((ms) => ms / 1000),
    temperature: profile.temperature,
    command: profile.command,
    payload: profile.payload,
    response: profile.response,
  };
}

/** The variable that a provider's key is in where a profile names none; null for those that need no key. */
const KEY_NAMES: Readonly<Record<ReviewProvider, string | null>> = {
  rules: null,
  'openai-compatible': 'OPENAI_API_KEY',
  'anthropic-style': 'ANTHROPIC_API_KEY',
  minimax: 'MINIMAX_API_KEY',
  command: null,
  dummy: null,
};

/** The variable that is looked at; what is not there may well not be needed. */
export function apiKeyName({ apiKeyEnv, provider }: ReviewProfile): string | null {
  return apiKeyEnv ?? KEY_NAMES[provider];
}

/** The variable without which nothing works: a server of one's own asks for a key only where the profile names one. */
export function neededKeyName(profile: ReviewProfile): string | null {
  return profile.baseUrl === null ? apiKeyName(profile) : profile.apiKeyEnv;
}

type AskedFor = {
  readonly review: { readonly profile: string };
  readonly profiles: Readonly<Record<string, ReviewProfile>>;
};

/**
 * The profile that `review.profile` names: a table of that name, else a provider, or `codex`, `claude`, `opencode`,
 * with their defaults.
 * @throws ConfigError where there is neither
 */
export function reviewProfile({ review: { profile: name }, profiles }: AskedFor): ReviewProfile {
  const written = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (written !== undefined) return written;
  const made = profileOf(name, {});
  if ('provider' in made) return made;
  if (bare(name) !== null) {
    throw new ConfigError({
      what: `review.profile is "${name}"`,
      why: made.because ?? 'more has to be known of it',
      next: `Write a table [profiles.${name}] with ${made.field} into config.toml`,
    });
  }
  const names = [...Object.keys(profiles), ...BARE_NAMES].join(', ');
  throw new ConfigError({
    what: `review.profile is ${JSON.stringify(name)}`,
    why: 'there is no profile and no provider of that name',
    next: `Take one of ${names}, or write a table [profiles.${/^[\w-]+$/.test(name) ? name : 'NAME'}]`,
  });
}
