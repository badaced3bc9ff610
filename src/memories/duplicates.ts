/**
 * Near duplicates: found by a few of the rarest terms within a postings budget. Records that differ in a number, an
 * identifier, a path, a name or a negation are never the same.
 */
import type { Memory, NewMemory } from '../model/memory.ts';
import type { Store } from '../store/store.ts';
import { discriminators } from '../text/terms.ts';
import { memoryTerms } from './terms.ts';

/** Share of terms that two records must have in common (Jaccard). */
const SIMILAR = 0.8;
const RAREST = 5;
const POSTINGS = 2000;
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
  const found = await store.search.memories(rarest, { scopes, states: ['active'] }, POSTINGS, CANDIDATES);
  const marks = markSet(record.content);
  for (const memory of await store.memories.byRows(found.map(({ row }) => row))) {
    if (memory.kind !== record.kind || markSet(memory.content) !== marks) continue;
    if (jaccard(new Set(terms), new Set(memoryTerms(memory))) >= SIMILAR) return memory;
  }
  return null;
}

function markSet(content: string): string {
  return [...new Set(discriminators(content))].sort().join('\n');
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const item of a) if (b.has(item)) common += 1;
  return a.size + b.size === 0 ? 0 : common / (a.size + b.size - common);
}
