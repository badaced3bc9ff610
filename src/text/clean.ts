// What is indexed, remembered and rendered holds no characters that a reader cannot see. What is captured stays as
// it was written; it goes through here on its way out.

import { ASTRAL, BIDI, CONTROL, ESCAPE_SEQUENCE, JOINER, VARIATION, ZERO_WIDTH } from './invisible.ts';

/**
 * The text without terminal escapes, control, zero-width, direction and tag characters; line ends are `\n`; lone
 * surrogates are U+FFFD. Joiners stay where spelling or emoji need them, a variation selector behind what it
 * selects from. The very same string when there is nothing to clean.
 */
export function clean(text: string): string {
  if (!DIRTY.test(text)) return text;
  return strip(text).replace(SELECTIVE, keepWhereMeant).replace(LONE_SURROGATE, '\ufffd');
}

/** As `clean`, without any joiner or variation selector: equal words are equal terms. */
export function cleanForIndex(text: string): string {
  if (!DIRTY.test(text)) return text;
  return strip(text).replace(SELECTIVE, '').replace(LONE_SURROGATE, '\ufffd');
}

const LINE_END = '\\r\\n?|[\\u000b\\u000c\\u0085\\u2028\\u2029]';
const ALWAYS = `[${CONTROL}${BIDI}${ZERO_WIDTH}]+|${ASTRAL}`;
const DIRTY = new RegExp(
  `[\\r\\u2028\\u2029${CONTROL}${BIDI}${ZERO_WIDTH}${JOINER}${VARIATION}]|${ASTRAL}|` +
    '[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]',
);
const STRIPPED = new RegExp(`${ESCAPE_SEQUENCE}|(?<line>${LINE_END})|${ALWAYS}`, 'g');
const SELECTIVE = new RegExp(`[${JOINER}${VARIATION}]+`, 'g');
const LONE_SURROGATE = /\p{Cs}/gu;

function strip(text: string): string {
  return text.replace(STRIPPED, (match, line: unknown) =>
    typeof line === 'string' && match !== '' ? '\n' : '',
  );
}

/** What stands before or behind a joiner in emoji: a pictograph, a skin tone, a selector already kept. */
const EMOJI_END = /(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}]|\ufe0f)$/u;
const EMOJI_START = /^\p{Extended_Pictographic}/u;
/** Scripts whose spelling uses joiners: Arabic, Syriac, the Indic family, Mongolian. */
const JOINING =
  '[\\p{sc=Arabic}\\p{sc=Syriac}\\p{sc=Devanagari}\\p{sc=Bengali}\\p{sc=Gurmukhi}\\p{sc=Gujarati}\\p{sc=Oriya}\\p{sc=Tamil}\\p{sc=Telugu}\\p{sc=Kannada}\\p{sc=Malayalam}\\p{sc=Sinhala}\\p{sc=Mongolian}\\p{sc=Khmer}]';
const JOINING_END = new RegExp(`${JOINING}$`, 'u');
const JOINING_START = new RegExp(`^${JOINING}`, 'u');
const SELECTABLE_END = /[\p{Emoji}\p{Extended_Pictographic}\p{Sm}]$/u;
const MONGOLIAN_END = /\p{sc=Mongolian}$/u;

/** Of a run of joiners and selectors, the one or two that belong there. */
function keepWhereMeant(run: string, offset: number, text: string): string {
  const before = text.slice(Math.max(0, offset - 2), offset);
  const after = text.slice(offset + run.length, offset + run.length + 2);
  const selector = /^[\ufe00-\ufe0f]/.test(run) && SELECTABLE_END.test(before) ? run.charAt(0) : '';
  const rest = run.slice(selector.length);
  if (rest === '') return selector;
  if (rest === '\u200d' && EMOJI_START.test(after) && EMOJI_END.test(before + selector))
    return selector + rest;
  if (/^[\u200c\u200d]$/.test(rest) && JOINING_END.test(before) && JOINING_START.test(after)) return rest;
  if (/^[\u180b-\u180f]$/.test(rest) && MONGOLIAN_END.test(before)) return rest;
  return selector;
}
