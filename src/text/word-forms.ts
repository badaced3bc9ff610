// From a word as it is written to the term it is searched by: accents folded, small letters, irregular forms and
// endings taken off. Remembered, because a corpus is mostly the same few thousand words.

import { stemmer } from 'stemmer';
import { IRREGULAR_FORMS } from './irregular-forms.ts';
import { NEGATIONS, STOP_WORDS } from './stop-words.ts';

/** Longest term, in UTF-16 units: what is longer is a blob, not a word. */
export const MAX_TERM = 64;

/**
 * A map that forgets everything when it is full: bounded, and cheaper than any order of eviction. Keys are copied,
 * because a slice would keep the text alive that it was cut from.
 */
export class Memo<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): Value {
    if (this.#entries.size >= this.#limit) this.#entries.clear();
    this.#entries.set(detached(key), value);
    return value;
  }
}

/** A copy of a string that shares no memory with a longer one. */
export function detached(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}

const TERMS = new Memo<string>(24_000);

/** The term of a word of ASCII letters, any case; empty for a stop word. */
export function termOf(word: string): string {
  const known = TERMS.get(word);
  if (known !== undefined) return known;
  const lower = detached(word.toLowerCase());
  return TERMS.set(word, STOP_WORDS.has(lower) ? '' : stem(lower));
}

/** Words that stand in a text are looked up without being cut out of it: one slot a word, the last comer stays. */
const SLOTS = 1 << 15;
const WORD_IN: string[] = new Array(SLOTS).fill('');
const TERM_IN: string[] = new Array(SLOTS).fill('');

/** {@link termOf} of the letters from `start` to `end`. */
export function termAt(text: string, start: number, end: number): string {
  let mixed = 0;
  for (let at = start; at < end; at += 1) mixed = (Math.imul(mixed, 31) + text.charCodeAt(at)) | 0;
  const slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
  const known = WORD_IN[slot] ?? '';
  if (known.length === end - start && text.startsWith(known, start)) return TERM_IN[slot] ?? '';
  const word = detached(text.slice(start, end));
  const lower = word.toLowerCase();
  const term = STOP_WORDS.has(lower) ? '' : stem(lower);
  WORD_IN[slot] = word;
  TERM_IN[slot] = term;
  return term;
}

/** The term a negating word counts as, or `undefined`. */
export function negationOf(word: string): string | undefined {
  return NEGATIONS.get(word.toLowerCase());
}

function stem(lower: string): string {
  return stemmer(IRREGULAR_FORMS.get(lower) ?? lower);
}

/** Without accents, vowel points and ligatures: `Straße` → `Strasse`, `naïve` → `naive`. Keeps the case. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(MARKS, '')
    .normalize('NFC')
    .replace(SPECIAL, (letter) => PLAIN.get(letter) ?? letter);
}

/** Latin and Greek accents, Arabic and Hebrew points. The breve of й is part of a letter of its own. */
const MARKS =
  /[\u0300-\u0305\u0307-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]|(?<![иИуУ])\u0306/g;
const PLAIN = new Map(
  [...'ßss ẞSS øo ØO łl ŁL đd ĐD æae ÆAE œoe ŒOE ıi þth ÞTH ðd ÐD ςσ'.split(' ')].map(
    (pair): readonly [string, string] => [pair.charAt(0), pair.slice(1)],
  ),
);
const SPECIAL = new RegExp(`[${[...PLAIN.keys()].join('')}]`, 'g');
