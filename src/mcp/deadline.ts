/** The time of one call: the client may cancel it, its own deadline ends it, and then it has a moment to say what it has. */
import { UserInputError } from '../model/errors.ts';

type Watched = {
  /** What is answered where the call is still not done a moment after its deadline. */
  readonly late: () => Error;
  readonly graceMs: number;
};

export class CallTime {
  readonly #passed = new AbortController();
  readonly #watched: Watched;
  #timer: NodeJS.Timeout | undefined;
  #ms = 0;
  #ends = 0;
  #end: ((error: Error) => void) | null = null;

  constructor(ms: number, watched: Watched) {
    this.#watched = watched;
    this.allow(ms);
  }

  /** Aborted once the time is up. */
  get passed(): AbortSignal {
    return this.#passed.signal;
  }

  get seconds(): number {
    return this.#ms / 1000;
  }

  /** In milliseconds, until it is up. */
  get left(): number {
    return Math.max(0, this.#ends - performance.now());
  }

  /** From now on so long, in milliseconds. */
  allow(ms: number): void {
    clearTimeout(this.#timer);
    this.#ms = ms;
    this.#ends = performance.now() + ms;
    this.#timer = setTimeout(() => this.#over(), ms);
  }

  /** The work's own end, or the error for a late one. What it does after that is its own affair. */
  async watch<T>(work: Promise<T>): Promise<T> {
    const end = new Promise<never>((_, reject) => {
      this.#end = reject;
    });
    try {
      return await Promise.race([work, end]);
    } finally {
      clearTimeout(this.#timer);
    }
  }

  #over(): void {
    this.#passed.abort(new Error('the time of this call is up'));
    this.#timer = setTimeout(() => this.#end?.(this.#watched.late()), this.#watched.graceMs);
  }
}

/** For a call that could not answer in its time. */
export function tooLate(tool: string, writes: boolean, seconds: number): UserInputError {
  return new UserInputError({
    what: `${tool} did not end within ${seconds} s and was given up`,
    why: 'the store or the disk is very slow, or held up by other work',
    next: writes
      ? 'It may be stored all the same: sending the same again is safe. `midturn doctor` in a terminal says what is slow'
      : 'Ask for something narrower, or go on without it. `midturn doctor` in a terminal says what is slow',
  });
}

/** @throws UserInputError where the call was cancelled, or its time was up before it came to store anything */
export function requireWaiting(tool: string, cancelled: AbortSignal, passed: AbortSignal): void {
  if (!cancelled.aborted && !passed.aborted) return;
  throw new UserInputError({
    what: `Nothing was stored by ${tool}`,
    why: cancelled.aborted ? 'the call was cancelled' : 'its time was up before the store was ready',
    next: 'Send it again',
  });
}
