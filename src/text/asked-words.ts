// What a question means word for word: quoted phrases, which have to stand together, and names as code writes them.

import { type AnalysedQuery, analyse } from './terms.ts';

/** A quoted phrase: its terms among those of the question, and its words in small letters, one blank between. */
export type Phrase = { readonly terms: readonly string[]; readonly words: string };

/** The phrases that hold something to search for. */
export function phrasesOf({ phrases, terms }: AnalysedQuery): Phrase[] {
  const asked = new Set(terms);
  return phrases
    .map((phrase) => ({
      terms: analyse(phrase).filter((term) => asked.has(term)),
      words: folded(phrase),
    }))
    .filter((phrase) => phrase.terms.length > 0 && phrase.words !== '');
}

/** How many of the phrases stand in the text word for word, in any case, spacing and punctuation. */
export function phrasesHeld(text: string, phrases: readonly Phrase[]): number {
  if (phrases.length === 0) return 0;
  const held = ` ${folded(text)} `;
  return phrases.filter(({ words }) => held.includes(` ${words} `)).length;
}

/** True where these terms stand together in this order; no stream holds a null. */
export function inOrder(stream: Uint32Array, numbers: ReadonlyArray<number | null>): boolean {
  const [first] = numbers;
  if (first === undefined || first === null || numbers.includes(null)) return false;
  for (let at = stream.indexOf(first); at !== -1; at = stream.indexOf(first, at + 1)) {
    if (numbers.every((number, index) => stream[at + index] === number)) return true;
  }
  return false;
}

/** The whole question is names as code writes them: pieces of these names alone are no match. */
export function namesOnly({ terms, identifiers }: AnalysedQuery): boolean {
  if (identifiers.length === 0) return false;
  const pieces = new Set(identifiers.flatMap((name) => [name, ...analyse(name)]));
  // A name's inner capitals are lost here, so its words are told by being part of it.
  return terms.every((term) => pieces.has(term) || identifiers.some((name) => name.includes(term)));
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_]+/gu, ' ')
    .trim();
}

/** Verbs of saying and wanting: beside a name they tell that somebody is asked about, hardly what. */
const REPORTING =
  'say tell write ask answer reply suggest propose recommend mention think report claim decide explain want need prefer like wish request order agree';
/** What asks for whatever there was, in a question that names a time. */
const ANYTHING = `${REPORTING} happen occur go come work do make change build discuss talk chat learn plan progress activity event
  thing stuff task session conversation history summary summarize list show give overview recap look back remember exactly
  project repo team`;

const reporting = new Set(analyse(REPORTING));
const anything = new Set(analyse(ANYTHING));

/** The term says only that somebody said, wanted or decided. */
export function isReporting(term: string): boolean {
  return reporting.has(term);
}

/** Nothing of the question but these: it asks for all there was. */
export function asksForAnything(terms: readonly string[]): boolean {
  return terms.every((term) => anything.has(term));
}
