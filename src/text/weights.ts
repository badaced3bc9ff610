// What every signal of the order weighs, in one place, and a copy of it with some signals left out. Sources: "study" is
// a grid over conversations 0-4 of LoCoMo, checked by leaving one conversation out; where a number was rounded or has
// another reason, it says so.

import { UserInputError } from '../model/errors.ts';

export type Bm25 = { readonly k1: number; readonly b: number };

export type Weights = {
  /** BM25 of a message itself: flat around these (study). */
  readonly own: Bm25;
  /** BM25 of a message and those up to `radius` places away, taken as one. */
  readonly window: Bm25 & { readonly radius: number };
  /** Parts of a message's base score beside its own BM25 (study; each alone is worth 5 to 10 points of recall@10). */
  readonly part: {
    readonly own: number;
    readonly window: number;
    /** The question before it. */
    readonly reply: number;
    /** The question two before it, where what stands between asks nothing. */
    readonly replyApart: number;
    readonly session: number;
  };
  /** Times the base score, scaled to its best. */
  readonly base: number;
  /** Times the share of the question found here or close by. */
  readonly coverage: number;
  /** A term found `d` messages away counts this to the power of `d`. */
  readonly decay: number;
  /** Times the share of the exact names asked for; by code logs, the study's data has none. */
  readonly exact: number;
  /** A message that ends with a question. */
  readonly asks: number;
  /** Times the share of its terms first met there. */
  readonly novel: number;
  /** Times up to four capitalised words. */
  readonly capitals: number;
  /** Its time lies in a range that the question names. */
  readonly dated: number;
  /** By the one author whom the question names, or by another one. */
  readonly author: number;
  readonly otherAuthor: number;
  /** A question for a time, a text with a word of time. */
  readonly when: number;
  /** A question for a number, a text with a number. */
  readonly count: number;
  /** One of the first two of its session: there the task is set. */
  readonly head: number;
  /** Times the weight of the word that names the kind of answer: `what port`, `which test`. */
  readonly kind: number;
  /** What another word for the same counts as an occurrence; 0 = other words are not looked for. */
  readonly synonym: number;
};

export const WEIGHTS: Weights = {
  own: { k1: 0.9, b: 0.3 },
  window: { k1: 1.2, b: 0.4, radius: 2 },
  part: { own: 1, window: 1.1, reply: 0.8, replyApart: 0.5, session: 0.8 },
  base: 7,
  coverage: 2,
  decay: 0.8,
  exact: 1.5,
  asks: -0.6,
  novel: 1.8,
  capitals: 0.4,
  dated: 4.5,
  author: 1.2,
  otherAuthor: -1.2,
  when: 1.75,
  count: 1.85,
  head: 0.35,
  kind: 0.8,
  synonym: 0.5,
};

/** Coverage looks this many messages away. */
export const REACH = 4;

/** Each signal, and the weights that are without it. */
const WITHOUT = {
  own: (w) => ({ ...w, part: { ...w.part, own: 0 } }),
  window: (w) => ({ ...w, part: { ...w.part, window: 0 } }),
  reply: (w) => ({ ...w, part: { ...w.part, reply: 0, replyApart: 0 } }),
  session: (w) => ({ ...w, part: { ...w.part, session: 0 } }),
  coverage: (w) => ({ ...w, coverage: 0 }),
  exact: (w) => ({ ...w, exact: 0 }),
  asks: (w) => ({ ...w, asks: 0 }),
  novel: (w) => ({ ...w, novel: 0 }),
  capitals: (w) => ({ ...w, capitals: 0 }),
  date: (w) => ({ ...w, dated: 0 }),
  author: (w) => ({ ...w, author: 0, otherAuthor: 0 }),
  when: (w) => ({ ...w, when: 0 }),
  count: (w) => ({ ...w, count: 0 }),
  head: (w) => ({ ...w, head: 0 }),
  kind: (w) => ({ ...w, kind: 1 }),
  synonyms: (w) => ({ ...w, synonym: 0 }),
} as const satisfies Readonly<Record<string, (weights: Weights) => Weights>>;

type SignalName = keyof typeof WITHOUT;

/** The names of all signals that can be left out, for an ablation. */
export const SIGNAL_NAMES: readonly string[] = Object.keys(WITHOUT);

/**
 * The weights without these signals; `context` names window, reply and session together.
 * @throws UserInputError for a name that is none
 */
export function withoutSignals(names: readonly string[], weights: Weights = WEIGHTS): Weights {
  const each = names.flatMap((name) => (name === 'context' ? ['window', 'reply', 'session'] : [name]));
  return each.reduce((left, name) => {
    const without = isSignal(name) ? WITHOUT[name] : undefined;
    if (without === undefined) {
      throw new UserInputError({
        what: `No signal is called ${JSON.stringify(name)}`,
        next: `Name some of ${SIGNAL_NAMES.join(', ')}, context`,
      });
    }
    return without(left);
  }, weights);
}

function isSignal(name: string): name is SignalName {
  return Object.hasOwn(WITHOUT, name);
}
