/**
 * Whether a record answers the question. Records are short and stand alone, so that what covers little of a question
 * is, unlike with messages, no answer.
 */
import type { QueryWeights, Ranked } from '../text/ranking.ts';
import { fits, isWeak, judge, type Verdict } from '../text/relevance.ts';

export function judgeRecords(query: QueryWeights, ranked: readonly Ranked[]): Verdict {
  return judge(query, ranked);
}

export function fitsRecord(_query: QueryWeights, one: Ranked): boolean {
  return fits(one);
}

export function isWeakRecord(_query: QueryWeights, one: Ranked): boolean {
  return isWeak(one);
}
