// What a text is like, apart from its words: it asks, names a time, a number, or proper names. And what a question
// asks for. Read once when a text is indexed, and kept as a few bits.

/** The form of the answer that a question asks for. */
export type AskedForm = { readonly when: boolean; readonly count: boolean };

const WHEN = /\bwhen\b|\b(?:what|which) (?:date|day|week|month|year|time)\b|\bhow (?:long ago|recently)\b/i;
const COUNT =
  /\bhow (?:many|much|long|often|old|big|large|fast|slow)\b|\bwhat (?:number|share|percentage)\b/i;

export function askedForm(question: string): AskedForm {
  return { when: WHEN.test(question), count: COUNT.test(question) };
}

const KIND = /\b(?:what|which)\s+(\p{L}{3,})/giu;

/** The words that name what kind of thing is asked for: `what port`, `which test`. An answer seldom holds them. */
export function kindAsked(question: string): string[] {
  return [...question.matchAll(KIND)].flatMap(([, word]) => word ?? []);
}

const ASKS = 1;
const TIME = 2;
const NUMBER = 4;
const HEAD = 8;
const CAPITALS_AT = 4;
const NOVEL_AT = 7;
/** Capitalised words beyond so many say no more. */
export const MOST_CAPITALS = 4;
/** Steps in which the share of new terms is kept. */
const NOVEL_STEPS = 15;

/** As it is kept: flags, capitals and the share of new terms in one small number. */
export type CueBits = number;

export const asks = (bits: CueBits): boolean => (bits & ASKS) !== 0;
export const namesTime = (bits: CueBits): boolean => (bits & TIME) !== 0;
export const namesNumber = (bits: CueBits): boolean => (bits & NUMBER) !== 0;
export const isHead = (bits: CueBits): boolean => (bits & HEAD) !== 0;
/** 0 to {@link MOST_CAPITALS}. */
export const capitals = (bits: CueBits): number => (bits >> CAPITALS_AT) & 7;
/** Share of its distinct terms that nothing before it held, 0..1. */
export const novelty = (bits: CueBits): number => ((bits >> NOVEL_AT) & 15) / NOVEL_STEPS;

export function withNovelty(bits: CueBits, share: number): CueBits {
  const steps = Math.round(Math.min(1, Math.max(0, share)) * NOVEL_STEPS);
  return (bits & ((1 << NOVEL_AT) - 1)) | (steps << NOVEL_AT);
}

/** What a text is like by itself, wherever it stands. */
export type TextCues = {
  readonly bits: CueBits;
  /** Its capitalised words in small letters, the first {@link MOST_LISTED}: some may be names of known authors. */
  readonly capitalised: readonly string[];
};

/** Where a text stands. */
export type CuePlace = {
  /** One of the first two of its session. */
  readonly head: boolean;
  /** A word, in small letters, that is part of a known author's name: naming who is spoken to tells nothing. */
  readonly isName: (word: string) => boolean;
};

/** Longer texts are judged by their start: what stands far down in a log says little of the whole. */
const LOOKED_AT = 4_000;
/** Names of known authors that may stand before the words that count. */
const MOST_LISTED = 60;

/** `spoken`: somebody said it; capitals in code and in the output of tools name nobody. */
export function textCues(text: string, spoken: boolean): TextCues {
  const start = text.length > LOOKED_AT ? text.slice(0, LOOKED_AT) : text;
  let bits = 0;
  if (endsAsking(text)) bits |= ASKS;
  if (TIME_WORD.test(start)) bits |= TIME;
  if (NUMBER_WORD.test(start)) bits |= NUMBER;
  return { bits, capitalised: spoken ? capitalisedIn(start) : [] };
}

export function cuesOf({ bits, capitalised }: TextCues, { head, isName }: CuePlace): CueBits {
  let count = 0;
  for (const word of capitalised) {
    if (isName(word)) continue;
    count += 1;
    if (count === MOST_CAPITALS) break;
  }
  return bits | (head ? HEAD : 0) | (count << CAPITALS_AT);
}

/** Ends with a question, or with a remark in brackets after one: `Can you fix it? (log attached)`. */
function endsAsking(text: string): boolean {
  const end = text.slice(-ENDING).trimEnd();
  const remark = BRACKET.test(end) ? /\s*[([（][^()[\]（）]*[)\]）]$/.exec(end) : null;
  return ASKING.test(end) || (remark !== null && ASKING.test(end.slice(0, remark.index)));
}

const BRACKET = /[)\]）]$/;
/** A remark is not looked for further back, in UTF-16 units. */
const ENDING = 400;
const ASKING = /[?？؟]["'”’»)\]]*$/;

const WEEKDAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)days?';
const MONTH =
  '(?:january|february|march|april|june|july|august|september|october|november|december|(?:in|of|last|this|next|until|since|early|late|mid) may|may \\d{1,4})';
const SPAN =
  '(?:second|minute|hour|day|night|morning|evening|afternoon|week|weekend|month|quarter|year|decade|spring|summer|autumn|fall|winter|sprint)s?';
const TIME_WORD = new RegExp(
  `\\b(?:yesterday|today|tonight|tomorrow|ago|recently|lately|just now|since|(?:last|next|this|past|previous|coming|few|couple of|two|three|four|five|six|\\d+) ${SPAN}|${WEEKDAY}|${MONTH}|(?:19|20)\\d\\d)\\b`,
  'i',
);
const NUMBER_WORD =
  /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|once|twice|both|couple|few|several|half)\b/i;

/** Capitalised words that do not open a sentence. */
function capitalisedIn(text: string): string[] {
  const words: string[] = [];
  CAPITALISED.lastIndex = 0;
  for (const [, word = ''] of text.matchAll(CAPITALISED)) {
    words.push(word.toLowerCase());
    if (words.length === MOST_LISTED) break;
  }
  return words;
}

/** After a letter, a digit or a comma and a blank: inside of a sentence. */
const CAPITALISED = /(?<=[\p{L}\p{N},;)]['’"]? ["'“‘(]?)(\p{Lu}[\p{L}\p{N}]+)/gu;
