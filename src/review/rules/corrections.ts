/**
 * What the person puts right: "no, we use X here, not Y", "that's wrong: the settings live in …", "I told you: …". Only
 * what holds beyond the moment is kept.
 */
import { asChanged } from './changed.ts';
import { startOf, withoutTags } from './clauses.ts';
import { findingOf } from './directives.ts';
import type { Finding } from './finding.ts';
import { languagesOf, type Phrases } from './phrases.ts';
import { practiceMatch } from './practice.ts';
import type { Said } from './said.ts';
import { type Match, matchOf } from './standing.ts';
import { toolsIn } from './tool-names.ts';
import { opposed, pathsIn } from './wording.ts';

const MOST = 3;
/** Sentences behind "no." or "that's wrong." that may still be the correction. */
const REACH = 1;

export type Corrections = {
  readonly findings: readonly Finding[];
  /** The sentences that they were taken from. */
  readonly used: ReadonlySet<number>;
};

/** At most three findings of a message. `did`: what the agent said and ran since the person spoke last. */
export function correctionsIn(said: Said, did: string): Corrections {
  const findings: Finding[] = [];
  const used = new Set<number>();
  let since = Number.POSITIVE_INFINITY;
  for (const [index, sentence] of said.sentences.entries()) {
    if (findings.length >= MOST) break;
    const text = asChanged(withoutTags(sentence.text));
    since += 1;
    for (const phrases of languagesOf(text)) {
      const both = phrases.code === 'en' ? [phrases] : [phrases, ...languagesOf(text).filter(isEnglish)];
      const from = startOf([phrases], text, 0).at;
      const lead = leadEnd(phrases, text, from);
      const switched = isEnglish(phrases) && SWITCHED.test(text.slice(from)) && opposed(text) !== null;
      if (lead > from || switched || (index === 0 && isAgainst(text, did))) since = 0;
      if (since > REACH) continue;
      const rest = text.slice(lead);
      const match = matchIn(phrases, both, rest, phrases.at('saidBefore', text, from) > from);
      if (match === null) continue;
      const found = findingOf(said, both, rest, match, said.sentences[index + 1]?.text ?? '');
      if (found === null) continue;
      findings.push({ ...found, kind: 'correction' });
      used.add(index);
      break;
    }
  }
  return { findings, used };
}

/** "Use pnpm, not npm" after npm was run puts that right, without a no. */
function isAgainst(text: string, did: string): boolean {
  const tool = opposed(text);
  return tool !== null && toolsIn(did).includes(tool);
}

/** "We switched from jest to vitest", "we moved to pnpm, no longer yarn", and not a word more. */
const SWITCHED =
  /^we(?:'ve| have)? (?:just |now |recently |finally |meanwhile )?(?:switched|moved|migrated)(?: over| away)? (?:from [\w.+-]+ to [\w.+-]+|to [\w.+-]+, (?:no longer|not|instead of) [\w.+-]+)(?: now| anymore| here| everywhere| in this (?:repo|project|codebase))?[.!]*$/iu;

const isEnglish = ({ code }: Phrases) => code === 'en';

/** Behind "no,", "no, that's wrong:" and their like. */
function leadEnd(phrases: Phrases, text: string, from: number): number {
  let at = from;
  for (let count = 0; count < 3; count += 1) {
    const end = Math.max(phrases.at('corrects', text, at), phrases.at('saidBefore', text, at));
    if (end <= at) break;
    at = end + (/^[\s,.!:;–—-]*/.exec(text.slice(end))?.[0].length ?? 0);
  }
  return at;
}

function matchIn(
  phrases: Phrases,
  both: readonly Phrases[],
  rest: string,
  saidBefore: boolean,
): Match | null {
  if (SWITCHED.test(rest) && opposed(rest) !== null)
    return { construction: 'we-use', phrases, from: 0, to: rest.length };
  const standing = matchOf(phrases, both, rest, true);
  if (standing !== null) return standing;
  const at = startOf([phrases], rest, 0).at;
  const whole = (from: number): Match => ({ construction: 'standing', phrases, from, to: rest.length });
  if (saidBefore) {
    const told = TOLD.exec(rest.slice(at))?.[0].length ?? 0;
    const isOrder = phrases.at('order', rest, at + told) > at + told;
    if (NOT_TO.test(rest.slice(at)) || phrases.at('weUse', rest, at) > at) return whole(at);
    if (isOrder && toolsIn(rest).length > 0) return whole(at + told);
  }
  if (isPlace(phrases, rest, at) || (phrases.code === 'en' && OWN_MEANS.test(rest.slice(at))))
    return whole(at);
  return practiceMatch(phrases, both, rest);
}

/** "I told you not to …", "… no semicolons". */
const NOT_TO =
  /^(?:not to|never to|to always|to never|to only|do not|don't|dont|no (?!\w+ (?:is|was|are)\b))\s*\p{L}/iu;
const TOLD = /^(?:to|that|que|dass|что|de) (?=\p{L})/iu;
/** "We have a helper for that: use formatDate." */
const OWN_MEANS =
  /^(?:we(?:'ve| have)?(?: already)? (?:have|got) |there(?:'s| is) (?:already )?)(?:(?:an?|our|our own|the|some) )?(?:[\w-]+ ){0,3}(?:helper|util|utility|utilities|function|module|wrapper|hook|component|script|library|client|class|target|factory|fixture|service|type|constant|make target|decorator|mixin|macro|command)s? (?:for|to|that|in|called|which)\b.{0,80}[:,;—–-] ?(?:please |just |always )*(?:use|call|it's|its|see|take|go through) |^[^.,;:]{3,80}[,;:—–-] (?:please )?(?:use|call|do) (?:that|it|this|those|these|them) (?:everywhere|instead everywhere|for (?:all|everything|any|every))/iu;
/** What is wrong now is mended now. */
const MOMENTARY =
  /^(?:the |this |that |your |an? )?(?:[\w-]+ )?(?:bug|error|problem|issue|mistake|failure|cause|typo|fix|result|answer|output|it|that|this|there|one|button|value|number|fehler|ursache|problema|causa|erreur|problème|ошибка|проблема)\b/iu;

/** "The settings live in conf/base.toml, config.json is only for the tests". */
function isPlace(phrases: Phrases, rest: string, at: number): boolean {
  const words = rest.slice(at);
  if (phrases.in('located', words) === null || MOMENTARY.test(words)) return false;
  return (
    pathsIn(words).length > 0 ||
    /\bhere\b/i.test(words) ||
    phrases.in('contrast', words) !== null ||
    /[\ue100-\ue2ff]/.test(words)
  );
}
