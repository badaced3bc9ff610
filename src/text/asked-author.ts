// Who a question is about: the author whose messages it asks for. A name is a signal of its own, not text to find:
// those who speak seldom say their own name, and the others say it everywhere.

import { analyse } from './terms.ts';
import { fold } from './word-forms.ts';

/** A word of an author's name, in small letters, and whose it is. */
export type KnownName = {
  readonly word: string;
  readonly author: number;
  /** A program that writes transcripts, not a person: its name is a topic, unless somebody asks what it said. */
  readonly program: boolean;
  /** The word is how the name of one author alone begins. */
  readonly shortened?: boolean;
};

export type AskedAuthor = {
  /** Numbers of the one author named, or of the one who acts where several are; else null. */
  readonly authors: ReadonlySet<number> | null;
  /** It names an author at all. */
  readonly named: boolean;
  /** Terms of the question that are names only. */
  readonly terms: ReadonlySet<string>;
};

const SAID =
  'say|said|says|tell|told|tells|write|wrote|written|ask|asked|answer|answered|reply|replied|suggest|suggested|propose|proposed|recommend|recommended|mention|mentioned|think|thought|find|found|do|did|done|report|reported|claim|claimed|decide|decided|explain|explained';
const WORD = /\p{L}[\p{L}\p{M}\p{N}]*/gu;

/** Words of a question that may name an author: written as names, or standing where one who speaks stands. */
export function nameWords(question: string): string[] {
  const words = new Set<string>();
  for (const match of question.matchAll(WORD)) {
    if (mayName(question, match[0], match.index)) words.add(nameWord(match[0]));
  }
  return [...words];
}

/** As names are kept: accents folded, small letters. */
export function nameWord(word: string): string {
  return fold(word).toLowerCase();
}

/** The words of an author's name that can be asked by. */
export function wordsOfName(name: string): string[] {
  return [...new Set((name.match(WORD) ?? []).map(nameWord))].filter((word) => [...word].length > 1);
}

function mayName(question: string, word: string, at: number): boolean {
  return /^\p{Lu}/u.test(word) || speaks(question, word, at);
}

/** `did codex say`, `what codex said`, `according to codex`. */
function speaks(question: string, word: string, at: number): boolean {
  const before = question.slice(Math.max(0, at - 24), at);
  const after = question.slice(at + word.length, at + word.length + 24);
  return (
    (/\b(?:did|does|has|had)\s+$/i.test(before) && new RegExp(`^\\s+(?:${SAID})\\b`, 'i').test(after)) ||
    new RegExp(`^\\s+(?:had |has )?(?:${SAID})\\b`, 'i').test(after) ||
    /\baccording to\s+$/i.test(before)
  );
}

/** `did Ann tell Bo`: Ann acts; in `did Ann and Bo`, and in `did Ann's team`, no one does alone. */
function acts(question: string, word: string, at: number): boolean {
  return (
    AUXILIARY.test(question.slice(Math.max(0, at - 16), at)) &&
    !/^(?:['’]s\b|\s+(?:and|or|&)\s|,)/i.test(question.slice(at + word.length, at + word.length + 8))
  );
}

const AUXILIARY =
  /\b(?:did|does|do|has|had|have|would|will|can|could|should|might|may|must|is|was|are|were)\s+$/i;

export function askedAuthor(question: string, known: readonly KnownName[]): AskedAuthor {
  const terms = new Set<string>();
  const sets: ReadonlySet<number>[] = [];
  const acting: ReadonlySet<number>[] = [];
  const seen = new Set<string>();
  for (const match of question.matchAll(WORD)) {
    const word = nameWord(match[0]);
    if (seen.has(word) || !mayName(question, match[0], match.index)) continue;
    const spoken = speaks(question, match[0], match.index);
    const isWord = match.index === 0 || analyse(match[0]).length === 0;
    const whose = known.filter(
      (name) => name.word === word && (!name.program || spoken) && !(isWord && name.shortened === true),
    );
    if (whose.length === 0) continue;
    seen.add(word);
    const numbers = new Set(whose.map(({ author }) => author));
    sets.push(numbers);
    if (acts(question, match[0], match.index)) acting.push(numbers);
    for (const term of analyse(match[0])) terms.add(term);
  }
  const [first, ...others] = sets;
  if (first === undefined) return { authors: null, named: false, terms };
  // First and last name are one author's; two first names are not.
  const common = [...first].filter((author) => others.every((set) => set.has(author)));
  if (common.length > 0) return { authors: new Set(common), named: true, terms };
  return { authors: acting.length === 1 ? (acting[0] ?? null) : null, named: true, terms };
}
