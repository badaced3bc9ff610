/** Reviewers that cost something: the servers of models, and programs. Loaded when one is asked for. */
import instructions from '../../../prompts/reviewer.md';
import { type AgentTurn, modelOf } from '../../model/agent.ts';
import { type Reviewer, ReviewFailure, type ReviewProfile, type ReviewSnapshot } from '../../model/review.ts';
import { ANTHROPIC, anthropicDialect } from './anthropic-style.ts';
import type { Ask } from './calls.ts';
import { askProgram } from './command.ts';
import { askOver, type Dialect, type Prompted } from './dialect.ts';
import { httpClient } from './http.ts';
import { MINIMAX, minimaxError } from './minimax.ts';
import { OPENAI, openAiDialect } from './openai-compatible.ts';
import { type Asking, askUntilRead } from './retry.ts';

export type ReviewerDeps = {
  /** For proxies, and for programs. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The value of a variable that holds a key, null where it is set nowhere. */
  readonly key: (name: string) => string | null;
  /** The home's cache, absolute: programs run in folders of it. */
  readonly cache: string;
  /** One agent at a time on this home; by default in this process alone. */
  readonly turn?: AgentTurn;
  /** A person's own wording of the instructions; null = the one that comes with midturn. */
  readonly prompt: string | null;
  readonly pause?: Asking['pause'];
};

/** The reviewer of a profile that costs something; `rules` and `dummy` are none of these. @throws ReviewFailure `not_configured` */
export function reviewerOf(profile: ReviewProfile, deps: ReviewerDeps): Reviewer {
  switch (profile.provider) {
    case 'openai-compatible':
      return overHttp(
        profile,
        deps,
        { ...OPENAI, baseUrl: profile.baseUrl ?? OPENAI.baseUrl },
        (options, prompted) => openAiDialect({ ...options, jsonFormat: true }, prompted),
      );
    case 'minimax': {
      const baseUrl = profile.baseUrl ?? MINIMAX.baseUrl[profile.region];
      return overHttp(profile, deps, { ...MINIMAX, baseUrl }, (options, prompted) =>
        openAiDialect({ ...options, jsonFormat: false, ownError: minimaxError }, prompted),
      );
    }
    case 'anthropic-style':
      return overHttp(
        profile,
        deps,
        { ...ANTHROPIC, baseUrl: profile.baseUrl ?? ANTHROPIC.baseUrl },
        anthropicDialect,
      );
    case 'command':
      return byProgram(profile, deps);
    default:
      throw new ReviewFailure(
        'not_configured',
        `The provider ${profile.provider} is no model and no program`,
      );
  }
}

type Defaults = { readonly baseUrl: string; readonly keyName: string; readonly model: string };
type DialectOptions = {
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly temperature: number;
  readonly key: string | null;
};

function overHttp(
  profile: ReviewProfile,
  deps: ReviewerDeps,
  { baseUrl, keyName, model: usual }: Defaults,
  dialectOf: (options: DialectOptions, prompted: Prompted) => Dialect,
): Reviewer {
  const key = keyOf(profile, deps, keyName);
  const model = profile.model ?? usual;
  const options = { name: profile.name, baseUrl, model, temperature: profile.temperature, key };
  // A wrong address is told now, not when the first session has ended.
  const { url } = dialectOf(options, { instructions: '', snapshot: '' });
  const http = httpClient(deps.env);
  const name = `${profile.provider} at ${url.host}`;
  return reviewer(profile, deps, { name, model, key }, (prompted) =>
    askOver(http, dialectOf(options, prompted), profile, key),
  );
}

/** A server of one's own may need none: only where the provider's usual one is asked must there be a key. */
function keyOf(
  { apiKeyEnv, baseUrl, name }: ReviewProfile,
  { key }: ReviewerDeps,
  usual: string,
): string | null {
  const value = key(apiKeyEnv ?? usual);
  if (value !== null || (baseUrl !== null && apiKeyEnv === null)) return value;
  throw new ReviewFailure(
    'not_configured',
    `The profile ${name} needs a key: ${apiKeyEnv ?? usual} is not set. Write ${apiKeyEnv ?? usual}=… into .env in midturn's home, or into the environment.`,
  );
}

function byProgram(profile: ReviewProfile, deps: ReviewerDeps): Reviewer {
  const { apiKeyEnv, command, name: profileName } = profile;
  const [program] = command;
  if (program === undefined)
    throw new ReviewFailure(
      'not_configured',
      `The profile ${profileName} does not say which program to start`,
    );
  const value = apiKeyEnv === null ? null : deps.key(apiKeyEnv);
  const key = apiKeyEnv === null || value === null ? null : { name: apiKeyEnv, value };
  const { model } = modelOf(command, profile.model);
  return reviewer(profile, deps, { name: program, model, key: value }, (prompted) =>
    askProgram(profile, prompted, {
      env: deps.env,
      cache: deps.cache,
      key,
      ...(deps.turn === undefined ? {} : { turn: deps.turn }),
    }),
  );
}

function reviewer(
  profile: ReviewProfile,
  { prompt, pause }: ReviewerDeps,
  { name, model, key }: { readonly name: string; readonly model: string | null; readonly key: string | null },
  askFor: (prompted: Prompted) => Ask,
): Reviewer {
  return {
    provider: profile.provider,
    model,
    paid: true,
    review: (snapshot: ReviewSnapshot, request) => {
      const ask = askFor({ instructions: prompt ?? instructions, snapshot: JSON.stringify(snapshot) });
      return askUntilRead({ profile, name, ask, key, ...(pause === undefined ? {} : { pause }) }, request);
    },
  };
}
