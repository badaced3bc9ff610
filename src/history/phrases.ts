/** Quoted phrases: the words of a question that have to stand together. */
import type { Message } from '../model/message.ts';
import { type AnalysedQuery, analyse } from '../text/terms.ts';
import { messageText } from './message-text.ts';

export type Phrase = {
  readonly terms: readonly string[];
  /** In small letters, blanks and signs folded to one blank. */
  readonly words: string;
};

/** The phrases that hold something to search for. */
export function phrasesOf({ phrases, terms }: AnalysedQuery): Phrase[] {
  const asked = new Set(terms);
  return phrases
    .map((phrase) => ({ terms: analyse(phrase).filter((term) => asked.has(term)), words: folded(phrase) }))
    .filter((phrase) => phrase.terms.length > 0 && phrase.words !== '');
}

/** True where all these terms stand together in this order. What a message may not hold is told by its text. */
export function inPhraseOrder(stream: Uint32Array, numbers: ReadonlyArray<number | null>): boolean {
  const [first] = numbers;
  if (first === undefined || numbers.includes(null)) return false;
  for (let at = 0; at + numbers.length <= stream.length; at += 1) {
    if (stream[at] === first && numbers.every((number, index) => stream[at + index] === number)) return true;
  }
  return false;
}

/** True where the message's text, or a call in it, holds the words as they stand, in any case and spacing. */
export function holdsPhrase(message: Message, words: string): boolean {
  return ` ${folded(messageText(message, { whole: true, thinking: false }))} `.includes(` ${words} `);
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_]+/gu, ' ')
    .trim();
}
