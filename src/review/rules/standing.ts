// Finds the part of a sentence that is meant to hold for good, by the constructions that people use for that.
import { type Clause, clausesOf, startOf } from './clauses.ts';
import type { Phrases } from './phrases.ts';
import { toolsIn } from './tool-names.ts';

type Construction =
  | 'remember'
  | 'standing'
  | 'lasting'
  | 'recurring'
  | 'we-use'
  | 'person'
  | 'swap'
  | 'custom'
  | 'practice'
  | 'listed';

export type Match = {
  readonly construction: Construction;
  readonly phrases: Phrases;
  /** Of what is to be kept. */
  readonly from: number;
  readonly to: number;
};

/** A clause that only sets the scene: "when you write tests, always …". Kept with what follows it. */
export const SCENE =
  /^(?:when|whenever|if|before|after|for|in|on|at|with|while|without|during|instead|by|as|unless|to|since|wenn|falls|bevor|vor|nach|bei|für|in|im|auf|mit|ohne|statt|cuando|si|antes|después|para|en|con|sin|al|quand|lorsque|si|avant|après|pour|dans|en|avec|sans|quando|se|antes|depois|para|em|no|na|com|sem|если|когда|перед|после|для|в|на|с|при)\s/iu;
/** "It should wait and never try again" goes on with what it does. */
const SUBJECT =
  /^(?:it|this|that|they|he|she|there|the|an?)\s|^[\w-]+ (?:should|must|goes|go|has to|have to) /iu;
/** "Use snake case, always." */
const TRAILING =
  /[,，] ?(?:always|ever|never ever|never|every time|without exceptions?|immer|nie|niemals|ohne ausnahme|siempre|nunca|jamás|toujours|jamais|sempre|mai|всегда|никогда|без исключений)[.!]*$/iu;
/** "Everything under infra/ belongs to another team, never change it". */
const OWNED = /^(?:everything|all|any|anything|our|we|prod|production|staging)\s/iu;
/** What follows is a task of the moment. */
const GOES_ON =
  /^\s*(?:now|anyway|anyways|so now|and now|then|can you|could you|would you|let's|lets|ok|okay|alright|right|jetzt|kannst du|könntest du|also|ahora|puedes|maintenant|tu peux|peux-tu|agora|podes|сейчас|теперь|а теперь|можешь|现在|帮我|请帮|今は|次に|이제|지금)(?![\p{L}])/iu;
const ASIDE =
  /\b(?:quick|one|small|another|last|little|two|few|minor) (?:\w+ )?(?:thing|note|request|rule|reminder|favou?r|point|remark)s?\b/iu;
/** "One rule:", "a small request:": the person's own, whatever follows. */
const OWN_LEAD =
  /\b(?:rules?|context|background|requests?|conventions?|preferences?|reminder|note|things?|thing|favou?r|wish|point|policy|instructions?|next time|please|also|btw|important|fyi|ps|p\.s|ok|okay|no|regel|bitte|wunsch|regla|favor|cosa|règle|chose|demande|regra|coisa|pedido|правило|просьба|важно)\s*$/iu;

/**
 * The first construction that is found, or null. `text` is without "…, ok?" at its end. `corrects`: the person puts
 * something right with it, so that "use X instead of Y" is no errand when X and Y are tools.
 */
export function matchOf(
  phrases: Phrases,
  all: readonly Phrases[],
  text: string,
  corrects = false,
): Match | null {
  const both = all.includes(phrases) ? all : [phrases, ...all];
  const start = startOf([phrases, ...both.filter(({ code }) => code === 'en')], text, 0);
  // "Note for next time:" begins with words that may be skipped elsewhere.
  const remembered = Math.max(...firstWords(text, start.at).map((at) => phrases.at('remember', text, at)));
  if (remembered > 0) {
    const inner = startOf([phrases], text, remembered);
    return { construction: 'remember', phrases, from: inner.at, to: text.length };
  }
  const clauses = clausesOf(text);
  return (
    clauseMatch(phrases, text, clauses, start.lasting, corrects) ??
    anywhereMatch(phrases, text, start.at) ??
    lastingMatch(phrases, text, clauses, start)
  );
}

/** The places behind none, one and two words of what leads up to the sentence, and behind all of it. */
function firstWords(text: string, start: number): readonly number[] {
  const words = [...text.slice(0, start).matchAll(/\S+\s+/g)].slice(0, 2);
  return [0, start, ...words.map(({ index, 0: word }) => index + word.length)];
}

type Test = readonly [Construction, (at: number, lasting: boolean) => boolean];

function clauseMatch(
  phrases: Phrases,
  text: string,
  clauses: readonly Clause[],
  lastingBefore: boolean,
  corrects: boolean,
): Match | null {
  let lasting = lastingBefore;
  for (const [index, clause] of clauses.entries()) {
    const start = startOf([phrases], text, clause.from);
    lasting ||= start.lasting;
    if (start.at >= clause.to) continue;
    const last = lasting;
    // "From now on the server answers 404, so update the tests": only a scene hands it on to the next clause.
    lasting &&= SCENE.test(text.slice(start.at, clause.to));
    const found = tests(phrases, text, corrects).find(([, test]) => test(start.at, last));
    if (found === undefined) continue;
    const from = contentStart(phrases, text, clauses, index, start.at);
    if (from === null || isUnderColon(phrases, text, clauses, index)) continue;
    return { construction: found[0], phrases, from, to: contentEnd(text, clauses, index) };
  }
  return null;
}

function tests(phrases: Phrases, text: string, corrects: boolean): readonly Test[] {
  const is = (name: 'standing' | 'person' | 'weUse' | 'swap' | 'order', at: number) => {
    const end = phrases.at(name, text, at);
    return end > at;
  };
  // "At ours, branches are called feature/x, not feat/x".
  const isPlaced = (at: number) =>
    phrases.at('place', text, at) > at && phrases.in('contrast', text.slice(at)) !== null;
  const namesTool = (at: number) => toolsIn(text.slice(at)).length > 0;
  return [
    ['standing', (at) => is('standing', at) || (is('order', at) && TRAILING.test(text))],
    ['person', (at) => is('person', at)],
    [
      'we-use',
      (at) =>
        isPlaced(at) || (is('weUse', at) && (isContrasted(phrases, text, at) || (corrects && namesTool(at)))),
    ],
    ['we-use', (at) => USES.test(text.slice(at)) && namesTool(at) && phrases.in('place', text) !== null],
    ['lasting', (at, lasting) => lasting && is('order', at)],
    ['recurring', (at) => is('order', at) && phrases.in('recurring', text) !== null],
    ['swap', (at) => corrects && is('swap', at) && toolsIn(text.slice(at)).length >= 2],
    ['swap', (at) => BARE_SWAP.test(text.slice(at)) && toolsIn(text.slice(at)).length >= 2],
  ];
}

/** "Use bun for scripts in this project": a tool for all of it. */
const USES = /^(?:use|verwende|benutze|nutze|nimm|usa|utilise|utiliza|używaj|используй)(?![\p{L}])/iu;
/** "Tabs, never spaces": a name, and the one that is not to be. */
const BARE_SWAP =
  /^[\w.+#-]{2,24},? (?:never|nie|niemals|nunca|jamais|mai|никогда|not|nicht|no|pas|não|non|а не|не) [\w.+#-]{2,24}[.!]*$/iu;

/** A state, not a choice: "this project is a mess". */
const BE = /\b(?:is|are|has|have|ist|sind|hat|haben|es|está|tiene|est|sont|a|é|tem)$/iu;
/** A name as code or tools have it. */
const NAMED = /[\ue100-\ue2ff\d/_]|[a-z][A-Z]|[A-Z]{2}|\w\.\w/u;

/** "We use X, not Y", "in this repo we use X". */
function isContrasted(phrases: Phrases, text: string, at: number): boolean {
  const rest = text.slice(at);
  const contrasted = phrases.in('contrast', rest) !== null;
  if (!phrases.spaced || !BE.test(text.slice(at, phrases.at('weUse', text, at)))) {
    return contrasted || phrases.in('place', text) !== null;
  }
  return contrasted && (NAMED.test(rest) || toolsIn(rest).length > 0);
}

/** Where what is kept begins, given what stands before the clause; null when that makes something else of it. */
function contentStart(
  phrases: Phrases,
  text: string,
  clauses: readonly Clause[],
  index: number,
  at: number,
): number | null {
  const before = clauses.slice(0, index).findLast(({ from, to }) => text.slice(from, to).trim() !== '');
  const separator = clauses[index]?.separator ?? '';
  if (before === undefined) return at;
  const prior = startOf([phrases], text, before.from);
  if (prior.at >= before.to) return at;
  const words = text.slice(prior.at, before.to);
  if (isColon(separator)) return isOwnLead(phrases, text, before) ? at : null;
  if (ASIDE.test(words)) return at;
  if (CONSEQUENCE.test(separator))
    return isOrder(phrases, words) ? at : wholeStart(phrases, text, clauses, index);
  if (ANAPHORIC.test(text.slice(at)) && /^[,;；，—–-]+$/u.test(separator)) {
    return wholeStart(phrases, text, clauses, index);
  }
  if (SCENE.test(words) && phrases.in('passing', words) !== null) return at;
  if (SCENE.test(words) && separator !== ';') return prior.at;
  if (OWNED.test(words)) return prior.at;
  if (phrases.in('lasting', words) !== null) return at;
  if (SUBJECT.test(words)) return null;
  const opens = ['order', 'standing', 'weUse', 'person', 'remember', 'corrects'] as const;
  if (opens.some((name) => phrases.at(name, text, prior.at) > prior.at)) return at;
  if (phrases.at('question', text, prior.at) > prior.at) return at;
  // "…; never push", "… — always ask": a new start. A bare comma or "and" goes on with somebody else's verb.
  return /^(?:[;；—–-]+|but|so|aber|pero|mas|mais|но|also)$/u.test(separator) ? at : null;
}

/** "…, so never edit them by hand" is nothing without what comes before it. */
const CONSEQUENCE = /^(?:so|also|daher|deshalb|darum|donc|por eso|così|quindi)$/u;

/** "…; never edit them by hand": what is meant by the pronoun stands before it. */
const ANAPHORIC =
  /^(?:(?:always|never|do not|don't|dont|never ever|please|nie|niemals|immer) )+[\w-]+ (?:it|them|those|these|that|this)\b/iu;

const isOrder = (phrases: Phrases, words: string) =>
  phrases.code === 'en' && phrases.at('order', words, 0) > 0 && !SCENE.test(words);

const isColon = (separator: string) => separator === ':' || separator === '：';

/** What stands before a colon belongs to the person's own rules, not to some text that follows. */
function isOwnLead(phrases: Phrases, text: string, { from, to }: Clause): boolean {
  const words = text.slice(from, to);
  const rest = words.slice(Math.max(0, startOf([phrases], text, from).at - from));
  return (
    rest.trim() === '' ||
    OWN_LEAD.test(words) ||
    ASIDE.test(words) ||
    phrases.in('lasting', words) !== null ||
    phrases.is('announces', rest.trim())
  );
}

/** Behind "the prompt for the bot:" every clause is the bot's, not only the first. */
function isUnderColon(phrases: Phrases, text: string, clauses: readonly Clause[], index: number): boolean {
  const at = clauses.slice(0, index).findLastIndex(({ separator }) => isColon(separator));
  const lead = clauses[at - 1];
  return lead !== undefined && FOR_OTHERS.test(text.slice(0, lead.to)) && !isOwnLead(phrases, text, lead);
}

/** What is written for somebody else. */
const FOR_OTHERS =
  /(?<![\p{L}])(?:prompts?|text|message|mail|e-?mail|copy|slide|tweet|post|comment|headline|title|label|slogan|answer|reply|docs?|spec|requirements?|ticket|nachricht|texto|mensaje|texte|mensagem|testo|messaggio|текст|письмо)(?![\p{L}])/iu;

/** The start of the sentence, or behind the last lead in it that ends in a colon. */
function wholeStart(phrases: Phrases, text: string, clauses: readonly Clause[], index: number): number {
  const colon = clauses
    .slice(0, index + 1)
    .findLast(({ separator }) => separator === ':' || separator === '：');
  return startOf([phrases], text, colon?.from ?? 0).at;
}

/** Up to where the person turns to the task at hand. */
function contentEnd(text: string, clauses: readonly Clause[], index: number): number {
  for (const clause of clauses.slice(index + 1)) {
    if (GOES_ON.test(text.slice(clause.from, clause.to)))
      return text.lastIndexOf(clause.separator, clause.from);
  }
  return text.length;
}

function anywhereMatch(phrases: Phrases, text: string, from: number): Match | null {
  if (phrases.in('standingAnywhere', text.slice(from).trim()) === null) return null;
  return { construction: 'standing', phrases, from, to: text.length };
}

/** "Use pnpm from now on": the mark stands behind the order. */
function lastingMatch(
  phrases: Phrases,
  text: string,
  clauses: readonly Clause[],
  start: { readonly at: number; readonly lasting: boolean },
): Match | null {
  const found = phrases.in('lasting', text);
  if (found === null) return null;
  const index = clauses.findIndex(({ from, to }) => found.from >= from && found.from < to);
  const clause = clauses[Math.max(0, index)];
  if (clause === undefined) return null;
  const at = index <= 0 ? start.at : startOf([phrases], text, clause.from).at;
  if (phrases.at('order', text, at) <= at || !leads(phrases, text, at)) return null;
  return { construction: 'lasting', phrases, from: at, to: contentEnd(text, clauses, Math.max(0, index)) };
}

/** "In the tests we will see, in future, …" begins with a word that orders too may begin with: not enough here. */
function leads(phrases: Phrases, text: string, at: number): boolean {
  return !phrases.spaced || !SCENE.test(text.slice(at));
}
