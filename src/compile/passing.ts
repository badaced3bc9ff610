/** What tells of a passing state is kept by nobody: it will not hold for long. */
import { volatileRule } from '../text/volatile.ts';

/** Why words are not kept, for people and models; null when they tell of something that lasts. */
export function passingWords(content: string): string | null {
  const rule = volatileRule(content);
  return rule === null ? null : `it tells of a passing state (${rule}), which will not hold for long`;
}
