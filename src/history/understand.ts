/** What a question asks for: its terms without the names of authors, and who, when and how many it means. */
import type { Store } from '../store/store.ts';
import { askedAuthor, nameWords } from '../text/asked-author.ts';
import { askedForm, kindAsked } from '../text/cues.ts';
import { dateNumbers, datesNamed } from '../text/dates.ts';
import type { AskedSignals } from '../text/signals.ts';
import { type AnalysedQuery, analyse, analyseQuery } from '../text/terms.ts';

export type Understood = {
  readonly query: AnalysedQuery;
  readonly signals: AskedSignals;
  /** Terms that name the kind of answer only. */
  readonly kinds: ReadonlySet<string>;
};

/** @param now epoch milliseconds, for times told from today */
export async function understand(store: Store, question: string, now: number): Promise<Understood> {
  const query = analyseQuery(question);
  const { authors, named, terms } = askedAuthor(question, await store.search.authors(nameWords(question)));
  const ranges = datesNamed(question, { now, years: await store.search.years() });
  // Quoted words are meant as they stand, and a name alone is all there is to search for.
  const quoted = new Set(query.phrases.flatMap((phrase) => analyse(phrase)));
  const timed = ranges.length > 0 ? dateNumbers(question) : new Set<string>();
  const rest = query.terms.filter((term) => (!terms.has(term) && !timed.has(term)) || quoted.has(term));
  return {
    query: rest.length === 0 ? query : { ...query, terms: rest },
    signals: { ...askedForm(question), ranges, authors, named },
    kinds: new Set(kindAsked(question).flatMap((word) => analyse(word))),
  };
}
