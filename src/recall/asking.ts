/** What is asked, and what an answer is made of before it is put into words. */
import type { Semantic } from '../embeddings/index.ts';
import type { Caller } from '../model/caller.ts';
import type { Memory } from '../model/memory.ts';
import type { RecordCandidate } from '../store/memories.ts';
import type { Corpus, KnownTerm } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { type QueryWeights, type Ranked, weighQuery } from '../text/ranking.ts';
import type { AnalysedQuery } from '../text/terms.ts';
import type { Weights } from '../text/weights.ts';
import { WEIGHTS } from '../text/weights.ts';
import type { Moment } from './as-of.ts';
import type { Boost } from './boosts.ts';
import type { Reading } from './confidence.ts';
import { relatedTo } from './related-words.ts';
import type { RecallRequest } from './types.ts';

/** A record that may be shown, before its texts are read. */
export type Candidate = {
  readonly record: RecordCandidate;
  /** What its words, or those of the record that it replaced, are worth; null where it was asked for by its id. */
  readonly ranked: Ranked | null;
  readonly boost: Boost;
  readonly score: number;
  readonly weak: boolean;
  /** The replaced record whose words fit, where its own do not as well. */
  readonly via: RecordCandidate | null;
  /** `id`: asked for by its id or title; `window`: found by the messages that it was remembered next to. */
  readonly by: 'words' | 'id' | 'window';
  /** Its texts, where they were read to judge it. */
  readonly read?: Memory;
  /** What was made of them, and the log-odds that it answers. */
  readonly judged?: Reading;
};

export type Fitting = Candidate & {
  readonly memory: Memory;
  /** How many more say the same. */
  readonly like: number;
};

/** A record named by its id that cannot be shown, with why: `m_4f9k2c`, `waits for review`. */
export type Unseen = { readonly id: string; readonly why: string };

export type Found = {
  /** As many as were asked for, best first. */
  readonly shown: readonly Fitting[];
  /** How many there are in all, up to the most that one answer shows. */
  readonly count: number;
  /** Quoted words were asked for and no memory holds them as they stand. */
  readonly phraseMissing: boolean;
  /** Records named by their id that cannot be shown. */
  readonly unseen: readonly Unseen[];
  /** The question held no word to search for. */
  readonly noWords: boolean;
};

export type Asking = {
  readonly store: Store;
  /** Nearness by meaning; null where it is off. */
  readonly semantic: Semantic | null;
  readonly weights: Weights;
  readonly caller: Caller;
  readonly request: RecallRequest;
  readonly asOf: Moment | null;
  readonly now: number;
};

/** A corpus whose terms know which other words the store holds for them. */
export type AskedCorpus = Omit<Corpus, 'terms'> & {
  readonly terms: ReadonlyArray<KnownTerm & { readonly others: readonly KnownTerm[] }>;
};

/** Quoted words are meant as they stand: no other word stands in for them. */
export async function corpusOf(
  store: Store,
  of: 'messages' | 'memories',
  { terms, phrases }: AnalysedQuery,
): Promise<AskedCorpus> {
  const asked = new Set(terms);
  const others = terms.map((term) =>
    phrases.length > 0 ? [] : relatedTo(term).filter((other) => !asked.has(other)),
  );
  const corpus = await store.search.corpus(of, [...new Set([...terms, ...others.flat()])]);
  const known = new Map(corpus.terms.map((one) => [one.term, one]));
  return {
    ...corpus,
    terms: terms.map((term, at) => ({
      ...(known.get(term) ?? { term, number: null, documents: 0 }),
      others: (others[at] ?? [])
        .flatMap((other) => known.get(other) ?? [])
        .filter(({ documents }) => documents > 0),
    })),
  };
}

/** Everything that is looked up: the terms of the question and the words that stand in for them. */
export function lookedUp({ terms }: AskedCorpus): readonly KnownTerm[] {
  const all = terms.flatMap(({ others, ...term }) => [term, ...others]);
  return [...new Map(all.map((one) => [one.term, one])).values()];
}

export function weightsOf(corpus: AskedCorpus, { identifiers }: AnalysedQuery): QueryWeights {
  const names = new Set(identifiers);
  return weighQuery({
    ...corpus,
    terms: corpus.terms.map(({ term, number, documents, others }) => ({
      number,
      documents,
      exact: names.has(term),
      alternatives: others.flatMap((other) =>
        other.number === null
          ? []
          : [{ number: other.number, documents: other.documents, strength: WEIGHTS.synonym }],
      ),
    })),
  });
}
