/**
 * Whether a record answers the question. Records are short and stand alone, so what covers little of a question is,
 * unlike with messages, no answer. Everyday words count little: what they cover, or leave open, says next to nothing.
 */
import type { QueryWeights } from '../text/ranking.ts';
import { analyse } from '../text/terms.ts';
import type { AskedCorpus } from './asking.ts';
import { GENERIC } from './generic-words.ts';

/**
 * Shares of the question that a record has to cover to be shown at all, and to be relied on; and of what the best one
 * covers, to be shown beside it. Chosen on `bench/sets/facts`, half of whose questions have no answer.
 */
const COVERED = { shown: 0.4, good: 0.56, beside: 0.8 } as const;
/** What a word of everyday English weighs, and one that no record holds. */
const WEIGHT = { generic: 0.2, unknown: 0.9 } as const;
/** What another word for the same counts. */
const SYNONYM = 0.8;
/** How much of a word's weight does not depend on how rare it is: a small store's frequencies are chance. */
const FLAT = 0.5;
const LEAST_DOCUMENTS = 100;

export type Confidence = {
  /** Share of the question, 0..1. */
  readonly coverage: number;
  /** Terms of the question it holds that are no everyday words. */
  readonly telling: number;
};
/** How surely a document with these term numbers answers. */
export type Judge = (terms: Uint32Array) => Confidence;

/** @param question as it was asked: in "npm or pnpm" one of both is enough */
export function judgeOf({ documents, terms }: AskedCorpus, question: string): Judge {
  const size = Math.max(documents, LEAST_DOCUMENTS);
  const once = Math.log(1 + (size - 0.5) / 1.5);
  const weights = terms.map(({ term, documents: frequency }) => {
    const rarity = Math.log(1 + (size - frequency + 0.5) / (frequency + 0.5)) / once;
    const kind = GENERIC.has(term) ? WEIGHT.generic : frequency === 0 ? WEIGHT.unknown : 1;
    return kind * (FLAT + (1 - FLAT) * Math.min(1, rarity));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const others = alternatives(question);
  return (numbers) => {
    const held = new Set(numbers);
    const holds = terms.map(({ number }) => number !== null && held.has(number));
    const stands = terms.map(({ others: words }) => words.some(({ number }) => held.has(number ?? -1)));
    const names = new Set(terms.filter((_, index) => holds[index] === true).map(({ term }) => term));
    let covered = 0;
    let telling = 0;
    terms.forEach(({ term }, index) => {
      const isHeld = holds[index] === true;
      if (isHeld || (others.get(term) ?? []).some((other) => names.has(other)))
        covered += weights[index] ?? 0;
      else if (stands[index] === true) covered += SYNONYM * (weights[index] ?? 0);
      if (isHeld && !GENERIC.has(term)) telling += 1;
    });
    return { coverage: total === 0 ? 0 : covered / total, telling };
  };
}

/** Terms that stand for one another, since the question asks which of them it is. */
function alternatives(question: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [, left = '', right = ''] of question.matchAll(EITHER)) {
    const [a, b] = [analyse(left), analyse(right)];
    for (const term of a) found.set(term, b);
    for (const term of b) found.set(term, a);
  }
  return found;
}
const EITHER = /([\p{L}\p{N}_.-]{1,40}),? (?:or|versus|vs\.?) ([\p{L}\p{N}_.-]{1,40})/giu;

export type Judged = { readonly confidence: Confidence; readonly matched: number };

/** Those worth showing of what was ranked, in their order; none where nothing answers. */
export function worthShowing<One extends Judged>(query: QueryWeights, ranked: readonly One[]): One[] {
  if (query.unknown) return [];
  // Words that stand everywhere tell nothing apart, unless several of them are the whole question.
  const whole = query.count >= 2 && ranked.some(({ matched }) => matched >= query.count);
  if (query.commonOnly && !whole) return [];
  const best = ranked.reduce((most, { confidence }) => Math.max(most, confidence.coverage), 0);
  const least = Math.max(COVERED.shown, COVERED.beside * best);
  return ranked.filter(({ confidence }) => confidence.coverage >= least);
}

export function isDoubtful({ coverage }: Confidence): boolean {
  return coverage < COVERED.good;
}
