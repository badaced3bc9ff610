// A sentence taken apart at the places where another clause may begin, and what stands before the words that count.
import type { Phrases } from './phrases.ts';

export type Clause = {
  readonly from: number;
  readonly to: number;
  /** What parts it from the clause before: `,`, `:`, `and`; empty for the first. */
  readonly separator: string;
};

const SEPARATOR =
  /[,;:，；：、—–](?=\s|$|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}])|[，；：、—]|\s+-{1,2}(?=\s)|\s(?:and|but|so|then|also|und|aber|denn|sondern|y|pero|e|mas|et|mais|и|а|но)(?=\s)/giu;
const MOST_CLAUSES = 40;

export function clausesOf(text: string): readonly Clause[] {
  const clauses: Clause[] = [];
  let from = 0;
  let separator = '';
  for (const { index, 0: mark } of text.matchAll(SEPARATOR)) {
    if (clauses.length >= MOST_CLAUSES) break;
    clauses.push({ from, to: index, separator });
    from = index + mark.length;
    separator = mark.trim().toLowerCase();
  }
  return [...clauses, { from, to: text.length, separator }];
}

const BLANK = /[\s,.!:;–—、，。：！-]*/y;
/** Politeness before a verb in scripts without blanks. */
const CLOSE_LEAD = /(?:请|請|麻烦你?|麻煩你?)(?!问|問)/y;
const MOST_LEADS = 8;

export type Start = {
  /** Where the words that count begin. */
  readonly at: number;
  /** "From now on" or its like stood before them. */
  readonly lasting: boolean;
};

/** Behind "ok, please", "from now on" and the like, of the language and of English. */
export function startOf(phrases: readonly Phrases[], text: string, from: number): Start {
  let at = skip(BLANK, text, from);
  let lasting = false;
  for (let count = 0; count < MOST_LEADS; count += 1) {
    const before = at;
    for (const each of phrases) {
      const end = each.at('lasting', text, at);
      if (end > at) {
        lasting = true;
        at = skip(BLANK, text, end);
      }
      at = behindLead(each, text, at);
    }
    if (at === before) break;
  }
  return { at, lasting };
}

function behindLead(phrases: Phrases, text: string, at: number): number {
  const end = phrases.at('lead', text, at);
  if (end > at) {
    const behind = skip(BLANK, text, end);
    if (phrases.spaced || behind > end) return behind;
  }
  return phrases.spaced ? at : skip(CLOSE_LEAD, text, at);
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

const TAG =
  /[\s,，、.;-]+(?:ok|okay|k|alright|all right|got it|understood|clear|thanks?(?: a lot| you| so much)?|thx|ty|cheers|please|pls|plz|danke|bitte|verstanden|klar|ja|gracias|vale|por favor|de acuerdo|entendido|merci|d'accord|stp|svp|compris|obrigad[oa]|tá|certo|por favor|combinado|спасибо|пожалуйста|ладно|хорошо|понял[аи]?|好吗|好嗎|谢谢|謝謝|可以吗|いいですか|お願いします|ありがとう|고마워요?|감사합니다|알겠지|알았지|dude|mate|man|btw|by the way|:\)|;\))[\s!.?？。]*$/iu;

/** Without "…, ok?" and "…, thanks" at its end, which make no question of it. */
export function withoutTags(text: string): string {
  let kept = text;
  for (let count = 0; count < 3; count += 1) {
    const shorter = kept.replace(TAG, '');
    if (shorter === kept || shorter.trim() === '') break;
    kept = shorter;
  }
  return kept;
}
