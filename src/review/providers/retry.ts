/**
 * Asks until there is an answer that can be read, within bounds: what may pass is tried again after a pause, what
 * cannot be read is asked for twice more, what was cut off once more with twice the room. Each call is counted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Reviewed, ReviewFailure, type ReviewProfile, type ReviewRequest } from '../../model/review.ts';
import { readAnswer } from './answer.ts';
import type { Ask, CallResult, FailedCall, Quirk, Tokens } from './calls.ts';

/** Calls after the first where an answer cannot be read. The number of the system that this replaces. */
const PARSE_RETRIES = 2;
/** The longest pause within a review: where a server asks for more, it is asked again when that is over. */
const LONGEST_PAUSE_MS = 30_000;

export type Asking = {
  readonly profile: Pick<ReviewProfile, 'maxTokens' | 'maxRetries' | 'retryBackoffMs'>;
  /** As an error names it: `openai-compatible at api.openai.com`. */
  readonly name: string;
  readonly ask: Ask;
  /** It is taken out of what is answered: an answer is kept, and becomes memory. */
  readonly key: string | null;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** @throws ReviewFailure */
export async function askUntilRead(asking: Asking, request: ReviewRequest): Promise<Reviewed> {
  return new Round(asking, request).run();
}

class Round {
  readonly #asking: Asking;
  readonly #request: ReviewRequest;
  readonly #raw: string[] = [];
  readonly #quirks = new Set<Quirk>();
  #maxTokens: number;
  #doubled: boolean;
  #cut = false;
  #retries = 0;
  #unread = 0;
  #calls = 0;
  #input: number | null = 0;
  #output: number | null = 0;

  constructor(asking: Asking, request: ReviewRequest) {
    this.#asking = asking;
    this.#request = request;
    // It may have been cut off before: the room costs nothing by itself, a second call does.
    this.#doubled = request.isAgain === true;
    this.#maxTokens = asking.profile.maxTokens * (this.#doubled ? 2 : 1);
  }

  async run(): Promise<Reviewed> {
    for (;;) {
      const result = await this.#call();
      if (result.kind === 'failed') await this.#afterFailure(result);
      else {
        const text = withoutKey(result.text, this.#asking.key);
        const read = readAnswer(text);
        if (read.ok) return this.#reviewed(read.output);
        this.#raw.push(text);
        if (result.truncated) this.#afterCut();
        else this.#afterUnread(read.why);
      }
    }
  }

  async #call(): Promise<CallResult> {
    const { signal, mayCall, spent } = this.#request;
    if (signal.aborted) throw this.#failure('aborted', 'it was called off');
    if (!(await mayCall())) throw this.#failure('budget', 'the budget for reviews is used up');
    const result = await this.#asking.ask({ signal, maxTokens: this.#maxTokens, quirks: this.#quirks });
    const { input, output } = result.kind === 'text' ? charged(result.tokens) : result.tokens;
    this.#calls += 1;
    this.#input = this.#input === null || input === null ? null : this.#input + input;
    this.#output = this.#output === null || output === null ? null : this.#output + output;
    await spent({ calls: 1, inputTokens: input, outputTokens: output });
    return result;
  }

  async #afterFailure({ failure, words, again, retryAfterMs, quirk, raw }: FailedCall): Promise<void> {
    if (raw !== null) this.#raw.push(raw);
    // Once each: a server that refuses the request without the part, too, means something else.
    if (quirk !== null && !this.#quirks.has(quirk)) {
      this.#quirks.add(quirk);
      return;
    }
    if (failure === 'invalid_output') {
      this.#afterUnread(words);
      return;
    }
    const { maxRetries, retryBackoffMs } = this.#asking.profile;
    const asked = retryAfterMs ?? 0;
    if (!again || this.#retries >= maxRetries || asked > LONGEST_PAUSE_MS)
      throw this.#failure(failure, words, asked);
    const own = retryBackoffMs[this.#retries] ?? retryBackoffMs.at(-1) ?? 0;
    this.#retries += 1;
    await this.#pause(Math.min(LONGEST_PAUSE_MS, retryAfterMs ?? own));
  }

  #afterCut(): void {
    if (this.#doubled) {
      const words = `it was cut off at ${this.#maxTokens} tokens: raise max_tokens of its profile`;
      throw this.#failure('invalid_output', words);
    }
    this.#doubled = true;
    this.#cut = true;
    this.#maxTokens *= 2;
  }

  #afterUnread(why: string): void {
    if (this.#unread >= (this.#request.isAgain === true ? 0 : PARSE_RETRIES))
      throw this.#failure('invalid_output', `its answer cannot be read: ${why}`);
    this.#unread += 1;
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#request;
    try {
      await (this.#asking.pause ?? pause)(ms, signal);
    } catch (cause) {
      if (!signal.aborted) throw cause;
      throw this.#failure('aborted', 'it was called off');
    }
  }

  #reviewed(output: Reviewed['output']): Reviewed {
    const notes = this.#cut ? [`an answer was cut off; it fitted into ${this.#maxTokens} tokens`] : [];
    const usage = { calls: this.#calls, inputTokens: this.#input, outputTokens: this.#output };
    return { output, usage, notes };
  }

  #failure(kind: ReviewFailure['kind'], words: string, retryAfterMs = 0): ReviewFailure {
    const calls = this.#calls > 1 ? ` (after ${this.#calls} calls)` : '';
    return new ReviewFailure(kind, `${this.#asking.name}: ${words}${calls}`, {
      raw: this.#raw,
      retryAfterMs,
    });
  }
}

function withoutKey(text: string, key: string | null): string {
  return key === null || key === '' ? text : text.replaceAll(key, '[key]');
}

/** A model that has answered has read something: a server that counts nothing does not say what it was. */
function charged({ input, output }: Tokens): Tokens {
  return { input: input === 0 ? null : input, output: output === 0 ? null : output };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}
