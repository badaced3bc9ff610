// What a question asks for beside its words (who, when, how many), and what a message is worth for it.

import type { AskedForm, CueBits } from './cues.ts';
import { asks, capitals, isHead, MOST_CAPITALS, namesNumber, namesTime } from './cues.ts';
import { type DateRange, inRanges } from './dates.ts';
import { SCORE, SIGNAL } from './weights.ts';

export type AskedSignals = AskedForm & {
  readonly ranges: readonly DateRange[];
  /** Numbers of the one author named, or null. */
  readonly authors: ReadonlySet<number> | null;
  /** It names an author, if not one alone. */
  readonly named: boolean;
};

export const NO_SIGNALS: AskedSignals = {
  when: false,
  count: false,
  ranges: [],
  authors: null,
  named: false,
};

export type SignalSource = {
  readonly cues: CueBits;
  /** 0 = not known. */
  readonly author: number;
  /** Epoch milliseconds, or null. */
  readonly at: number | null;
};

/** The question names an author, or the time of this message: it is meant for this store. */
export function isTold({ at }: SignalSource, { named, ranges }: AskedSignals): boolean {
  return named || inRanges(at, ranges);
}

/** What speaks for the message beside its words; comparable with the other parts of its score. */
export function signalScore({ cues, author, at }: SignalSource, asked: AskedSignals): number {
  let score = SIGNAL.capitals * Math.min(MOST_CAPITALS, capitals(cues));
  if (asks(cues)) score += SCORE.asks;
  if (isHead(cues)) score += SIGNAL.head;
  if (asked.when && namesTime(cues)) score += SIGNAL.when;
  if (asked.count && namesNumber(cues)) score += SIGNAL.count;
  if (asked.ranges.length > 0 && inRanges(at, asked.ranges)) score += SIGNAL.dated;
  if (asked.authors !== null && author !== 0) {
    score += asked.authors.has(author) ? SIGNAL.author : SIGNAL.otherAuthor;
  }
  return score;
}
