// Whether what was found answers the question at all. What does not is silence, not a list of the least bad.

import type { QueryWeights, Ranked } from './ranking.ts';

export type Verdict = 'none' | 'weak' | 'good';

/**
 * Shares of the question to be covered: by one term alone, by several together, and to be relied on. `told`: enough
 * where the question names an author, or the time of a hit, since that says that it is meant for this store.
 * Measured on LoCoMo conversations 0-4: 0.3 points of recall@10 are lost, and 5 % of 40 questions of other domains
 * pass, marked weak.
 */
const FIT = {
  alone: 0.4,
  together: 0.3,
  told: 0.15,
  goodAlone: 0.6,
  goodTogether: 0.5,
  looked: 10,
} as const;

/** `none`: say that nothing relevant is stored. */
export function judge(query: QueryWeights, ranked: readonly Ranked[]): Verdict {
  const told = isTold(ranked);
  if (query.unknown) return 'none';
  // Words that stand everywhere tell nothing apart, unless several of them are the whole question: a store about one
  // thing is asked about that thing.
  const whole = query.count >= 2 && ranked.some(({ matched }) => matched >= query.count);
  if (query.commonOnly && !told && !whole) return 'none';
  const top = ranked.slice(0, FIT.looked);
  if (!top.some((one) => fits(one) || (told && one.coverage >= FIT.told))) return 'none';
  return top.some((one) => !isWeak(one)) ? 'good' : 'weak';
}

/**
 * Confidence in a message, as log-odds: fitted on conversations 0-4 of LoCoMo with and without the names of those who
 * speak, against questions of other domains, near misses that share a common word, and the same questions put to
 * another conversation, with its names and without any. Rounded.
 */
const FITTED = { constant: -5.4, coverage: 5, own: 1.2, matched: 0.95, mostMatched: 3, told: 1.5 } as const;

/**
 * Where messages are shown at all, where they are relied on, and where they are put forward unasked. The larger the
 * store, the more it takes: chance finds more in it. `told` questions name an author or a time: they mean this store.
 */
const CUT = { none: -2, noneTold: -3.8, weak: 0.1, size: 600, perSize: 0.2 } as const;

/** Log-odds that the message answers the question, comparable between questions; a name that only code writes is certain. */
export function confidence({ documents }: Pick<QueryWeights, 'documents'>, one: Ranked): number {
  if (one.certain > 0) return Number.POSITIVE_INFINITY;
  return (
    FITTED.constant +
    FITTED.coverage * one.coverage +
    FITTED.own * one.own +
    FITTED.matched * Math.min(FITTED.mostMatched, one.matched) +
    FITTED.told * one.told -
    CUT.perSize * Math.log(Math.max(1, documents / CUT.size))
  );
}

/** `none`: say that nothing relevant is stored. */
export function judgeMessages(query: QueryWeights, ranked: readonly Ranked[]): Verdict {
  const told = isTold(ranked);
  if (query.unknown && !told) return 'none';
  const top = ranked.slice(0, FIT.looked);
  const whole = query.count >= 2 && ranked.some(({ matched }) => matched >= query.count);
  if (query.commonOnly && !told && !whole) return 'none';
  const best = top.reduce((most, one) => Math.max(most, confidence(query, one)), Number.NEGATIVE_INFINITY);
  if (best < (told ? CUT.noneTold : CUT.none)) return 'none';
  return best < CUT.weak ? 'weak' : 'good';
}

/** The message is too doubtful to be relied on. */
export function isWeakMessage(query: Pick<QueryWeights, 'documents'>, one: Ranked): boolean {
  return confidence(query, one) < CUT.weak;
}

function isTold(ranked: readonly Ranked[]): boolean {
  return ranked.some(({ told }) => told > 0);
}

/** It covers too little of the question to be relied on. */
export function isWeak({ coverage, matched }: Ranked): boolean {
  return coverage < FIT.goodAlone && (matched < 2 || coverage < FIT.goodTogether);
}

/** It covers enough of the question to be shown at all. */
export function fits({ coverage, matched }: Ranked): boolean {
  return coverage >= FIT.alone || (matched >= 2 && coverage >= FIT.together);
}

/** A hit that covers less than this share of what the best one covers is noise beside it. */
const RELATIVE_FLOOR = 0.5;

/**
 * Records worth showing beside the best, in their order.
 * @param namesOnly the question is nothing but exact names: what holds none of them, only pieces, is no answer
 */
export function aboveFloor(ranked: readonly Ranked[], namesOnly: boolean): Ranked[] {
  const best = ranked.reduce((most, { coverage }) => Math.max(most, coverage), 0);
  const named = namesOnly && ranked.some(({ exact }) => exact > 0);
  return ranked.filter(({ coverage, exact }) => coverage >= RELATIVE_FLOOR * best && (!named || exact > 0));
}

/**
 * What shares no word with the question is shown beside a hit only where the question names an author or a time, or
 * has so many terms, and either it answers a message that asks, or no message alone covers this share of the question.
 */
const NEIGHBOUR = { terms: 3, covered: 0.75 } as const;

/**
 * Messages worth showing, in their order: a weak one is marked, not cut, because half of what answers a question
 * shares few of its words.
 */
export function worthShowing(query: QueryWeights, ranked: readonly Ranked[], namesOnly: boolean): Ranked[] {
  const named = ranked.some(({ exact }) => exact > 0);
  if (named && namesOnly) return ranked.filter(({ exact }) => exact > 0);
  if (isTold(ranked)) return [...ranked];
  const bestOwn = ranked.reduce((most, { own }) => Math.max(most, own), 0);
  const neighbours = query.count >= NEIGHBOUR.terms && !named;
  return ranked.filter(
    ({ own, answers }) => own > 0 || (neighbours && (answers || bestOwn < NEIGHBOUR.covered)),
  );
}
