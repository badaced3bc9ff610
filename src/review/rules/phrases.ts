// The lists of the languages, made ready to be looked for in a sentence.
import { LANGUAGES } from './languages/index.ts';
import type { Language } from './languages/language.ts';

type Name = Exclude<keyof Language, 'code' | 'spaced'>;

/** One language, ready to be used. `at` looks at one place, `in` anywhere. */
export type Phrases = {
  readonly code: string;
  readonly spaced: boolean;
  /** The end of the phrase that begins at `from`, or -1. */
  at(name: Name, text: string, from: number): number;
  /** Where the first such phrase stands, or null. */
  in(name: Name, text: string): { readonly from: number; readonly to: number } | null;
  /** The text with each such phrase blanked out, of the same length. */
  without(name: Name, text: string): string;
  /** True when the whole of the text is such a phrase. */
  is(name: Name, text: string): boolean;
};

const WORD = '[\\p{L}\\p{N}_]';
/** A phrase that begins or ends with a mark or a blank brings its own boundary. */
const BEFORE = `(?:(?<!${WORD})|(?!${WORD}))`;
const AFTER = `(?:(?!${WORD})|(?<!${WORD}))`;
const NOTHING = '(?!)';

function phrasesOf(language: Language): Phrases {
  const made = new Map<string, RegExp>();
  const regexp = (name: Name, form: 'y' | 'g' | 'whole'): RegExp => {
    const key = `${name} ${form}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const list = language[name];
    const inner = list.length === 0 ? NOTHING : `(?:${list.join('|')})`;
    const bounded = language.spaced ? `${BEFORE}${inner}${AFTER}` : inner;
    const fresh =
      form === 'whole' ? new RegExp(`^${inner}$`, 'iu') : new RegExp(bounded, form === 'y' ? 'iuy' : 'iug');
    made.set(key, fresh);
    return fresh;
  };
  return {
    code: language.code,
    spaced: language.spaced,
    at(name, text, from) {
      const pattern = regexp(name, 'y');
      pattern.lastIndex = from;
      return pattern.test(text) ? pattern.lastIndex : -1;
    },
    in(name, text) {
      const pattern = regexp(name, 'g');
      pattern.lastIndex = 0;
      const found = pattern.exec(text);
      return found === null ? null : { from: found.index, to: found.index + found[0].length };
    },
    without(name, text) {
      return text.replace(regexp(name, 'g'), (found) => ' '.repeat(found.length));
    },
    is(name, text) {
      return regexp(name, 'whole').test(text);
    },
  };
}

const ALL: readonly Phrases[] = LANGUAGES.map(phrasesOf);
const byCode = new Map(ALL.map((phrases) => [phrases.code, phrases]));
const LATIN = ['en', 'de', 'es', 'fr', 'pt'];
/** Italian shares "sempre", "usa" and more with its neighbours: it is read only where nothing speaks for those. */
const ITALIAN =
  /(?<![\p{L}])(?:non|di|il|gli|della?|delle|degli|nel|nella|questo|questa|sono|che|qui|mai|dei|mi|per favore|sempre|d'ora|usiamo)(?![\p{L}])/iu;
const NO_ITALIAN =
  /(?<![\p{L}])(?:não|você|pra|uma|os|los|las|el|les|des|est|une|ne|pas|the|and|der|die|das|und|isso|seu|y|muy)(?![\p{L}])/iu;

/** The languages that a text of this script can be in. English stands in most mixtures. */
export function languagesOf(text: string): readonly Phrases[] {
  return codesOf(text).flatMap((code) => byCode.get(code) ?? []);
}

export const allLanguages = ALL;

function codesOf(text: string): readonly string[] {
  if (/[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text)) return ['ja'];
  if (/\p{sc=Hangul}/u.test(text)) return ['ko'];
  if (/\p{sc=Han}/u.test(text)) return ['zh'];
  if (/\p{sc=Cyrillic}/u.test(text)) return ['ru', 'en'];
  return ITALIAN.test(text) && !NO_ITALIAN.test(text) ? [...LATIN, 'it'] : LATIN;
}
