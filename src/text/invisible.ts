// Characters and sequences that a person does not see: terminal escapes, control characters, zero-width and
// bidirectional marks, tag characters, variation selectors. Shared by cleaning, redaction and the threat scan.

/**
 * Terminal escape sequences (ECMA-48): CSI, the string sequences (OSC, DCS, SOS, PM, APC) and the two-character
 * ones. String sequences end within their line, so that one without an end swallows nothing else.
 */
export const ESCAPE_SEQUENCE =
  '(?:\\u001b\\[|\\u009b)[0-?]{0,64}[ -/]{0,8}[@-~]' +
  '|(?:\\u001b[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u001b\\u009c\\r\\n]*(?:\\u0007|\\u001b\\\\|\\u009c)' +
  '|\\u001b[ -/]{0,4}[0-~]';

/** C0 and C1 controls without tab, line feed and carriage return. */
export const CONTROL = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f';

/** Marks that change the direction of text, or isolate a part of it. */
export const BIDI = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';

/** Characters without width or ink, joiners and variation selectors apart. */
export const ZERO_WIDTH =
  '\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u2060-\\u2065\\u206a-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb';

/** Zero-width joiner and non-joiner: part of emoji, Persian and Indic spelling, noise elsewhere. */
export const JOINER = '\\u200c\\u200d';

/** Variation selectors of the basic plane. */
export const VARIATION = '\\u180b-\\u180d\\u180f\\ufe00-\\ufe0f';

/**
 * Invisible characters above the basic plane, as surrogate pairs: shorthand and musical format controls, tag
 * characters and the variation selectors supplement (U+E0000 to U+E0FFF).
 */
export const ASTRAL = '\\ud82f[\\udca0-\\udca3]|\\ud834[\\udd73-\\udd7a]|[\\udb40-\\udb43][\\udc00-\\udfff]';

/** True where the text holds anything that matching has to look through. One linear pass. */
export function holdsHidden(text: string): boolean {
  return HIDDEN_HINT.test(text);
}

/** The ranges that matching leaves out, in order: `[start, end)` in UTF-16 units. */
export function hiddenRanges(text: string): [number, number][] {
  const ranges: [number, number][] = [];
  HIDDEN.lastIndex = 0;
  for (let match = HIDDEN.exec(text); match !== null; match = HIDDEN.exec(text)) {
    ranges.push([match.index, match.index + match[0].length]);
  }
  return ranges;
}

const HIDDEN_CLASS = CONTROL + BIDI + ZERO_WIDTH + JOINER + VARIATION;
const HIDDEN_HINT = new RegExp(`[${HIDDEN_CLASS}]|${ASTRAL}|\\r(?!\\n)`);
const HIDDEN = new RegExp(`${ESCAPE_SEQUENCE}|[${HIDDEN_CLASS}]+|${ASTRAL}|\\r+(?!\\n)`, 'g');
