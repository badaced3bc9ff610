/** Standing orders of the person: "remember …", "from now on …", "always / never …", "we use X, not Y", "call me …". */
import { FINITE_VERBS } from '../../text/instruction-words.ts';
import { contentWords } from '../../text/terms.ts';
import { asChanged } from './changed.ts';
import { clausesOf, startOf, withoutTags } from './clauses.ts';
import type { Finding } from './finding.ts';
import { gateOf } from './gates.ts';
import { languagesOf, type Phrases } from './phrases.ts';
import { practiceMatch } from './practice.ts';
import { forProduct } from './product.ts';
import type { Said, Sentence } from './said.ts';
import { type Match, matchOf, SCENE } from './standing.ts';
import { asSentence, opposed, pathsIn, scopeOf, summaryOf } from './wording.ts';

/** Of one message; a list of rules may be longer than a prompt. */
const MOST = 8;
/** Content words that a rule has at least. */
const FEWEST_WORDS = 2;
const LONGEST_LISTED = 300;

/** At most eight findings of a message, in its order. */
export function directivesIn(said: Said): Finding[] {
  const findings: Finding[] = [];
  for (const [index, sentence] of said.sentences.entries()) {
    if (findings.length >= MOST) break;
    const found = directiveIn(said, sentence, index);
    if (found !== null && !findings.some(({ content }) => content === found.content)) findings.push(found);
  }
  return findings;
}

function directiveIn(said: Said, sentence: Sentence, index: number): Finding | null {
  const text = withoutRequestMark(asChanged(withoutTags(sentence.text)));
  const languages = languagesOf(text);
  const english = languages.filter(({ code }) => code === 'en');
  const next = said.sentences[index + 1]?.text ?? '';
  for (const phrases of languages) {
    const both = phrases.code === 'en' ? english : [phrases, ...english];
    const match = sentence.announced ? listed(phrases, text) : matchOf(phrases, both, text);
    const found =
      (match === null ? null : findingOf(said, both, text, match, next)) ??
      (sentence.announced ? null : pointingBack(said, phrases, both, index));
    if (found !== null && LEANING.test(found.content)) return leaning(said, both, found, index);
    if (found !== null) return found;
    if (match !== null && sentence.announced) return null;
  }
  return sentence.announced ? null : customIn(said, text, index);
}

/** What is told of all commits, tests and the like, or ordered for them; and what "remember this." is said before. */
function customIn(said: Said, text: string, index: number): Finding | null {
  const next = said.sentences[index + 1]?.text ?? '';
  const languages = languagesOf(text);
  const isToRemember = index === 1 && REMEMBER_NEXT.test(said.sentences[0]?.text ?? '');
  if (isToRemember) {
    const [phrases] = languages;
    if (phrases === undefined) return null;
    return findingOf(
      said,
      languages,
      text,
      { construction: 'remember', phrases, from: 0, to: text.length },
      next,
    );
  }
  if (JUST_NOW.test(next) || LOOKS_INTO.test(next)) return null;
  for (const phrases of languages) {
    const both =
      phrases.code === 'en' ? [phrases] : [phrases, ...languages.filter(({ code }) => code === 'en')];
    const match = practiceMatch(phrases, both, text);
    const found = match === null ? null : findingOf(said, both, text, match, next);
    if (found !== null) return found;
  }
  return null;
}

const REMEMBER_NEXT =
  /^(?:(?:please|ok|okay|hey|hi|btw|and|also|just),? )*(?:remember|note|keep in mind|don't forget|something to (?:remember|keep in mind|note)|(?:a |one )?(?:thing|note) (?:to remember|for (?:later|the future|next time|your memory))|for (?:next time|the future|your memory|future sessions)|merk dir|zum merken|запомни|recuerda|retiens|lembre-se|ricorda)(?: (?:this|that|the following|please|one thing|something|for (?:later|next time|the future|future sessions)|bitte|das|folgendes|это|это на будущее|esto|ceci|isto|questo))*[.!:]$/iu;
/** "The tests need to run in a minute. Can you see what is slow?" */
const LOOKS_INTO =
  /^(?:so |and |but |please |then )*(?:(?:can|could) you |please )?(?:see|check|find(?: out)?|look(?: into)?|figure(?: out)?|investigate|debug|fix) (?:what|why|how|if|whether|where|that|this|it)\b|^(?:but|yet|however|except)\b/i;
/** "No new dependencies. Just for this one." */
const JUST_NOW =
  /^(?:just|only|at least)?,? ?(?:for (?:now|this|today|the (?:demo|moment))|this (?:once|time)|in this (?:pr|file|branch|one)|until )/i;

/** "Let them bubble up, that's how we do it here": nothing without the sentence before. */
const LEANING =
  /^(?:let|make|keep|have|put|leave|do|use|write|handle|test|call|name|add|move|run|wrap|throw|return|store|treat) (?:it|them|these|those|this|that)\b/i;

/** With the sentence before it, when that is an order too; otherwise nothing. */
function leaning(said: Said, both: readonly Phrases[], found: Finding, index: number): Finding | null {
  const before = withoutTags(said.sentences[index - 1]?.text ?? '');
  const from = startOf(both, before, 0).at;
  const isOrder = both.some((each) => each.at('order', before, from) > from);
  const gate = gateOf(both, { sentence: before, from, content: before.slice(from), next: '' });
  if (!isOrder || (gate !== null && gate !== 'pointing')) return null;
  const content = `${asSentence(said.restored(before.slice(from)))} ${found.content}`;
  return { ...found, content, summary: summaryOf(content), paths: pathsIn(content) };
}

/** "Could you please remember that …?" asks in form only. */
function withoutRequestMark(text: string): string {
  const asked = languagesOf(text).some((phrases) => phrases.at('request', text, 0) > 0);
  return asked ? text.replace(/[?？\s]+$/u, '') : text;
}

function listed(phrases: Phrases, text: string): Match | null {
  if (text.length > LONGEST_LISTED) return null;
  return { construction: 'listed', phrases, from: startOf([phrases], text, 0).at, to: text.length };
}

/** What a match comes to once everything that speaks against it was looked at. */
export function findingOf(
  said: Said,
  phrases: readonly Phrases[],
  text: string,
  match: Match,
  next: string,
): Finding | null {
  const kept = text.slice(match.from, match.to);
  // "Don't forget that …" holds a "forget that": of what is to be remembered only itself is judged.
  const judged =
    match.construction === 'remember' ? { sentence: kept, from: 0 } : { sentence: text, from: match.from };
  if (gateOf(phrases, { ...judged, content: said.restored(kept), next }) !== null) return null;
  if (!standsAlone(said, match, kept)) return null;
  if (isStatement(match, kept) && (isBackground(next) || FAULT.test(kept))) return null;
  if (match.construction !== 'remember' && forProduct(said, text, next)) return null;
  const content = asSentence(said.restored(withoutLasting(match.phrases, kept)));
  return {
    kind: 'directive',
    scope: scopeOf(phrases, kept, match.construction === 'person'),
    content,
    summary: summaryOf(content),
    paths: pathsIn(content),
    message: said.message,
    against: opposed(content),
  };
}

/** How something is, not what to do: "we use X, not Y", "dates are stored in UTC, never in local time". */
const isStatement = ({ construction }: Match, kept: string) =>
  construction === 'we-use' ||
  construction === 'custom' ||
  (construction === 'standing' && CONVENTION.test(kept));
const CONVENTION =
  /^[\p{L}\d.-]+(?: [\p{L}\d.-]+){0,2} (?:in this \w+ )?(?:are|is|go|goes|live|lives|follow|follows|come|comes|use|uses|belong|belongs|must)(?![\p{L}])/iu;

/** "We use X in the shop, not in the app. Does the package pull it in?": what is asked is the point. */
const isBackground = (next: string) => /[?？]["')]?\s*$/.test(next) && !REQUEST.test(next);
const REQUEST =
  /^(?:(?:so|and|now|ok|okay|please|hey|und|also|y|et|e|а|и),? )*(?:(?:can|could|would|will) (?:you|we)|kannst|könntest|magst|puedes|podrías|peux|pourrais|tu (?:peux|pourrais)|pode|poderia|consegue|puoi|potresti|можешь|мог бы|能|可以|帮)|(?:ください|くれ|もらえ|해줘|해 줄|줄래)|\b(?:please|bitte|por favor|stp|per favore|пожалуйста)\b/iu;
/** The statement tells how it ought to be, since it is not. */
const FAULT =
  /\b(?:(?:is|are|was|were|shows?|gets?|comes?|displays?|prints?) (?:\w+ ){0,2}(?:wrong|broken|empty|missing)|(?:doesn't|does not|won't|don't|do not) (?:build|compile|work|start|run|install|boot) (?:on my|anymore|any more|since|after|when|for me|at all)|that'?s why|which is why|but (?:it|the|this|they) (?:still |always |never )?(?:is|are|shows?|fails?|returns?|crash\w*|gets?))\b/iu;

/** "From now on" says when it begins, not what is to be done: it leaves both ends of the rule. */
function withoutLasting(phrases: Phrases, text: string): string {
  const found = phrases.in('lasting', text);
  if (found === null) return text;
  const before = text.slice(0, found.from).trim();
  const after = text.slice(found.to).trim();
  return before === '' || /^[\s.,!;]*$/.test(after)
    ? `${before}${after}`.replace(/^[\s,:，：]+|[\s,，]+$/g, '')
    : text;
}

/** Bugs and errands that one remembers together: "remember that bug from last week". */
const RECOLLECTION =
  /^(?:that |the |this |this |our |my |those |these |all )?(?:[\w-]+ ){0,2}(?:bugs?|issues?|time|times|thing|day|errors?|problems?|crash|conversation|discussion|trick|ticket|fix|approach|idea|chat|call|meeting|incident|regression|refactor|outage)\b/i;

function standsAlone(said: Said, { construction, phrases }: Match, kept: string): boolean {
  const content = said.restored(kept);
  const outside = kept.replace(/[\ue100-\ue2ff]/g, ' ');
  const quoted = said.quoted(kept).flatMap(contentWords).length;
  if (phrases.spaced) {
    const words = new Set([...contentWords(content), ...(content.match(/[\w./:-]*\d[\w./:-]*/g) ?? [])]);
    const fewest = construction === 'person' ? 1 : FEWEST_WORDS;
    if (words.size < fewest) return false;
  } else if (content.replace(/[\s\p{P}]/gu, '').length < (construction === 'person' ? 3 : 5)) return false;
  if (quoted > 3 && quoted >= contentWords(outside).length) return false;
  if (construction !== 'remember' || phrases.code !== 'en') return true;
  const clause = kept.split(/[,;]/, 1)[0] ?? '';
  if (/^(?:when|how|what|where|who|why|to (?!always|never))\b/i.test(kept)) return false;
  return !RECOLLECTION.test(clause) || TELLS.test(clause);
}

const TELLS = new RegExp(
  `${FINITE_VERBS.source}|\\b(?:must|should|cannot|can't|don't|doesn't|never|always)\\b`,
  'i',
);

/** "The port is 5433. Remember that." or "…, remember that": what is meant stands before it. */
function pointingBack(said: Said, phrases: Phrases, both: readonly Phrases[], index: number): Finding | null {
  const own = withoutTags(said.sentences[index]?.text ?? '').replace(/[.!。！]+$/, '');
  const inner = startOf([phrases], own, 0).at;
  const whole = phrases.is('rememberIt', own.slice(inner).trim());
  const cut = whole
    ? -1
    : Math.max(own.lastIndexOf(','), own.lastIndexOf('，'), own.lastIndexOf(' - '), own.lastIndexOf('、'));
  const tail = cut <= 0 ? '' : own.slice(cut + 1).replace(/^[\s-]+/, '');
  const generalized = generalizedBy(said, phrases, both, index, own);
  if (generalized !== null) return generalized;
  const isTail = tail !== '' && phrases.is('rememberIt', tail.slice(startOf([phrases], tail, 0).at).trim());
  if (!whole && !isTail) return null;
  const meant = whole ? (said.sentences[index - 1]?.text ?? '') : own.slice(0, cut);
  const text = withoutTags(meant);
  const from = startOf(both, text, 0).at;
  // "Look it up, and remember it" asks for something else first.
  const asked = both.some(
    (each) => each.spaced && each.at('order', text, from) > from && !isRule(each, text, from),
  );
  if (asked || /^(?:thanks|ok)/i.test(text.slice(from))) return null;
  return findingOf(said, both, text, { construction: 'remember', phrases, from, to: text.length }, '');
}

/** "Ask before you delete a file. Every time.": the order before it lasts by these words. */
function generalizedBy(
  said: Said,
  phrases: Phrases,
  both: readonly Phrases[],
  index: number,
  own: string,
): Finding | null {
  if (!phrases.is('generalizes', own.slice(startOf([phrases], own, 0).at).trim())) return null;
  for (const back of [1, 2]) {
    const meant = said.sentences[index - back]?.text ?? '';
    const text = withoutRequestMark(withoutTags(meant));
    const asked = both.map((each) => each.at('request', text, 0)).find((end) => end > 0) ?? 0;
    const from = startOf(both, text, asked).at;
    const scened =
      SCENE.test(text.slice(from)) && clausesOf(text).some(({ from: at }) => startsOrder(both, text, at));
    if (scened || both.some((each) => each.at('order', text, from) > from)) {
      return findingOf(said, both, text, { construction: 'lasting', phrases, from, to: text.length }, '');
    }
    // "Can you stop …? I can read the diff. Just stop doing that": one sentence may give the reason in between.
    if (!/\b(?:that|this|it)\b/i.test(own)) return null;
  }
  return null;
}

function startsOrder(both: readonly Phrases[], text: string, clause: number): boolean {
  const at = startOf(both, text, clause).at;
  return !SCENE.test(text.slice(at)) && both.some((each) => each.at('order', text, at) > at);
}

/** A statement ("the tests need X", "we deploy on Mondays") or a rule, not an errand. */
function isRule(phrases: Phrases, text: string, from: number): boolean {
  const names = ['standing', 'weUse', 'person'] as const;
  if (names.some((name) => phrases.at(name, text, from) > from)) return true;
  return /^(?:never|always|not|do not|don't|only|we|in|on|for|all|every|any|new|no|only|the|wir|in|im|die|der|das|los|las|el|la|les|le|os|as|o|a|мы|в|на|для)\s/iu.test(
    text.slice(from),
  );
}
