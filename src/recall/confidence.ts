/**
 * Whether a record answers the question. Records are short and stand alone, so what covers little of a question is,
 * unlike with messages, no answer; nor is what leaves the very thing open that is asked about, or has not the form of
 * an answer to it.
 */
import type { Memory } from '../model/memory.ts';
import type { QueryWeights } from '../text/ranking.ts';
import { analyse } from '../text/terms.ts';
import { type AskedName, namesAsked } from './asked-names.ts';
import {
  type AskedTerm,
  askedTerms,
  type Held,
  heldOf,
  NOT_HELD,
  type Numbers,
  WHOLE,
} from './asked-terms.ts';
import type { AskedCorpus } from './asking.ts';
import { tellingTerms } from './generic-words.ts';
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

/** Most that a record is given which is no sure answer, whatever it holds: just short of a good one. */
const DOUBTFUL = CUT.good - 0.01;
/** Least rarity (about five records of a hundred) of a name whose records all deserve a look. By judgement. */
const RARE_NAME = 0.7;
/** What such a name adds to a record that would not be shown: whether it is in use is all that may be asked. By judgement. */
const NAMED = { else: 0.7, whether: 5 } as const;
const WHETHER = /^\W*(?:do|does|did|is|are|was|were|have|has|can|may|should)\b/i;

/** What of a record is read to judge it. */
type Read = Pick<Memory, 'title' | 'content' | 'tags' | 'aliases' | 'paths'>;
export type Judge = {
  /** Log-odds that this record, with what it replaced, answers; comparable between questions. */
  readonly sure: (candidate: Judged, text: Read) => number;
  readonly read: (candidate: Judged, text: Read) => Reading;
  /** The log-odds by its term numbers alone, with no credit for what only its text shows. */
  readonly unread: (candidate: Judged) => number;
};
export type Reading = {
  readonly sure: number;
  /** It holds none of the telling words itself, only others that may mean the same. */
  readonly relatedOnly: boolean;
  readonly matching: () => Matching;
};
/** Words as the question spells them. */
type Matching = {
  readonly held: readonly string[];
  /** Terms of other words that were taken for those of the question: `ship`, `deploy`. */
  readonly related: ReadonlyArray<readonly [string, string]>;
  readonly missing: readonly string[];
};
type Judged = { readonly record: Terms; readonly via: Terms | null };
type Terms = { readonly terms: Uint32Array };

/**
 * @param question as it was asked: in "npm or pnpm" one of both is enough
 * @param project the name of the project that is asked from
 */
export function judgeOf(corpus: AskedCorpus, question: string, project: string | null): Judge {
  const own = new Set(project === null ? [] : analyse(project));
  const terms = askedTerms(corpus, question, own);
  // Everyday words are all that is asked with: what holds them may be meant.
  const faint = tellingTerms(question).every((term) => own.has(term));
  const names = namesAsked(question).filter(({ term }) => !own.has(term));
  const said = names.filter((name) => name.said);
  const added = WHETHER.test(question) ? NAMED.whether : NAMED.else;
  const stands = alternatives(question);
  const named = new Set(corpus.terms.flatMap(({ term, others }) => [term, ...others.map((one) => one.term)]));
  const focus = focusOf(question);
  const formOf = askedForm(question);
  const isRival = rivalsOf(terms.map(({ term }) => term));
  const wordsOf = (held: readonly number[]): number => {
    let [total, covered, weight, rarest, open, missed] = [0, 0, 0, 0, 0, 0];
    terms.forEach((term, at) => {
      const share = held[at] ?? 0;
      const faint = term.generic || (share === 0 && term.lack < term.weight);
      total += share === 0 ? term.lack : term.weight;
      covered += share * term.weight;
      if (share === 0 && focus.includes(term.term)) missed = Math.max(missed, faint ? FITTED.faint : 1);
      if (term.generic) return;
      weight += share * term.weight;
      rarest = Math.max(rarest, share * term.rarity);
      if (share === 0 && !faint && !term.piece) open += 1;
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
  const read = (candidate: Judged, { title, content, tags, aliases, paths }: Read): Reading => {
    const topics = [[title, ...tags].join('\n'), ...aliases];
    const words = new Set(analyse([...topics, content, ...paths.map(({ path }) => path)].join('\n')));
    const held = holding(terms, stands, numbersOf(candidate), words);
    const form = formOf(content);
    const odds =
      wordsOf(held.map(({ share }) => share)) +
      FITTED.title * Math.max(...topics.map((topic) => shareNamed(topic, named))) +
      (isRival(words) ? FITTED.rival : 0) +
      (form === 'firm' ? FITTED.firm : form === 'other' ? FITTED.otherForm : 0);
    const itself = terms.some(({ generic }, at) => !generic && isItself(held[at]));
    const holds = ({ term }: AskedName) =>
      terms.some((one, at) => one.term === term && (held[at]?.share ?? 0) > 0);
    const doubtful = faint || !itself || names.some((name) => !holds(name));
    // Whoever asks by one name that few records hold is shown what is known of it, if as a weak match.
    const [only, ...more] = said;
    const rare = terms.some(({ term, rarity }) => term === only?.term && rarity >= RARE_NAME);
    const isNamed = only !== undefined && more.length === 0 && rare && holds(only);
    const sure = doubtful ? Math.min(DOUBTFUL, odds) : odds;
    return {
      sure: isNamed ? Math.max(sure, Math.min(CUT.shown, sure + added)) : sure,
      relatedOnly: !itself,
      matching: () => matchingOf(terms, held),
    };
  };
  return {
    sure: (candidate, text) => read(candidate, text).sure,
    read,
    unread: (candidate) =>
      wordsOf(holding(terms, stands, numbersOf(candidate), NO_WORDS).map(({ share }) => share)),
  };
}

/** The word stands there, in this or another form. */
function isItself(held: Held | undefined): boolean {
  return held !== undefined && held.share > 0 && held.as === null;
}

function matchingOf(terms: readonly AskedTerm[], held: readonly Held[]): Matching {
  const spelled = (fits: (one: Held) => boolean) =>
    terms.flatMap((term, at) => {
      const one = held[at];
      return one !== undefined && !term.piece && fits(one) ? [term.spelled] : [];
    });
  return {
    held: [...new Set(spelled(isItself))],
    missing: [...new Set(spelled(({ share }) => share === 0))],
    related: terms.flatMap((term, at) => {
      const other = held[at]?.as ?? null;
      return other === null ? [] : [[other, term.spelled] as const];
    }),
  };
}

const NO_WORDS: ReadonlySet<string> = new Set();

/** Looked through: a dozen terms are asked for, and a set of a record's own costs more than that. */
function numbersOf({ record, via }: Judged): Numbers {
  return {
    has: (number) => record.terms.includes(number) || via?.terms.includes(number) === true,
  };
}

/** Share of a topic's telling words that are asked for. */
function shareNamed(topic: string, named: ReadonlySet<string>): number {
  const telling = [...new Set(tellingTerms(topic))];
  return telling.filter((term) => named.has(term)).length / Math.max(1, telling.length);
}

/** How much of each term is held; of "npm or pnpm" both are where one is. */
function holding(
  terms: readonly AskedTerm[],
  stands: ReadonlyMap<string, readonly string[]>,
  numbers: Numbers,
  words: ReadonlySet<string>,
): Held[] {
  const held = terms.map((term) => heldOf(term, numbers, words));
  const whole = new Set(terms.filter((_, at) => held[at]?.share === 1).map(({ term }) => term));
  return terms.map(({ term }, at) =>
    stands.get(term)?.some((other) => whole.has(other)) === true ? WHOLE : (held[at] ?? NOT_HELD),
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
