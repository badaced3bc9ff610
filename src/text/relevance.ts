// Whether the messages that were found answer the question at all. What does not is silence, not a list of the least
// bad. Records that stand alone are judged in recall/confidence.ts.

import type { QueryWeights, Ranked } from './ranking.ts';

export type Verdict = 'none' | 'weak' | 'good';

/** Messages of an answer that are looked at for its verdict. */
const LOOKED = 10;

/**
 * Confidence in a message, as log-odds: fitted on conversations 0-4 of LoCoMo with and without the names of those who
 * speak, against questions of other domains, near misses that share a common word, and the same questions put to
 * another conversation, with its names and without any. Rounded.
 */
const FITTED = { constant: -5.4, coverage: 5, own: 1.2, matched: 0.95, mostMatched: 3, told: 1.5 } as const;

/**
 * Where messages are shown at all, and where they are relied on. The larger the
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
  const top = ranked.slice(0, LOOKED);
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
