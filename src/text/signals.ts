// What a question asks for beside its words (who, when, how many), and what a message is worth for it.

import type { AskedForm, CueBits } from './cues.ts';
import { asks, capitals, isHead, MOST_CAPITALS, namesNumber, namesTime } from './cues.ts';
import { type DateRange, inRanges, isNarrow } from './dates.ts';
import type { Weights } from './weights.ts';

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

/** In how many ways the question says that it is meant for this store: it names an author, and the message's time. */
export function toldBy({ at }: SignalSource, { named, ranges }: AskedSignals): number {
  const narrow = ranges.filter(isNarrow);
  return (named ? 1 : 0) + (inRanges(at, narrow) ? 1 : 0);
}

/** What speaks for the message beside its words, by signal; comparable with the other parts of its score. */
export function signalParts({ cues, author, at }: SignalSource, asked: AskedSignals, weights: Weights) {
  const dated = asked.ranges.length > 0 && inRanges(at, asked.ranges);
  return {
    capitals: weights.capitals * Math.min(MOST_CAPITALS, capitals(cues)),
    asks: asks(cues) ? weights.asks : 0,
    head: isHead(cues) ? weights.head : 0,
    when: asked.when && namesTime(cues) ? weights.when : 0,
    count: asked.count && namesNumber(cues) ? weights.count : 0,
    date: dated ? weights.dated : 0,
    author: authorScore(author, asked, weights),
  };
}

function authorScore(author: number, { authors }: AskedSignals, weights: Weights): number {
  if (authors === null || author === 0) return 0;
  return authors.has(author) ? weights.author : weights.otherAuthor;
}
