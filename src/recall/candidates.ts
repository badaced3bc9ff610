/** The memories that fit a question, best first: ranked by their terms, then by how near they are to the caller. */
import type { Caller } from '../model/caller.ts';
import type { Memory } from '../model/memory.ts';
import type { MemoryScope, Stream } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { namesOnly, phrasesHeld, phrasesOf } from '../text/asked-words.ts';
import { type Ranked, rankRecords, weighQuery } from '../text/ranking.ts';
import { aboveFloor, fits, isWeak, judge } from '../text/relevance.ts';
import { type AnalysedQuery, discriminators } from '../text/terms.ts';
import { successorsFor } from './superseded.ts';
import type { RecallRequest } from './types.ts';

export type Fitting = { readonly memory: Memory; readonly score: number; readonly weak: boolean };
export type Found = {
  readonly fitting: readonly Fitting[];
  /** Quoted words were asked for and no memory holds them as they stand. */
  readonly phraseMissing: boolean;
};

/** Postings read for one question, and documents ranked of them. */
const BUDGET = 5_000;
const POOL = 80;
/** Records read of the best: enough for filters, duplicates and quoted words to leave the limit. */
const LOADED = 40;
/** What is said of this project stands before what is said of the person, where both fit alike. */
const NEAR = 0.4;
/** Two records are one when they share so many of their terms (Jaccard) and differ in no number, name or negation. */
const SAME = 0.85;

export async function memoriesFor(
  store: Store,
  caller: Caller,
  request: RecallRequest,
  query: AnalysedQuery,
  now: number,
): Promise<Found> {
  const corpus = await store.search.corpus('memories', query.terms);
  const scopes = scopesOf(caller, request);
  const streams = await store.search.memories(corpus.terms, { scopes, states: ['active'] }, BUDGET, POOL);
  const names = new Set(query.identifiers);
  const terms = corpus.terms.map((known) => ({ ...known, exact: names.has(known.term) }));
  const weights = weighQuery({ ...corpus, terms });
  const ranked = rankRecords(weights, streams);
  const isWanted = (memory: Memory) => wanted(memory, caller, request, now);
  const phrases = phrasesOf(query);
  if (phrases.length > 0) {
    const held = (await load(store, caller, ranked, isWanted)).filter(
      ({ memory }) => phrasesHeld(textOf(memory), phrases) > 0,
    );
    if (held.length > 0) {
      return {
        fitting: distinct(
          held.map((one) => ({ ...one, weak: false })),
          streams,
        ),
        phraseMissing: false,
      };
    }
  }
  const verdict = judge(weights, ranked);
  const above = verdict === 'none' ? [] : aboveFloor(ranked, namesOnly(query)).filter(fits);
  const fitting = await load(store, caller, above, isWanted);
  // An old wording finds the record that took its place; a good answer needs no such help.
  const helped = fitting.some(({ weak }) => !weak)
    ? []
    : await successorsFor(store, caller, request, query, corpus);
  const later = helped.filter(({ memory }) => isWanted(memory));
  const known = new Set(later.map(({ memory }) => memory.row));
  const all = [...later, ...fitting.filter(({ memory }) => !known.has(memory.row))];
  return { fitting: distinct(all, streams), phraseMissing: phrases.length > 0 && all.length > 0 };
}

function textOf({ title, content, aliases, tags }: Memory): string {
  return [title, content, ...aliases, ...tags].join('\n');
}

async function load(
  store: Store,
  caller: Caller,
  ranked: readonly Ranked[],
  isWanted: (memory: Memory) => boolean,
): Promise<Fitting[]> {
  const fitting: Array<Fitting & { ranked: Ranked }> = [];
  for (let at = 0; at < ranked.length && fitting.length < LOADED; at += LOADED) {
    const batch = new Map(ranked.slice(at, at + LOADED).map((one) => [one.row, one]));
    for (const memory of await store.memories.byRows([...batch.keys()])) {
      const one = batch.get(memory.row);
      if (one === undefined || !isWanted(memory)) continue;
      const near = memory.scope === 'project' && isOwn(memory, caller) ? NEAR : 0;
      fitting.push({ memory, ranked: one, score: one.score + near, weak: isWeak(one) });
    }
  }
  return fitting.sort(
    (a, b) => b.score - a.score || b.memory.updatedAt - a.memory.updatedAt || b.memory.row - a.memory.row,
  );
}

/** Null = every scope. A caller without a project sees, beside the user's, what was stored without one. */
function scopesOf({ project }: Caller, { scope }: RecallRequest): readonly MemoryScope[] | null {
  if (scope === 'all') return null;
  const user: MemoryScope = { scope: 'user', projects: null };
  const own: MemoryScope = { scope: 'project', projects: project?.ids ?? null };
  if (scope === 'user') return [user];
  return scope === 'project' ? [own] : [own, user];
}

/** The same as {@link scopesOf}, and kind and time, told of a record. */
function wanted(memory: Memory, caller: Caller, { scope, kinds }: RecallRequest, now: number): boolean {
  if (memory.state !== 'active' || (memory.validTo !== null && memory.validTo <= now)) return false;
  if (kinds !== undefined && kinds.length > 0 && !kinds.includes(memory.kind)) return false;
  if (scope === 'all') return true;
  if (memory.scope === 'user') return scope !== 'project';
  return scope !== 'user' && isOwn(memory, caller);
}

function isOwn({ project }: Memory, caller: Caller): boolean {
  if (caller.project === null) return project === null;
  return project !== null && caller.project.ids.includes(project);
}

/** One of each that say the same. */
function distinct(fitting: readonly Fitting[], streams: readonly Stream[]): Fitting[] {
  const terms = new Map(streams.map((stream) => [stream.row, new Set(stream.terms)]));
  const kept: Fitting[] = [];
  for (const one of fitting) {
    if (!kept.some((other) => isSame(one.memory, other.memory, terms))) kept.push(one);
  }
  return kept;
}

function isSame(a: Memory, b: Memory, terms: ReadonlyMap<number, ReadonlySet<number>>): boolean {
  if (a.content === b.content) return true;
  const [left, right] = [terms.get(a.row), terms.get(b.row)];
  if (left === undefined || right === undefined) return false;
  const common = [...left].filter((term) => right.has(term)).length;
  if (common < SAME * (left.size + right.size - common)) return false;
  return marks(a.content) === marks(b.content);
}

function marks(content: string): string {
  return [...new Set(discriminators(content))].sort().join('\n');
}
