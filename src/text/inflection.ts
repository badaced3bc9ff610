// Forms of a word in languages whose endings are not taken off: what begins alike and differs in a short ending may be
// the same word. English words have a stemmer.

/** What an occurrence of such a form counts. */
export const FORM_STRENGTH = 0.8;
/** Forms looked for, for one term. */
export const MOST_FORMS = 12;

const SHORTEST = 4;
/** Letters beyond ASCII of scripts that put blanks between words; the others are indexed by pairs. */
const INFLECTED =
  /^[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Latin}\p{sc=Armenian}\p{sc=Georgian}\p{sc=Hebrew}\p{sc=Arabic}]+$/u;
/** Plain letters: an English word that the store does not know, or a word of another language. */
const PLAIN = /^[a-z]+$/;
/** A plain word shares this much with its other forms at least: English has many short words that begin alike. */
const PLAIN_SHARED = 7;

/** The ending that another form may have, in characters, for a word of this length. */
function ending(length: number): number {
  return length >= 7 ? 3 : 2;
}

/** The beginning that other forms of the term share, and how long they are at most; null where none are looked for. */
export function formsOf(term: string, documents: number): { prefix: string; longest: number } | null {
  if (term.length < SHORTEST) return null;
  const shared = Math.max(3, term.length - (term.length >= 6 ? 2 : 1));
  if (PLAIN.test(term)) {
    const least = Math.max(PLAIN_SHARED, shared);
    return documents > 0 || term.length < least ? null : { prefix: term.slice(0, least), longest: least + 3 };
  }
  if (!INFLECTED.test(term)) return null;
  return { prefix: term.slice(0, shared), longest: term.length + ending(term.length) };
}

/** `other` may be a form of `term`: both go on shortly behind what they share. */
export function isForm(term: string, other: string): boolean {
  if (term === other || !/^\p{L}+$/u.test(other)) return false;
  let shared = 0;
  while (shared < term.length && term[shared] === other[shared]) shared += 1;
  const least = PLAIN.test(term) ? PLAIN_SHARED : 3;
  return shared >= least && term.length - shared <= 2 && other.length - shared <= ending(term.length);
}
