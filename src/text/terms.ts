// The analyser: a text becomes the terms it is indexed and searched by. One analysis for both sides, for every kind
// of text that passes here: prose, code, logs, and languages that put no blanks between words.

import { identifierTerms, isIdentifier, urlTerms } from './identifiers.ts';
import { QUESTION_PHRASES } from './stop-words.ts';
import { detached, fold, MAX_TERM, Memo, negationOf, termAt } from './word-forms.ts';

export { discriminators } from './discriminators.ts';

/** Changes when the same text gives other terms: an index made by another version has to be rebuilt. */
export const ANALYSER_VERSION = 1;

export type AnalyseOptions = {
  /** At most so many terms; the rest of the text is not looked at. Default: no limit. */
  readonly maxTerms?: number;
};

/** Index terms in the order of the text, repetitions included. */
export function analyse(
  text: string,
  { maxTerms = Number.POSITIVE_INFINITY }: AnalyseOptions = {},
): string[] {
  return collect(text, maxTerms, false);
}

export type AnalysedQuery = {
  /** Distinct terms, in order. */
  readonly terms: string[];
  /** What stood in quotes or backticks, as written. */
  readonly phrases: string[];
  /** Names as code writes them, whole, in small letters. */
  readonly identifiers: string[];
  /** Nothing but stop words and question words: there is nothing to search for. */
  readonly allStop: boolean;
};

/** A question as it is asked. */
export function analyseQuery(text: string): AnalysedQuery {
  const asked = analyse(text.replace(QUESTION_PHRASES, ' '));
  const terms = [...new Set(asked.length > 0 ? asked : analyse(text))];
  const phrases = [...text.matchAll(QUOTED)].map(
    (match) => match.slice(1).find((part) => part !== undefined) ?? '',
  );
  const identifiers = (text.normalize('NFKC').match(TOKEN) ?? [])
    .filter(isIdentifier)
    .map((token) => token.toLowerCase());
  return { terms, phrases, identifiers: [...new Set(identifiers)], allStop: terms.length === 0 };
}

/** Distinct terms with the negations that stop words would lose: what evidence for a sentence has to share with it. */
export function contentWords(text: string): string[] {
  return [...new Set(collect(text, Number.POSITIVE_INFINITY, true))];
}

const QUOTED =
  /"([^"\n]{2,200})"|“([^”\n]{2,200})”|«([^»\n]{2,200})»|「([^」\n]{1,200})」|『([^』\n]{1,200})』|`([^`\n]{2,200})`|(?<![\w])'([^'\n]{2,200})'(?!\w)/g;
const TOKEN = /[A-Za-z0-9_]+(?:[-./@:\\]{1,2}[A-Za-z0-9_]+)*/g;

const BREAK = 0;
const LETTER = 1;
const CAPITAL = 2;
const DIGIT = 3;
const UNDERSCORE = 4;
/** Part of a token only where a letter or digit follows: `-`, `.`, `/`, `@`, `'`, `,`. */
const LINK = 5;
const OTHER = 6;
const CLASSES = Uint8Array.from({ length: 128 }, (_, unit) => {
  const char = String.fromCharCode(unit);
  if (/[a-z]/.test(char)) return LETTER;
  if (/[A-Z]/.test(char)) return CAPITAL;
  if (/\d/.test(char)) return DIGIT;
  if (char === '_') return UNDERSCORE;
  return "-./@',".includes(char) ? LINK : BREAK;
});

/** Longest token that is looked at, in UTF-16 units; what is longer is data. */
const MAX_TOKEN = 1_024;
const COMPLEX = new Memo<readonly string[]>(12_000);
const COMPLEX_NEGATED = new Memo<readonly string[]>(2_000);

/** Walks over the text unit by unit: plain words take the short way, everything else is taken apart and remembered. */
function collect(text: string, maxTerms: number, negations: boolean): string[] {
  const source = /[^\0-\u007f]/.test(text) ? text.normalize('NFKC').replace(APOSTROPHE, "'") : text;
  const terms: string[] = [];
  const length = source.length;
  let at = 0;
  while (at < length && terms.length < maxTerms) {
    const first = classAt(source, at);
    if (first === BREAK || first === LINK) {
      at += 1;
      continue;
    }
    const start = at;
    let plain = first === LETTER || first === CAPITAL;
    let ascii = first !== OTHER;
    let capitals = first === CAPITAL;
    for (at += 1; at < length; at += 1) {
      const kind = classAt(source, at);
      if (kind === LETTER) {
        if (capitals && at - start > 1) plain = false;
        capitals = false;
        continue;
      }
      if (kind === CAPITAL) {
        if (!capitals) plain = false;
        continue;
      }
      if ((kind === BREAK || kind === LINK) && !links(source, at)) break;
      if (kind === OTHER) ascii = false;
      plain = false;
    }
    if (source.charCodeAt(at) === COLON && source.startsWith('://', at)) {
      at = url(source, at + 3, terms);
      continue;
    }
    const from = isEscapeLetter(source, start, at) ? start + 1 : start;
    if (plain) {
      if (at - from <= MAX_TERM) pushWord(terms, source, from, at, negations);
    } else if (ascii) {
      if (at - from <= MAX_TOKEN) pushAll(terms, complexTerms(source.slice(from, at), negations));
    } else {
      pushAll(terms, wideTerms(source.slice(from, at), negations));
    }
  }
  if (terms.length > maxTerms) terms.length = maxTerms;
  return terms;
}

const COLON = 58;
const BACKSLASH = 92;
/** Hours and minutes, or minutes and seconds, around the colon. */
const CLOCK = /^(?:.?|.*\D)\d{2}:\d{2}(?!\d)/;
const APOSTROPHE = /[\u2018\u2019\u02bc]/g;

function classAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 128 ? OTHER : (CLASSES[unit] ?? BREAK); // Past the end: a break.
}

/** True where the sign at `at` stands inside a token: `a.b`, `a::b`, `don't`, `1,000`. */
function links(text: string, at: number): boolean {
  const sign = text.charAt(at);
  const next = classAt(text, at + 1);
  if (sign === ':') {
    if (text.charCodeAt(at + 1) === COLON) return isWord(classAt(text, at + 2));
    if (text.charCodeAt(at - 1) === COLON) return isWord(next);
    return next === DIGIT && CLOCK.test(text.slice(Math.max(0, at - 3), at + 4));
  }
  if (CLASSES[text.charCodeAt(at)] !== LINK) return false;
  if (sign === ',')
    return next === DIGIT && classAt(text, at - 1) === DIGIT && /^,\d{3}(?!\d)/.test(text.slice(at, at + 5));
  return isWord(next);
}

function isWord(kind: number): boolean {
  return kind !== BREAK && kind !== LINK;
}

/** In text that was escaped, `\nfoo` is a line end and a word. */
function isEscapeLetter(text: string, start: number, end: number): boolean {
  return (
    start > 0 &&
    end - start > 1 &&
    text.charCodeAt(start - 1) === BACKSLASH &&
    'nrt'.includes(text.charAt(start))
  );
}

function pushWord(terms: string[], source: string, from: number, end: number, negations: boolean): void {
  const next = source.charCodeAt(end);
  // Languages whose name is a letter and a sign.
  if (end - from === 1 && (next === 35 || next === 43)) {
    const letter = source.charAt(from).toLowerCase();
    if ('cfj'.includes(letter)) {
      terms.push(next === 35 ? `${letter}#` : `${letter}++`);
      return;
    }
  }
  const negation = negations ? negationOf(source.slice(from, end)) : undefined;
  const term = negation ?? termAt(source, from, end);
  if (term !== '') terms.push(term);
}

function pushAll(terms: string[], more: readonly string[]): void {
  for (const term of more) terms.push(term);
}

/** Terms of a token of ASCII characters that is not a plain word. */
function complexTerms(token: string, negations: boolean): readonly string[] {
  const memo = negations ? COMPLEX_NEGATED : COMPLEX;
  return memo.get(token) ?? memo.set(token, takeApart(token, negations).map(detached));
}

function takeApart(token: string, negations: boolean): string[] {
  if (!token.includes("'")) {
    const terms = identifierTerms(token);
    return negations && terms.length === 0 ? analyseNegation(token) : terms;
  }
  if (/n't$/i.test(token)) return negations ? ['not'] : [];
  const terms: string[] = [];
  const [base = '', ...endings] = token.split("'");
  for (const part of CONTRACTED.test(endings.join('')) ? [base] : [base, ...endings]) {
    if (part.length > 1) pushAll(terms, identifierTerms(part));
  }
  return terms;
}

const CONTRACTED = /^(?:s|re|ve|ll|d|m|t)$/i;

function analyseNegation(token: string): string[] {
  const negation = negationOf(token);
  return negation === undefined ? [] : [negation];
}

/** Scripts that put no blanks between words, and Hangul, whose words carry their particles. */
const UNSPACED =
  '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Bopomofo}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}ー々〆]';
const SPACED = `(?:(?!${UNSPACED})[\\p{L}\\p{N}\\p{M}_])`;
const RUNS = new RegExp(`(?<unspaced>${UNSPACED}+)|${SPACED}+(?:[-./@']${SPACED}+)*`, 'gu');

/** Terms of a run with characters beyond ASCII: pairs of characters, or words with their accents folded. */
function wideTerms(run: string, negations: boolean): string[] {
  const terms: string[] = [];
  for (const match of run.matchAll(RUNS)) {
    if (match.groups?.unspaced !== undefined) {
      pushPairs(terms, match[0]);
      continue;
    }
    const letters = /^[\p{L}\p{M}]+$/u.test(match[0]);
    const folded = letters ? fold(match[0]).toLowerCase() : fold(match[0]);
    if (/^[\0-\u007f]*$/.test(folded)) pushAll(terms, collect(folded, Number.POSITIVE_INFINITY, negations));
    else pushAll(terms, wideWord(folded.toLowerCase()));
  }
  return terms;
}

function wideWord(word: string): string[] {
  const parts = word.split(/[-./@'_]+/).filter((part) => part !== '');
  return (parts.length > 1 ? [word, ...parts] : parts)
    .map((part) => fold(part))
    .filter((part) => part.length <= MAX_TERM);
}

function pushPairs(terms: string[], run: string): void {
  const chars = [...run];
  if (chars.length === 1) terms.push(run);
  for (let i = 1; i < chars.length; i += 1) terms.push(`${chars[i - 1] ?? ''}${chars[i] ?? ''}`);
}

/** Adds the terms of a URL whose scheme ends before `at`; answers where the URL ends. */
function url(text: string, at: number, terms: string[]): number {
  URL_REST.lastIndex = at;
  const rest = URL_REST.exec(text)?.[0] ?? '';
  pushAll(terms, urlTerms(rest.replace(/[.,;:!?]+$/, '')));
  return at + rest.length;
}
const URL_REST = /[^\s"'<>`\\)\]}\u0080-\uffff]*/y;
