/** Tables of words that stand for one another, as synonyms.ts and recall's related words keep them. */
import { analyse } from './terms.ts';

/**
 * For each term, as the analyser gives it, the others of its groups. Groups are parted by `|` or a line end, words by
 * blanks; a word may stand in several.
 */
export function wordGroups(groups: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const group of groups.split(/[|\n]/)) {
    const terms = [...new Set(group.split(/\s+/).flatMap((word) => analyse(word)[0] ?? []))];
    for (const term of terms) {
      const others = found.get(term) ?? new Set<string>();
      for (const other of terms) if (other !== term) others.add(other);
      found.set(term, others);
    }
  }
  return new Map([...found].map(([term, others]) => [term, [...others]]));
}
