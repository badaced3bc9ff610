// Finds the part of a sentence that is meant to hold for good, by the constructions that people use for that.
import { type Clause, clausesOf, startOf } from './clauses.ts';
import type { Phrases } from './phrases.ts';
import { toolsIn } from './tool-names.ts';

export type Construction =
  | 'remember'
  | 'standing'
  | 'lasting'
  | 'recurring'
  | 'we-use'
  | 'person'
  | 'swap'
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
  /[,，] ?(?:always|ever|every time|without exception|immer|siempre|toujours|sempre|всегда)[.!]*$/iu;
/** "Everything under infra/ belongs to another team, never change it". */
const OWNED = /^(?:everything|all|any|anything|our|we|prod|production|staging)\s/iu;
/** What follows is a task of the moment. */
const GOES_ON =
  /^\s*(?:now|anyway|anyways|so now|and now|then|can you|could you|would you|let's|lets|ok|jetzt|kannst du|könntest du|also|ahora|puedes|maintenant|tu peux|peux-tu|agora|podes|сейчас|теперь|а теперь|можешь|现在|帮我|请帮|今は|次に|이제|지금)(?![\p{L}])/iu;
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
    if (from === null) continue;
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
    ['lasting', (at, lasting) => lasting && is('order', at)],
    ['recurring', (at) => is('order', at) && phrases.in('recurring', text) !== null],
    ['swap', (at) => corrects && is('swap', at) && toolsIn(text.slice(at)).length >= 2],
  ];
}

/** A state, not a choice: "this project is a mess". */
const BE = /\b(?:is|are|has|have|ist|sind|hat|haben|es|está|tiene|est|sont|a|é|tem)$/iu;
/** A name as code or tools have it. */
const NAMED = /[\ue100-\ue2ff\d/_]|[a-z][A-Z]|\w\.\w/u;

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
  const before = clauses[index - 1];
  const separator = clauses[index]?.separator ?? '';
  if (before === undefined) return at;
  const prior = startOf([phrases], text, before.from);
  if (prior.at >= before.to) return at;
  const words = text.slice(prior.at, before.to);
  if (separator === ':' || separator === '：') {
    return OWN_LEAD.test(words) ||
      ASIDE.test(words) ||
      phrases.in('lasting', words) !== null ||
      phrases.is('announces', words.trim())
      ? at
      : null;
  }
  if (ASIDE.test(words)) return at;
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
