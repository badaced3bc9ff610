// What each term of a question weighs against a store: how telling it is, and what else counts as an occurrence of it.

/** Another form of a term, or another word for the same. */
type RankAlternative = {
  readonly number: number;
  readonly documents: number;
  /** What an occurrence counts, 0..1. */
  readonly strength: number;
};

/** A term of the question. `number` is null, or `documents` 0, for a term that the store does not hold. */
type RankTerm = {
  readonly number: number | null;
  readonly documents: number;
  /** A name as code writes it, whole: who asks for it means it. */
  readonly exact?: boolean;
  /** No prose writes it so: what holds it answers, whatever else was asked. */
  readonly certain?: boolean;
  /** Times its weight; 1 where it is left out. */
  readonly telling?: number;
  readonly alternatives?: readonly RankAlternative[];
};

export type RankCorpus = {
  readonly documents: number;
  /** Mean length of a document in terms. */
  readonly averageLength: number;
  readonly terms: readonly RankTerm[];
};

/** What a question weighs against this store. */
export type QueryWeights = {
  readonly count: number;
  /** Slot + 1 by term number; 0 for every term that the question does not ask for. */
  readonly mark: Uint8Array;
  /** By slot: position of the term in the question, and what an occurrence counts. */
  readonly position: Uint8Array;
  readonly strength: Float64Array;
  readonly idf: Float64Array;
  /** 1 for exact names. */
  readonly exact: Uint8Array;
  /** 1 for names that no prose writes so. */
  readonly certain: Uint8Array;
  /** How many exact names the store holds. */
  readonly exactKnown: number;
  /** Sum over all terms; one that the store does not hold counts 0.8 of one it holds once. */
  readonly total: number;
  /** Share of `total` of the terms that the store does not hold. */
  readonly missing: number;
  /** No term of the question is held by the store. */
  readonly unknown: boolean;
  /** Those that the store holds stand in so many documents that they tell nothing apart. */
  readonly commonOnly: boolean;
  readonly documents: number;
  readonly averageLength: number;
};

/**
 * A store smaller than this is weighed as if it held this many documents: document frequencies of a handful of
 * records say nothing about how telling a word is.
 */
const LEAST_DOCUMENTS = 100;
/** A term in more than this share of the documents tells nothing apart, once there are enough of them. */
const COMMON = { share: 0.5, documents: 60 } as const;
const UNKNOWN_WEIGHT = 0.8;
/** More terms than this are not weighed: a question has a dozen. */
const MOST_TERMS = 120;
/** Terms and their alternatives: slots are numbered in one byte. */
const MOST_SLOTS = 254;

export function weighQuery({ documents, averageLength, terms }: RankCorpus): QueryWeights {
  const asked = terms.slice(0, MOST_TERMS);
  const size = Math.max(documents, LEAST_DOCUMENTS);
  const slots = slotsOf(asked);
  const mark = new Uint8Array(slots.reduce((most, { number }) => Math.max(most, number), 0) + 1);
  slots.forEach(({ number }, slot) => {
    mark[number] = slot + 1;
  });
  const idf = new Float64Array(asked.length);
  const exact = new Uint8Array(asked.length);
  const certain = new Uint8Array(asked.length);
  const once = Math.log(1 + (size - 0.5) / 1.5);
  let [total, missing, known, telling, exactKnown] = [0, 0, 0, 0, 0];
  asked.forEach((term, at) => {
    const held = isHeld(term);
    const frequency = held ? term.documents : spread(term);
    const factor = term.telling ?? 1;
    if (frequency <= 0) {
      total += UNKNOWN_WEIGHT * once * factor;
      missing += UNKNOWN_WEIGHT * once * factor;
      return;
    }
    idf[at] = Math.max(Math.log(1 + (size - frequency + 0.5) / (frequency + 0.5)) * factor, 1e-6);
    total += idf[at] ?? 0;
    known += 1;
    if (held && term.exact === true) {
      exact[at] = 1;
      certain[at] = term.certain === true ? 1 : 0;
      exactKnown += 1;
    }
    if (documents < COMMON.documents || frequency <= documents * COMMON.share) telling += 1;
  });
  return {
    count: asked.length,
    mark,
    position: Uint8Array.from(slots, ({ position }) => position),
    strength: Float64Array.from(slots, ({ strength }) => strength),
    idf,
    exact,
    certain,
    exactKnown,
    total,
    missing: total === 0 ? 0 : missing / total,
    unknown: known === 0,
    commonOnly: known > 0 && telling === 0,
    documents,
    averageLength: Math.max(1, averageLength),
  };
}

type Slot = { readonly number: number; readonly position: number; readonly strength: number };

/** Terms of the question first: what is asked for itself is no other term's alternative. */
function slotsOf(asked: readonly RankTerm[]): Slot[] {
  const slots: Slot[] = [];
  const taken = new Set<number>();
  const add = (number: number, position: number, strength: number) => {
    if (taken.has(number) || slots.length >= MOST_SLOTS) return;
    taken.add(number);
    slots.push({ number, position, strength });
  };
  asked.forEach((term, position) => {
    if (isHeld(term)) add(term.number, position, 1);
  });
  asked.forEach(({ alternatives = [] }, position) => {
    for (const { number, strength } of alternatives) add(number, position, strength);
  });
  return slots;
}

function isHeld(term: RankTerm): term is RankTerm & { readonly number: number } {
  return term.number !== null && term.documents > 0;
}

/** How many documents hold an alternative: each is told apart as little as the most frequent. */
function spread({ alternatives = [] }: RankTerm): number {
  return alternatives.reduce((most, { documents }) => Math.max(most, documents), 0);
}
