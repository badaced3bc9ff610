/**
 * Old wordings: who asks in the words of a record that was superseded means what holds now. Superseded records are in
 * no index, so the newest of them are looked through here, and only when nothing better was found.
 */
import type { Caller } from '../model/caller.ts';
import type { Memory } from '../model/memory.ts';
import type { MemoryQuery } from '../store/memories.ts';
import type { Corpus } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { type RankStream, rankRecords, weighQuery } from '../text/ranking.ts';
import { fits, isWeak, judge } from '../text/relevance.ts';
import { type AnalysedQuery, analyse } from '../text/terms.ts';
import type { RecallRequest } from './types.ts';

/** About 5 ms of looking. */
const LOOKED_AT = 200;
const FOLLOWED = 5;
/** A fact is not replaced more often than this while anybody remembers its first wording. */
const LONGEST_CHAIN = 20;

export type Successor = { readonly memory: Memory; readonly score: number; readonly weak: boolean };

/** The active records that took the place of superseded ones which fit the question, best first. */
export async function successorsFor(
  store: Store,
  caller: Caller,
  request: RecallRequest,
  query: AnalysedQuery,
  corpus: Corpus,
): Promise<Successor[]> {
  const { memories } = await store.memories.list(listQuery(caller, request));
  if (memories.length === 0) return [];
  const position = new Map(query.terms.map((term, index) => [term, index + 1]));
  const streams = memories.map((memory) => streamOf(memory, position));
  const held = new Set(streams.flatMap(({ terms }) => [...terms]));
  // A word that only old records hold is no unknown word here.
  const terms = corpus.terms.map(({ documents }, index) => ({
    number: held.has(index + 1) || documents > 0 ? index + 1 : null,
    documents: Math.max(1, documents),
  }));
  const averageLength = streams.reduce((sum, stream) => sum + stream.terms.length, 0) / streams.length;
  const weights = weighQuery({ documents: corpus.documents + memories.length, averageLength, terms });
  const ranked = rankRecords(weights, streams);
  if (judge(weights, ranked) === 'none') return [];
  const byRow = new Map(memories.map((memory) => [memory.row, memory]));
  const found = new Map<number, Successor>();
  for (const one of ranked.filter(fits).slice(0, FOLLOWED)) {
    const old = byRow.get(one.row);
    const memory = old === undefined ? null : await inForce(store, old);
    if (memory !== null && !found.has(memory.row))
      found.set(memory.row, { memory, score: one.score, weak: isWeak(one) });
  }
  return [...found.values()];
}

function listQuery({ project }: Caller, { scope }: RecallRequest): MemoryQuery {
  const base = { states: ['superseded'] as const, limit: LOOKED_AT };
  if (scope === 'user') return { ...base, scope };
  const projects = scope === 'all' || project === null ? {} : { projects: project.ids };
  return scope === 'project' ? { ...base, scope, ...projects } : { ...base, ...projects };
}

function streamOf(
  { row, title, content, aliases, updatedAt }: Memory,
  position: ReadonlyMap<string, number>,
): RankStream {
  const terms = analyse([title, content, ...aliases].join('\n')).map((term) => position.get(term) ?? 0);
  return { row, session: 0, place: row, terms: Uint32Array.from(terms), at: updatedAt, cues: 0, author: 0 };
}

/** The record at the end of the chain; null where that one was forgotten, waits, or is the same again. */
async function inForce(store: Store, old: Memory): Promise<Memory | null> {
  let memory: Memory | null = old;
  for (let steps = 0; memory !== null && memory.state === 'superseded' && steps < LONGEST_CHAIN; steps += 1) {
    memory = await store.memories.successor(memory.id);
  }
  return memory !== null && memory.state === 'active' ? memory : null;
}
