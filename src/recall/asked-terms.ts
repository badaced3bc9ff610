/** What each term of a question weighs, and whether a record holds it: itself, a word for the same, or another form. */
import type { KnownTerm } from '../store/search.ts';
import { analyse } from '../text/terms.ts';
import type { AskedCorpus } from './asking.ts';
import { isFaint, isGeneric } from './generic-words.ts';

/** What a word of everyday English weighs, and one that no record holds. By judgement. */
const WEIGHT = { generic: 0.2, unknown: 0.9 } as const;
/** What a word for the same counts, and another form of the word. By judgement. */
const HELD = { related: 0.8, form: 0.7 } as const;
/** How much of a word's weight does not depend on how rare it is: a small store's frequencies are chance. */
const FLAT = 0.5;
const LEAST_DOCUMENTS = 100;

export type AskedTerm = {
  readonly term: string;
  /** As the question spells it. */
  readonly spelled: string;
  readonly number: number | null;
  /** The words that stand in for it. */
  readonly others: readonly KnownTerm[];
  /** 0..1: the parts of one name share what one word weighs. */
  readonly weight: number;
  /** 0..1: 1 = it stands in one record. */
  readonly rarity: number;
  /** An everyday word: what it covers, or leaves open, says next to nothing. */
  readonly generic: boolean;
  /** What it weighs where it is not held: for a word like an everyday one less. */
  readonly lack: number;
  /** A piece of a name that is a term by itself. */
  readonly piece: boolean;
};

/**
 * A question of everyday words alone is about these: none of them is `generic` then.
 * @param own words that go without saying, as the name of the project that is asked from
 */
export function askedTerms(
  { documents, terms }: AskedCorpus,
  question: string,
  own: ReadonlySet<string>,
): AskedTerm[] {
  const size = Math.max(documents, LEAST_DOCUMENTS);
  const rareness = (frequency: number) => Math.log(1 + (size - frequency + 0.5) / (frequency + 0.5));
  const once = rareness(1);
  const tokens = tokensOf(question);
  const isEveryday = everydayIn(tokens, own);
  const all = terms.every(({ term }) => isEveryday(term));
  const weighed = terms.map(({ term, number, documents: frequency, others }) => {
    const rarity = Math.min(1, rareness(frequency) / once);
    const generic = !all && isEveryday(term);
    const kind = generic ? WEIGHT.generic : frequency === 0 ? WEIGHT.unknown : 1;
    const weight = kind * (FLAT + (1 - FLAT) * rarity);
    const lack = !all && isFaint(term) ? (weight * WEIGHT.generic) / kind : weight;
    const spelled = tokens.find((token) => token.terms.includes(term))?.spelled ?? term;
    return { term, spelled, number, others, weight, lack, rarity, generic };
  });
  const names = tokens
    .filter(({ spelled, terms: parts }) => parts.length > 1 && ASCII.test(spelled))
    .map((token) => token.terms);
  return weighed.map((one) => {
    const name = names.find((all) => all.includes(one.term));
    const parts = name === undefined ? [] : weighed.filter(({ term }) => name.includes(term));
    if (parts.length < 2) return { ...one, piece: false };
    const piece = one !== parts[0];
    // `os` of iOS stands in macOS too.
    if (piece && one.term.length < SHORTEST_PIECE) return { ...one, weight: 0, lack: 0, rarity: 0, piece };
    const counted = parts.filter(({ term }, at) => at === 0 || term.length >= SHORTEST_PIECE);
    const [most, sum] = [
      Math.max(...parts.map(weightOf)),
      counted.reduce((all, part) => all + part.weight, 0),
    ];
    return { ...one, weight: (one.weight * most) / sum, lack: (one.lack * most) / sum, piece };
  });
}

/** Letters of a piece that says anything without the rest of its name. */
const SHORTEST_PIECE = 3;
const TOKEN = /[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_'./@:+#-]*[\p{L}\p{N}\p{M}_+#])?/gu;

const ASCII = /^[\0-\u007f]*$/;

type Token = { readonly spelled: string; readonly terms: readonly string[] };

function tokensOf(question: string): readonly Token[] {
  return [...question.matchAll(TOKEN)].map(([spelled]) => ({ spelled, terms: analyse(spelled) }));
}

/** Whether a term comes from everyday words only: `provid` of `provides` does, of `provider` it does not. */
function everydayIn(tokens: readonly Token[], own: ReadonlySet<string>): (term: string) => boolean {
  const everyday = new Set(tokens.flatMap(({ spelled, terms }) => (isGeneric(spelled) ? terms : [])));
  const telling = new Set(tokens.flatMap(({ spelled, terms }) => (isGeneric(spelled) ? [] : terms)));
  return (term) => own.has(term) || (everyday.has(term) && !telling.has(term));
}

const weightOf = ({ weight }: { readonly weight: number }): number => weight;

/** The term numbers of a record. */
export type Numbers = Pick<ReadonlySet<number>, 'has'>;

/** `share`: how much of the term is held, 0..1; `as`: the word that stands in for it. */
export type Held = { readonly share: number; readonly as: string | null };
export const NOT_HELD: Held = { share: 0, as: null };
export const WHOLE: Held = { share: 1, as: null };
const AS_FORM: Held = { share: HELD.form, as: null };

export function heldOf(
  { term, number, others }: AskedTerm,
  numbers: Numbers,
  words: ReadonlySet<string>,
): Held {
  if (number !== null && numbers.has(number)) return WHOLE;
  const isHeld = hasForm(words, term);
  const other = others.find((one) => one.number !== null && numbers.has(one.number));
  // A form of the word itself is surer than another word, which may be of another sense.
  if (other !== undefined) return { share: HELD.related, as: isHeld ? null : other.term };
  return isHeld ? AS_FORM : NOT_HELD;
}

function hasForm(words: ReadonlySet<string>, term: string): boolean {
  for (const word of words) if (isForm(word, term)) return true;
  return false;
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
