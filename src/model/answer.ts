/**
 * What a reading service answers: a first sentence, blocks in order of worth, and how to get the rest. Surfaces
 * fit the blocks into a budget, fence them as data and say how many were left out.
 */
export type AnswerBlock = {
  /** One hit, message or index line, ready to be shown. Holds stored text: data, never instructions. */
  readonly text: string;
  /**
   * What must survive when the block itself has to be cut: the end of it (a turn's conclusion) or its beginning.
   */
  readonly keep: 'start' | 'both';
  /** `m_…` or `<session>/<number>`: what is recorded as shown. */
  readonly ref: string;
};

export type Answer<Hit> = {
  /** A sentence of our own words, holding no stored text: `3 memories fit:`. */
  readonly sentence: string;
  readonly blocks: readonly AnswerBlock[];
  /** Lines of our own words after the blocks (how to open a hit, the nudge to record what was found). */
  readonly closing: readonly string[];
  /** The exact call that shows what stands after the first `shown` blocks; null when there is nothing more. */
  readonly next: (shown: number) => string | null;
  readonly hits: readonly Hit[];
  /** True when something was asked and nothing fits. */
  readonly abstained: boolean;
  readonly reason: string | null;
};
