// Whether what was found answers the question at all. What does not is silence, not a list of the least bad.

import type { QueryWeights, Ranked } from './ranking.ts';

export type Verdict = 'none' | 'weak' | 'good';

/**
 * Shares of the question to be covered: by one term alone, by several together, and to be relied on. Measured on
 * LoCoMo conversations 0-4: 1.1 points of recall@10 are lost, and 4 % of 20 questions of other domains pass.
 */
const FIT = { alone: 0.4, together: 0.3, goodAlone: 0.6, goodTogether: 0.5, looked: 10 } as const;

/** `none`: say that nothing relevant is stored. */
export function judge(query: QueryWeights, ranked: readonly Ranked[]): Verdict {
  if (query.unknown || query.commonOnly) return 'none';
  const top = ranked.slice(0, FIT.looked);
  if (!top.some((one) => fits(one))) return 'none';
  return top.some((one) => !isWeak(one)) ? 'good' : 'weak';
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
 * What shares no word with the question is shown beside a hit only where the question has so many terms, and either
 * it answers a message that asks, or no message alone covers this share of the question.
 */
const NEIGHBOUR = { terms: 3, covered: 0.75 } as const;

/**
 * Those worth showing beside the best, in their order.
 * @param namesOnly the question is nothing but exact names: what holds none of them, only pieces, is no answer
 */
export function aboveFloor(query: QueryWeights, ranked: readonly Ranked[], namesOnly: boolean): Ranked[] {
  const best = ranked.reduce((most, { coverage }) => Math.max(most, coverage), 0);
  const bestOwn = ranked.reduce((most, { own }) => Math.max(most, own), 0);
  const named = ranked.some(({ exact }) => exact > 0);
  const neighbours = query.count >= NEIGHBOUR.terms && !named;
  return ranked.filter(({ coverage, own, exact, answers }) => {
    if (coverage < RELATIVE_FLOOR * best) return false;
    if (namesOnly && named) return exact > 0;
    return own > 0 || (neighbours && (answers || bestOwn < NEIGHBOUR.covered));
  });
}
