/** What each term of a question weighs, and whether a record holds it: itself, a word for the same, or another form. */
import { analyse } from '../text/terms.ts';
import type { AskedCorpus } from './asking.ts';
import { GENERIC } from './generic-words.ts';

/** What a word of everyday English weighs, and one that no record holds. By judgement. */
const WEIGHT = { generic: 0.2, unknown: 0.9 } as const;
/** What a word for the same counts, and another form of the word. By judgement. */
const HELD = { related: 0.8, form: 0.7 } as const;
/** How much of a word's weight does not depend on how rare it is: a small store's frequencies are chance. */
const FLAT = 0.5;
const LEAST_DOCUMENTS = 100;

export type AskedTerm = {
  readonly term: string;
  readonly number: number | null;
  /** Numbers of the words that stand in for it. */
  readonly others: readonly number[];
  /** 0..1: the parts of one name share what one word weighs. */
  readonly weight: number;
  /** 0..1: 1 = it stands in one record. */
  readonly rarity: number;
  /** An everyday word: what it covers, or leaves open, says next to nothing. */
  readonly generic: boolean;
  /** A piece of a name that is a term by itself. */
  readonly piece: boolean;
};

/** @param own words that go without saying, as the name of the project that is asked from */
export function askedTerms(
  { documents, terms }: AskedCorpus,
  question: string,
  own: ReadonlySet<string>,
): AskedTerm[] {
  const size = Math.max(documents, LEAST_DOCUMENTS);
  const rareness = (frequency: number) => Math.log(1 + (size - frequency + 0.5) / (frequency + 0.5));
  const once = rareness(1);
  const weighed = terms.map(({ term, number, documents: frequency, others }) => {
    const rarity = Math.min(1, rareness(frequency) / once);
    const generic = GENERIC.has(term) || own.has(term);
    const kind = generic ? WEIGHT.generic : frequency === 0 ? WEIGHT.unknown : 1;
    const weight = kind * (FLAT + (1 - FLAT) * rarity);
    return { term, number, others: others.flatMap((one) => one.number ?? []), weight, rarity, generic };
  });
  const names = [...question.matchAll(TOKEN)]
    .map(([token]) => analyse(token))
    .filter((all) => all.length > 1);
  return weighed.map((one) => {
    const name = names.find((all) => all.includes(one.term));
    const parts = name === undefined ? [] : weighed.filter(({ term }) => name.includes(term));
    if (parts.length < 2) return { ...one, piece: false };
    const piece = one !== parts[0];
    // `os` of iOS stands in macOS too.
    if (piece && one.term.length < SHORTEST_PIECE) return { ...one, weight: 0, rarity: 0, piece };
    const counted = parts.filter(({ term }, at) => at === 0 || term.length >= SHORTEST_PIECE);
    const [most, sum] = [
      Math.max(...parts.map(weightOf)),
      counted.reduce((all, part) => all + part.weight, 0),
    ];
    return { ...one, weight: (one.weight * most) / sum, piece };
  });
}

/** Letters of a piece that says anything without the rest of its name. */
const SHORTEST_PIECE = 3;
const TOKEN = /\w[\w'./@:-]*/g;
const weightOf = ({ weight }: { readonly weight: number }): number => weight;

/** The term numbers of a record. */
export type Numbers = Pick<ReadonlySet<number>, 'has'>;

/** How much of the term is held, 0..1. */
export function heldOf(
  { term, number, others }: AskedTerm,
  numbers: Numbers,
  words: ReadonlySet<string>,
): number {
  if (number !== null && numbers.has(number)) return 1;
  if (others.some((other) => numbers.has(other))) return HELD.related;
  for (const word of words) if (isForm(word, term)) return HELD.form;
  return 0;
}

/** Two forms of one word, as far as a stemmer leaves them apart: `deploi` and `deploy`, `config` and `configur`. */
function isForm(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  if (same >= FORM.shared && same >= FORM.share * long.length) return true;
  return same === short.length && same >= FORM.shared - 1 && long.length - short.length <= FORM.ending;
}
/** Letters in common, their share of the longer word, and the longest ending. By judgement. */
const FORM = { shared: 5, share: 0.75, ending: 3 } as const;
