/** How many messages a token may send in a minute. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal, tryAgain } from './refusal.ts';

export class Rates {
  readonly #limiter: RateLimiterMemory;
  readonly #perMinute: number;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  }

  /** @throws Refusal 429, which says when to come back */
  async spend(token: string, messages: number): Promise<void> {
    try {
      await this.#limiter.consume(token, messages);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw new Refusal({
        status: 429,
        message: `This token has sent its ${this.#perMinute} messages of this minute (requests_per_minute in [http] of config.toml).`,
        headers: tryAgain(error.msBeforeNext),
      });
    }
  }
}
