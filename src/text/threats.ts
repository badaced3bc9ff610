// Marks of text that tries to steer the model which reads it: injected instructions, characters nobody sees, ways to
// carry secrets off. Hygiene, not a defence: a finding sends a memory to review, origin decides the rest.

import { cleanForIndex } from './clean.ts';
import { hiddenFindings } from './threat-characters.ts';
import { COMMENT_SPEAKS, THREAT_RULES, type ThreatRule } from './threat-rules.ts';
import { CONTEXT_RULES, STRICT_RULES } from './threat-rules-deeds.ts';
import { secretFinding } from './threat-secrets.ts';

/**
 * How much is asked, each more than the one before: `all` = plain attacks, wherever text goes; `context` = memories;
 * `strict` = what becomes a procedure (skills): deeds count too, and honest notes that name such a deed are met.
 */
const THREAT_SCOPES = ['all', 'context', 'strict'] as const;
export type ThreatScope = (typeof THREAT_SCOPES)[number];

export type ThreatFinding = {
  /** Rule name, kebab-case. */
  readonly rule: string;
  /** What was found, as normalised, at most 80 UTF-16 units. */
  readonly excerpt: string;
};

const EXCERPT = 80;

/** Rules that need no context to be an attack. Text that merely shows a role or a path is judged where it is kept. */
const ALWAYS = new Set([
  'ignore-instructions',
  'system-prompt-override',
  'role-change',
  'hide-from-user',
  'hidden-markup',
  'credential-exfiltration',
  'image-exfiltration',
]);
const RULES: Readonly<Record<ThreatScope, readonly ThreatRule[]>> = {
  all: THREAT_RULES.filter(({ rule }) => ALWAYS.has(rule)),
  context: [...THREAT_RULES, ...CONTEXT_RULES],
  strict: [...THREAT_RULES, ...CONTEXT_RULES, ...STRICT_RULES],
};

/**
 * One finding a rule at most, in the order of the rules. Matching runs on the text without invisible characters, in
 * compatibility form, with every kind of blank as one and look-alike letters within Latin words as Latin ones.
 */
export function scanThreats(text: string, scope: ThreatScope = 'context'): ThreatFinding[] {
  const findings = new Map<string, string>();
  for (const { rule, excerpt } of hiddenFindings(text)) if (!findings.has(rule)) findings.set(rule, excerpt);
  const lines = normalise(text);
  const flat = lines.replace(/\s+/g, ' ');
  for (const { rule, pattern, byLine } of RULES[scope]) {
    if (findings.has(rule)) continue;
    const match = pattern.exec(byLine === true ? lines : flat);
    if (match !== null) findings.set(rule, shorten(match[0]));
  }
  const comment = hiddenComment(flat);
  if (comment !== undefined) findings.set('hidden-comment', shorten(comment));
  const secret = scope === 'strict' ? secretFinding(text) : null;
  if (secret !== null) findings.set(secret.rule, secret.excerpt);
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
