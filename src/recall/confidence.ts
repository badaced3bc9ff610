/**
 * Whether a record answers the question. Records are short and stand alone, so what covers little of a question is,
 * unlike with messages, no answer; nor is what leaves the very thing open that is asked about, or has not the form of
 * an answer to it.
 */
import type { Memory } from '../model/memory.ts';
import type { QueryWeights } from '../text/ranking.ts';
import { analyse } from '../text/terms.ts';
import { type AskedTerm, askedTerms, heldOf, type Numbers } from './asked-terms.ts';
import type { AskedCorpus } from './asking.ts';
import { GENERIC } from './generic-words.ts';
import { rivalsOf } from './rivals.ts';
import { askedForm, focusOf } from './wanted.ts';

/**
 * Log-odds. Fitted on `bench/sets/facts` with 26 more questions that those facts do not answer, for rules, reasons and
 * places, of which it has none; then rounded. In five folds over the facts, each judged by what was fitted on the
 * others, good hits reached 79 % recall at about 90 % precision.
 */
const FITTED = {
  constant: -4.2,
  /** Share of the question's weight that the record holds. */
  coverage: 3.2,
  /** The weight it holds, in words. */
  held: 0.8,
  /** Words of the question that it leaves open, up to `mostOpen`. */
  open: -0.4,
  mostOpen: 3,
  /** Share of the words of its title and tags, or of an alias, that the question names. */
  title: 1.5,
  /** The rarest word that it holds. */
  rarest: 1.4,
  /** The word for what is asked about is left open; an everyday word counts `faint` of it. */
  focus: -1,
  faint: 0.3,
  rival: -1.6,
  firm: 1.1,
  otherForm: -1.1,
} as const;

/** Where a record is shown, relied on, and how far behind the surest one it may be. Chosen with the above. */
const CUT = { shown: -0.8, good: 0, strict: 1, beside: 2 } as const;

/** What of a record is read to judge it. */
export type Read = Pick<Memory, 'title' | 'content' | 'tags' | 'aliases' | 'paths'>;
export type Judge = {
  /** Log-odds that this record, with what it replaced, answers; comparable between questions. */
  readonly sure: (candidate: Judged, text: Read) => number;
  /** The same by its term numbers alone, with no credit for what only its text shows. */
  readonly unread: (candidate: Judged) => number;
};
type Judged = { readonly record: Terms; readonly via: Terms | null };
type Terms = { readonly terms: Uint32Array };

/**
 * @param question as it was asked: in "npm or pnpm" one of both is enough
 * @param project the name of the project that is asked from
 */
export function judgeOf(corpus: AskedCorpus, question: string, project: string | null): Judge {
  const terms = askedTerms(corpus, question, new Set(project === null ? [] : analyse(project)));
  const total = terms.reduce((sum, { weight }) => sum + weight, 0);
  const stands = alternatives(question);
  const named = new Set(corpus.terms.flatMap(({ term, others }) => [term, ...others.map((one) => one.term)]));
  const focus = focusOf(question);
  const formOf = askedForm(question);
  const isRival = rivalsOf(terms.map(({ term }) => term));
  const wordsOf = (held: readonly number[]): number => {
    let [covered, weight, rarest, open, missed] = [0, 0, 0, 0, 0];
    terms.forEach((term, at) => {
      const share = held[at] ?? 0;
      covered += share * term.weight;
      if (share === 0 && focus.includes(term.term))
        missed = Math.max(missed, term.generic ? FITTED.faint : 1);
      if (term.generic) return;
      weight += share * term.weight;
      rarest = Math.max(rarest, share * term.rarity);
      if (share === 0 && !term.piece) open += 1;
    });
    return (
      FITTED.constant +
      FITTED.coverage * (total === 0 ? 0 : covered / total) +
      FITTED.held * weight +
      FITTED.open * Math.min(FITTED.mostOpen, open) +
      FITTED.rarest * rarest +
      FITTED.focus * missed
    );
  };
  return {
    sure: (candidate, { title, content, tags, aliases, paths }) => {
      const topics = [[title, ...tags].join('\n'), ...aliases].map((topic) => analyse(topic));
      const words = new Set([
        ...topics.flat(),
        ...analyse([content, ...paths.map(({ path }) => path)].join('\n')),
      ]);
      const form = formOf(content);
      return (
        wordsOf(holding(terms, stands, numbersOf(candidate), words)) +
        FITTED.title * Math.max(...topics.map((topic) => shareNamed(topic, named))) +
        (isRival(words) ? FITTED.rival : 0) +
        (form === 'firm' ? FITTED.firm : form === 'other' ? FITTED.otherForm : 0)
      );
    },
    unread: (candidate) => wordsOf(holding(terms, stands, numbersOf(candidate), NO_WORDS)),
  };
}

const NO_WORDS: ReadonlySet<string> = new Set();

/** Looked through: a dozen terms are asked for, and a set of a record's own costs more than that. */
function numbersOf({ record, via }: Judged): Numbers {
  return {
    has: (number) => record.terms.includes(number) || via?.terms.includes(number) === true,
  };
}

/** Share of the telling words that are asked for. */
function shareNamed(words: readonly string[], named: ReadonlySet<string>): number {
  const telling = [...new Set(words)].filter((term) => !GENERIC.has(term));
  return telling.filter((term) => named.has(term)).length / Math.max(1, telling.length);
}

/** How much of each term is held; of "npm or pnpm" both are where one is. */
function holding(
  terms: readonly AskedTerm[],
  stands: ReadonlyMap<string, readonly string[]>,
  numbers: Numbers,
  words: ReadonlySet<string>,
): number[] {
  const held = terms.map((term) => heldOf(term, numbers, words));
  const whole = new Set(terms.filter((_, at) => held[at] === 1).map(({ term }) => term));
  return terms.map(({ term }, at) =>
    stands.get(term)?.some((other) => whole.has(other)) === true ? 1 : (held[at] ?? 0),
  );
}

/** Terms that stand for one another, since the question asks which of them it is. */
function alternatives(question: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [, left = '', right = ''] of question.matchAll(EITHER)) {
    const [a, b] = [analyse(left), analyse(right)];
    for (const term of a) found.set(term, b);
    for (const term of b) found.set(term, a);
  }
  return found;
}
const EITHER = /([\p{L}\p{N}_.-]{1,40}),? (?:or|versus|vs\.?) ([\p{L}\p{N}_.-]{1,40})/giu;

/** The question has words that tell records apart, or several of its everyday ones stand together. */
export function canAnswer(query: QueryWeights, ranked: ReadonlyArray<{ readonly matched: number }>): boolean {
  if (query.unknown) return false;
  const whole = query.count >= 2 && ranked.some(({ matched }) => matched >= query.count);
  return !query.commonOnly || whole;
}

/** Least log-odds to be shown where the surest record has `best`; more of them where nobody has asked. */
export function leastShown(best: number, strict: boolean): number {
  return Math.max(strict ? CUT.strict : CUT.shown, best - CUT.beside);
}

export function isDoubtful(confidence: number): boolean {
  return confidence < CUT.good;
}
