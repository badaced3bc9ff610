/** One representative of each cluster of records that say the same, with how many stand behind it. */
import type { Memory } from '../model/memory.ts';
import type { Store } from '../store/store.ts';
import { discriminators } from '../text/terms.ts';
import type { Candidate } from './asking.ts';

/** Two records are one when they share so many of their terms (Jaccard) and differ in no number, name or negation. */
const SAME = 0.85;

export type Cluster = { readonly best: Candidate; readonly memory: Memory; like: number };

/**
 * The best `most` of `candidates` (best first) that say different things. Texts are read of these, and of what
 * shares their terms, only.
 */
export async function distinct(
  store: Store,
  candidates: readonly Candidate[],
  most: number,
): Promise<Cluster[]> {
  const clusters: Array<Cluster & { terms: ReadonlySet<number> }> = [];
  for (const candidate of candidates) {
    const terms = new Set(candidate.record.terms);
    const near = clusters.filter((cluster) => shareTerms(cluster.terms, terms));
    // What follows the last one wanted only counts as one more of its kind.
    if (near.length === 0 && clusters.length >= most) continue;
    const [memory] = await store.memories.byRows([candidate.record.row]);
    if (memory === undefined) continue;
    const same = near.find((cluster) => marks(cluster.memory) === marks(memory));
    if (same !== undefined) same.like += 1;
    else if (clusters.length < most) clusters.push({ best: candidate, memory, like: 0, terms });
  }
  return clusters;
}

function shareTerms(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  if (small.size < SAME * large.size) return false;
  let common = 0;
  for (const term of small) if (large.has(term)) common += 1;
  return common >= SAME * (a.size + b.size - common);
}

function marks({ title, content }: Memory): string {
  return discriminators(`${title}\n${content}`).join('\n');
}
