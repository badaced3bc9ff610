/** The words that a question is looked for by: its own, other forms of them, and what else counts for them. */
import type { Corpus, KnownTerm } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { FORM_STRENGTH, formsOf, isForm, MOST_FORMS } from '../text/inflection.ts';
import { synonymsOf } from '../text/synonyms.ts';
import type { Weights } from '../text/weights.ts';
import type { Understood } from './understand.ts';

/** Other words for a term are looked for where few messages hold it: this many at most. */
export const RARE = 20;

/** A corpus whose terms know what else counts for them. */
export type AskedCorpus = Omit<Corpus, 'terms'> & { readonly terms: readonly AskedTerm[] };
type OtherTerm = KnownTerm & { readonly strength: number };
type AskedTerm = KnownTerm & { readonly others: readonly OtherTerm[] };

/** An author's name is no word to search for, unless the verb beside it stands nowhere: then it is all there is. */
export async function withNames(
  store: Store,
  understood: Understood,
  weights: Weights,
): Promise<{ readonly understood: Understood; readonly corpus: AskedCorpus }> {
  const corpus = await corpusOf(store, understood, weights);
  const { names, query } = understood;
  if (names.size === 0 || corpus.terms.some(({ documents }) => documents > 0)) return { understood, corpus };
  const named = { ...understood, query: { ...query, terms: [...new Set([...names, ...query.terms])] } };
  return { understood: named, corpus: await corpusOf(store, named, weights) };
}

async function corpusOf(store: Store, { query }: Understood, { synonym }: Weights): Promise<AskedCorpus> {
  const asked = new Set(query.terms);
  const others = query.terms.map((term) =>
    synonym > 0 && query.phrases.length === 0 ? synonymsOf(term).filter((other) => !asked.has(other)) : [],
  );
  const corpus = await store.search.corpus('messages', [...query.terms, ...others.flat()]);
  const known = new Map(corpus.terms.map((one) => [one.term, one]));
  const knownOf = (terms: readonly string[]) => terms.flatMap((term) => known.get(term) ?? []);
  const terms = query.terms.map((term, at) => ({
    term,
    number: known.get(term)?.number ?? null,
    documents: known.get(term)?.documents ?? 0,
    others: knownOf(others[at] ?? [])
      .filter(({ documents }) => documents > 0)
      .map((other) => ({ ...other, strength: synonym })),
  }));
  if (query.phrases.length > 0) return { ...corpus, terms };
  return {
    ...corpus,
    terms: await Promise.all(
      terms.map(async (term) => ({
        ...term,
        others: [...term.others, ...(await inflected(store, term, asked))],
      })),
    ),
  };
}

/** Other forms of a word that the store holds, of a language whose endings are not taken off. */
async function inflected(
  store: Store,
  { term, documents }: KnownTerm,
  asked: ReadonlySet<string>,
): Promise<readonly OtherTerm[]> {
  const sought = documents < RARE ? formsOf(term, documents) : null;
  if (sought === null) return [];
  return (await store.search.beginning(sought.prefix, sought.longest))
    .filter((other) => !asked.has(other.term) && isForm(term, other.term))
    .sort((a, b) => b.documents - a.documents)
    .slice(0, MOST_FORMS)
    .map((other) => ({ ...other, strength: FORM_STRENGTH }));
}
