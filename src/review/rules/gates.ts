// What keeps a sentence from being taken as a standing order: it asks, supposes, reports, jokes, or holds for the
// moment only. Precision comes first: one of these is enough.
import { volatileRule } from '../../text/volatile.ts';
import { startOf } from './clauses.ts';
import type { Phrases } from './phrases.ts';

export type Gate =
  | 'question'
  | 'hypothetical'
  | 'reported'
  | 'passing'
  | 'negated'
  | 'told'
  | 'choice'
  | 'sarcasm'
  | 'volatile'
  | 'pointing';

export type Judged = {
  /** The whole sentence, without "…, ok?". */
  readonly sentence: string;
  /** Where what would be kept begins in it. */
  readonly from: number;
  /** What would be kept of it. */
  readonly content: string;
  /** What follows it in the message, where sarcasm shows. */
  readonly next: string;
};

/** "Don't do that again": what is meant stands elsewhere. */
const POINTING =
  /^(?:(?:please|always|never|do not|don't|dont|never ever|just) )*(?!use\b)(?:[\w-]+) (?:any|one|some|them|these|those|it) (?:in|to|from|on|there|here|into|by|with|at|again|directly|yourself)\b|^(?:(?:please|always|never|do not|don't|dont|never ever) )*[\w-]+ (?:it|that|this|them|these|those|so|either|any of (?:it|that|this))(?: (?:again|anymore|any more|ever|please|way|there|here|now))*[.!]*$|\b(?:do|did|doing|like|said|mean|meant) (?:that|this|it)(?: (?:again|anymore|ever|way))*[.!]*$|^(?:mach|mache|tu) (?:das|es|sowas)(?: (?:bitte|nie|nicht|wieder|mehr|nochmal|noch|einmal))*[.!]*$|^no (?:lo )?(?:hagas|vuelvas a hacer)(?: (?:eso|esto|lo))?(?: (?:más|nunca|otra vez))*[.!]*$|^ne (?:le |la )?(?:fais|refais)(?: (?:plus|jamais|pas|ça|cela))*[.!]*$/iu;

/** The next sentence asks whether it is so. */
const ASKS_BACK =
  /^(?:(?:is|are|was) (?:that|this|it|they|these|those) (?!ok\b|okay\b|clear\b|fine\b|possible\b|understood\b)[^?]{1,60}\?|(?:so )?(?:why|how come|what) (?:is|are|does|do|did) (?:that|this|it|they|these)\b[^?]{0,60}\?|(?:is|isn't|was) (?:that|this|it) (?:still |even |really )?(?:right|correct|true|so|ok|okay|fine|what|how|the case|accurate)|right|correct|isn't it|or (?:not|do|am|is|are|should|was)|agree|true|am i right|does that|do you agree|what do you think|stimmt das|oder|richtig|verdad|no|es así|non|c'est ça|n'est-ce pas|certo|né|верно|правда|так|правильно|对吗|对不对|是吗|ですよね|맞(?:나요|죠|지))[^.!]{0,60}[?？]/iu;

/** Where the first clause of what would be kept ends, or its reason begins: who is reported there is no source. */
const TURN =
  /[,;，；、]|\s(?:because|since|so|as|weil|denn|porque|ya que|pois|car|parce qu|puisque|потому|так как)(?=\s)|因为|因為|由于/giu;

/** "Tests must pass, says the branch protection." */
const REPORTED_AFTER =
  /[,–—-] ?(?:says|said|writes|wrote|according to|claims|sagt|schreibt|laut|meint|dice|dijo|según|dit|selon|diz|segundo|secondo|говорит|пишет|сказал\p{L}*) (?:the|our|my|your|his|her|a|der|die|das|mein|unser|el|la|mi|le|mon|ma|notre|o|il|наш|мой|тимлид|документация)\p{L}*(?![\p{L}])/iu;

/** The first thing that speaks against it, or null. */
export function gateOf(phrases: readonly Phrases[], judged: Judged): Gate | null {
  const { sentence, from, content, next } = judged;
  const told = blanked(phrases, sentence);
  const kept = blanked(phrases, content);
  const head = told.slice(0, turnBehind(told, from));
  if (asks(phrases, sentence, from) || ASKS_BACK.test(next)) return 'question';
  if (REPORTED_AFTER.test(sentence.slice(from))) return 'reported';
  for (const each of phrases) {
    if (each.in('negated', head) !== null) return 'negated';
    if (each.in('hypothetical', head) !== null) return 'hypothetical';
    if (each.in('reported', head) !== null) return 'reported';
    if (each.in('told', head) !== null) return 'told';
    if (each.in('sarcasm', `${sentence} ${next}`) !== null) return 'sarcasm';
    if (each.in('passing', kept) !== null) return 'passing';
    if (each.in('choice', kept) !== null) return 'choice';
  }
  if (POINTING.test(kept.trim())) return 'pointing';
  return volatileRule(content) === null ? null : 'volatile';
}

/** "From now on" holds the word "now": what makes a rule last is no sign against it. */
function blanked(phrases: readonly Phrases[], text: string): string {
  return phrases.reduce((rest, each) => each.without('recurring', each.without('lasting', rest)), text);
}

function turnBehind(text: string, from: number): number {
  TURN.lastIndex = from + 1;
  return TURN.exec(text)?.index ?? text.length;
}

/** A question by its mark or its first words; "could you please …?" is an order. */
function asks(phrases: readonly Phrases[], sentence: string, from: number): boolean {
  const start = startOf(phrases, sentence, 0).at;
  if (
    phrases.some(
      (each) =>
        each.at('request', sentence, 0) > 0 || each.at('request', sentence, behindGreeting(sentence)) > 0,
    )
  )
    return false;
  if (/[?？]["')\]]?\s*$/.test(sentence)) return true;
  TURN.lastIndex = 0;
  const firstTurn = TURN.exec(sentence)?.index ?? sentence.length;
  if (from > firstTurn) return false;
  return phrases.some(
    (each) => each.at('question', sentence, 0) >= 0 || each.at('question', sentence, start) >= 0,
  );
}

/** Behind "hi," or "ok, also,". */
function behindGreeting(sentence: string): number {
  return (
    /^(?:[\p{L}']{1,12}[,.!]? ){0,2}?(?=(?:could|can|would|will|kannst|könntest|würdest|puedes|podrías|peux|pourrais|tu peux|pode|poderia|можешь)[\s-])/iu.exec(
      sentence,
    )?.[0].length ?? 0
  );
}
