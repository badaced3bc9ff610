/** One call of a reviewer that costs something, and what came of it: what all providers have in common. */
import type { ReviewFailureKind } from '../../model/review.ts';

/** What a provider can be told to leave out or to write otherwise, since servers differ in what they take. */
export type Quirk = 'no-temperature' | 'no-format' | 'completion-tokens';

export type CallOptions = {
  readonly signal: AbortSignal;
  /** Of the answer. */
  readonly maxTokens: number;
  readonly quirks: ReadonlySet<Quirk>;
};

/** Null where the provider does not say. */
export type Tokens = { readonly input: number | null; readonly output: number | null };

/** Nothing was charged: it was refused before any model read it. */
export const NO_TOKENS: Tokens = { input: 0, output: 0 };
const UNKNOWN_TOKENS: Tokens = { input: null, output: null };

export type CallResult =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** It ended at the limit of tokens. */
      readonly truncated: boolean;
      readonly tokens: Tokens;
    }
  | {
      readonly kind: 'failed';
      readonly failure: ReviewFailureKind;
      /** One clause, for people; holds no key. */
      readonly words: string;
      /** It may go well when it is asked again. */
      readonly again: boolean;
      /** How long the server asks to wait, ms. */
      readonly retryAfterMs: number | null;
      /** What to do otherwise, where the server refuses a part of the request. */
      readonly quirk: Quirk | null;
      readonly tokens: Tokens;
      /** What it said, where that is worth keeping. */
      readonly raw: string | null;
    };

export type FailedCall = Extract<CallResult, { readonly kind: 'failed' }>;

/** Makes one call. Never throws for what goes wrong outside. */
export type Ask = (options: CallOptions) => Promise<CallResult>;

export function failed(
  failure: ReviewFailureKind,
  words: string,
  more: Partial<Omit<FailedCall, 'kind' | 'failure' | 'words'>> = {},
): FailedCall {
  return {
    kind: 'failed',
    failure,
    words,
    again: false,
    retryAfterMs: null,
    quirk: null,
    tokens: UNKNOWN_TOKENS,
    raw: null,
    ...more,
  };
}
