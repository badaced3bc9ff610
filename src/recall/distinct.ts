/** One representative of each cluster of records that say the same, with how many stand behind it. */
import type { Store } from '../store/store.ts';
import { discriminators } from '../text/terms.ts';
import type { Candidate } from './asking.ts';

/**
 * Two records are one when they share so many of their terms (Jaccard), all that one of them has, and differ in no
 * number, name or negation.
 */
const SAME = 0.85;

export type Cluster = { readonly best: Candidate; readonly like: number };

/**
 * The best `most` of `candidates` (best first) that say different things. Texts are read only of what shares its
 * terms with another one.
 */
export async function distinct(
  store: Store,
  candidates: readonly Candidate[],
  most: number,
): Promise<readonly Cluster[]> {
  const clusters: Array<{ best: Candidate; like: number; terms: ReadonlySet<number> }> = [];
  const read = new Map<number, string | null>();
  const marksOf = async ({ record: { row } }: Candidate): Promise<string | null> => {
    const known = read.get(row);
    if (known !== undefined) return known;
    const [memory] = await store.memories.byRows([row]);
    const marks =
      memory === undefined ? null : discriminators(`${memory.title}\n${memory.content}`).join('\n');
    read.set(row, marks);
    return marks;
  };
  const sameAs = async (candidate: Candidate, terms: ReadonlySet<number>) => {
    for (const cluster of clusters) {
      if (!shareTerms(cluster.terms, terms)) continue;
      if ((await marksOf(cluster.best)) === (await marksOf(candidate))) return cluster;
    }
    return null;
  };
  for (const candidate of candidates) {
    const terms = new Set(candidate.record.terms);
    const same = await sameAs(candidate, terms);
    if (same !== null) same.like += 1;
    else if (clusters.length < most) clusters.push({ best: candidate, like: 0, terms });
  }
  return clusters;
}

function shareTerms(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  if (small.size < SAME * large.size) return false;
  let common = 0;
  for (const term of small) if (large.has(term)) common += 1;
  // Each with a word of its own: staging here, production there.
  return common === small.size && common >= SAME * large.size;
}
