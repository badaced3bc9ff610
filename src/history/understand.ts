/** What a question asks for: its terms without the names of authors and times, and who, when and how many it means. */
import type { Store } from '../store/store.ts';
import { askedAuthor, nameWords } from '../text/asked-author.ts';
import { asksForAnything, isReporting } from '../text/asked-words.ts';
import { askedForm, kindAsked } from '../text/cues.ts';
import { type DateRange, timesNamed } from '../text/dates.ts';
import type { AskedSignals } from '../text/signals.ts';
import { type AnalysedQuery, analyse, analyseQuery } from '../text/terms.ts';

export type Understood = {
  readonly query: AnalysedQuery;
  readonly signals: AskedSignals;
  /** Terms that name the kind of answer only. */
  readonly kinds: ReadonlySet<string>;
  /** The times that it names, as they stand. */
  readonly periods: readonly DateRange[];
  /** It asks for whatever there was at these times. */
  readonly timeOnly: boolean;
  /** Names, authors' too, where it asks for nothing else than what somebody said or wanted. */
  readonly names: ReadonlySet<string>;
};

/** @param now epoch milliseconds, for times told from today */
export async function understand(store: Store, question: string, now: number): Promise<Understood> {
  const whole = analyseQuery(question);
  const words = nameWords(question);
  const { authors, named, terms } = askedAuthor(question, await store.search.authors(words));
  const { ranges, periods, rest } = timesNamed(question, { now, years: await store.search.years() });
  // Quoted words are meant as they stand.
  const quoted = new Set(whole.phrases.flatMap((phrase) => analyse(phrase)));
  const query = ranges.length === 0 ? whole : timeless(whole, analyseQuery(rest), quoted);
  const left = query.terms.filter((term) => !terms.has(term) || quoted.has(term));
  const besides = new Set(analyse(rest));
  const timeOnly =
    periods.length > 0 &&
    query.phrases.length === 0 &&
    asksForAnything(left.filter((term) => besides.has(term)));
  const nameTerms = new Set(
    words.flatMap((word) => analyse(word)).filter((term) => besides.has(term) && !isReporting(term)),
  );
  const about = left.filter((term) => !nameTerms.has(term));
  return {
    query: timeOnly ? { ...query, terms: [] } : left.length === 0 ? query : { ...query, terms: left },
    signals: { ...askedForm(question), ranges, authors, named },
    kinds: new Set(kindAsked(question).flatMap((word) => analyse(word))),
    periods,
    timeOnly,
    names: about.length > 0 && about.every(isReporting) ? nameTerms : new Set(),
  };
}

/**
 * A date is looked for by time, not by its numbers. The name of a month stays a word beside others: who speaks of what
 * was in May says so, later too.
 */
function timeless(whole: AnalysedQuery, rest: AnalysedQuery, quoted: ReadonlySet<string>): AnalysedQuery {
  const kept = new Set(rest.terms);
  const terms = whole.terms.filter((term) => kept.has(term) || quoted.has(term) || !/\d/.test(term));
  return { ...whole, terms, identifiers: rest.identifiers, allStop: terms.length === 0 };
}
