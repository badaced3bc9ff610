// Marks of text that tries to steer the model which reads it: injected instructions, characters nobody sees, ways to
// carry secrets off. Hygiene, not a defence: a finding sends a memory to review, origin decides the rest.

import { cleanForIndex } from './clean.ts';
import { hiddenFindings } from './threat-characters.ts';
import { COMMENT_SPEAKS, THREAT_RULES } from './threat-rules.ts';

export type ThreatFinding = {
  /** Rule name, kebab-case. */
  readonly rule: string;
  /** What was found, as normalised, at most 80 UTF-16 units. */
  readonly excerpt: string;
};

const EXCERPT = 80;

/**
 * One finding a rule at most, in the order of the rules. Matching runs on the text without invisible characters, in
 * compatibility form, with every kind of blank as one and look-alike letters within Latin words as Latin ones.
 */
export function scanThreats(text: string): ThreatFinding[] {
  const findings = new Map<string, string>();
  for (const { rule, excerpt } of hiddenFindings(text)) if (!findings.has(rule)) findings.set(rule, excerpt);
  const lines = normalise(text);
  const flat = lines.replace(/\s+/g, ' ');
  for (const { rule, pattern, byLine } of THREAT_RULES) {
    if (findings.has(rule)) continue;
    const match = pattern.exec(byLine === true ? lines : flat);
    if (match !== null) findings.set(rule, shorten(match[0]));
  }
  const comment = hiddenComment(flat);
  if (comment !== undefined) findings.set('hidden-comment', shorten(comment));
  return [...findings].map(([rule, excerpt]) => ({ rule, excerpt }));
}

function shorten(match: string): string {
  return match.replace(/\s+/g, ' ').trim().slice(0, EXCERPT);
}

/** The first HTML comment that speaks to whoever reads the source. Each comment is looked at once. */
function hiddenComment(text: string): string | undefined {
  for (let start = text.indexOf('<!--'); start !== -1; ) {
    const close = text.indexOf('-->', start + 4);
    const end = close === -1 ? text.length : close;
    if (COMMENT_SPEAKS.test(text.slice(start + 4, end))) return text.slice(start, end);
    start = text.indexOf('<!--', end);
  }
  return undefined;
}

/** Letters that look Latin and are not, where they stand in a word with Latin ones. */
const LOOKALIKES = new Map(
  [...'аaеeоoрpсcуyхxіiјjѕsԁdһhԛqԝwАAВBЕEКKМMНHОOРPСCТTХXαaοoνvιiρpτtυuεe'.matchAll(/../gu)].map(
    ([pair]): readonly [string, string] => [[...pair][0] ?? '', [...pair][1] ?? ''],
  ),
);
const MIXED_WORD =
  /(?<![a-z\p{sc=Cyrillic}\p{sc=Greek}])[a-z]*[\p{sc=Cyrillic}\p{sc=Greek}][a-z\p{sc=Cyrillic}\p{sc=Greek}]*/giu;

function normalise(text: string): string {
  return cleanForIndex(text)
    .normalize('NFKC')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(MIXED_WORD, (word) =>
      /[a-z]/i.test(word) ? [...word].map((letter) => LOOKALIKES.get(letter) ?? letter).join('') : word,
    );
}
