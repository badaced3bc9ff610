// What tells two nearly equal sentences apart: numbers, identifiers, paths, names, negations. Where these differ,
// the sentences are about different things, however alike the rest is.

import { isIdentifier } from './identifiers.ts';
import { IMPERATIVES, VERB_NOUNS } from './instruction-words.ts';
import { NEGATIONS, STOP_WORDS } from './stop-words.ts';
import { fold, termOf } from './word-forms.ts';

/** Distinct, sorted: `['2.4', 'not', 'postgr', 'src/db.ts']`; names as index terms. Compare as sets. */
export function discriminators(text: string): string[] {
  const source = text.normalize('NFKC').replace(/[\u2018\u2019\u02bc]/g, "'");
  const found = new Set<string>();
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    const opens = end === 0 || SENTENCE_END.test(source.slice(Math.max(end, match.index - 40), match.index));
    end = match.index + match[0].length;
    const mark = markOf(match[0], opens, source.slice(end, end + 40));
    if (mark !== undefined) found.add(mark);
  }
  if (CJK_NEGATION.test(source)) found.add('not');
  return [...found].sort();
}

/** A URL, or a word, name, path, flag or number with the signs that belong to it. */
const TOKEN =
  /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`)\]}]{1,2000}|(?:~?\/\.?|\.{1,2}\/|--?(?=\p{L})|\.(?=\p{L}))?[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*(?:(?:[-./@\\]|:{1,2}|'|,(?=\d{3}(?!\d)))[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*)*[+#%]{0,2}/giu;
const SENTENCE_END = /[.!?:;\n\u3002\uff01\uff1f]/;
const CJK_NEGATION = /[不没沒無无未勿别別]|ない|ません|ぬ(?=[。、])|않|없|못|금지|禁/u;
const NUMBER_WORDS = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, value): readonly [string, string] => [word, String(value)]),
);
/** What a sentence's first word is mostly followed by when it is a name. */
const AFTER_NAME =
  /^\s+(?:is|was|are|were|has|had|owns?|said|says|wants?|likes?|prefers?|works?|uses?|runs?|lives?|wrote|writes|maintains?|reviews?|will|can|cannot|must|should|does|and|or|\p{Lu}[\p{L}\d]*)(?![\p{L}])/u;

function markOf(token: string, opensSentence: boolean, after: string): string | undefined {
  const word = token.replace(/'s$/i, '');
  const lower = word.toLowerCase();
  if (lower.includes('://')) return lower.replace(/^[^:]*:\/\//, '').replace(/[.,;:!?/]+$/, '');
  if (/n't$/.test(lower)) return 'not';
  const negation = NEGATIONS.get(fold(lower));
  if (negation !== undefined) return negation;
  const number = NUMBER_WORDS.get(lower);
  if (number !== undefined) return number;
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?%?$/.test(word)) return word.replaceAll(',', '');
  if (/^v?\d[\d.]*%?$/i.test(word)) return lower.replace(/^v/, '');
  if (isCompound(lower)) return undefined;
  if (isIdentifier(word) || /^[./~-]|[+#]$/.test(word)) return lower.replace(/^\.\//, '');
  if (/^\p{N}/u.test(word)) return lower;
  if (STOP_WORDS.has(lower) || !/^\p{Lu}/u.test(word)) return undefined;
  const isName =
    /^\p{Lu}{2,}s?$/u.test(word) || !opensSentence || word !== token || opensWithName(lower, after);
  return isName ? nameTerm(fold(lower)) : undefined;
}

/** "up-to-date", "re-run", "and/or": prose with a hyphen, which another writes with a blank. */
function isCompound(lower: string): boolean {
  if (!/^[a-z]+(?:[-/][a-z]+)+$/.test(lower)) return false;
  const parts = lower.split(/[-/]/);
  return COMPOUNDING.has(parts[0] ?? '') || parts.some((part) => STOP_WORDS.has(part));
}

const COMPOUNDING = new Set(
  (
    'anti built co cross double ever first full half high inter last long low mid multi non one post pre re read ' +
    'real second self semi short single sub super three two ultra well'
  ).split(' '),
);

/** "Redis is the cache" begins with a name, "See README" and "Builds are slow" do not. */
function opensWithName(lower: string, after: string): boolean {
  return !IMPERATIVES.has(lower) && !VERB_NOUNS.has(lower) && AFTER_NAME.test(after);
}

/** A name as an index term, so that it is also found where it is written without its capital. */
function nameTerm(name: string): string {
  return /^[a-z]+$/.test(name) ? termOf(name) : name;
}
