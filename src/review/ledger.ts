/** The right to make a call, given before each one that costs something, and what it has cost. */
import type { MayCall, Reviewer, ReviewSnapshot, ReviewUsage } from '../model/review.ts';
import type { ReviewsPort, SpendingStop } from '../store/reviews.ts';
import { estimateTokens } from '../text/clip.ts';
import { limitsAt } from './budget.ts';
import type { ReviewDeps } from './types.ts';

type SpendingDeps = {
  readonly reviews: Pick<ReviewsPort, 'reserve' | 'settle' | 'heartbeat'>;
  readonly settings: ReviewDeps['settings'];
  readonly now: () => number;
};

/** One attempt's calls. */
export class Spending {
  readonly #deps: SpendingDeps;
  readonly #token: string;
  readonly #reviewer: Pick<Reviewer, 'paid' | 'provider' | 'model'>;
  readonly #tokens: number;
  /** Calls that were allowed and have not come back. */
  #open: readonly number[] = [];
  #stop: SpendingStop | null = null;

  /** @param tokens estimated of what one call sends */
  constructor(
    deps: SpendingDeps,
    token: string,
    reviewer: Pick<Reviewer, 'paid' | 'provider' | 'model'>,
    tokens: number,
  ) {
    this.#deps = deps;
    this.#token = token;
    this.#reviewer = reviewer;
    this.#tokens = tokens;
  }

  /** What was in the way of the last call that was refused. */
  get stop(): SpendingStop | null {
    return this.#stop;
  }

  readonly mayCall: MayCall = async () => {
    const { reviews, settings, now } = this.#deps;
    if (!(await reviews.heartbeat(this.#token))) return false;
    if (!this.#reviewer.paid) return true;
    const reserved = await reviews.reserve({
      token: this.#token,
      provider: this.#reviewer.provider,
      model: this.#reviewer.model,
      tokens: this.#tokens,
      limits: limitsAt(settings, now()),
    });
    if (reserved.status === 'refused') {
      this.#stop = reserved.stop;
      return false;
    }
    this.#open = [...this.#open, reserved.entry];
    return true;
  };

  readonly spent = async (usage: ReviewUsage): Promise<void> => {
    const [entry, ...rest] = this.#open;
    if (entry === undefined) return;
    this.#open = rest;
    await this.#deps.reviews.settle(entry, usage);
  };
}

/** About what the instructions around a snapshot cost: 3.5 kB of words. */
const INSTRUCTION_TOKENS = 1_000;

/** Tokens that a call with this snapshot sends. */
export function tokensOf(snapshot: ReviewSnapshot): number {
  return INSTRUCTION_TOKENS + estimateTokens(JSON.stringify(snapshot));
}
