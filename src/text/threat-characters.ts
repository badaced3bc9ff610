// Invisible characters as a threat: what hides text from a person and shows it to a model, or shows it in another
// order. Joiners where spelling or emoji need them, a byte order mark at the start and soft hyphens are none.

import { ASTRAL, BIDI, JOINER, VARIATION, ZERO_WIDTH } from './invisible.ts';

type Finding = { readonly rule: string; readonly excerpt: string };

export function hiddenFindings(text: string): Finding[] {
  if (!SUSPECT.test(text)) return [];
  const findings: Finding[] = [];
  for (const { rule, pattern } of RULES) {
    const found = text.match(pattern);
    if (found !== null) findings.push({ rule, excerpt: describe(found) });
  }
  return findings;
}

const SUSPECT = new RegExp(`[${BIDI}${ZERO_WIDTH}${JOINER}${VARIATION}]|${ASTRAL}`);

/** Letters that are written from right to left, or joined: direction marks and joiners are part of such text. */
const RIGHT_TO_LEFT = '[\\p{sc=Arabic}\\p{sc=Hebrew}\\p{sc=Syriac}\\p{sc=Thaana}\\p{sc=Nko}]';
const LATIN = '[\\p{sc=Latin}\\p{N}]';

const RULES: readonly { readonly rule: string; readonly pattern: RegExp }[] = [
  // A flag of a region is a black flag, its tags and the cancel tag; anything else in tags is a hidden text.
  {
    rule: 'tag-characters',
    pattern: /(?<!\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{0,6})[\u{e0001}-\u{e007f}]+/gu,
  },
  { rule: 'bidirectional-characters', pattern: /[\u202a-\u202e\u2066-\u2069]+/gu },
  {
    rule: 'bidirectional-characters',
    pattern: new RegExp(`(?<=${LATIN})[\\u061c\\u200e\\u200f]+(?=${LATIN})(?!.*${RIGHT_TO_LEFT})`, 'gu'),
  },
  {
    rule: 'invisible-characters',
    pattern:
      /(?<!^)\ufeff+|[\u034f\u115f\u1160\u17b4\u17b5\u200b\u2060-\u2065\u206a-\u206f\u3164\uffa0\ufff9-\ufffb]+/gu,
  },
  {
    rule: 'invisible-characters',
    pattern:
      /(?<=[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Han}\s])[\u200c\u200d]+(?=[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Han}\s])/gu,
  },
  { rule: 'variation-selectors', pattern: /(?:[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]){2,}/gu },
];

/** Code points and how many: the characters themselves would be as invisible in a report. */
function describe(found: readonly string[]): string {
  const points = [...new Set(found.join(''))].map(
    (char) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  const shown = points.slice(0, 5).join(' ');
  return `${[...found.join('')].length} × ${shown}${points.length > 5 ? ' …' : ''}`;
}
