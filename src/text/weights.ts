// What every signal of the order weighs, in one place. Sources: "study" is a grid over conversations 0-4 of LoCoMo
// (weights picked there, checked on the other half); where a number was rounded or has another reason, it says so.

/** BM25, by the grid of the study: flat around these. */
export const OWN = { k1: 0.9, b: 0.3 } as const;
export const WINDOW = { k1: 1.2, b: 0.4, radius: 2 } as const;

/** Parts of a message's base score beside its own BM25 (study; each alone is worth 5 to 10 points of recall@10). */
export const PART = { window: 1.1, reply: 0.8, session: 0.8 } as const;

/**
 * The base score (scaled to its best), coverage, exact names held, and a message that asks. `base`, `coverage` and
 * `asks` by the study; `exact` by code logs, which the study's data has none of.
 */
export const SCORE = { base: 7, coverage: 2, exact: 1.5, asks: -0.6 } as const;

/**
 * What a message is, against what was asked, all by the study. `novel` times the share of terms first met there,
 * `capitals` times up to four capitalised words; the others are there or not.
 */
export const SIGNAL = {
  novel: 1.8,
  capitals: 0.4,
  /** Its time lies in a range that the question names. */
  dated: 4.5,
  /** By the one author whom the question names, or by another one. */
  author: 1.2,
  otherAuthor: -1.2,
  /** A question for a time, a text with a word of time. */
  when: 1.75,
  /** A question for a number, a text with a number. */
  count: 1.85,
  /** One of the first two of its session: there the task is set. */
  head: 0.35,
} as const;

/** Coverage counts a term found `d` messages away by this to the power of `d`, up to `REACH`. */
export const DECAY = 0.8;
export const REACH = 4;
