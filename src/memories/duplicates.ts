/**
 * Near duplicates: found by a few of the rarest terms within a postings budget. Records that differ in a number, an
 * identifier, a path, a name or a negation are never the same, nor are those of which each has a word that the other
 * lacks (staging here, production there).
 */
import type { Memory, NewMemory } from '../model/memory.ts';
import type { Store } from '../store/store.ts';
import { discriminators } from '../text/terms.ts';

/** Share of terms that two records must have in common (Jaccard). */
const SIMILAR = 0.8;
const RAREST = 3;
const POSTINGS = 300;
const CANDIDATES = 20;

/** The active record of the same scope that says the same, or null. */
export async function nearDuplicate(
  store: Store,
  record: Pick<NewMemory, 'scope' | 'project' | 'title' | 'content' | 'kind'>,
  terms: readonly string[],
): Promise<Memory | null> {
  const corpus = await store.search.corpus('memories', [...new Set(terms)]);
  const rarest = corpus.terms
    .filter(({ documents }) => documents > 0)
    .toSorted((a, b) => a.documents - b.documents)
    .slice(0, RAREST);
  if (rarest.length === 0) return null;
  const scopes = [{ scope: record.scope, projects: record.project === null ? null : [record.project] }];
  const found = await store.memories.matching(rarest, { scopes, states: ['active'] }, POSTINGS, CANDIDATES);
  const own = new Set(corpus.terms.map(({ number }) => number ?? -1));
  // A term that the store does not know is in no other record: it counts apart.
  const unknown = corpus.terms.filter(({ number }) => number === null).length;
  const near = found.filter((stream) => similarity(own, unknown, new Set(stream.terms)) >= SIMILAR);
  if (near.length === 0) return null;
  const marks = markSet(record.content);
  const memories = await store.memories.byRows(near.map(({ row }) => row));
  return memories.find(({ kind, content }) => kind === record.kind && markSet(content) === marks) ?? null;
}

function markSet(content: string): string {
  return [...new Set(discriminators(content))].sort().join('\n');
}

/** Jaccard over term numbers, 0 where each has a term of its own; `own` holds one entry for all unknown terms, which are counted in `unknown`. */
function similarity(own: ReadonlySet<number>, unknown: number, theirs: ReadonlySet<number>): number {
  let common = 0;
  for (const number of own) if (theirs.has(number)) common += 1;
  const mine = unknown === 0 ? own.size : own.size - 1 + unknown;
  if (common < mine && common < theirs.size) return 0;
  return common / (mine + theirs.size - common);
}
